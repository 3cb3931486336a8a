"""Stands and areas as an SVG whose shapes carry ids: rectangles, polygons, straight paths."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, EntitiesForbidden
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from events.imports import limits
from events.imports.shapes import Point, Reading, Unreadable, drawn_shape
from events.imports.svg_paths import NotStraight, corners_of_path, numbers
from events.imports.svg_transforms import Matrix, applied, matrix_of, times

SVG = "{http://www.w3.org/2000/svg}"
LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
# What holds shapes that are seen; definitions and symbols are drawn elsewhere, or not at all.
_HOLDS = frozenset({"svg", "g", "a", "switch"})
_DRAWN = frozenset({"rect", "polygon", "polyline", "path", "circle", "ellipse", "use", "image"})
# Drawing programs name what nobody named.
_UNNAMED = re.compile(
    r"(rect|path|polygon|polyline|circle|ellipse|use|image|g|layer|svg|shape|group)[-_]?\d*", re.I
)
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*([a-z-]+)", re.I)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{2,4})_")


def read_svg(data: bytes, *, metres: float, is_width: bool, zone_prefix: str) -> Reading:
    """`metres` to one unit of the drawing or, `is_width`, that its whole width stands for."""
    root = _root(data)
    left, top, width = _extent(root)
    if is_width and width <= 0:
        raise Unreadable(
            _("The drawing tells no width: give the metres to one unit instead."), field="scale"
        )
    scale = metres / width if is_width else metres
    base: Matrix = (scale, 0, 0, scale, -left * scale, -top * scale)
    reading = Reading()
    points = 0
    for element, matrix in _shapes(root, base):
        name = _name(element)
        if not name:
            reading.passed_over += 1
            continue
        where = _("Shape %(name)s") % {"name": name[:40]}
        try:
            corners = _corners(element)
        except NotStraight as error:
            reading.problem(where, str(error))
            continue
        points += len(corners)
        if points > limits.POINTS:
            raise Unreadable(
                _("The file has more than %(most)s points: simplify its shapes.")
                % {"most": limits.POINTS},
                field="file",
            )
        is_zone = bool(zone_prefix) and name.casefold().startswith(zone_prefix.casefold())
        drawn_shape(
            reading,
            where,
            name[len(zone_prefix) :].replace("_", " ").strip() if is_zone else name,
            [applied(matrix, corner) for corner in corners],
            is_zone=is_zone,
        )
    return reading


def _refuse_default(element: str, attribute: str, kind: str, default: Any, required: int) -> None:
    """An attribute given to every element without being written unfolds like entities do."""
    if default is not None:
        raise EntitiesForbidden(attribute, default, None, None, None, None)


def _root(data: bytes) -> Element:
    try:
        parser = DefusedXMLParser()
        parser.parser.AttlistDeclHandler = _refuse_default
        parser.feed(data)
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(
            _(
                "This file cannot be read as an SVG drawing. Export it again as plain SVG, without "
                "the data of the drawing program."
            ),
            field="file",
        ) from error
    if root.tag != f"{SVG}svg":
        raise Unreadable(_("This file is not an SVG drawing."), field="file")
    return root


def _extent(root: Element) -> tuple[float, float, float]:
    box = numbers(root.get("viewBox", ""))
    if len(box) == 4:
        return box[0], box[1], box[2]
    width = numbers(root.get("width", ""))
    return 0, 0, width[0] if width else 0


def _shapes(root: Element, base: Matrix) -> Iterator[tuple[Element, Matrix]]:
    """Every drawn element with its way to metres, without recursion: files may nest on purpose."""
    waiting: list[tuple[Element, Matrix, int]] = [(root, base, 0)]
    count = 0
    while waiting:
        element, matrix, depth = waiting.pop()
        tag = element.tag.removeprefix(SVG) if isinstance(element.tag, str) else ""
        if tag in _DRAWN:
            count += 1
            if count > limits.SHAPES:
                raise Unreadable(
                    _("The file has more than %(most)s shapes: split it, one level each.")
                    % {"most": limits.SHAPES},
                    field="file",
                )
            yield element, matrix
        elif tag in _HOLDS:
            if depth > limits.DEPTH:
                raise Unreadable(
                    _("Groups lie within groups %(most)s deep and deeper: ungroup the drawing.")
                    % {"most": limits.DEPTH},
                    field="file",
                )
            waiting += [
                (child, times(matrix, matrix_of(child.get("transform", ""))), depth + 1)
                for child in reversed(element)
                if not _is_hidden(child)
            ]


def _is_hidden(element: Element) -> bool:
    """Its style goes before its attribute; of what a style says twice, the last counts."""
    styles: list[str] = _HIDDEN.findall(element.get("style", ""))
    told = styles[-1] if styles else element.get("display", "").strip()
    return told.lower() == "none"


def _name(element: Element) -> str:
    """The label or id somebody gave it; "_x2D_" is how one drawing program writes a hyphen."""
    for key in (LABEL, "id"):
        name = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), element.get(key, "")).strip()
        if name and not _UNNAMED.fullmatch(name) and name.isprintable():
            return name
    return ""


def _corners(element: Element) -> Sequence[Point]:
    tag = element.tag.removeprefix(SVG)
    if tag == "rect":
        x, y, width, height = (_length(element, key) for key in ("x", "y", "width", "height"))
        if width < 0 or height < 0:
            raise NotStraight(_("Its width or its height is less than nothing: draw it again."))
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    if tag in ("polygon", "polyline"):
        flat = numbers(element.get("points", ""))
        return list(zip(flat[::2], flat[1::2], strict=False))
    if tag == "path":
        return corners_of_path(element.get("d", ""))
    raise NotStraight(
        _("A %(shape)s has no corners: draw it as a rectangle or polygon.") % {"shape": tag}
    )


def _length(element: Element, key: str) -> float:
    found = numbers(element.get(key, "0"))
    return found[0] if found else 0.0
