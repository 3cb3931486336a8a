"""From metres to drawing: zones, rooms and stands as the numbers an SVG needs. No query here.

Ten drawing units to the metre. Coordinates leave as text, so that no language writes "1,5".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar

from events.models import Level, Room, Zone

UNITS = 10
# Lettering as a share of the drawing's width. Under the least of them it would be a smudge.
ZONE_NAME, LABEL, LEAST_LABEL = 1 / 45, 1 / 80, 1 / 250
# Width of a letter as a share of its height, and how much of a shape a word may fill.
LETTER, FILL = 0.6, 0.86


class StandRow(NamedTuple):
    """What the database knows of a stand; field names are the columns read."""

    pk: int
    zone_id: int
    number: str
    x: Decimal
    y: Decimal
    width: Decimal
    depth: Decimal
    rotation: int


class Occupant(NamedTuple):
    name: str
    url: str
    theme_id: str


class Shape(NamedTuple):
    """A rectangle and the word in its middle."""

    x: str
    y: str
    width: str
    depth: str
    middle_x: str
    middle_y: str
    label: str
    label_size: str
    turn: str = ""


class DrawnStand(NamedTuple):
    number: str
    url: str
    occupant: Occupant | None
    is_marked: bool
    shape: Shape


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass
class DrawnZone:
    zone: Zone
    points: str
    name: str
    name_x: str
    name_y: str
    name_size: str
    stands: list[DrawnStand] = field(default_factory=list)
    rooms: list[Shape] = field(default_factory=list)

    @property
    def region_code(self) -> str:
        return self.zone.participation.region_id if self.zone.participation else ""

    @property
    def taken(self) -> int:
        return sum(stand.occupant is not None for stand in self.stands)


@dataclass
class DrawnLevel:
    level: Level
    view: str
    width: str
    depth: str
    zones: list[DrawnZone] = field(default_factory=list)


@dataclass(frozen=True)
class Highlight:
    """What the reader looks for: a theme, or one stand."""

    theme_id: str = ""
    number: str = ""

    def marks(self, number: str, occupant: Occupant | None) -> bool:
        if self.number:
            return number == self.number
        return bool(self.theme_id and occupant and occupant.theme_id == self.theme_id)


class _InZone(Protocol):
    @property
    def zone_id(self) -> int: ...


Placed = TypeVar("Placed", bound=_InZone)


def draw(
    zones: Iterable[Zone],
    stands: Iterable[StandRow],
    rooms: Iterable[Room],
    occupants: Mapping[int, Occupant],
    *,
    highlight: Highlight,
    link: Callable[[str], str],
    is_close: bool = False,
) -> list[DrawnLevel]:
    """Level by level. `link` tells a stand's address; a close view frames the zones given."""
    zones, stands_in, rooms_in = list(zones), _by_zone(stands), _by_zone(rooms)
    boxes = {zone.pk: _box(zone, stands_in.get(zone.pk, [])) for zone in zones}
    levels: dict[int, DrawnLevel] = {}
    for level in {zone.level_id: zone.level for zone in zones}.values():
        there = [zone for zone in zones if zone.level_id == level.pk]
        others = [boxes[zone.pk] for zone in there]
        frame = _frame(level, others, is_close)
        drawn = levels[level.pk] = _empty(level, frame)
        for zone in there:
            rows = stands_in.get(zone.pk, [])
            one = _zone(zone, boxes[zone.pk], _strip(boxes[zone.pk], rows, others), frame)
            one.rooms = [_room(room, frame) for room in rooms_in.get(zone.pk, [])]
            for row in rows:
                occupant = occupants.get(row.pk)
                one.stands.append(
                    DrawnStand(
                        row.number,
                        link(row.number),
                        occupant,
                        highlight.marks(row.number, occupant),
                        _stand(row, frame),
                    )
                )
            drawn.zones.append(one)
    return sorted(levels.values(), key=lambda one: (str(one.level.hall), one.level.number))


def _by_zone(things: Iterable[Placed]) -> dict[int, list[Placed]]:
    found: dict[int, list[Placed]] = {}
    for thing in things:
        found.setdefault(thing.zone_id, []).append(thing)
    return found


def _box(zone: Zone, rows: Sequence[StandRow]) -> Box:
    """Around the outline; without one, around the stands; without any, nothing."""
    if zone.outline:
        xs, ys = zip(*zone.outline, strict=True)
        return Box(min(xs) * UNITS, min(ys) * UNITS, max(xs) * UNITS, max(ys) * UNITS)
    if not rows:
        return Box(0, 0, 0, 0)
    return Box(
        float(min(row.x for row in rows)) * UNITS,
        float(min(row.y for row in rows)) * UNITS,
        float(max(row.x + row.width for row in rows)) * UNITS,
        float(max(row.y + row.depth for row in rows)) * UNITS,
    ).grown(UNITS / 2)


def _frame(level: Level, boxes: Sequence[Box], is_close: bool) -> Box:
    if not is_close:
        return Box(0, 0, float(level.width) * UNITS, float(level.depth) * UNITS).grown(UNITS / 2)
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    ).grown(UNITS * 2)


def _empty(level: Level, frame: Box) -> DrawnLevel:
    return DrawnLevel(
        level=level,
        view=" ".join(map(_text, (frame.left, frame.top, frame.width, frame.height))),
        width=_text(float(level.width) * UNITS),
        depth=_text(float(level.depth) * UNITS),
    )


def _zone(zone: Zone, box: Box, strip: tuple[float, float], frame: Box) -> DrawnZone:
    corners = [(x * UNITS, y * UNITS) for x, y in zone.outline] or [
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
    ]
    top, height = strip
    name, size = _fit(_names(zone), box.width, height, frame.width * ZONE_NAME)
    return DrawnZone(
        zone=zone,
        points=" ".join(f"{_text(x)},{_text(y)}" for x, y in corners),
        name=name,
        name_x=_text((box.left + box.right) / 2),
        name_y=_text(top + height - size * 0.6),
        name_size=_text(size),
    )


def _names(zone: Zone) -> list[str]:
    """From the longest to the shortest way of naming it."""
    if zone.participation is None:
        return [zone.name]
    return [str(zone.participation.region), zone.participation.region.short_code]


def _strip(box: Box, rows: Sequence[StandRow], boxes: Iterable[Box]) -> tuple[float, float]:
    """Top and height of where the zone's name goes: over its stands or, if larger, in the aisle."""
    if not rows:
        return box.top, box.height / 2
    inside = float(min(row.y for row in rows)) * UNITS - box.top
    above = [
        other.bottom
        for other in boxes
        if other.bottom <= box.top and other.left < box.right and other.right > box.left
    ]
    aisle = box.top - max(above, default=box.top - 3 * UNITS)
    return (box.top, inside) if inside >= aisle else (box.top - aisle, aisle)


def _fit(names: Sequence[str], width: float, height: float, largest: float) -> tuple[str, float]:
    """The longest name that can be read in this room, else the shortest, and its size."""
    for name in names:
        size = min(largest, height * FILL, width * FILL / (max(len(name), 1) * LETTER))
        if size >= largest * 0.6:
            break
    return name, size


def _stand(row: StandRow, frame: Box) -> Shape:
    x, y, width, depth = (float(value) * UNITS for value in row[3:7])
    # Within its zone a stand is known by the end of its number: "04" for "BRE-04".
    short = row.number.rpartition("-")[2]
    label, size = _fit([row.number, short], width, depth * 0.6, frame.width * LABEL)
    shape = _shape(x, y, width, depth, label if size >= frame.width * LEAST_LABEL else "", size)
    if row.rotation:
        return shape._replace(turn=f"rotate({row.rotation} {shape.middle_x} {shape.middle_y})")
    return shape


def _room(room: Room, frame: Box) -> Shape:
    x, y, width, depth = (
        float(value) * UNITS for value in (room.x, room.y, room.width, room.depth)
    )
    label, size = _fit([room.name], width, depth, frame.width * LABEL)
    return _shape(x, y, width, depth, label, size)


def _shape(x: float, y: float, width: float, depth: float, label: str, size: float) -> Shape:
    return Shape(
        _text(x),
        _text(y),
        _text(width),
        _text(depth),
        _text(x + width / 2),
        _text(y + depth / 2),
        label,
        _text(size),
    )


def _text(value: float) -> str:
    return f"{round(value, 1):g}"
