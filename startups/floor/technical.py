"""The technical sheet: what the stands have to deliver, half-day by half-day, and what is missing.

Read from the plan being made. As many queries for ten stands as for thousands; plain rows, since
there are that many.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from events.models import Edition, HalfDay, Stand, Zone
from pavilion.core.text import fold
from startups.floor.fitting import Equipment, Needs, lacks
from startups.floor.presence import spoken_days
from startups.models import Allocation, Exhibitor

_WIFI = re.compile(r"\bwi[ -]?fi\b|\bhot ?spot\b|\bpoint d'acces\b|\baccess point\b")


class Need(NamedTuple):
    """An exhibitor and what it asks for. `watts` is None where it has not said."""

    pk: int
    name: str
    region: str
    watts: int | None
    needs: Needs
    wifi: str
    notes: str
    is_confirmed: bool


@dataclass
class Load:
    """What is asked for, or provided, together."""

    exhibitors: int = 0
    watts: int = 0
    # Of the exhibitors, those who have not said how much power they need.
    silent: int = 0
    screens: int = 0
    networks: int = 0
    storages: int = 0
    waters: int = 0
    accessibles: int = 0
    wifis: int = 0
    # The heaviest, in kg/m², and how many have one.
    load: int = 0
    loads: int = 0

    def add(self, need: Need) -> None:
        self.exhibitors += 1
        self.watts += need.watts or 0
        self.silent += need.watts is None
        self.screens += need.needs.screen
        self.networks += need.needs.network
        self.storages += need.needs.storage
        self.waters += need.needs.water
        self.accessibles += need.needs.accessible
        self.wifis += bool(need.wifi)
        self.load = max(self.load, need.needs.load)
        self.loads += bool(need.needs.load)

    def provide(self, has: Equipment) -> None:
        self.watts += has.watts
        self.screens += has.screen
        self.networks += has.network
        self.storages += has.storage
        self.waters += has.water
        self.accessibles += has.accessible


@dataclass
class Occupied:
    """An exhibitor on a stand, on these half-days by their place in the fair."""

    need: Need
    columns: list[int] = field(default_factory=list)


@dataclass
class StandLine:
    """A stand, who is on it, and what it has to deliver to the one who asks most."""

    pk: int
    number: str
    kind: str
    equipment: Equipment
    occupied: list[Occupied] = field(default_factory=list)

    @cached_property
    def asked(self) -> Needs:
        needs = [each.need.needs for each in self.occupied]
        return Needs(
            watts=max((each.watts for each in needs), default=0),
            screen=any(each.screen for each in needs),
            network=any(each.network for each in needs),
            storage=any(each.storage for each in needs),
            water=any(each.water for each in needs),
            load=max((each.load for each in needs), default=0),
            accessible=any(each.accessible for each in needs),
        )

    @cached_property
    def wifis(self) -> list[str]:
        return sorted({each.need.wifi for each in self.occupied} - {""})


@dataclass
class ZoneSheet:
    zone: Zone
    stands: list[StandLine]
    # One for each half-day of the fair.
    loads: list[Load]
    provided: Load

    @property
    def region(self) -> str:
        return self.zone.participation.region_id if self.zone.participation else ""

    @property
    def peak(self) -> int:
        return max((load.watts for load in self.loads), default=0)


class Missing(NamedTuple):
    """Something to settle before the sheet leaves; `code` is the same in every language."""

    code: str
    region: str
    exhibitor: int | None
    name: str
    stand: str
    when: str
    sentence: str


@dataclass
class TechnicalSheet:
    edition: Edition
    half_days: list[HalfDay]
    zones: list[ZoneSheet]
    # One for each half-day: of all zones together.
    loads: list[Load]
    provided: Load
    missing: list[Missing]

    def count(self) -> dict[str, int]:
        """How many of each kind are missing."""
        return dict(Counter(each.code for each in self.missing))


def read_sheet(edition: Edition, regions: Collection[str] | None = None) -> TechnicalSheet:
    """Of these regions' exhibitors, or of everybody. Five queries."""
    half_days = list(HalfDay.objects.filter(edition=edition).order_by("starts_at", "pk"))
    columns = {half_day.pk: at for at, half_day in enumerate(half_days)}
    needs = _needs(edition, regions)
    held = _held(edition, regions)
    zones = _zones(edition, regions, {stand for stand, _day, _exhibitor in held}, len(half_days))
    stands = {line.pk: (zone, line) for zone in zones for line in zone.stands}
    for stand, half_day, exhibitor in held:
        zone, line = stands[stand]
        at, need = columns[half_day], needs[exhibitor]
        zone.loads[at].add(need)
        last = line.occupied[-1] if line.occupied else None
        if last is None or last.need.pk != exhibitor:
            line.occupied.append(last := Occupied(need))
        last.columns.append(at)
    return TechnicalSheet(
        edition=edition,
        half_days=half_days,
        zones=zones,
        loads=[_together(zone.loads[at] for zone in zones) for at in range(len(half_days))],
        provided=_together(zone.provided for zone in zones),
        missing=list(_missing(zones, needs, half_days, {row[2] for row in held})),
    )


_OF_EXHIBITORS = (
    *("pk", "application__display_name", "application__legal_name", "participation__region_id"),
    *("needs_checked_at", "left_at", "application__wifi_network", "application__technical_notes"),
    *("kind_needed", "application__power_watts", "application__needs_screen"),
    *("application__needs_wired_network", "application__needs_storage"),
    *("application__needs_water", "application__heavy_load"),
    "application__needs_accessible_stand",
)


def _needs(edition: Edition, regions: Collection[str] | None) -> dict[int, Need]:
    """Everybody who exhibits, and who left and still is in the plan."""
    rows = Exhibitor.objects.filter(participation__edition=edition)
    if regions is not None:
        rows = rows.filter(participation__region__in=regions)
    holds = Q(pk__in=Allocation.objects.order_by().values("exhibitor"))
    rows = rows.filter(Q(left_at__isnull=True) | holds).order_by("application__sort_name", "pk")
    found = {}
    for pk, shown, legal, region, checked, _left, wifi, notes, *asked in rows.values_list(
        *_OF_EXHIBITORS
    ):
        kind, watts, screen, network, storage, water, load, accessible = asked
        needs = Needs(kind, watts or 0, screen, network, storage, water, load or 0, accessible)
        name = shown or legal or str(pk)
        found[pk] = Need(pk, name, region, watts, needs, wifi, notes, checked is not None)
    return found


def _held(edition: Edition, regions: Collection[str] | None) -> list[tuple[int, int, int]]:
    rows = Allocation.objects.filter(half_day__edition=edition)
    if regions is not None:
        rows = rows.filter(exhibitor__participation__region__in=regions)
    rows = rows.order_by("half_day__starts_at", "half_day", "stand__number", "pk")
    return list(rows.values_list("stand_id", "half_day_id", "exhibitor_id"))


def _zones(
    edition: Edition, regions: Collection[str] | None, held: set[int], count: int
) -> list[ZoneSheet]:
    """A region's own stands, and those of all that it is on."""
    rows = Zone.objects.filter(level__hall__edition=edition)
    zones = {zone.pk: zone for zone in rows.select_related("participation__region", "level__hall")}
    lines: dict[int, list[StandLine]] = defaultdict(list)
    columns = (
        *("zone_id", "is_open", "pk", "number", "kind", "power_watts", "has_screen"),
        *("has_wired_network", "has_storage", "has_water", "max_load", "is_accessible"),
    )
    stands = Stand.objects.filter(zone__in=zones).order_by("number", "pk")
    for zone, is_open, pk, number, kind, *equipment in stands.values_list(*columns):
        owner = zones[zone].participation
        is_own = regions is None or (owner is not None and owner.region_id in regions)
        if pk in held or (is_open and is_own):
            line = StandLine(pk, number, kind, Equipment(kind, *equipment))
            lines[zone].append(line)
    sheets = []
    for pk, found in lines.items():
        provided = Load()
        for line in found:
            provided.provide(line.equipment)
        loads = [Load() for _column in range(count)]
        sheets.append(ZoneSheet(zones[pk], found, loads, provided))
    return sorted(sheets, key=_order)


def _order(sheet: ZoneSheet) -> tuple[bool, str, str, int]:
    """What all share stands last."""
    owner = sheet.zone.participation
    return owner is None, owner.region.sort_key if owner else "", sheet.zone.name, sheet.zone.pk


def _together(loads: Iterable[Load]) -> Load:
    total = Load()
    for load in loads:
        for name, value in vars(load).items():
            was = getattr(total, name)
            setattr(total, name, max(was, value) if name == "load" else was + value)
    return total


# --- What is missing ---


def _missing(
    zones: Sequence[ZoneSheet],
    needs: dict[int, Need],
    half_days: Sequence[HalfDay],
    placed: set[int],
) -> Iterator[Missing]:
    yield from _overloaded(zones, half_days)
    yield from _unsuited(zones, half_days)
    for need in needs.values():
        if need.pk not in placed:
            yield _about(need, "no_stand", _("%(exhibitor)s has no stand."))
        if not need.is_confirmed:
            yield _about(need, "unconfirmed", _("%(exhibitor)s has not confirmed its needs."))
        elif need.watts is None:
            yield _about(need, "power", _("%(exhibitor)s has not said how much power it needs."))
        if not need.wifi and _WIFI.search(fold(need.notes)):
            sentence = _("%(exhibitor)s writes of a Wi-Fi network and has declared none.")
            yield _about(need, "wifi", sentence)
    yield from _same_wifi(needs.values())


def _about(need: Need, code: str, sentence: str) -> Missing:
    words = {"exhibitor": need.name}
    return Missing(code, need.region, need.pk, need.name, "", "", sentence % words)


def _overloaded(zones: Sequence[ZoneSheet], half_days: Sequence[HalfDay]) -> Iterator[Missing]:
    """More power asked for in an area than its stands provide together."""
    for sheet in zones:
        columns = [at for at, load in enumerate(sheet.loads) if load.watts > sheet.provided.watts]
        if columns:
            when = spoken_days([half_days[at] for at in columns])
            words = {"zone": sheet.zone, "asked": sheet.peak, "provided": sheet.provided.watts}
            sentence = _("%(zone)s: %(asked)s W are asked for, its stands provide %(provided)s W.")
            yield Missing("overload", sheet.region, None, "", "", when, sentence % words)


def _unsuited(zones: Sequence[ZoneSheet], half_days: Sequence[HalfDay]) -> Iterator[Missing]:
    for sheet in zones:
        for line in sheet.stands:
            for each in line.occupied:
                if missing := lacks(line.equipment, each.need.needs):
                    words = {
                        "stand": line.number,
                        "exhibitor": each.need.name,
                        "equipment": ", ".join(missing),
                    }
                    yield Missing(
                        "unsuited",
                        each.need.region,
                        each.need.pk,
                        each.need.name,
                        line.number,
                        spoken_days([half_days[at] for at in each.columns]),
                        _("Stand %(stand)s lacks what %(exhibitor)s needs: %(equipment)s.") % words,
                    )


def _same_wifi(needs: Iterable[Need]) -> Iterator[Missing]:
    """A network's name tells whose it is: two of one name cannot be told apart."""
    named: dict[str, list[Need]] = defaultdict(list)
    for need in needs:
        if need.wifi:
            named[fold(need.wifi)].append(need)
    for same in named.values():
        for need in same[1:]:
            words = {"exhibitor": need.name, "other": same[0].name, "network": need.wifi}
            sentence = _(
                "%(exhibitor)s and %(other)s both declare the Wi-Fi network “%(network)s”."
            )
            yield Missing("wifi_twice", need.region, need.pk, need.name, "", "", sentence % words)
