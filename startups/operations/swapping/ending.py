"""How swaps of half-days come to an end, asked for or not, and who is told."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.models import User
from startups import emails
from startups.floor.exchanges import RegionFloor, exchange_of, read_floor
from startups.models import Exhibitor, Swap
from startups.operations.board.writing import locked_board

logger = logging.getLogger(__name__)

Status = Swap.Status

SWAPS = Swap.objects.select_related(
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


def settle_swaps(*, now: datetime) -> int:
    """End every open swap whose half-day begins or whose plan has changed; returns how many.

    Both are told why. Any number of workers may call it at once, late or twice. One that cannot be
    ended is left to the next call, and keeps none of the others.
    """
    floors: dict[int, RegionFloor] = {}
    ended = 0
    # Keys first: joined to all of this, a table without statistics is planned badly.
    keys = list(Swap.objects.filter(status__in=Swap.OPEN).values_list("pk", flat=True))
    for swap in list(SWAPS.filter(pk__in=keys).order_by("pk")):
        region = swap.proposer.participation_id
        if region not in floors:
            floors[region] = read_floor(region, now)
        try:
            if overtaken(swap, floors[region]):
                ended += end_if_overtaken(swap.pk, now)
        except Exception:
            logger.exception("Swap %s could not be ended", swap.pk)
    return ended


def end_swaps_of(exhibitor: Exhibitor) -> None:
    """For the operation that lets it leave, in its transaction: who stays is told."""
    mine = Q(proposer=exhibitor) | Q(other=exhibitor)
    keys = Swap.objects.filter(mine, status__in=Swap.OPEN).order_by("pk")
    for pk in list(keys.values_list("pk", flat=True)):
        swap = locked_swap(pk, None)
        end(swap, Status.OVERTAKEN, floor=floor_of(swap))


def end_if_overtaken(swap_id: int, now: datetime) -> bool:
    with transaction.atomic():
        # Again once it is locked: it may be another worker's, or the plan as it was.
        swap = locked_swap(swap_id, None)
        floor = read_floor(swap.proposer.participation_id, now)
        why = overtaken(swap, floor)
        if swap.status not in Swap.OPEN or not why:
            return False
        end(swap, *why, floor=floor)
    return True


def locked_swap(swap_id: int, by: User | None) -> Swap:
    """The swap, the edition's board locked: no swap of it changes until the transaction ends."""
    edition = Swap.objects.values_list("proposer__participation__edition", flat=True)
    locked_board(edition.get(pk=swap_id))
    swap = SWAPS.get(pk=swap_id)
    ensure_manages(by, swap.region_code)
    return swap


def floor_of(swap: Swap) -> RegionFloor:
    return read_floor(swap.proposer.participation_id, timezone.now())


def overtaken(swap: Swap, floor: RegionFloor) -> tuple[Status] | tuple[()]:
    exchange = exchange_of(swap)
    if floor.has_begun(exchange):
        return (Status.LAPSED,)
    return () if floor.is_as_announced(exchange) else (Status.OVERTAKEN,)


def end(swap: Swap, status: Status, *, floor: RegionFloor) -> None:
    settle(swap, status)
    note(swap, f"swap.{status}", by=None)
    tell(swap, floor, swap.proposer, swap.other)


def settle(swap: Swap, status: Status, reason: str = "", *, by: User | None = None) -> None:
    swap.status, swap.reason, swap.decided_at = status, reason.strip(), timezone.now()
    swap.decided_by = by
    swap.save(update_fields=["status", "reason", "decided_at", "decided_by"])


def tell(swap: Swap, floor: RegionFloor, *whom: Exhibitor) -> None:
    """That it is over. Who has left is not told: nothing of it concerns them any more."""
    for to in whom:
        if to.left_at is None and to.application.anonymised_at is None:
            outbox.enqueue(emails.swap_over(swap, floor, to=to))


def note(swap: Swap, verb: str, *, by: User | None, by_name: str = "", reason: str = "") -> None:
    activity.record(
        by=by,
        by_name=by_name,
        verb=verb,
        target=swap,
        region_code=swap.region_code,
        reason=reason,
        after={"status": str(swap.status)},
    )
