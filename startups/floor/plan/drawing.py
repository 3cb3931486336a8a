"""From metres to drawing: zones, rooms and stands as the numbers an SVG needs. No query here."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar

from events.models import Level, Room, Zone
from startups.floor.numbers import plain
from startups.floor.plan.shapes import (
    CLOSE,
    FAR,
    LETTER,
    UNITS,
    Box,
    Lettering,
    Shape,
    around,
    fit,
    lettered,
    text,
)


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
    pk: int
    name: str
    url: str
    theme_id: str
    # Of a day of two halves: in which one; empty when it is the whole of what is shown.
    part: str = ""


class DrawnRoom(NamedTuple):
    name: str
    shape: Shape


class Caption(NamedTuple):
    """The occupant's name under its stand, cut to what there is room for."""

    text: str
    y: str
    size: str


class DrawnStand(NamedTuple):
    number: str
    url: str
    occupants: Sequence[Occupant]
    is_marked: bool
    shape: Shape
    caption: Caption | None

    @property
    def occupant(self) -> Occupant | None:
        return self.occupants[0] if self.occupants else None


@dataclass
class DrawnZone:
    zone: Zone
    points: str
    name: str
    name_x: str
    name_y: str
    name_size: str
    stands: list[DrawnStand] = field(default_factory=list)
    rooms: list[DrawnRoom] = field(default_factory=list)

    @property
    def region_code(self) -> str:
        return self.zone.participation.region_id if self.zone.participation else ""

    @property
    def title(self) -> str:
        return str(self.zone.participation.region if self.zone.participation else self.zone)

    @property
    def taken(self) -> int:
        return sum(bool(stand.occupants) for stand in self.stands)

    @property
    def marked(self) -> int:
        return sum(stand.is_marked for stand in self.stands)


@dataclass
class DrawnLevel:
    level: Level
    view: str
    width: str
    depth: str
    zones: list[DrawnZone] = field(default_factory=list)


@dataclass(frozen=True)
class Highlight:
    """What the reader looks for: certain stands, else a theme, words, or both."""

    theme_id: str = ""
    numbers: Collection[str] = ()
    # What was typed, as numbers are compared, and the exhibitors it finds.
    words: str = ""
    exhibitors: Collection[int] = ()

    @property
    def is_on(self) -> bool:
        return bool(self.theme_id or self.numbers or self.words)

    def marks(self, number: str, occupants: Sequence[Occupant]) -> bool:
        if not (self.theme_id or self.words):
            return number in self.numbers
        of_theme = [one for one in occupants if self.theme_id in ("", one.theme_id)]
        if not self.words:
            return bool(of_theme)
        if any(one.pk in self.exhibitors for one in of_theme):
            return True
        is_named = self.words in plain(number)
        return is_named and (bool(of_theme) or not self.theme_id)


class _InZone(Protocol):
    @property
    def zone_id(self) -> int: ...


Placed = TypeVar("Placed", bound=_InZone)


def draw(
    zones: Iterable[Zone],
    stands: Iterable[StandRow],
    rooms: Iterable[Room],
    occupants: Mapping[int, Sequence[Occupant]],
    *,
    highlight: Highlight,
    link: Callable[[str], str],
    is_close: bool = False,
) -> list[DrawnLevel]:
    """Level by level. `link` tells a stand's address; a close view frames the zones given."""
    zones, stands_in, rooms_in = list(zones), _by_zone(stands), _by_zone(rooms)
    lettering = CLOSE if is_close else FAR
    contents = {
        zone.pk: [
            *map(_extent, stands_in.get(zone.pk, [])),
            *map(_extent, rooms_in.get(zone.pk, [])),
        ]
        for zone in zones
    }
    boxes = {zone.pk: _box(zone, contents[zone.pk]) for zone in zones}
    levels: list[DrawnLevel] = []
    for level in {zone.level_id: zone.level for zone in zones}.values():
        there = [zone for zone in zones if zone.level_id == level.pk]
        neighbours = [boxes[zone.pk] for zone in there]
        frame = _frame(level, neighbours, is_close)
        drawn = _empty(level, frame)
        for zone in there:
            strip = _strip(boxes[zone.pk], contents[zone.pk], neighbours)
            one = _zone(zone, boxes[zone.pk], strip, frame.width * lettering.zone)
            one.rooms = [_room(room, frame, lettering) for room in rooms_in.get(zone.pk, [])]
            one.stands = [
                DrawnStand(
                    number=row.number,
                    url=link(row.number),
                    occupants=(held := occupants.get(row.pk, ())),
                    is_marked=highlight.marks(row.number, held),
                    shape=_stand(row, frame, lettering),
                    caption=_caption(row, held, frame, lettering),
                )
                for row in stands_in.get(zone.pk, [])
            ]
            drawn.zones.append(one)
        levels.append(drawn)
    return sorted(levels, key=lambda one: (str(one.level.hall), one.level.number))


def _by_zone(things: Iterable[Placed]) -> dict[int, list[Placed]]:
    found: dict[int, list[Placed]] = {}
    for thing in things:
        found.setdefault(thing.zone_id, []).append(thing)
    return found


def _extent(thing: StandRow | Room) -> Box:
    x, y, width, depth = (
        float(value) * UNITS for value in (thing.x, thing.y, thing.width, thing.depth)
    )
    return Box(x, y, x + width, y + depth)


def _box(zone: Zone, contents: Sequence[Box]) -> Box:
    """The outline's extent; without one, what stands around its contents; else nothing."""
    if zone.outline:
        xs, ys = zip(*zone.outline, strict=True)
        return Box(min(xs) * UNITS, min(ys) * UNITS, max(xs) * UNITS, max(ys) * UNITS)
    return around(contents).grown(UNITS / 2) if contents else Box(0, 0, 0, 0)


def _frame(level: Level, boxes: Sequence[Box], is_close: bool) -> Box:
    """What is drawn: the given zones, or the level in its width, so that levels share a scale.

    The depth ends a little after the last zone: nobody needs a screenful of empty hall.
    """
    used = around(boxes)
    if is_close:
        name = used.width * CLOSE.zone * 2
        return Box(used.left, used.top - name, used.right, used.bottom).grown(UNITS / 4)
    bottom = min(float(level.depth) * UNITS, used.bottom + 3 * UNITS)
    return Box(0, 0, float(level.width) * UNITS, bottom).grown(UNITS / 2)


def _empty(level: Level, frame: Box) -> DrawnLevel:
    return DrawnLevel(
        level=level,
        view=" ".join(map(text, (frame.left, frame.top, frame.width, frame.height))),
        width=text(float(level.width) * UNITS),
        depth=text(float(level.depth) * UNITS),
    )


def _zone(zone: Zone, box: Box, strip: tuple[float, float], largest: float) -> DrawnZone:
    corners = [(x * UNITS, y * UNITS) for x, y in zone.outline] or [
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
    ]
    top, height = strip
    name, size = fit(_names(zone), box.width, height, largest)
    return DrawnZone(
        zone=zone,
        points=" ".join(f"{text(x)},{text(y)}" for x, y in corners),
        name=name,
        name_x=text((box.left + box.right) / 2),
        name_y=text(top + height - size * 0.6),
        name_size=text(size),
    )


def _names(zone: Zone) -> list[str]:
    """From the longest to the shortest way of naming it."""
    if zone.participation is None:
        return [zone.name]
    return [str(zone.participation.region), zone.participation.region.short_code]


def _strip(box: Box, contents: Sequence[Box], boxes: Iterable[Box]) -> tuple[float, float]:
    """Top and height of where the zone's name goes: over its stands or, if larger, in the aisle."""
    if not contents:
        return box.top, box.height / 2
    inside = min(one.top for one in contents) - box.top
    above = [
        other.bottom
        for other in boxes
        if other.bottom <= box.top and other.left < box.right and other.right > box.left
    ]
    aisle = box.top - max(above, default=box.top - 3 * UNITS)
    return (box.top, inside) if inside >= aisle else (box.top - aisle, aisle)


def _stand(row: StandRow, frame: Box, lettering: Lettering) -> Shape:
    short = row.number.rpartition("-")[2]
    names = [row.number, short] if lettering.occupant else [short]
    return lettered(_extent(row), names, frame, lettering)._replace(angle=row.rotation)


def _room(room: Room, frame: Box, lettering: Lettering) -> DrawnRoom:
    return DrawnRoom(room.name, lettered(_extent(room), [room.name], frame, lettering))


def _caption(
    row: StandRow, occupants: Sequence[Occupant], frame: Box, lettering: Lettering
) -> Caption | None:
    if not occupants or not lettering.occupant:
        return None
    box, size = _extent(row), frame.width * lettering.occupant
    # Stands keep their distance: a name may be half as wide again as its stand.
    room = int(box.width * 1.6 / (size * LETTER))
    name = occupants[0].name
    name = name if len(name) <= room else name[: room - 1] + "…"
    return Caption(name, text(box.bottom + size * 0.8), text(size))
