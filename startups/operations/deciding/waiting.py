"""The waiting list as it lives: offers lapse, free places are filled, ranks are changed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.models import User
from startups import emails
from startups.models import Application, Call, Decision
from startups.operations.applying.states import (
    Status,
    WrongStatus,
    locked_call,
    locked_with_call,
    move,
)
from startups.operations.deciding.places import HOLDING, TO_DECIDE, fill, fills_every_place, pass_on


def lapse_offers(*, now: datetime) -> int:
    """End every offer that was not confirmed in time, and offer its place to the next.

    Returns how many. Any number of workers may call it at once, late or twice: each offer is
    looked at again once its call and its row are locked.
    """
    late = Application.objects.filter(status=Status.SELECTED, confirm_by__lt=now)
    keys = list(late.order_by("confirm_by", "pk").values_list("pk", flat=True))
    return sum(_lapse(application_id, now) for application_id in keys)


def fill_free_places(*, now: datetime) -> int:
    """Fill what is free where `fills_every_place` says so; returns how many were offered.

    Places come free as others leave, and are passed on with that; this finds what a higher number
    of places, a list that was let move up again, or the last decision of a call has left open.
    """
    today = timezone.localdate(now)
    waiting = Application.objects.filter(call=OuterRef("pk"), status=Status.WAITLISTED)
    to_decide = Application.objects.filter(call=OuterRef("pk"), status__in=TO_DECIDE)
    prepared = Decision.objects.pending().filter(application__call=OuterRef("pk"))
    is_decided = Q(closes_at__lte=now) & ~Exists(to_decide) & ~Exists(prepared)
    held = Count("applications", filter=Q(applications__status__in=HOLDING))
    calls = (
        Call.objects.filter(
            fills_by_itself=True,
            participation__edition__starts_on__gt=today,
        )
        .filter(Q(released_at__isnull=False) | is_decided)
        .filter(Exists(waiting))
        .annotate(held=held)
        .filter(held__lt=F("places"))
    )
    keys = list(calls.order_by("pk").values_list("pk", flat=True))
    return sum(len(fill_places(call_id=call_id)) for call_id in keys)


def fill_places(*, call_id: int) -> list[Application]:
    """Offer every free place to the first of the list, unless something is left to decide.

    Safe to call twice.
    """
    with transaction.atomic():
        call = locked_call(call_id)
        return fill(call) if fills_every_place(call, timezone.now()) else []


def move_on_waiting_list(*, application_id: int, rank: int, by: User | None) -> Application:
    """Make it the first, the second… of those who wait; the others make room. No mail.

    `rank` counts companies, as the pages show them: what those who left had is skipped.
    """
    with transaction.atomic():
        application = locked_with_call(application_id)
        ensure_manages(by, application.region_code)
        if application.status != Status.WAITLISTED:
            raise WrongStatus(
                _("%(application)s is not on the waiting list.") % {"application": application},
                details={"status": str(application.status)},
            )
        rows = list(
            Application.objects.select_for_update(of=("self",))
            .filter(call=application.call_id, status=Status.WAITLISTED)
            .order_by("pk")
        )
        rows.sort(key=_rank)
        _reorder(application, rows, rank, by=by)
        application.refresh_from_db(fields=["waiting_rank", "updated_at"])
    return application


def _lapse(application_id: int, now: datetime) -> bool:
    with transaction.atomic():
        application = locked_with_call(application_id)
        deadline = application.confirm_by
        if application.status != Status.SELECTED or deadline is None or deadline >= now:
            return False  # confirmed, given up, given more time, or another worker's
        move(
            application,
            Status.DECLINED,
            verb="application.lapsed",
            by=None,
            lapsed_at=timezone.now(),
        )
        promoted = pass_on(application)
        outbox.enqueue(emails.lapsed(application, is_passed_on=bool(promoted)))
    return True


def _rank(application: Application) -> int:
    return application.waiting_rank or 0


def _reorder(
    application: Application, rows: list[Application], rank: int, *, by: User | None
) -> None:
    """The ranks stay the same numbers; who has which changes."""
    ranks = [row.waiting_rank for row in rows]
    order = [row for row in rows if row.pk != application.pk]
    order.insert(max(rank, 1) - 1, next(row for row in rows if row.pk == application.pk))
    moved = [
        (row, row.waiting_rank, new)
        for row, new in zip(order, ranks, strict=True)
        if row.waiting_rank != new
    ]
    # No two rows may have one rank, not even for a moment: first none of them has any.
    Application.objects.filter(pk__in=[row.pk for row, _old, _new in moved]).update(
        waiting_rank=None
    )
    for row, _old, new in moved:
        row.waiting_rank, row.updated_at = new, timezone.now()
    Application.objects.bulk_update(
        [row for row, _old, _new in moved], ["waiting_rank", "updated_at"]
    )
    for row, old, new in moved:
        activity.record(
            by=by,
            verb="application.rank_changed",
            target=row,
            region_code=application.region_code,
            before={"waiting_rank": old},
            after={"waiting_rank": new},
        )
