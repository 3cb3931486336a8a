"""Exhibitors of a region exchange announced half-days: proposed, accepted, approved.

Each change of a swap holds the edition's board, as every change of the plan does: what was checked
stays true until it is written.
"""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import outbox
from pavilion.core.access import ensure_manages
from pavilion.core.models import User
from startups import emails
from startups.floor.exchanges import Cells, Exchange, exchange_of, read_floor
from startups.models import Allocation, BoardStep, Exhibitor, Swap
from startups.operations.announcing.versions import announce_cells
from startups.operations.board.writing import change_board, locked_board
from startups.operations.deciding.decisions import ReasonMissing
from startups.operations.swapping.ending import (
    SWAPS,
    Status,
    end,
    end_if_overtaken,
    floor_of,
    locked_swap,
    note,
    overtaken,
    settle,
    tell,
)
from startups.operations.swapping.refusals import (
    NotAccepted,
    SwapOvertaken,
    ensure_few,
    ensure_not_pestered,
    ensure_open,
    ensure_possible,
    same,
)


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
                return same(known, exchange)
        ensure_few(open_now)
        ensure_not_pestered(exchange)
        ensure_possible(floor, exchange, reader=exchange.first if by is None else None)
        swap = Swap.objects.create(
            proposer=exchange.first,
            other=other,
            gives=_told(exchange.gives),
            takes=_told(exchange.takes),
            message=message.strip()[:500],
        )
        note(swap, "swap.proposed", by=by, by_name=by_name, reason=swap.message)
        outbox.enqueue(emails.swap_proposed(swap, floor))
    return swap


def accept_swap(*, swap_id: int, by: User | None = None, by_name: str = "") -> Swap:
    """The other exhibitor says yes: the region is asked, and its proposer told. Safe to repeat."""
    with transaction.atomic():
        swap = locked_swap(swap_id, by)
        if swap.status == Status.ACCEPTED:
            return swap
        ensure_open(swap)
        floor = floor_of(swap)
        if why := overtaken(swap, floor):
            end(swap, *why, floor=floor)
        else:
            reader = swap.other if by is None else None
            ensure_possible(floor, exchange_of(swap), reader=reader)
            swap.status, swap.answered_at = Status.ACCEPTED, timezone.now()
            swap.save(update_fields=["status", "answered_at"])
            note(swap, "swap.accepted", by=by, by_name=by_name)
            outbox.enqueue(emails.swap_accepted(swap, floor))
            outbox.enqueue(emails.swap_to_approve(swap, floor))
    return _unless_overtaken(swap)


def decline_swap(
    *, swap_id: int, reason: str = "", by: User | None = None, by_name: str = ""
) -> Swap:
    """The other exhibitor says no, also after a yes that is not approved yet. Safe to repeat."""
    with transaction.atomic():
        swap = locked_swap(swap_id, by)
        if swap.status == Status.DECLINED:
            return swap
        ensure_open(swap)
        settle(swap, Status.DECLINED, reason)
        note(swap, "swap.declined", by=by, by_name=by_name, reason=reason)
        tell(swap, floor_of(swap), swap.proposer)
    return swap


def withdraw_swap(*, swap_id: int, by: User | None = None, by_name: str = "") -> Swap:
    """Its proposer takes it back; the other is told. Safe to repeat."""
    with transaction.atomic():
        swap = locked_swap(swap_id, by)
        if swap.status == Status.WITHDRAWN:
            return swap
        ensure_open(swap)
        settle(swap, Status.WITHDRAWN)
        note(swap, "swap.withdrawn", by=by, by_name=by_name)
        tell(swap, floor_of(swap), swap.other)
    return swap


def approve_swap(*, swap_id: int, by: User | None, reason: str = "") -> Swap:
    """The region says yes: the plan changes, and both read it in its announcement. Safe to repeat.

    `reason` is a word to both. Other open swaps about what has changed are over.
    """
    with transaction.atomic():
        swap = locked_swap(swap_id, by)
        if swap.status == Status.APPROVED:
            return swap
        if swap.status == Status.PROPOSED:
            raise NotAccepted(
                _("%(exhibitor)s has not answered yet: a swap is approved once both agree.")
                % {"exhibitor": swap.other}
            )
        ensure_open(swap)
        floor = floor_of(swap)
        if why := overtaken(swap, floor):
            end(swap, *why, floor=floor)
        else:
            exchange = exchange_of(swap)
            ensure_possible(floor, exchange)
            _exchange(exchange, by=by, reason=reason)
            settle(swap, Status.APPROVED, reason, by=by)
            note(swap, "swap.approved", by=by, reason=reason)
            days = {*exchange.gives, *exchange.takes}
            cells_of = dict.fromkeys((swap.proposer_id, swap.other_id), days)
            announce_cells(cells=cells_of, by=by, note=reason)
            for rival in SWAPS.filter(_among(swap), status__in=Swap.OPEN).order_by("pk"):
                end_if_overtaken(rival.pk, timezone.now())
    return _unless_overtaken(swap)


def refuse_swap(*, swap_id: int, reason: str, by: User | None) -> Swap:
    """The region says no, for a reason both are told. Safe to repeat."""
    with transaction.atomic():
        swap = locked_swap(swap_id, by)
        if swap.status == Status.REFUSED:
            return swap
        ensure_open(swap)
        if not reason.strip():
            raise ReasonMissing(_("Give the reason: both companies are told."), field="reason")
        settle(swap, Status.REFUSED, reason, by=by)
        note(swap, "swap.refused", by=by, reason=reason)
        tell(swap, floor_of(swap), swap.proposer, swap.other)
    return swap


def _among(swap: Swap) -> Q:
    """Other swaps of either of the two."""
    both = [swap.proposer_id, swap.other_id]
    return (Q(proposer__in=both) | Q(other__in=both)) & ~Q(pk=swap.pk)


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


def _told(held: Mapping[int, int]) -> dict[str, int]:
    return {str(day): stand for day, stand in held.items()}
