"""What a change of the board would do, checked against every rule, before anything is written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from events.models import Edition, HalfDay, Stand, Zone
from pavilion.core.access import ensure_manages
from pavilion.core.models import User
from startups.models import Allocation, BoardStep, Exhibitor, StandHold
from startups.operations.board.refusals import (
    Clash,
    NotInEdition,
    cell_confirmed,
    changed_meanwhile,
    ensure_fits,
    half_days_taken,
    holds_changed_meanwhile,
    not_in_edition,
    stand_held,
)

PLANNED, CONFIRMED = Allocation.Status.PLANNED, Allocation.Status.CONFIRMED

# {half-day: stand and status}, of one exhibitor.
Stay = dict[int, tuple[int, str]]
# {(stand, half-day): what for, or None where it is not kept free}.
Holds = dict[tuple[int, int], str | None]


@dataclass
class Change:
    """Only what differs: the whole stay of each exhibitor that changes, each hold that does."""

    edition: Edition
    before: dict[int, Stay] = field(default_factory=dict)
    after: dict[int, Stay] = field(default_factory=dict)
    holds_before: Holds = field(default_factory=dict)
    holds_after: Holds = field(default_factory=dict)
    # What the keys above are called; rows hold the allocations as they are.
    exhibitors: dict[int, Exhibitor] = field(default_factory=dict)
    stands: dict[int, Stand] = field(default_factory=dict)
    half_days: dict[int, HalfDay] = field(default_factory=dict)
    rows: list[Allocation] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.after or self.holds_after)

    def regions(self) -> set[str]:
        codes = {self.exhibitors[pk].region_code for pk in self.after}
        return codes | {region_of(self.stands[stand]) for stand, _day in self.holds_after}

    def added(self) -> Iterator[tuple[Exhibitor, Stand, HalfDay]]:
        """Cells an exhibitor gets, in the order of the fair."""
        yield from self._cells(self.after, self.before)

    def removed(self) -> Iterator[tuple[Exhibitor, Stand, HalfDay]]:
        yield from self._cells(self.before, self.after)

    def _cells(
        self, has: Mapping[int, Stay], has_not: Mapping[int, Stay]
    ) -> Iterator[tuple[Exhibitor, Stand, HalfDay]]:
        for half_day in self.half_days.values():
            for pk, stay in has.items():
                cell, other = stay.get(half_day.pk), has_not.get(pk, {}).get(half_day.pk)
                if cell and (other is None or other[0] != cell[0]):
                    yield self.exhibitors[pk], self.stands[cell[0]], half_day


def region_of(stand: Stand) -> str:
    """Whose area it is in; empty where it is shared by all."""
    return stand.zone.participation.region_id if stand.zone.participation else ""


def plan(
    *,
    edition: Edition,
    stays: Mapping[int, Mapping[int, int]],
    holds: Mapping[tuple[int, int], str | None],
    by: User | None,
    seen: Mapping[int, int] | None = None,
    statuses: Mapping[int, str] | None = None,
    cell_statuses: Mapping[int, Stay] | None = None,
    over_confirmed: bool = False,
    adds_only: bool = False,
    locks: bool = False,
    seen_holds: Holds | None = None,
) -> Change:
    """The change, or the refusal.

    `cell_statuses` sets those of cells that stay as well; `adds_only` refuses to take somebody off
    the stand they are on.
    """
    holds = {cell: note if note is None else note[:100] for cell, note in holds.items()}
    change = _named(edition, stays, holds, locks=locks)
    for pk in stays:
        ensure_manages(by, change.exhibitors[pk].region_code)
    for held in {held for held, _day in holds}:
        ensure_manages(by, region_of(change.stands[held]))
        _ensure_of_edition(change.stands[held], edition)
    _read(change, stays, holds)
    _compare(change, stays, statuses or {}, cell_statuses or {})
    _ensure_seen(change, seen or {})
    _ensure_seen_holds(change, seen_holds or {})
    for exhibitor, stand in dict.fromkeys((who, stand) for who, stand, _day in change.added()):
        ensure_fits(exhibitor, stand)
    _ensure_free(change, adds_only=adds_only)
    if not over_confirmed:
        _ensure_not_confirmed(change)
    _forget_same_holds(change)
    return change


def _named(
    edition: Edition,
    stays: Mapping[int, Mapping[int, int]],
    holds: Mapping[tuple[int, int], str | None],
    *,
    locks: bool,
) -> Change:
    """The exhibitors and stands it names, locked in the usual order."""
    exhibitors = Exhibitor.objects.filter(pk__in=stays).order_by("pk")
    stand_ids = {stand for stay in stays.values() for stand in stay.values()}
    stand_ids |= {stand for stand, _day in holds}
    stands = Stand.objects.filter(pk__in=stand_ids).order_by("pk")
    if locks:
        exhibitors = exhibitors.select_for_update(of=("self",), no_key=True)
        stands = stands.select_for_update(of=("self",), no_key=True)
    found = {
        each.pk: each
        for each in exhibitors.select_related(
            "application", "participation__region", "participation__edition"
        )
    }
    # Read once the stands are locked: whose area they are in is the last word on it.
    zones = Prefetch("zone", Zone.objects.select_related("participation__region"))
    known = {each.pk: each for each in stands.select_related("edition").prefetch_related(zones)}
    if missing := stays.keys() - found.keys():
        raise Exhibitor.DoesNotExist(f"No exhibitor {sorted(missing)}")
    if missing := stand_ids - known.keys():
        raise Stand.DoesNotExist(f"No stand {sorted(missing)}")
    for each in found.values():
        if each.participation.edition_id != edition.pk:
            raise NotInEdition(
                _("%(exhibitor)s exhibits at another edition, %(edition)s.")
                % {"exhibitor": each, "edition": each.participation.edition}
            )
    return Change(edition, exhibitors=found, stands=known)


def _read(
    change: Change,
    stays: Mapping[int, Mapping[int, int]],
    holds: Mapping[tuple[int, int], str | None],
) -> None:
    """What is on the board now of all it is about, in a fixed number of queries."""
    named = {day for stay in stays.values() for day in stay} | {day for _stand, day in holds}
    half_days = HalfDay.objects.filter(edition=change.edition).order_by("starts_at", "pk")
    change.half_days = {each.pk: each for each in half_days}
    if strangers := named - change.half_days.keys():
        raise not_in_edition(change.edition, strangers)
    cells = Q(stand__in=change.stands, half_day__in=named)
    change.rows = list(
        Allocation.objects.filter(Q(exhibitor__in=stays) | cells).order_by(
            "half_day__starts_at", "pk"
        )
    )
    # Each once, not with each of its half-days: a whole proposal is thousands of cells.
    stands = Stand.objects.select_related("zone__participation")
    change.stands |= stands.in_bulk({row.stand_id for row in change.rows} - change.stands.keys())
    others = {row.exhibitor_id for row in change.rows} - change.exhibitors.keys()
    change.exhibitors |= Exhibitor.objects.select_related("application").in_bulk(others)
    for hold in StandHold.objects.filter(stand__in=change.stands):
        change.holds_before[hold.stand_id, hold.half_day_id] = hold.note
    change.holds_after = {**change.holds_before, **holds}


def _compare(
    change: Change,
    stays: Mapping[int, Mapping[int, int]],
    statuses: Mapping[int, str],
    cell_statuses: Mapping[int, Stay],
) -> None:
    """Keep of what is wanted only what differs from what is."""
    present: dict[int, Stay] = {pk: {} for pk in stays}
    for row in change.rows:
        if row.exhibitor_id in present:
            present[row.exhibitor_id][row.half_day_id] = (row.stand_id, row.status)
    for pk, wanted in stays.items():
        was = present[pk]
        usual = statuses.get(pk, PLANNED)
        told = cell_statuses.get(pk)
        stay: Stay = {}
        for day, stand in wanted.items():
            is_kept = day in was and was[day][0] == stand
            stay[day] = told[day] if told else was[day] if is_kept else (stand, str(usual))
        if stay != was:
            change.before[pk], change.after[pk] = was, stay


def _ensure_seen(change: Change, seen: Mapping[int, int]) -> None:
    stale = [
        change.exhibitors[pk]
        for pk in change.after
        if pk in seen and seen[pk] != change.exhibitors[pk].stay_revision
    ]
    if stale:
        raise changed_meanwhile(stale, last_steps(change.edition, [each.pk for each in stale]))


def _ensure_seen_holds(change: Change, seen: Holds) -> None:
    stale = [
        cell
        for cell, note in seen.items()
        if (was := change.holds_before.get(cell)) != note
        and change.holds_after.get(cell, was) != was
    ]
    if stale:
        told = [(change.stands[cell[0]], change.half_days[cell[1]]) for cell in stale]
        raise holds_changed_meanwhile(
            (stand, half_day, last_hold_step(change.edition, stand, half_day))
            for stand, half_day in told
        )


def last_hold_step(edition: Edition, stand: Stand, half_day: HalfDay) -> BoardStep | None:
    """The last step that kept it free or gave it back. Read only to refuse."""
    steps = BoardStep.objects.filter(board__edition=edition).select_related("by")
    told = steps.filter(after__holds__has_key=f"{stand.pk}:{half_day.pk}")
    return told.order_by("-serial").first()


def _ensure_of_edition(stand: Stand, edition: Edition) -> None:
    if stand.edition_id != edition.pk:
        raise NotInEdition(
            _("Stand %(stand)s belongs to another edition, %(edition)s.")
            % {"stand": stand, "edition": stand.edition},
            field="stand_id",
        )


def last_steps(edition: Edition, exhibitor_ids: Iterable[int]) -> dict[int, BoardStep]:
    """The last step that touched each. Read only to refuse: one query each."""
    steps = BoardStep.objects.filter(board__edition=edition).select_related("by")
    last = {}
    for pk in exhibitor_ids:
        found = steps.filter(after__stays__has_key=str(pk)).order_by("-serial").first()
        if found is not None:
            last[pk] = found
    return last


def _ensure_not_confirmed(change: Change) -> None:
    lost = [
        (exhibitor, stand, half_day)
        for exhibitor, stand, half_day in change.removed()
        if change.before[exhibitor.pk][half_day.pk][1] == CONFIRMED
    ]
    if lost:
        raise cell_confirmed(lost)


def _ensure_free(change: Change, *, adds_only: bool) -> None:
    """Each stand one exhibitor, and none where it is kept free."""
    added = list(change.added())
    holders = _holders(change, {(exhibitor.pk, day.pk) for exhibitor, _stand, day in added})
    clashes, held = [], []
    for exhibitor, stand, half_day in added:
        cell = stand.pk, half_day.pk
        if (holder := holders.setdefault(cell, exhibitor)).pk != exhibitor.pk:
            clashes.append(Clash(half_day, stand, exhibitor, taken_by=holder))
        elif (note := change.holds_after.get(cell)) is not None:
            held.append((stand, half_day, note))
    for (stand_id, day), note in change.holds_after.items():
        is_new = change.holds_before.get((stand_id, day)) is None and note is not None
        if is_new and (there := holders.get((stand_id, day))) is not None:
            stand, half_day = change.stands[stand_id], change.half_days[day]
            clashes.append(Clash(half_day, stand, there, taken_by=there))
    if adds_only:
        clashes += [Clash(day, stand, who) for who, stand, day in change.removed()]
    if clashes:
        raise half_days_taken(clashes)
    if held:
        raise stand_held(held)


def _holders(change: Change, added: set[tuple[int, int]]) -> dict[tuple[int, int], Exhibitor]:
    """Who keeps which cell: of two, it is the newcomer who is refused."""
    holders = {}
    for row in change.rows:
        if row.exhibitor_id not in change.after:
            holders[row.stand_id, row.half_day_id] = change.exhibitors[row.exhibitor_id]
    for pk, stay in change.after.items():
        for day, (stand, _status) in stay.items():
            if (pk, day) not in added:
                holders[stand, day] = change.exhibitors[pk]
    return holders


def _forget_same_holds(change: Change) -> None:
    before = change.holds_before
    change.holds_after = {
        cell: note for cell, note in change.holds_after.items() if before.get(cell) != note
    }
    change.holds_before = {cell: before.get(cell) for cell in change.holds_after}
