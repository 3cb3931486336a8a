"""Stands as rectangles on a level: who stands beside whom, across which aisle, on top of whom.

Pure: no database, no Django. Metres, the y axis pointing down, angles clockwise in degrees. A stand
is turned about its middle: x and y are its top left corner before it turns.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import NamedTuple, TypeAlias

# Up to here two stands are side by side; up to there they face each other over an aisle.
BESIDE = 0.6
AISLE = 4.0
# As long as two sides have to run along each other: corners that touch are no neighbours.
FACING = 0.3
# A passage for everybody: arrêté of 20 April 2017, articles 2 and 6 (of 1 August 2006 before).
PASSAGE = 1.4
# Plans are drawn to the centimetre.
TOLERANCE = 0.011

_CELL = 4.0
_MOST_CELLS = 64

Point: TypeAlias = tuple[float, float]
Outline: TypeAlias = Sequence[Sequence[float]]

# What `places` takes, as columns of Stand.
COLUMNS = ("pk", "zone__level", "x", "y", "width", "depth", "rotation")


class Place(NamedTuple):
    """Where a stand is. `level` keeps apart what lies on different floors."""

    id: int
    level: int
    x: float
    y: float
    width: float
    depth: float
    rotation: float = 0


class Aisle(NamedTuple):
    """What lies between two stands that face each other."""

    first: int
    second: int
    width: float
    corners: tuple[Point, Point, Point, Point]


@dataclass(frozen=True)
class Survey:
    """What the drawing says by itself. Pairs have the smaller key first."""

    beside: list[tuple[int, int]]
    aisles: list[Aisle]
    overlaps: list[tuple[int, int]]


def places(rows: Iterable[Sequence[object]]) -> list[Place]:
    """From `values_list(*COLUMNS)`, decimals and all."""
    return [Place(row[0], row[1], *map(float, row[2:])) for row in rows]  # type: ignore[arg-type]


def neighbours(stands: Iterable[Place]) -> dict[int, set[int]]:
    """Who stands side by side or back to back: each stand's key with those of its neighbours."""
    known = list(stands)
    return _linked(known, survey(known, reach=BESIDE).beside)


def across(stands: Iterable[Place]) -> dict[int, set[int]]:
    """Who faces whom over an aisle, with nothing between them."""
    known = list(stands)
    return _linked(known, ((aisle.first, aisle.second) for aisle in survey(known).aisles))


def survey(
    stands: Iterable[Place], *, near: Collection[int] | None = None, reach: float = AISLE
) -> Survey:
    """Neighbours, aisles and overlaps; with `near`, only those one of these stands has part in."""
    index = _Index(stands)
    found = Survey([], [], [])
    wanted = index.boxes if near is None else near
    for key in wanted:
        box = index.boxes.get(key)
        if box is None:
            continue
        around = index.around(box, reach)
        for other in around:
            if other.key == key or (other.key < key and other.key in wanted):
                continue
            first, second = (box, other) if key < other.key else (other, box)
            _compare(first, second, reach, around, found)
    found.beside.sort()
    found.aisles.sort()
    found.overlaps.sort()
    return found


def surroundings(
    stands: Iterable[Place], touched: Iterable[Place], reach: float = AISLE
) -> set[int]:
    """The stands whose neighbours or aisles may be others once the touched ones changed."""
    index = _Index(stands)
    return {
        box.key for place in touched for box in index.around(_Box.of(place), reach + TOLERANCE)
    } | {place.id for place in touched}


def corners(place: Place) -> tuple[Point, Point, Point, Point]:
    """From the top left one (before turning) clockwise."""
    return _Box.of(place).corners()


def within(place: Place, width: float, depth: float) -> bool:
    """Whether it lies on a level of this size."""
    box = _Box.of(place)
    return (
        box.left >= -TOLERANCE
        and box.top >= -TOLERANCE
        and box.right <= width + TOLERANCE
        and box.bottom <= depth + TOLERANCE
    )


def inside(place: Place, outline: Outline) -> bool:
    """Whether it lies in the area, touching its border allowed. An area never drawn holds all."""
    if len(outline) < 3:
        return True
    slim = place._replace(
        x=place.x + TOLERANCE,
        y=place.y + TOLERANCE,
        width=max(place.width - 2 * TOLERANCE, 0.001),
        depth=max(place.depth - 2 * TOLERANCE, 0.001),
    )
    turned = corners(slim)
    if not all(holds(outline, corner) for corner in turned):
        return False
    sides = list(_edges(turned))
    return not any(_cross(*edge, *side) for edge in _edges(outline) for side in sides)


def holds(outline: Outline, point: Sequence[float]) -> bool:
    """Whether the point lies in the polygon (even-odd rule)."""
    x, y = point[0], point[1]
    is_in = False
    for (ax, ay), (bx, by) in _edges(outline):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            is_in = not is_in
    return is_in


def area(outline: Outline) -> float:
    """Square metres, whichever way round the corners run."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in _edges(outline))) / 2


def is_simple(outline: Outline) -> bool:
    """Whether no two sides cross each other."""
    edges = list(_edges(outline))
    return not any(
        _cross(*edges[one], *edges[other])
        for one in range(len(edges))
        for other in range(one + 2, len(edges))
        if (one, other) != (0, len(edges) - 1)
    )


class _Box(NamedTuple):
    """A rectangle by its middle, half its sides and its direction, with what it spans."""

    key: int
    level: int
    x: float
    y: float
    half_width: float
    half_depth: float
    cos: float
    sin: float
    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, place: Place) -> "_Box":
        # Quarter turns exactly: cos(90°) is not quite zero.
        turn = place.rotation % 360
        c, s = _QUARTERS.get(turn) or (cos(radians(turn)), sin(radians(turn)))
        half_width, half_depth = place.width / 2, place.depth / 2
        x, y = place.x + half_width, place.y + half_depth
        spans_x = abs(c) * half_width + abs(s) * half_depth
        spans_y = abs(s) * half_width + abs(c) * half_depth
        return cls(
            *(place.id, place.level, x, y, half_width, half_depth, c, s),
            *(x - spans_x, y - spans_y, x + spans_x, y + spans_y),
        )

    def corners(self) -> tuple[Point, Point, Point, Point]:
        w, d = self.half_width, self.half_depth
        return self.at(-w, -d), self.at(w, -d), self.at(w, d), self.at(-w, d)

    def at(self, along: float, down: float) -> Point:
        """From its own directions to the level's."""
        return (
            self.x + along * self.cos - down * self.sin,
            self.y + along * self.sin + down * self.cos,
        )


_QUARTERS: Mapping[float, Point] = {0: (1.0, 0.0), 90: (0.0, 1.0), 180: (-1.0, 0.0), 270: (0.0, -1)}


class _Index:
    """The boxes by the squares of four metres they touch; the huge ones are looked at always."""

    def __init__(self, stands: Iterable[Place]) -> None:
        self.boxes = {place.id: _Box.of(place) for place in stands}
        self._cells: dict[tuple[int, int, int], list[_Box]] = defaultdict(list)
        self._huge: list[_Box] = []
        for box in self.boxes.values():
            cells = _cells(box, 0)
            if cells is None:
                self._huge.append(box)
            else:
                for cell in cells:
                    self._cells[cell].append(box)

    def around(self, box: _Box, reach: float) -> list[_Box]:
        left, top = box.left - reach, box.top - reach
        right, bottom = box.right + reach, box.bottom + reach
        cells = _cells(box, reach)
        found: dict[int, _Box] = {}
        pools: Iterable[Iterable[_Box]] = (
            [self.boxes.values()]
            if cells is None
            else [self._huge, *(self._cells.get(cell, ()) for cell in cells)]
        )
        for pool in pools:
            for other in pool:
                if (
                    other.left <= right
                    and other.right >= left
                    and other.top <= bottom
                    and other.bottom >= top
                    and other.level == box.level
                ):
                    found[other.key] = other
        return list(found.values())


def _cells(box: _Box, reach: float) -> list[tuple[int, int, int]] | None:
    left, top = int((box.left - reach) // _CELL), int((box.top - reach) // _CELL)
    right, bottom = int((box.right + reach) // _CELL), int((box.bottom + reach) // _CELL)
    if (right - left + 1) * (bottom - top + 1) > _MOST_CELLS:
        return None
    return [
        (box.level, column, row)
        for column in range(left, right + 1)
        for row in range(top, bottom + 1)
    ]


class _Gap(NamedTuple):
    """How far apart along one direction of `of`, and from where to where they face each other."""

    size: float
    of: _Box
    is_along: bool
    forward: float
    start: float
    end: float

    def corners(self) -> tuple[Point, Point, Point, Point]:
        near = self.forward * (self.of.half_width if self.is_along else self.of.half_depth)
        far = near + self.forward * self.size
        frame = ((near, self.start), (near, self.end), (far, self.end), (far, self.start))
        turned = [self.of.at(a, b) if self.is_along else self.of.at(b, a) for a, b in frame]
        first, second, third, fourth = ((round(x, 3), round(y, 3)) for x, y in turned)
        return first, second, third, fourth


def _compare(
    first: _Box, second: _Box, reach: float, around: Sequence[_Box], found: Survey
) -> None:
    gaps = list(_gaps(first, second))
    if max(gap.size for gap in gaps) < -TOLERANCE:
        found.overlaps.append((first.key, second.key))
        return
    facing = [
        gap
        for gap in gaps
        if gap.size >= -TOLERANCE and gap.end - gap.start >= _least(first, second)
    ]
    if not facing:
        return
    gap = min(facing, key=lambda each: each.size)
    if gap.size <= BESIDE + TOLERANCE:
        found.beside.append((first.key, second.key))
    elif gap.size <= reach + TOLERANCE and not _is_blocked(gap, first, second, around):
        width = round(gap.size, 2)
        found.aisles.append(Aisle(first.key, second.key, width, gap.corners()))


def _least(first: _Box, second: _Box) -> float:
    """A strip of a counter thinner than FACING can still face its neighbour whole."""
    smallest = 2 * min(first.half_width, first.half_depth, second.half_width, second.half_depth)
    return min(FACING, smallest / 2)


def _gaps(first: _Box, second: _Box) -> Iterator[_Gap]:
    """Along the directions of both: where all are negative, the two overlap (separating axes)."""
    is_parallel = abs(first.cos * second.sin - first.sin * second.cos) < 1e-9 or (
        abs(first.cos * second.cos + first.sin * second.sin) < 1e-9
    )
    for box, other in ((first, second),) if is_parallel else ((first, second), (second, first)):
        dx, dy = other.x - box.x, other.y - box.y
        along, down = dx * box.cos + dy * box.sin, dy * box.cos - dx * box.sin
        c = abs(box.cos * other.cos + box.sin * other.sin)
        s = abs(box.cos * other.sin - box.sin * other.cos)
        spans_along = c * other.half_width + s * other.half_depth
        spans_down = s * other.half_width + c * other.half_depth
        yield _Gap(
            abs(along) - box.half_width - spans_along,
            *(box, True, 1.0 if along >= 0 else -1.0),
            *(max(-box.half_depth, down - spans_down), min(box.half_depth, down + spans_down)),
        )
        yield _Gap(
            abs(down) - box.half_depth - spans_down,
            *(box, False, 1.0 if down >= 0 else -1.0),
            *(max(-box.half_width, along - spans_along), min(box.half_width, along + spans_along)),
        )


def _is_blocked(gap: _Gap, first: _Box, second: _Box, around: Sequence[_Box]) -> bool:
    """Whether something stands on the line through the middle of the aisle."""
    middle = (gap.start + gap.end) / 2
    near = gap.forward * (gap.of.half_width if gap.is_along else gap.of.half_depth)
    centre = near + gap.forward * gap.size / 2
    x, y = gap.of.at(centre, middle) if gap.is_along else gap.of.at(middle, centre)
    half = gap.size / 2, TOLERANCE
    half_width, half_depth = half if gap.is_along else half[::-1]
    line = gap.of._replace(x=x, y=y, half_width=half_width, half_depth=half_depth)
    reach = gap.size / 2 + TOLERANCE
    return any(
        max(each.size for each in _gaps(line, other)) < -TOLERANCE / 2
        for other in around
        if other.key not in (first.key, second.key)
        and other.left <= x + reach
        and other.right >= x - reach
        and other.top <= y + reach
        and other.bottom >= y - reach
    )


def _linked(stands: Iterable[Place], pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {place.id: set() for place in stands}
    for first, second in pairs:
        found[first].add(second)
        found[second].add(first)
    return found


def _edges(outline: Outline) -> Iterator[tuple[Sequence[float], Sequence[float]]]:
    for index, corner in enumerate(outline):
        yield outline[index - 1], corner


def _cross(a: Sequence[float], b: Sequence[float], c: Sequence[float], d: Sequence[float]) -> bool:
    """Whether the two segments cross; meeting end to end or running along is no crossing."""
    return _side(a, b, c) * _side(a, b, d) < -1e-12 and _side(c, d, a) * _side(c, d, b) < -1e-12


def _side(a: Sequence[float], b: Sequence[float], point: Sequence[float]) -> float:
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
