"""SVG logos: an allow-list of what draws; whatever runs or reaches outside is refused."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml import DefusedXmlException, EntitiesForbidden
from defusedxml.ElementTree import DefusedXMLParser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"
MAX_DEPTH = 60
# Copies of copies of copies unfold like nested entities do.
MAX_DRAWN = 100_000
# Drawing programs shorten the addresses of their namespaces, or their styles, by entities.
LONGEST_ENTITY = 300
MAX_ENTITIES = 200
MAX_REFERENCES = 5_000

_DRAWING = """
    svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan
    textPath linearGradient radialGradient stop clipPath mask pattern marker style switch filter
    feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
    feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting
    feSpotLight feTile feTurbulence
"""
ELEMENTS = frozenset(_DRAWING.split())
# Known and of no use on a sign: left out, with what they hold.
LEFT_OUT = frozenset({"metadata", "view", "cursor", "font", "font-face", "flowRoot"})
_LOOKS = """
    id class style transform viewBox preserveAspectRatio version width height x y x1 y1 x2 y2
    dx dy cx cy r rx ry fx fy fr d points rotate pathLength textLength lengthAdjust startOffset
    method spacing offset gradientUnits gradientTransform spreadMethod patternUnits
    patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits markerUnits
    markerWidth markerHeight refX refY orient filterUnits primitiveUnits in in2 result mode type
    values tableValues slope intercept amplitude exponent operator k1 k2 k3 k4 order kernelMatrix
    divisor bias targetX targetY edgeMode kernelUnitLength preserveAlpha surfaceScale
    diffuseConstant scale xChannelSelector yChannelSelector azimuth elevation stdDeviation
    flood-color flood-opacity radius specularConstant specularExponent pointsAtX pointsAtY
    pointsAtZ limitingConeAngle baseFrequency numOctaves seed stitchTiles lighting-color
    alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation
    color-interpolation-filters color-rendering direction display dominant-baseline
    enable-background fill fill-opacity fill-rule filter font font-family font-size
    font-size-adjust font-stretch font-style font-variant font-weight image-rendering kerning
    letter-spacing marker marker-end marker-mid marker-start mask mix-blend-mode isolation opacity
    overflow paint-order pointer-events shape-rendering stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit
    stroke-opacity stroke-width text-anchor text-decoration text-rendering unicode-bidi
    vector-effect visibility word-spacing writing-mode
"""
ATTRIBUTES = frozenset(_LOOKS.split())
TEXTS = frozenset({f"{SVG}text", f"{SVG}tspan", f"{SVG}textPath"})
# Where a link may lead that is taken off; any other is an attack and refused.
LINK = re.compile(r"\s*(?:$|#|https?:|mailto:)", re.I)
FONT_FACE = re.compile(r"@font-face\s*+\{[^{}\\]*\}", re.I)
# A font from elsewhere is not left out in silence: it is refused with the rest.
FONT_FROM_ELSEWHERE = re.compile(r"url\s*\(\s*+(?!['\"]?data:)", re.I)
# In style sheets and in attributes alike: a reference to anything but a part of the same drawing.
# A backslash before a letter or a digit spells a name otherwise; before a sign, it only quotes it.
REACHES_OUT = re.compile(
    r"url\s*\(\s*+(?!['\"]?#)|@import|image-set|src\s*\(|javascript:|\\[0-9a-z\r\n\f]", re.I
)


class Parser(DefusedXMLParser):
    """Takes short entities that hold plain text; refuses those that nest, open tags or fetch."""

    entities = references = 0

    def defused_entity_decl(
        self,
        name: str,
        is_parameter_entity: bool,
        value: str | None,
        base: str | None,
        sysid: str | None,
        pubid: str | None,
        notation_name: str | None,
    ) -> None:
        self.entities += 1
        is_plain = value is not None and not is_parameter_entity and not re.search("[&%<]", value)
        is_short = len(value or "") <= LONGEST_ENTITY and self.references <= MAX_REFERENCES
        if not is_plain or not is_short or self.entities > MAX_ENTITIES:
            raise EntitiesForbidden(name, value, base, sysid, pubid, notation_name)


def _refuse_default(element: str, attribute: str, kind: str, default: Any, required: int) -> None:
    """An attribute given to every element without being written unfolds like entities do."""
    if default is not None:
        raise EntitiesForbidden(attribute, default, None, None, None, None)


def _parsed(data: bytes) -> Element:
    parser = Parser()
    parser.parser.AttlistDeclHandler = _refuse_default
    # As bytes: an ampersand is the same one in every encoding the parser reads.
    parser.references = data.count(b"&")
    parser.feed(data)
    root: Element = parser.close()
    return root


def clean(data: bytes) -> bytes:
    """The drawing written anew; a ValidationError when it is none, or more than one."""
    try:
        root = _parsed(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        message = _(
            "This file cannot be read as an SVG drawing. Export it again as plain SVG, without "
            "the data of the drawing program."
        )
        raise ValidationError(message, code="content") from error
    if root.tag != f"{SVG}svg":
        raise ValidationError(_("This file is not an SVG drawing."), code="content")
    _clean_below(root)
    _ensure_drawable(root)
    register_namespace("", SVG[1:-1])
    register_namespace("xlink", XLINK[1:-1])
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _clean_below(root: Element) -> None:
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise _refused(_("too many groups within groups"))
        _clean_attributes(element)
        if element.tag == f"{SVG}style":
            _clean_style_sheet(element)
        for child in list(element):
            if child.tag == f"{SVG}a":
                _take_link_off(child, is_text=element.tag in TEXTS)
            if _is_kept(child):
                waiting.append((child, depth + 1))
            else:
                element.remove(child)


def _clean_style_sheet(element: Element) -> None:
    """Without the fonts it brings along: a sign shows what was drawn, not what was typed."""
    for child in element:
        # Browsers read around it, so that a word begun before it would go on after it.
        raise _refused(f"<{str(child.tag).rpartition('}')[2][:40]}>")
    text = FONT_FACE.sub(
        lambda rule: rule[0] if FONT_FROM_ELSEWHERE.search(rule[0]) else "", element.text or ""
    )
    if REACHES_OUT.search(text):
        raise _refused(_("a reference to something outside the file"))
    element.text = text


def _take_link_off(element: Element, *, is_text: bool) -> None:
    """What was linked is drawn all the same, as a group or as a part of its text."""
    for name in ("href", f"{XLINK}href"):
        if not LINK.match(element.attrib.pop(name, "")):
            raise _refused(_("a reference to something outside the file"))
    element.tag = f"{SVG}tspan" if is_text else f"{SVG}g"


def _is_kept(element: Element) -> bool:
    """Whether it draws. What drawing programs note for themselves is left out, the rest refused."""
    tag = str(element.tag)
    space, _brace, name = tag.rpartition("}")
    if space + "}" == SVG:
        if name in ELEMENTS:
            return True
        if name in LEFT_OUT:
            return False
        if name == "image":
            raise _refused(_("an image made of pixels, or a link to one"))
        raise _refused(f"<{name[:40]}>")
    if not space or "xhtml" in space:
        raise _refused(f"<{name[:40]}>")
    return False


def _clean_attributes(element: Element) -> None:
    for key, value in list(element.attrib.items()):
        space, _brace, name = key.rpartition("}")
        if name.lower().startswith("on") and not space:
            raise _refused(name[:40])
        if name == "href" and (not space or space + "}" == XLINK):
            if not value.startswith("#"):
                raise _refused(_("a reference to something outside the file"))
        elif REACHES_OUT.search(value) and (not space and name in ATTRIBUTES):
            raise _refused(_("a reference to something outside the file"))
        elif (space or name not in ATTRIBUTES) and key != f"{XML}space":
            del element.attrib[key]


def _ensure_drawable(root: Element) -> None:
    """Count what is drawn, copies by <use> included; copies that hold themselves never end."""
    by_id = {element.get("id", ""): element for element in root.iter() if element.get("id")}
    counted: dict[int, int] = {}
    open_now: set[int] = set()

    def inside(element: Element) -> Iterator[Element]:
        yield from element
        if element.tag == f"{SVG}use":
            target = by_id.get((element.get("href") or element.get(f"{XLINK}href") or "#")[1:])
            if target is not None:
                yield target

    def drawn(element: Element, depth: int) -> int:
        key = id(element)
        if key in counted:
            return counted[key]
        if key in open_now or depth > 4 * MAX_DEPTH:
            raise _refused(_("a part that contains itself"))
        open_now.add(key)
        total = 1 + sum(drawn(each, depth + 1) for each in inside(element))
        open_now.discard(key)
        counted[key] = total
        if total > MAX_DRAWN:
            raise _refused(_("too many parts"))
        return total

    drawn(root, 1)


def _refused(what: str) -> ValidationError:
    message = _("This SVG drawing contains %(what)s, which a logo must not. Export it without.")
    return ValidationError(message % {"what": what}, code="active")
