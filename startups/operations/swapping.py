"""Exhibitors of a region exchange announced half-days: proposed, accepted, approved.

Each change of a swap holds the edition's board, as every change of the plan does: what was checked
stays true until it is written.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups import emails
from startups.floor.exchanges import Cells, Exchange, RegionFloor, cells, exchange_of, read_floor
from startups.models import Allocation, BoardStep, Exhibitor, Swap
from startups.operations.announcing import announce_cells
from startups.operations.board_writing import change_board, locked_board
from startups.operations.decisions import ReasonMissing

Status = Swap.Status

# How many swaps of one exhibitor may wait for an answer at a time: nobody is pestered.
OPEN_AT_ONCE = 3

_SWAPS = Swap.objects.select_related(
    *(
        f"{side}__{path}"
        for side in ("proposer", "other")
        for path in (
            "application__call__participation__region",
            "application__call__participation__edition",
            "participation__region",
            "participation__edition",
        )
    )
)


class NotSwappable(DomainError):
    """What is in the way of the exchange, each in its own sentence."""

    code = "not_swappable"


class TooManySwaps(DomainError):
    code = "too_many_swaps"


class AlreadyProposed(DomainError):
    code = "already_proposed"


class NotAccepted(DomainError):
    code = "not_accepted"


class SwapOver(DomainError):
    """It was settled before."""

    code = "swap_over"


class SwapOvertaken(DomainError):
    """The plan, or the clock, has overtaken it: it is over now, and both were told."""

    code = "swap_overtaken"


def propose_swap(
    *,
    exhibitor_id: int,
    other_id: int,
    gives: Mapping[int, int],
    takes: Mapping[int, int],
    message: str = "",
    by: User | None = None,
    by_name: str = "",
) -> Swap:
    """Ask another exhibitor of the region; they are mailed. Safe to call twice.

    `gives` and `takes`: {half-day: stand}, as the proposer saw the announced plan.
    """
    proposer = Exhibitor.objects.select_related("participation").get(pk=exhibitor_id)
    with transaction.atomic():
        locked_board(proposer.participation.edition_id)
        ensure_manages(by, proposer.region_code)
        floor = read_floor(proposer.participation_id, timezone.now())
        other = floor.exhibitors.get(other_id)
        if other is None or other_id == exhibitor_id:
            raise Exhibitor.DoesNotExist(f"No exhibitor {other_id} to exchange with")
        exchange = Exchange(floor.exhibitors[exhibitor_id], other, dict(gives), dict(takes))
        open_now = list(Swap.objects.filter(proposer=proposer, status__in=Swap.OPEN))
        for known in open_now:
            if known.other_id == other_id:
                return _same(known, exchange)
        _ensure_few(open_now)
        _ensure_possible(floor, exchange)
        swap = Swap.objects.create(
            proposer=exchange.first,
            other=other,
            gives=_told(exchange.gives),
            takes=_told(exchange.takes),
            message=message.strip()[:500],
        )
        _note(swap, "swap.proposed", by=by, by_name=by_name, reason=swap.message)
        outbox.enqueue(emails.swap_proposed(swap, floor))
    return swap


def accept_swap(*, swap_id: int, by: User | None = None, by_name: str = "") -> Swap:
    """The other exhibitor says yes: the region is asked, and its proposer told. Safe to repeat."""
    with transaction.atomic():
        swap = _locked(swap_id, by)
        if swap.status == Status.ACCEPTED:
            return swap
        _ensure_open(swap)
        floor = _floor(swap)
        if why := _overtaken(swap, floor):
            _end(swap, *why, floor=floor)
        else:
            _ensure_possible(floor, exchange_of(swap))
            swap.status, swap.answered_at = Status.ACCEPTED, timezone.now()
            swap.save(update_fields=["status", "answered_at"])
            _note(swap, "swap.accepted", by=by, by_name=by_name)
            outbox.enqueue(emails.swap_accepted(swap, floor))
            outbox.enqueue(emails.swap_to_approve(swap, floor))
    return _unless_overtaken(swap)


def decline_swap(
    *, swap_id: int, reason: str = "", by: User | None = None, by_name: str = ""
) -> Swap:
    """The other exhibitor says no, also after a yes that is not approved yet. Safe to repeat."""
    with transaction.atomic():
        swap = _locked(swap_id, by)
        if swap.status == Status.DECLINED:
            return swap
        _ensure_open(swap)
        _settle(swap, Status.DECLINED, reason)
        _note(swap, "swap.declined", by=by, by_name=by_name, reason=reason)
        outbox.enqueue(emails.swap_over(swap, _floor(swap), to=swap.proposer))
    return swap


def withdraw_swap(*, swap_id: int, by: User | None = None, by_name: str = "") -> Swap:
    """Its proposer takes it back; the other is told. Safe to repeat."""
    with transaction.atomic():
        swap = _locked(swap_id, by)
        if swap.status == Status.WITHDRAWN:
            return swap
        _ensure_open(swap)
        _settle(swap, Status.WITHDRAWN)
        _note(swap, "swap.withdrawn", by=by, by_name=by_name)
        outbox.enqueue(emails.swap_over(swap, _floor(swap), to=swap.other))
    return swap


def approve_swap(*, swap_id: int, by: User | None, reason: str = "") -> Swap:
    """The region says yes: the plan changes, and both read it in its announcement. Safe to repeat.

    `reason` is a word to both. Other open swaps about what has changed are over.
    """
    with transaction.atomic():
        swap = _locked(swap_id, by)
        if swap.status == Status.APPROVED:
            return swap
        if swap.status == Status.PROPOSED:
            raise NotAccepted(
                _("%(exhibitor)s has not answered yet: a swap is approved once both agree.")
                % {"exhibitor": swap.other}
            )
        _ensure_open(swap)
        floor = _floor(swap)
        if why := _overtaken(swap, floor):
            _end(swap, *why, floor=floor)
        else:
            exchange = exchange_of(swap)
            _ensure_possible(floor, exchange)
            _exchange(exchange, by=by, reason=reason)
            _settle(swap, Status.APPROVED, reason, by=by)
            _note(swap, "swap.approved", by=by, reason=reason)
            announce_cells(exhibitor_ids=[swap.proposer_id, swap.other_id], by=by, note=reason)
            _end_overtaken(_among(Q(), swap), timezone.now())
    return _unless_overtaken(swap)


def refuse_swap(*, swap_id: int, reason: str, by: User | None) -> Swap:
    """The region says no, for a reason both are told. Safe to repeat."""
    with transaction.atomic():
        swap = _locked(swap_id, by)
        if swap.status == Status.REFUSED:
            return swap
        _ensure_open(swap)
        if not reason.strip():
            raise ReasonMissing(_("Give the reason: both companies are told."), field="reason")
        _settle(swap, Status.REFUSED, reason, by=by)
        _note(swap, "swap.refused", by=by, reason=reason)
        _tell_both(swap, _floor(swap))
    return swap


def settle_swaps(*, now: datetime) -> int:
    """End every open swap whose half-day begins or whose plan has changed; returns how many.

    Both are told why. Any number of workers may call it at once, late or twice.
    """
    return _end_overtaken(Q(), now)


def _end_overtaken(which: Q, now: datetime) -> int:
    rows = Swap.objects.filter(which, status__in=Swap.OPEN).order_by("pk")
    keys = rows.values_list("pk", "proposer__participation")
    floors: dict[int, RegionFloor] = {}
    ended = 0
    for pk, participation in list(keys):
        floor = floors.setdefault(participation, read_floor(participation, now))
        if not _overtaken(_SWAPS.get(pk=pk), floor):
            continue
        with transaction.atomic():
            # Again once it is locked: it may be another worker's, or the plan as it was.
            swap = _locked(pk, None)
            fresh = read_floor(participation, now)
            if swap.status in Swap.OPEN and (why := _overtaken(swap, fresh)):
                _end(swap, *why, floor=fresh)
                ended += 1
    return ended


def _among(which: Q, swap: Swap) -> Q:
    """Other open swaps of either of the two."""
    both = [swap.proposer_id, swap.other_id]
    return which & (Q(proposer__in=both) | Q(other__in=both)) & ~Q(pk=swap.pk)


def _locked(swap_id: int, by: User | None) -> Swap:
    """The swap, the edition's board locked: no swap of it changes until the transaction ends."""
    edition = Swap.objects.values_list("proposer__participation__edition", flat=True)
    locked_board(edition.get(pk=swap_id))
    swap = _SWAPS.get(pk=swap_id)
    ensure_manages(by, swap.region_code)
    return swap


def _floor(swap: Swap) -> RegionFloor:
    return read_floor(swap.proposer.participation_id, timezone.now())


def _overtaken(swap: Swap, floor: RegionFloor) -> tuple[Status] | tuple[()]:
    exchange = exchange_of(swap)
    if floor.has_begun(exchange):
        return (Status.LAPSED,)
    return () if floor.is_as_announced(exchange) else (Status.OVERTAKEN,)


def _end(swap: Swap, status: Status, *, floor: RegionFloor) -> None:
    _settle(swap, status)
    _note(swap, f"swap.{status}", by=None)
    _tell_both(swap, floor)


def _unless_overtaken(swap: Swap) -> Swap:
    """Outside the transaction that ended it: that both were told outlives the refusal."""
    if swap.status == Status.OVERTAKEN:
        raise SwapOvertaken(
            _("The plan has changed since this swap was proposed: it is over, and both were told."),
            details={"status": str(swap.status)},
        )
    if swap.status == Status.LAPSED:
        raise SwapOvertaken(
            _("A half-day of this swap has begun: it is over, and both were told."),
            details={"status": str(swap.status)},
        )
    return swap


def _exchange(exchange: Exchange, *, by: User | None, reason: str) -> None:
    """Write it. What was confirmed is so again where it goes: the region has just said yes."""
    held: dict[int, Cells] = {exchange.first.pk: {}, exchange.second.pk: {}}
    confirmed = set()
    for row in Allocation.objects.filter(exhibitor__in=held):
        held[row.exhibitor_id][row.half_day_id] = row.stand_id
        if row.status == Allocation.Status.CONFIRMED:
            confirmed.add((row.exhibitor_id, row.half_day_id))
    change_board(
        edition_id=exchange.first.participation.edition_id,
        stays={
            who.pk: {
                **{day: stand for day, stand in held[who.pk].items() if day not in left},
                **got,
            }
            for who, left, got in exchange.sides()
        },
        statuses={
            who.pk: Allocation.Status.CONFIRMED
            for who, left, _got in exchange.sides()
            if all((who.pk, day) in confirmed for day in left)
        },
        over_confirmed=True,
        kind=BoardStep.Kind.SWAP,
        by=by,
        reason=reason,
    )


def _ensure_possible(floor: RegionFloor, exchange: Exchange) -> None:
    if against := floor.in_the_way(exchange):
        raise NotSwappable(" ".join(against), details={"in_the_way": against})


def _ensure_few(open_now: Collection[Swap]) -> None:
    if len(open_now) < OPEN_AT_ONCE:
        return
    raise TooManySwaps(
        ngettext(
            "%(count)d swap you proposed still waits for an answer, which is the limit: take it "
            "back first.",
            "%(count)d swaps you proposed still wait for an answer, which is the limit: take one "
            "back first.",
            OPEN_AT_ONCE,
        )
        % {"count": OPEN_AT_ONCE},
        details={"limit": OPEN_AT_ONCE},
    )


def _same(known: Swap, exchange: Exchange) -> Swap:
    if (cells(known.gives), cells(known.takes)) == (exchange.gives, exchange.takes):
        return known
    raise AlreadyProposed(
        _(
            "You have proposed another swap to %(exhibitor)s, which waits for an answer: take it "
            "back first."
        )
        % {"exhibitor": exchange.second},
        details={"swap": known.pk},
    )


def _ensure_open(swap: Swap) -> None:
    if swap.status in Swap.OPEN:
        return
    raise SwapOver(
        _("This swap is settled: %(status)s.") % {"status": swap.get_status_display().lower()},
        details={"status": str(swap.status)},
    )


def _settle(swap: Swap, status: Status, reason: str = "", *, by: User | None = None) -> None:
    swap.status, swap.reason, swap.decided_at = status, reason.strip(), timezone.now()
    swap.decided_by = by
    swap.save(update_fields=["status", "reason", "decided_at", "decided_by"])


def _tell_both(swap: Swap, floor: RegionFloor) -> None:
    for to in (swap.proposer, swap.other):
        outbox.enqueue(emails.swap_over(swap, floor, to=to))


def _note(swap: Swap, verb: str, *, by: User | None, by_name: str = "", reason: str = "") -> None:
    activity.record(
        by=by,
        by_name=by_name,
        verb=verb,
        target=swap,
        region_code=swap.region_code,
        reason=reason,
        after={"status": str(swap.status)},
    )


def _told(held: Mapping[int, int]) -> dict[str, int]:
    return {str(day): stand for day, stand in held.items()}
