"""Which exchanges of announced half-days are possible, and what is in the way of the others.

Read once for a region, in a fixed number of queries; nothing is asked or written afterwards.
The desk reads every reason. Companies learn of each other what is announced and nothing else: what
another needs, when it cannot come and what the region is planning are one neutral sentence.
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


@dataclass(frozen=True)
class _Hindrance:
    """Something in the way. Told to companies: what is announced, and what is their own."""

    sentence: str
    is_announced: bool = True
    about: int = 0


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
    confirmed: set[tuple[int, int]] = field(default_factory=set)
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
        return any(
            day in self.half_days and self.half_days[day].starts_at <= self.now for day in days
        )

    def in_the_way(self, exchange: Exchange, *, reader: Exhibitor | None = None) -> list[str]:
        """Each thing that keeps the exchange from being made, in one sentence; none: it can.

        `reader`: the company that is told; without, the desk.
        """
        if not (exchange.gives and exchange.takes) or exchange.gives == exchange.takes:
            return [_("Both have to leave something and to get something else.")]
        if not self.is_as_announced(exchange):
            return [_("The plan has changed since: it no longer says what is to be exchanged.")]
        found = [
            each for who, left, got in exchange.sides() for each in self._against(who, left, got)
        ]
        if reader is None:
            return [*self._begun(exchange), *(each.sentence for each in found)]
        told = (
            each.sentence
            if each.is_announced or each.about == reader.pk
            else _("It is not possible at that time.")
            for each in found
        )
        return [*self._begun(exchange), *dict.fromkeys(told)]

    def fixed(self, exchange: Exchange) -> list[str]:
        """What of it the region had confirmed, in the order of the fair."""
        return [
            _("%(half_day)s: stand %(stand)s is confirmed to %(exhibitor)s.")
            % {"half_day": half_day, "stand": self._number(left[pk]), "exhibitor": who}
            for pk, half_day in self.half_days.items()
            for who, left, _got in exchange.sides()
            if pk in left and (who.pk, pk) in self.confirmed
        ]

    def spoken(self, cells: Mapping[int, int]) -> list[str]:
        """ "Thursday 13 June, morning: stand B04", in the order of the fair."""
        return [
            _("%(half_day)s: stand %(stand)s")
            % {"half_day": half_day, "stand": self._number(cells[pk])}
            for pk, half_day in self.half_days.items()
            if pk in cells
        ]

    def _number(self, stand: int) -> str:
        """A settled swap remembers stands that have been deleted since."""
        return str(self.stands.get(stand, "?"))

    def _begun(self, exchange: Exchange) -> Iterator[str]:
        for day in sorted({*exchange.gives, *exchange.takes}, key=list(self.half_days).index):
            if self.half_days[day].starts_at <= self.now:
                yield _("%(half_day)s has begun.") % {"half_day": self.half_days[day]}

    def _against(self, who: Exhibitor, left: Cells, got: Cells) -> Iterator[_Hindrance]:
        words: dict[str, object] = {"exhibitor": who}
        for day, stand in left.items():
            words["half_day"] = self.half_days[day]
            if self.planned[who.pk].get(day) != stand:
                yield _drafted(words)
        for day in got:
            words |= {"half_day": self.half_days[day]}
            if day not in left and (kept := self.announced[who.pk].get(day)) is not None:
                words["stand"] = self.stands[kept]
                sentence = _("%(half_day)s: %(exhibitor)s is already on stand %(stand)s.")
                yield _Hindrance(sentence % words)
            elif day not in left and day in self.planned[who.pk]:
                yield _drafted(words)
            if day in self.impossible[who.pk]:
                sentence = _("%(half_day)s: %(exhibitor)s cannot come.")
                yield _Hindrance(sentence % words, is_announced=False, about=who.pk)
        for stand in dict.fromkeys(got.values()):
            yield from self._unsuited(who, self.stands[stand])

    def _unsuited(self, who: Exhibitor, stand: Stand) -> Iterator[_Hindrance]:
        words: dict[str, object] = {"exhibitor": who, "stand": stand}
        owner = stand.zone.participation_id
        if owner is not None and owner != who.participation_id:
            yield _Hindrance(_("Stand %(stand)s is in another region’s area.") % words)
        if not stand.is_open:
            yield _Hindrance(_("Stand %(stand)s is not in use this year.") % words)
        if missing := lacking(stand, who.application, who.kind_needed):
            words["equipment"] = ", ".join(missing)
            sentence = _("Stand %(stand)s lacks what %(exhibitor)s needs: %(equipment)s.")
            yield _Hindrance(sentence % words, is_announced=False, about=who.pk)


def _drafted(words: Mapping[str, object]) -> _Hindrance:
    """The plan being made is the region's own, also before the company it is about."""
    sentence = _("%(half_day)s: the region is changing the plan of %(exhibitor)s.") % words
    return _Hindrance(sentence, is_announced=False)


@dataclass(frozen=True)
class Partner:
    """Somebody one could exchange with: for which of their half-days, or why for none."""

    exhibitor: Exhibitor
    # What of theirs one would get, each its own exchange.
    options: list[Cells]
    reasons: list[str]


def read_floor(participation_id: int, now: datetime) -> RegionFloor:
    """Seven queries, whatever the size of the region."""
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
    columns = ("exhibitor_id", "half_day_id", "stand_id", "status")
    for who, day, stand, status in planned.values_list(*columns):
        floor.planned[who][day] = stand
        if status == Allocation.Status.CONFIRMED:
            floor.confirmed.add((who, day))
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
    # Swaps speak of stands that nobody of the region may have any more.
    swaps = Swap.objects.filter(proposer__participation=participation_id)
    for pair in swaps.values_list("gives", "takes"):
        keys |= {stand for told in pair for stand in told.values()}
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
            exchange = Exchange(exhibitor, other, gives, takes)
            against = floor.in_the_way(exchange, reader=exhibitor)
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
