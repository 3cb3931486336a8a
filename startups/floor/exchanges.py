"""Which exchanges of announced half-days are possible, and what is in the way of the others.

Read once for a region, in a fixed number of queries; nothing is asked or written afterwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from events.models import HalfDay, Stand
from startups.floor.suiting import lacking
from startups.models import Allocation, Exhibitor, PublishedAllocation, Swap

# {half-day: stand}, of one exhibitor.
Cells = dict[int, int]


@dataclass(frozen=True)
class Exchange:
    """What one leaves to the other and gets for it, as the first of the two sees it."""

    first: Exhibitor
    second: Exhibitor
    gives: Cells
    takes: Cells

    def sides(self) -> Iterator[tuple[Exhibitor, Cells, Cells]]:
        """Each with what it leaves and what it gets."""
        yield self.first, self.gives, self.takes
        yield self.second, self.takes, self.gives


@dataclass
class RegionFloor:
    """The announced plan of one region, with what an exchange has to respect."""

    now: datetime
    half_days: dict[int, HalfDay] = field(default_factory=dict)
    stands: dict[int, Stand] = field(default_factory=dict)
    exhibitors: dict[int, Exhibitor] = field(default_factory=dict)
    announced: dict[int, Cells] = field(default_factory=lambda: defaultdict(dict))
    # The plan being made: what of it differs is not exchanged until it is announced.
    planned: dict[int, Cells] = field(default_factory=lambda: defaultdict(dict))
    impossible: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def coming(self, exhibitor: Exhibitor) -> Cells:
        """Its announced half-days that have not begun, in the order of the fair."""
        cells = self.announced[exhibitor.pk]
        return {
            pk: cells[pk]
            for pk, half_day in self.half_days.items()
            if pk in cells and half_day.starts_at > self.now
        }

    def is_as_announced(self, exchange: Exchange) -> bool:
        """Whether both still are, for all to know, where the exchange takes them from."""
        return all(
            who.left_at is None
            and all(self.announced[who.pk].get(day) == left[day] for day in left)
            for who, left, _got in exchange.sides()
        )

    def has_begun(self, exchange: Exchange) -> bool:
        days = {*exchange.gives, *exchange.takes}
        return any(self.half_days[day].starts_at <= self.now for day in days)

    def in_the_way(self, exchange: Exchange) -> list[str]:
        """Each thing that keeps the exchange from being made, in one sentence; none: it can."""
        if not (exchange.gives and exchange.takes) or exchange.gives == exchange.takes:
            return [_("Both have to leave something and to get something else.")]
        if not self.is_as_announced(exchange):
            return [_("The plan has changed since: it no longer says what is to be exchanged.")]
        return [
            *self._begun(exchange),
            *(
                sentence
                for who, left, got in exchange.sides()
                for sentence in self._against(who, left, got)
            ),
        ]

    def spoken(self, cells: Mapping[int, int]) -> list[str]:
        """ "Thursday 13 June, morning: stand B04", in the order of the fair."""
        return [
            _("%(half_day)s: stand %(stand)s")
            % {"half_day": half_day, "stand": self.stands[cells[pk]]}
            for pk, half_day in self.half_days.items()
            if pk in cells
        ]

    def _begun(self, exchange: Exchange) -> Iterator[str]:
        for day in sorted({*exchange.gives, *exchange.takes}, key=list(self.half_days).index):
            if self.half_days[day].starts_at <= self.now:
                yield _("%(half_day)s has begun.") % {"half_day": self.half_days[day]}

    def _against(self, who: Exhibitor, left: Cells, got: Cells) -> Iterator[str]:
        words: dict[str, object] = {"exhibitor": who}
        for day, stand in left.items():
            words["half_day"] = self.half_days[day]
            if self.planned[who.pk].get(day) != stand:
                yield (_("%(half_day)s: the region is changing the plan of %(exhibitor)s.") % words)
        for day in got:
            words |= {"half_day": self.half_days[day]}
            if day not in left and (kept := self.announced[who.pk].get(day)) is not None:
                words["stand"] = self.stands[kept]
                yield _("%(half_day)s: %(exhibitor)s is already on stand %(stand)s.") % words
            elif day not in left and day in self.planned[who.pk]:
                yield (_("%(half_day)s: the region is changing the plan of %(exhibitor)s.") % words)
            if day in self.impossible[who.pk]:
                yield _("%(half_day)s: %(exhibitor)s cannot come.") % words
        for stand in dict.fromkeys(got.values()):
            yield from self._unsuited(who, self.stands[stand])

    def _unsuited(self, who: Exhibitor, stand: Stand) -> Iterator[str]:
        words: dict[str, object] = {"exhibitor": who, "stand": stand}
        owner = stand.zone.participation_id
        if owner is not None and owner != who.participation_id:
            yield _("Stand %(stand)s is in another region’s area.") % words
        if not stand.is_open:
            yield _("Stand %(stand)s is not in use this year.") % words
        if missing := lacking(stand, who.application, who.kind_needed):
            words["equipment"] = ", ".join(missing)
            yield _("Stand %(stand)s lacks what %(exhibitor)s needs: %(equipment)s.") % words


@dataclass(frozen=True)
class Partner:
    """Somebody one could exchange with: for which of their half-days, or why for none."""

    exhibitor: Exhibitor
    # What of theirs one would get, each its own exchange.
    options: list[Cells]
    reasons: list[str]


def read_floor(participation_id: int, now: datetime) -> RegionFloor:
    """Six queries, whatever the size of the region."""
    floor = RegionFloor(now)
    rows = Exhibitor.objects.filter(participation=participation_id).select_related(
        "application__call__participation__region",
        "application__call__participation__edition",
        "participation",
    )
    floor.exhibitors = {each.pk: each for each in rows.order_by("application__sort_name", "pk")}
    half_days = HalfDay.objects.filter(edition__participations=participation_id)
    floor.half_days = {each.pk: each for each in half_days.order_by("starts_at", "pk")}
    held = PublishedAllocation.objects.filter(exhibitor__participation=participation_id)
    for who, day, stand in held.values_list("exhibitor_id", "half_day_id", "stand_id"):
        floor.announced[who][day] = stand
    planned = Allocation.objects.filter(exhibitor__participation=participation_id)
    for who, day, stand in planned.values_list("exhibitor_id", "half_day_id", "stand_id"):
        floor.planned[who][day] = stand
    never = Exhibitor.impossible_half_days.through.objects.filter(
        exhibitor__participation=participation_id
    )
    for who, day in never.values_list("exhibitor_id", "halfday_id"):
        floor.impossible[who].add(day)
    keys = {
        stand
        for cells in (*floor.announced.values(), *floor.planned.values())
        for stand in cells.values()
    }
    floor.stands = Stand.objects.select_related("zone").in_bulk(keys)
    return floor


def partners(floor: RegionFloor, exhibitor: Exhibitor, half_day_id: int | None) -> list[Partner]:
    """With whom one of its half-days can be exchanged, or without one all that is to come."""
    mine = floor.coming(exhibitor)
    gives = mine if half_day_id is None else {half_day_id: mine[half_day_id]}
    found = []
    for other in floor.exhibitors.values():
        theirs = floor.coming(other)
        if other.pk == exhibitor.pk or other.left_at is not None or not theirs:
            continue
        wanted: Iterable[Cells] = (
            [theirs] if half_day_id is None else ({day: stand} for day, stand in theirs.items())
        )
        options: list[Cells] = []
        reasons: dict[str, None] = {}
        for takes in wanted:
            against = floor.in_the_way(Exchange(exhibitor, other, gives, takes))
            if against:
                reasons |= dict.fromkeys(against)
            else:
                options.append(takes)
        found.append(Partner(other, options, [] if options else list(reasons)))
    return found


def exchange_of(swap: Swap) -> Exchange:
    return Exchange(swap.proposer, swap.other, cells(swap.gives), cells(swap.takes))


def cells(told: Mapping[str, int]) -> Cells:
    """As the database keeps them: JSON knows keys as text alone."""
    return {int(day): stand for day, stand in told.items()}
