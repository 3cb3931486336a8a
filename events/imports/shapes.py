"""What every kind of file is read into: shapes in metres, and what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import atan2, cos, degrees, dist, hypot, isfinite, radians, sin
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from events.imports import limits
from events.models import ensure_stand_number
from events.operations.plan_values import FARTHEST, MOST_CORNERS
from pavilion.core.errors import DomainError

Point = tuple[float, float]
# A drawn rectangle is never quite one: half a hand's width over a stand.
SQUARE = 0.05
NUMBER_LENGTH = 12


class Unreadable(DomainError):
    """The file as a whole cannot be read."""

    code = "unreadable"


@dataclass(frozen=True)
class Problem:
    """`where` names the line or the shape; `is_left_out` when it is not written for that."""

    where: str
    sentence: str
    is_left_out: bool = True


@dataclass(frozen=True)
class Shape:
    """A stand or, with an outline, an area: the values the file tells and no others."""

    where: str
    name: str
    values: dict[str, Any]
    is_zone: bool = False
    zone_name: str = ""

    @property
    def middle(self) -> Point | None:
        names = ("x", "y")
        if not all(name in self.values for name in names):
            return None
        width, depth = self.values.get("width", 0), self.values.get("depth", 0)
        return self.values["x"] + width / 2, self.values["y"] + depth / 2


@dataclass
class Reading:
    shapes: list[Shape] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # Shapes that say nothing: without a name, or named by the drawing program.
    passed_over: int = 0
    zone_corners: int = 0

    def problem(self, where: str, sentence: str, *, is_left_out: bool = True) -> None:
        self.problems.append(Problem(where, sentence, is_left_out))

    def add(self, shape: Shape) -> None:
        if len(self.shapes) >= limits.SHAPES:
            raise Unreadable(
                _("The file has more than %(most)s shapes: split it, one level each.")
                % {"most": limits.SHAPES}
            )
        self.zone_corners += len(shape.values.get("outline", ()))
        if self.zone_corners > limits.ZONE_CORNERS:
            raise Unreadable(
                _("The areas have more than %(most)s corners together: simplify their outlines.")
                % {"most": limits.ZONE_CORNERS},
                field="file",
            )
        self.shapes.append(shape)


def ensure_size(data: bytes) -> None:
    if len(data) > limits.FILE_BYTES:
        raise Unreadable(
            _("The file has %(size)s kB; %(most)s kB at most are read. Leave pictures out of it.")
            % {"size": len(data) // 1024, "most": limits.FILE_BYTES // 1024},
            field="file",
        )
    if not data.strip():
        raise Unreadable(_("The file is empty."), field="file")


def text_of(data: bytes) -> str:
    """UTF-8, with or without its mark, else as Windows writes."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def number_problem(number: str) -> str:
    """Why no stand can have this number, empty when one can."""
    if len(number) > NUMBER_LENGTH:
        return _("“%(name)s” is too long for a stand’s number: %(most)s signs at most.") % {
            "name": number[:40],
            "most": NUMBER_LENGTH,
        }
    try:
        ensure_stand_number(number)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def rectangle(corners: Sequence[Point]) -> tuple[dict[str, Any], bool]:
    """A stand's values from its corners, and whether they really are a rectangle's.

    Others become the smallest rectangle around them that lies along one of their sides.
    """
    best: tuple[float, float, tuple[float, float, float, float]] | None = None
    for index, (x, y) in enumerate(corners):
        before = corners[index - 1]
        if dist(before, (x, y)) < 0.01:
            continue
        # Between -45° and 45°: what lies flat stays flat, and its longer way is its own affair.
        angle = (degrees(atan2(y - before[1], x - before[0])) + 45) % 90 - 45
        c, s = cos(radians(angle)), sin(radians(angle))
        along = [px * c + py * s for px, py in corners]
        down = [py * c - px * s for px, py in corners]
        span = (min(along), max(along), min(down), max(down))
        size = (span[1] - span[0]) * (span[3] - span[2])
        if best is None or size < best[0] - 1e-9:
            best = size, angle, span
    if best is None:
        return {}, False
    size, angle, (left, right, top, bottom) = best
    c, s = cos(radians(angle)), sin(radians(angle))
    middle_along, middle_down = (left + right) / 2, (top + bottom) / 2
    x, y = middle_along * c - middle_down * s, middle_along * s + middle_down * c
    width, depth = right - left, bottom - top
    values = {
        "x": round(x - width / 2, 2),
        "y": round(y - depth / 2, 2),
        "width": round(width, 2),
        "depth": round(depth, 2),
        "rotation": round(angle) % 360,
    }
    return values, _is_square(corners, width, depth)


def _is_square(corners: Sequence[Point], width: float, depth: float) -> bool:
    """Whether each corner lies in a corner of the rectangle around them: their area says so."""
    area = abs(
        sum(
            corners[index - 1][0] * y - x * corners[index - 1][1]
            for index, (x, y) in enumerate(corners)
        )
    )
    return abs(area / 2 - width * depth) <= SQUARE * hypot(width, depth)


def drawn_shape(
    reading: Reading,
    where: str,
    name: str,
    corners: Sequence[Point],
    *,
    is_zone: bool,
    values: dict[str, Any] | None = None,
    zone_name: str = "",
) -> None:
    """A stand or an area from its corners in metres; what is wrong with it is a problem."""
    told = dict(values or {})
    ring = [corner for index, corner in enumerate(corners) if corner != corners[index - 1]]
    if len(ring) < 3:
        reading.problem(where, _("It has fewer than three corners: draw it as a closed shape."))
        return
    # Before any geometry: its work grows with the square of the corners.
    most = MOST_CORNERS if is_zone else limits.STAND_CORNERS
    if len(ring) > most:
        reading.problem(
            where,
            _("It has %(count)s corners, and %(most)s at most are read: simplify its outline.")
            % {"count": len(ring), "most": most},
        )
        return
    if not all(isfinite(way) and abs(way) <= FARTHEST for corner in ring for way in corner):
        reading.problem(where, _("A corner is too far away: 10,000 m at most."))
        return
    if is_zone:
        told["outline"] = [[round(x, 2), round(y, 2)] for x, y in ring]
        reading.add(Shape(where, name, told, is_zone=True))
        return
    if sentence := number_problem(name):
        reading.problem(where, sentence)
        return
    box, is_square = rectangle(ring)
    if not box or box["width"] < 0.05 or box["depth"] < 0.05:
        reading.problem(where, _("It is smaller than 5 cm: check the scale of the drawing."))
        return
    if box["width"] > 200 or box["depth"] > 200:
        reading.problem(where, _("It is larger than 200 m: check the scale of the drawing."))
        return
    if not is_square:
        reading.problem(
            where,
            _("It is not a rectangle: the smallest rectangle around it is taken."),
            is_left_out=False,
        )
    reading.add(Shape(where, name, {**told, **box}, zone_name=zone_name))
