"""What an exhibitor reads of its own stand: where, when, beside whom, after whom, with what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _

from events import geometry
from events.models import Day, HalfDay, Stand
from pavilion.core.languages import Localized, localized
from startups import ical
from startups.dates import clock
from startups.floor.plan.drawing import DrawnLevel
from startups.floor.plan.reading import close_view
from startups.floor.presence import half_day_at
from startups.floor.relays import Occupancy, Presence, occupancy_of
from startups.floor.spoken import by_day, when
from startups.floor.surroundings import Around, around
from startups.models import Application, Exhibitor, FloorRules, PublishedAllocation

# Metres around a stand in which all that matters to it stands.
REACH = 12


@dataclass(frozen=True)
class Neighbour:
    """A stand beside or across, and who is there; nobody on a free half-day."""

    stand: str
    exhibitor: Exhibitor | None


@dataclass(frozen=True)
class Side:
    label: str
    neighbours: list[Neighbour]


@dataclass(frozen=True)
class Spell:
    """Half-days in a row on which the neighbours are the same."""

    half_days: list[HalfDay]
    sides: list[Side]

    @property
    def when(self) -> str:
        spoken = when(self.half_days)
        return spoken[:1].upper() + spoken[1:]


@dataclass(frozen=True)
class OwnDay:
    """One day: from when to when on which stand, and what passes from hand to hand."""

    day: Day
    hours: list[str]
    access: str
    relays: list[str]


@dataclass(frozen=True)
class Equipment:
    """Something needed or there: whether it is both."""

    label: str
    needed: str
    there: str
    is_enough: bool


@dataclass
class OwnStand:
    """One of the exhibitor's stands."""

    stand: Stand
    when: str
    days: list[OwnDay] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    equipment: list[Equipment] = field(default_factory=list)
    levels: list[DrawnLevel] = field(default_factory=list)


def stands_of(exhibitor: Exhibitor, now: datetime) -> list[OwnStand]:
    """In the order of the fair. The same queries, whatever the half-days; one plan a stand."""
    held = list(
        PublishedAllocation.objects.filter(exhibitor=exhibitor)
        .select_related("stand__zone__level__hall", "stand__zone__participation")
        .order_by("half_day__starts_at", "pk")
    )
    if not held:
        return []
    stands = {row.stand_id: row.stand for row in held}
    near = _near(stands.values())
    numbers = {int(str(row[0])): str(row[-1]) for row in near}
    places = geometry.places(row[:-1] for row in near)
    sides = {key: around(key, places) for key in stands}
    occupancy = occupancy_of(
        [exhibitor.pk],
        edition_id=exhibitor.participation.edition_id,
        stand_ids={key for each in sides.values() for key in each.all},
    )
    presences = occupancy.of(exhibitor.pk)
    shown = []
    for key, stand in stands.items():
        mine = [each for each in presences if each.stand.pk == key]
        half_days = [each.half_day for each in mine]
        spells = list(_spells(sides[key], half_days, occupancy, numbers))
        shown.append(
            OwnStand(
                stand=stand,
                when=when(half_days),
                days=list(_days(mine)),
                spells=spells,
                equipment=_equipment(exhibitor.application, stand),
                levels=close_view(AnonymousUser(), [stand], half_day_at(half_days, now)),
            )
        )
    return shown


def rules_of(exhibitor: Exhibitor) -> FloorRules:
    """As usual where the region has written none."""
    found = FloorRules.objects.filter(participation=exhibitor.participation_id).first()
    return found or FloorRules(participation=exhibitor.participation)


def note_of(rules: FloorRules) -> Localized:
    return localized(rules, "handover_note")


def _near(stands: Iterable[Stand]) -> list[tuple[object, ...]]:
    """Columns for `geometry.places`, and the number, of all that stands around these stands."""
    around_them = Q()
    for stand in stands:
        x, y = float(stand.x), float(stand.y)
        around_them |= Q(
            zone__level=stand.zone.level_id,
            x__range=(x - REACH, x + REACH),
            y__range=(y - REACH, y + REACH),
        )
    rows = Stand.objects.in_use().filter(around_them).order_by("pk")
    return list(rows.values_list(*geometry.COLUMNS, "number"))


def _spells(
    sides: Around, half_days: Sequence[HalfDay], occupancy: Occupancy, numbers: Mapping[int, str]
) -> Iterator[Spell]:
    if not sides.all:
        return
    seen: list[HalfDay] = []
    shown: list[Side] = []
    for half_day in half_days:
        there = list(_sides(sides, half_day, occupancy, numbers))
        if seen and there != shown:
            yield Spell(seen, shown)
            seen = []
        seen, shown = [*seen, half_day], there
    if seen:
        yield Spell(seen, shown)


def _sides(
    sides: Around, half_day: HalfDay, occupancy: Occupancy, numbers: Mapping[int, str]
) -> Iterator[Side]:
    labels = {
        "left": _("On your left"),
        "right": _("On your right"),
        "beside": _("Beside you"),
        "across": _("Across the aisle"),
        "behind": _("Behind you"),
    }
    for name, label in labels.items():
        keys = getattr(sides, name)
        if keys:
            yield Side(
                label, [Neighbour(numbers[key], occupancy.at(key, half_day)) for key in keys]
            )


def _days(presences: Sequence[Presence]) -> Iterator[OwnDay]:
    by_half_day = {each.half_day.pk: each for each in presences}
    for day, half_days in by_day(each.half_day for each in presences):
        there = [by_half_day[half_day.pk] for half_day in half_days]
        opens_with_them = half_days[0].starts_at <= day.opens
        yield OwnDay(
            day=day,
            hours=[_hours(half_day) for half_day in half_days],
            access=clock(day.at(day.exhibitor_access_at)) if opens_with_them else "",
            relays=[
                *(ical.taking(each, each.taken_from) for each in there if each.taken_from),
                *(ical.leaving(each, each.left_to) for each in there if each.left_to),
            ],
        )


def _hours(half_day: HalfDay) -> str:
    return _("%(part)s, %(from)s – %(to)s") % {
        "part": half_day.get_part_display(),
        "from": clock(half_day.starts_at),
        "to": clock(half_day.ends_at),
    }


def _equipment(application: Application, stand: Stand) -> list[Equipment]:
    """What the company asked for against what the stand has; what neither has is left out."""
    watts, heavy_load = application.power_watts or 0, application.heavy_load or 0
    power = Equipment(
        _("Power"), _watts(watts), _watts(stand.power_watts), stand.power_watts >= watts
    )
    load = Equipment(
        _("Floor load"), _load(heavy_load), _load(stand.max_load), stand.max_load >= heavy_load
    )
    pairs = (
        (_("Screen"), application.needs_screen, stand.has_screen),
        (_("Wired network"), application.needs_wired_network, stand.has_wired_network),
        (_("Storage"), application.needs_storage, stand.has_storage),
        (_("Water"), application.needs_water, stand.has_water),
        (_("Step-free access"), application.needs_accessible_stand, stand.is_accessible),
    )
    plain = [
        Equipment(
            label,
            _("needed") if needed else "",
            _("on the stand") if there else _("not on the stand"),
            there or not needed,
        )
        for label, needed, there in pairs
        if needed or there
    ]
    return [power, *plain, *([load] if heavy_load else [])]


def _watts(value: int) -> str:
    return f"{value}\N{NO-BREAK SPACE}W" if value else ""


def _load(value: int) -> str:
    return f"{value}\N{NO-BREAK SPACE}kg/m²" if value else ""
