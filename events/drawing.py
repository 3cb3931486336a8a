"""A level as it is drawn: its areas, stands and rooms, and what the drawing says by itself.

Few queries, however many stands; plain values, ready for a page or for JSON.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events import geometry
from events.geometry import PASSAGE, Place, Survey
from events.models import Level, Room, Stand, Zone
from pavilion.core.access import Access

# What the page, its script and the API know of a stand, in this order.
STAND_COLUMNS = (
    "id",
    "number",
    "zone",
    "kind",
    "x",
    "y",
    "width",
    "depth",
    "rotation",
    "power_watts",
    "has_screen",
    "has_wired_network",
    "has_storage",
    "has_water",
    "max_load",
    "is_accessible",
    "is_open",
    "revision",
)


class StandRow(NamedTuple):
    id: int
    number: str
    zone: int
    kind: str
    x: float
    y: float
    width: float
    depth: float
    rotation: int
    power_watts: int
    has_screen: bool
    has_wired_network: bool
    has_storage: bool
    has_water: bool
    max_load: int
    is_accessible: bool
    is_open: bool
    revision: int

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.depth / 2

    @property
    def kind_label(self) -> str:
        return str(Stand.Kind(self.kind).label)

    @property
    def equipment(self) -> str:
        """What it has, in one line; what is usual goes unsaid."""
        told = (
            (self.has_screen, _("screen")),
            (self.has_wired_network, _("wired network")),
            (self.has_storage, _("storage")),
            (self.has_water, _("water")),
            (not self.is_accessible, _("not accessible")),
            (not self.is_open, _("not in use")),
        )
        return ", ".join(word for is_so, word in told if is_so)


@dataclass(frozen=True)
class ZoneRow:
    id: int
    name: str
    name_fr: str
    name_en: str
    participation: int | None
    region: str
    outline: list[list[float]]
    revision: int
    is_mine: bool


@dataclass(frozen=True)
class RoomRow:
    name: str
    x: float
    y: float
    width: float
    depth: float


@dataclass(frozen=True)
class Warning:
    kind: str
    stands: list[int]
    text: str


@dataclass(frozen=True)
class Drawing:
    level: Level
    zones: list[ZoneRow]
    stands: list[StandRow]
    rooms: list[RoomRow]

    def places(self) -> list[Place]:
        """Where the stands are; as there is one level, its key says nothing."""
        return [
            Place(row.id, 0, row.x, row.y, row.width, row.depth, row.rotation)
            for row in self.stands
        ]


def drawing_of(level: Level, access: Access) -> Drawing:
    zones = Zone.objects.filter(level=level).select_related("participation__region")
    rooms = Room.objects.filter(zone__level=level).order_by("pk")
    return Drawing(
        level=level,
        zones=[_zone(zone, access) for zone in zones.order_by("name_fr", "pk")],
        stands=stand_rows(level),
        rooms=[
            RoomRow(room.name, *map(float, (room.x, room.y, room.width, room.depth)))
            for room in rooms
        ],
    )


def stand_rows(level: Level, keys: Collection[int] | None = None) -> list[StandRow]:
    rows = Stand.objects.filter(zone__level=level)
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    return [
        StandRow(*row[:4], *map(float, row[4:8]), *row[8:])
        for row in rows.order_by("number", "pk").values_list(*STAND_COLUMNS)
    ]


def _zone(zone: Zone, access: Access) -> ZoneRow:
    region = zone.participation.region_id if zone.participation else ""
    return ZoneRow(
        id=zone.pk,
        name=zone.name,
        name_fr=zone.name_fr,
        name_en=zone.name_en,
        participation=zone.participation_id,
        region=region,
        outline=zone.outline,
        revision=zone.revision,
        is_mine=access.manages(region),
    )


def surveyed(drawing: Drawing, near: Collection[int] | None = None) -> Survey:
    return geometry.survey(drawing.places(), near=near)


def warnings(
    drawing: Drawing, survey: Survey, near: Collection[int] | None = None
) -> list[Warning]:
    """What an organiser should look at, each as a sentence. It is theirs to decide."""
    numbers = {row.id: row.number for row in drawing.stands}
    found = _overlaps(drawing, survey, numbers)
    found += _outside(drawing, near)
    found += [
        Warning(
            "narrow",
            [aisle.first, aisle.second],
            _("%(width)s m between %(one)s and %(other)s: a passage needs %(least)s m.")
            % {
                **_two(aisle[:2], numbers),
                "width": metres(aisle.width),
                "least": metres(PASSAGE),
            },
        )
        for aisle in survey.aisles
        if aisle.width < PASSAGE - geometry.TOLERANCE
    ]
    return found


def _overlaps(drawing: Drawing, survey: Survey, numbers: dict[int, str]) -> list[Warning]:
    """Over a border of areas it is two teams' affair: the sentence tells whose."""
    names = {zone.id: zone.name for zone in drawing.zones}
    zones = {row.id: row.zone for row in drawing.stands}
    found = []
    for pair in survey.overlaps:
        first, second = (zones[key] for key in pair)
        told = _two(pair, numbers)
        if first == second:
            text = _("%(one)s and %(other)s overlap.") % told
        else:
            areas = {"one_area": names[first], "other_area": names[second]}
            text = _("%(one)s (%(one_area)s) and %(other)s (%(other_area)s) overlap.") % {
                **told,
                **areas,
            }
        found.append(Warning("overlap", list(pair), text))
    return found


def _outside(drawing: Drawing, near: Collection[int] | None) -> Iterable[Warning]:
    outlines = {zone.id: zone.outline for zone in drawing.zones}
    names = {zone.id: zone.name for zone in drawing.zones}
    width, depth = float(drawing.level.width), float(drawing.level.depth)
    for row, place in zip(drawing.stands, drawing.places(), strict=True):
        if near is not None and row.id not in near:
            continue
        if not geometry.within(place, width, depth):
            text = _("%(stand)s reaches out of the level.") % {"stand": row.number}
            yield Warning("outside_level", [row.id], text)
        elif not geometry.inside(place, outlines[row.zone]):
            text = _("%(stand)s reaches out of its area, %(zone)s.") % {
                "stand": row.number,
                "zone": names[row.zone],
            }
            yield Warning("outside_zone", [row.id], text)


def _two(pair: Sequence[int], numbers: dict[int, str]) -> dict[str, Any]:
    return {"one": numbers[pair[0]], "other": numbers[pair[1]]}


def metres(value: float) -> str:
    """Two decimals, as the reader writes numbers."""
    text = f"{value:.2f}"
    return text.replace(".", ",") if (get_language() or "fr").startswith("fr") else text
