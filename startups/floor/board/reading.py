"""The rotation board as it is: stands down, half-days across, and who still waits for a place.

As many queries for ten stands as for thousands; plain rows, since there are that many.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q

from events.models import Edition, HalfDay, Stand, Zone
from startups.floor.board.warnings import Warnings
from startups.floor.fitting import Equipment, Needs
from startups.models import Allocation, Application, Exhibitor, StandHold, Theme

_NUMBER = re.compile(r"(\d+)")


class Person(NamedTuple):
    """An exhibitor, as the board needs it. Half-days are column numbers, from 0."""

    pk: int
    name: str
    order: str
    # The theme's number in the list of themes, from 1; 0 without one.
    theme: int
    region: str
    revision: int
    granted: int
    has_left: bool
    needs: Needs
    wished: frozenset[int] = frozenset()
    never: frozenset[int] = frozenset()

    def due(self, given: int) -> int:
        """Half-days still to be given."""
        return max(0, self.granted - given)


class Place(NamedTuple):
    """A stand."""

    pk: int
    zone: int
    number: str
    region: str
    is_open: bool
    equipment: Equipment

    @property
    def order(self) -> list[Any]:
        """B2 comes before B10."""
        parts = _NUMBER.split(self.number)
        return [int(part) if at % 2 else part for at, part in enumerate(parts)]


class Cell(NamedTuple):
    """What is on a stand for one half-day: an exhibitor, or nobody and a note why."""

    exhibitor: int = 0
    is_confirmed: bool = False
    note: str | None = None


HOLE = Cell()


class Piece(NamedTuple):
    """Half-days in a row with the same on them: a bar, something kept free, or one hole."""

    start: int
    span: int
    cell: Cell
    who: Person | None = None
    warnings: Sequence[str] = ()

    @property
    def is_hole(self) -> bool:
        return self.who is None and self.cell.note is None


class Row(NamedTuple):
    place: Place
    pieces: list[Piece]


@dataclass
class Area:
    """A zone and its stands."""

    zone: Zone
    rows: list[Row] = field(default_factory=list)
    given: int = 0
    total: int = 0

    @property
    def region(self) -> str:
        return self.zone.participation.region_id if self.zone.participation else ""

    @property
    def left(self) -> int:
        return self.total - self.given


@dataclass
class Reading:
    """What was read. With `only`, rows are those touched and `areas` those they are in."""

    region: str
    half_days: list[HalfDay]
    themes: list[Theme]
    areas: list[Area]
    people: dict[int, Person]
    # Exhibitor → how many half-days it has, wherever it has them.
    given: dict[int, int]

    def waiting(self) -> list[Person]:
        """Who has fewer half-days than granted, nobody's place first."""
        found = [person for person in self.own() if person.due(self.given.get(person.pk, 0))]
        return sorted(found, key=lambda one: (one.order, one.pk))

    def stays(self) -> Iterator[tuple[int, int]]:
        """Half-days granted and given, of each exhibitor that is still there."""
        return ((person.granted, self.given.get(person.pk, 0)) for person in self.own())

    def own(self) -> Iterator[Person]:
        """Neither who left nor, on a region's board, its guests on shared stands."""
        return (
            person
            for person in self.people.values()
            if not person.has_left and self.region in ("", person.region)
        )


def read_board(
    edition: Edition,
    region: str = "",
    *,
    only: tuple[Collection[int], Collection[int]] | None = None,
) -> Reading:
    """One region's board, its shared stands with it, or all of them.

    `only` (stands, exhibitors) reads no more than these.
    """
    half_days = list(
        HalfDay.objects.filter(edition=edition).select_related("day").order_by("starts_at", "pk")
    )
    columns = {half_day.pk: at for at, half_day in enumerate(half_days)}
    zones = _zones(edition, region)
    places = _places(zones, only and only[0])
    cells = _cells([place.pk for place in places] if only else None, edition, columns)
    themes = list(Theme.objects.order_by("position", "pk"))
    people = _people(edition, region, columns, themes, only and {*only[1], *_on(cells)})
    given, stands_of = _given(edition, people, is_partial=only is not None)
    warnings = Warnings(half_days, given, stands_of)
    areas = {zone.pk: Area(zone) for zone in zones}
    for place in sorted(places, key=lambda one: one.order):
        row = cells.get(place.pk, {})
        pieces = list(_pieces(place, row, people, len(half_days), warnings))
        areas[place.zone].rows.append(Row(place, pieces))
    _count(areas, len(half_days), edition, is_partial=only is not None)
    return Reading(
        region=region,
        half_days=half_days,
        themes=themes,
        areas=[area for area in areas.values() if area.rows],
        people=people,
        given=given,
    )


def _zones(edition: Edition, region: str) -> list[Zone]:
    zones = Zone.objects.filter(level__hall__edition=edition)
    if region:
        zones = zones.filter(Q(participation__region=region) | Q(participation=None))
    rows = zones.select_related("participation__region", "level__hall")
    # What all share stands last.
    return sorted(
        rows,
        key=lambda zone: (
            zone.participation is None,
            zone.participation.region.sort_key if zone.participation else "",
            zone.name,
            zone.pk,
        ),
    )


def _places(zones: Sequence[Zone], only: Collection[int] | None) -> list[Place]:
    regions = {
        zone.pk: zone.participation.region_id if zone.participation else "" for zone in zones
    }
    stands = Stand.objects.filter(zone__in=zones)
    # A stand no longer in use is shown as long as somebody is on it.
    stands = stands.filter(pk__in=only) if only is not None else stands
    stands = stands.filter(
        Q(is_open=True) | Q(pk__in=Allocation.objects.order_by().values("stand"))
    )
    columns = (
        *("pk", "zone_id", "number", "is_open", "kind", "power_watts", "has_screen"),
        *("has_wired_network", "has_storage", "has_water", "max_load", "is_accessible"),
    )
    return [
        Place(pk, zone, number, regions[zone], is_open, Equipment(*equipment))
        for pk, zone, number, is_open, *equipment in stands.values_list(*columns)
    ]


def _cells(
    stands: Collection[int] | None, edition: Edition, columns: dict[int, int]
) -> dict[int, dict[int, Cell]]:
    """{stand: {column: cell}}, those free left out."""
    allocations = Allocation.objects.filter(half_day__edition=edition)
    holds = StandHold.objects.filter(half_day__edition=edition)
    if stands is not None:
        allocations, holds = allocations.filter(stand__in=stands), holds.filter(stand__in=stands)
    found: dict[int, dict[int, Cell]] = defaultdict(dict)
    for stand, half_day, note in holds.values_list("stand_id", "half_day_id", "note"):
        found[stand][columns[half_day]] = Cell(note=note)
    rows = allocations.values_list("stand_id", "half_day_id", "exhibitor_id", "status")
    for stand, half_day, exhibitor, status in rows:
        is_confirmed = status == Allocation.Status.CONFIRMED
        found[stand][columns[half_day]] = Cell(exhibitor, is_confirmed)
    return found


def _on(cells: dict[int, dict[int, Cell]]) -> Iterator[int]:
    return (cell.exhibitor for row in cells.values() for cell in row.values() if cell.exhibitor)


def _people(
    edition: Edition,
    region: str,
    columns: dict[int, int],
    themes: Sequence[Theme],
    only: Collection[int] | None,
) -> dict[int, Person]:
    rows = Exhibitor.objects.filter(participation__edition=edition)
    is_on_board = Q(left_at__isnull=True)
    if region:
        shared = Allocation.objects.filter(stand__zone__participation=None)
        inside = Allocation.objects.filter(stand__zone__participation__region=region)
        is_on_board &= Q(participation__region=region) | Q(pk__in=shared.values("exhibitor"))
        is_on_board |= Q(pk__in=inside.values("exhibitor"))
    else:
        is_on_board |= Q(pk__in=Allocation.objects.values("exhibitor"))
    rows = rows.filter(pk__in=only) if only is not None else rows.filter(is_on_board)
    keys = list(rows.values_list("pk", "application_id"))
    wished = _columns(
        Application.wanted_half_days.through._base_manager,
        "application_id",
        rows.values("application"),
        columns,
    )
    never = _columns(
        Exhibitor.impossible_half_days.through._base_manager,
        "exhibitor_id",
        rows.values("pk"),
        columns,
    )
    applications = dict(keys)
    numbers = {theme.pk: at for at, theme in enumerate(themes, 1)}
    found = {}
    for pk, theme, *values in rows.values_list("pk", "application__theme_id", *_OF_EXHIBITORS):
        found[pk] = _person(
            pk,
            numbers.get(theme, 0),
            values,
            frozenset(wished.get(applications[pk], ())),
            frozenset(never.get(pk, ())),
            len(columns),
        )
    return found


_OF_EXHIBITORS = (
    *("application__display_name", "application__legal_name", "application__contact_email"),
    *("application__sort_name", "participation__region_id"),
    *("stay_revision", "granted_half_days", "left_at", "kind_needed"),
    *("application__power_watts", "application__needs_screen"),
    *("application__needs_wired_network", "application__needs_storage"),
    *("application__needs_water", "application__heavy_load"),
    "application__needs_accessible_stand",
)


def _person(
    pk: int,
    theme: int,
    values: list[Any],
    wished: frozenset[int],
    never: frozenset[int],
    total: int,
) -> Person:
    shown, legal, email, order, region, revision, granted, left_at, kind, *needs = values
    watts, screen, network, storage, water, load, accessible = needs
    return Person(
        pk=pk,
        name=shown or legal or email or str(pk),
        order=order,
        theme=theme,
        region=region,
        revision=revision,
        granted=granted or len(wished) or total,
        has_left=left_at is not None,
        needs=Needs(kind, watts or 0, screen, network, storage, water, load or 0, accessible),
        wished=wished,
        never=never,
    )


def _columns(manager: Any, key: str, of: Any, columns: dict[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for owner, half_day in manager.filter(**{f"{key}__in": of}).values_list(key, "halfday_id"):
        if half_day in columns:
            found[owner].append(columns[half_day])
    return found


def _given(
    edition: Edition, people: Collection[int], *, is_partial: bool
) -> tuple[dict[int, int], dict[int, set[int]]]:
    """How many half-days each has, and on which stands."""
    rows = Allocation.objects.filter(half_day__edition=edition)
    if is_partial:
        rows = rows.filter(exhibitor__in=people)
    given: dict[int, int] = defaultdict(int)
    stands: dict[int, set[int]] = defaultdict(set)
    for exhibitor, stand in rows.values_list("exhibitor_id", "stand_id"):
        given[exhibitor] += 1
        stands[exhibitor].add(stand)
    return given, stands


def _pieces(
    place: Place, row: dict[int, Cell], people: dict[int, Person], total: int, warnings: Warnings
) -> Iterator[Piece]:
    start = 0
    while start < total:
        cell = row.get(start, HOLE)
        span = 1
        if cell is not HOLE:
            while start + span < total and row.get(start + span) == cell:
                span += 1
        who = people.get(cell.exhibitor)
        told = warnings.of(who, place, range(start, start + span)) if who else ()
        yield Piece(start, span, cell, who, told)
        start += span


def _count(areas: dict[int, Area], total: int, edition: Edition, *, is_partial: bool) -> None:
    """Half-days given and free in each area, whole even where only a few rows were read."""
    for area in areas.values():
        open_rows = [row for row in area.rows if row.place.is_open]
        area.total = len(open_rows) * total
        area.given = sum(
            piece.span for row in open_rows for piece in row.pieces if not piece.is_hole
        )
    if is_partial:
        _count_whole([area for area in areas.values() if area.rows], total, edition)


def _count_whole(areas: Iterable[Area], total: int, edition: Edition) -> None:
    found = {area.zone.pk: area for area in areas}
    for area in found.values():
        area.total = area.given = 0
    for zone in Stand.objects.in_use().filter(zone__in=found).values_list("zone_id", flat=True):
        found[zone].total += total
    for rows in (Allocation.objects, StandHold.objects):
        zones = rows.filter(
            half_day__edition=edition, stand__is_open=True, stand__zone__in=found
        ).values_list("stand__zone_id", flat=True)
        for zone in zones:
            found[zone].given += 1
