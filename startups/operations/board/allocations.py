"""Give and free half-days, exhibitor by exhibitor: thin uses of the board."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from pavilion.core.models import User
from startups.models import Allocation, BoardStep, Exhibitor
from startups.operations.board.stays import free, place


def allocate(
    *, exhibitor_id: int, stand_id: int, half_day_ids: Collection[int], by: User | None
) -> list[Allocation]:
    """Give an exhibitor a stand for some half-days: all of them, or none and a refusal.

    Half-days it already has on this stand stay as they are. Returns them all, in order.
    """
    with transaction.atomic():
        place(exhibitor_id=exhibitor_id, stand_id=stand_id, half_day_ids=half_day_ids, by=by)
        return list(
            Allocation.objects.filter(
                exhibitor=exhibitor_id, stand=stand_id, half_day__in=half_day_ids
            )
            .select_related("exhibitor__application", "stand", "half_day")
            .order_by("half_day__starts_at", "pk")
        )


def release_allocations(
    *, exhibitor_id: int, half_day_ids: Collection[int], by: User | None, reason: str = ""
) -> int:
    """Free what the exhibitor holds on these half-days; returns how many. Safe to call twice."""
    step = free(exhibitor_id=exhibitor_id, half_day_ids=half_day_ids, by=by, reason=reason)
    return _freed(step)


def release_coming(
    exhibitor: Exhibitor, *, now: datetime, by: User | None, by_name: str = "", reason: str = ""
) -> int:
    """Free every half-day that is not over yet, confirmed or not; what lies behind stays.

    For whoever may act for the exhibitor: a company that leaves acts on its own stay.
    """
    coming = exhibitor.allocations.filter(half_day__ends_at__gt=now)
    step = free(
        exhibitor_id=exhibitor.pk,
        half_day_ids=list(coming.values_list("half_day_id", flat=True)),
        by=by,
        by_name=by_name,
        reason=reason,
        over_confirmed=True,
        as_company=True,
    )
    return _freed(step)


def _freed(step: BoardStep | None) -> int:
    if step is None:
        return 0
    before, after = (sum(map(len, told["stays"].values())) for told in (step.before, step.after))
    return before - after
