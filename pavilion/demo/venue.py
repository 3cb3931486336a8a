"""The hall as it stands: levels, the regions' areas, pods with equipment, rooms and stages."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from random import Random

from events.models import Edition, Hall, Level, Participation, Room, Stand, Zone
from pavilion.demo import floor_plan
from pavilion.demo.facts import Size, facts
from pavilion.demo.floor_plan import Box

# How often each kind stands among eleven, and its width and depth in metres.
KINDS = {
    Stand.Kind.POD: (6, 1.6, 1.25),
    Stand.Kind.DESK: (2, 2.0, 1.5),
    Stand.Kind.TABLE: (1, 1.25, 1.2),
    Stand.Kind.CORNER: (1, 3.0, 2.0),
    Stand.Kind.DEMO: (1, 3.0, 3.0),
}
ROOM = (3.0, 3.0)
STAGE = (4.0, 3.0)
SHARED = "shared"


@dataclass(frozen=True)
class Venue:
    stands: dict[str, list[Stand]]  # by region code
    rooms: list[Room]
    stages: list[Room]


def create_venue(
    edition: Edition, participations: dict[str, Participation], size: Size, random: Random
) -> Venue:
    fact = facts()["venue"]
    hall = Hall.objects.create(edition=edition, name_fr=fact["hall_fr"], name_en=fact["hall_en"])
    areas = areas_of(size)
    width, depth = extent_of(areas)
    placed = floor_plan.pack(areas, width=width, depth=depth)
    levels = [
        Level.objects.create(
            hall=hall, number=fact["pavilion_on_level"] + index, width=width, depth=depth
        )
        for index in range(1 + max(place.level for place in placed.values()))
    ]
    zones = {
        name: Zone(
            level=levels[place.level],
            participation=participations.get(name),
            name_fr=str(participations[name].region) if name != SHARED else "Espace commun",
            name_en=str(participations[name].region) if name != SHARED else "Shared area",
            outline=place.box.outline,
        )
        for name, place in placed.items()
    }
    Zone.objects.bulk_create(zones.values())
    stands = {
        numbers.code: list(
            _stands(
                zones[numbers.code],
                participations[numbers.code],
                placed[numbers.code].box,
                numbers.pods,
                random,
            )
        )
        for numbers in size.regions
    }
    Stand.objects.bulk_create(stand for row in stands.values() for stand in row)
    rooms = list(_rooms(edition, zones[SHARED], placed[SHARED].box, size))
    Room.objects.bulk_create(rooms)
    return Venue(
        stands=stands,
        rooms=[room for room in rooms if room.kind == Room.Kind.MEETING],
        stages=[room for room in rooms if room.kind == Room.Kind.STAGE],
    )


def areas_of(size: Size) -> dict[str, float]:
    """Square metres of each region's area, and of the shared one."""
    areas = {numbers.code: float(numbers.floor_area) for numbers in size.regions}
    # Rooms, stages, reception and storage, with the room to walk around them.
    areas[SHARED] = 12.0 * ceil((size.meeting_rooms * 16 + size.stages * 40 + 20) / 12)
    return areas


def extent_of(areas: dict[str, float]) -> tuple[float, float]:
    """Width and depth of what is drawn of a level: what the pavilion and its aisles take."""
    square_metres = sum(areas.values())
    if square_metres < 500:
        return 27.0, 18.0
    return (114.0, 63.0) if square_metres < 10_000 else (180.0, 130.0)


def _stands(
    zone: Zone, participation: Participation, box: Box, number: int, random: Random
) -> Iterable[Stand]:
    prefix = participation.region.short_code
    offered = [kind for kind, (_, _, depth) in KINDS.items() if depth <= box.depth / 3]
    kinds = random.choices(offered, [KINDS[kind][0] for kind in offered], k=number)
    kinds.sort(key=lambda kind: KINDS[kind][2])  # rows are as deep as their deepest stand
    places = floor_plan.rows(box, [KINDS[kind][1:] for kind in kinds])
    for index, (kind, place) in enumerate(zip(kinds, places, strict=True), start=1):
        is_large = kind in (Stand.Kind.CORNER, Stand.Kind.DEMO)
        yield Stand(
            edition_id=participation.edition_id,
            zone=zone,
            number=f"{prefix}-{index:02d}",
            kind=kind,
            x=place.x,
            y=place.y,
            width=place.width,
            depth=place.depth,
            power_watts=random.choice((3000, 6000) if is_large else (500, 1000, 1000, 2000)),
            has_screen=is_large or random.random() < 0.8,
            has_wired_network=random.random() < 0.8,
            has_storage=kind in (Stand.Kind.DESK, Stand.Kind.CORNER) or random.random() < 0.4,
            has_water=kind == Stand.Kind.DEMO and random.random() < 0.3,
            is_accessible=kind != Stand.Kind.TABLE,
        )


def _rooms(edition: Edition, zone: Zone, box: Box, size: Size) -> Iterable[Room]:
    places = floor_plan.cells(box, size.meeting_rooms + size.stages)
    for index, cell in enumerate(places):
        is_stage = index < size.stages
        number = index + 1 if is_stage else index - size.stages + 1
        place = floor_plan.centred(cell, *(STAGE if is_stage else ROOM))
        name_fr, name_en = ("Scène", "Stage") if is_stage else ("Salon", "Meeting room")
        only_one = is_stage and size.stages == 1
        yield Room(
            edition=edition,
            zone=zone,
            kind=Room.Kind.STAGE if is_stage else Room.Kind.MEETING,
            name_fr="Scène des Régions" if only_one else f"{name_fr} {number}",
            name_en="Regions’ stage" if only_one else f"{name_en} {number}",
            capacity=60 if is_stage else (12 if number % 3 == 0 else 8),
            x=place.x,
            y=place.y,
            width=place.width,
            depth=place.depth,
        )
