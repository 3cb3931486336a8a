"""What a regional team decides about an application."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups import emails
from startups.models import Application
from startups.operations.applying.states import (
    Status,
    ensure_may_become,
    locked,
    locked_with_call,
    move,
)
from startups.operations.deciding.places import ensure_place_left, fill, give_place


class RankTaken(DomainError):
    code = "rank_taken"


class ReasonMissing(DomainError):
    code = "reason_missing"


def mark_eligible(*, application_id: int, by: User | None, reason: str = "") -> Application:
    """Note that the application meets the call's criteria. Nothing is announced. Safe to repeat."""
    return _examine(application_id, Status.ELIGIBLE, "application.eligible", by, reason)


def mark_ineligible(*, application_id: int, by: User | None, reason: str = "") -> Application:
    """Note that it does not. Nothing is announced: a rejection does that. Safe to repeat."""
    return _examine(application_id, Status.INELIGIBLE, "application.ineligible", by, reason)


def select_application(*, application_id: int, by: User | None, reason: str = "") -> Application:
    """Offer a place, and promise the mail that says until when to confirm. Safe to call twice.

    Refused when every place of the call is held.
    """
    with transaction.atomic():
        application = locked_with_call(application_id)
        ensure_manages(by, application.region_code)
        if application.status == Status.SELECTED:
            return application
        ensure_may_become(application, Status.SELECTED)
        ensure_place_left(application.call)
        give_place(application, by=by, reason=reason, words=reason)
    return application


def waitlist_application(
    *, application_id: int, by: User | None, rank: int | None = None, reason: str = ""
) -> Application:
    """Put on the waiting list, last unless a free rank is given. Safe to call twice.

    With another free rank, somebody already on the list is moved, without a new mail. Where
    decisions are released and a place is free, it is offered at once.
    """
    with transaction.atomic():
        application = locked_with_call(application_id)
        ensure_manages(by, application.region_code)
        if application.status == Status.WAITLISTED:
            if rank is not None and rank != application.waiting_rank:
                _change_rank(application, rank, by=by, reason=reason)
            return application
        put_on_waiting_list(application, by=by, rank=rank, reason=reason)
        if application.call.released_at is not None:
            fill(application.call)
        return locked(application_id)


def put_on_waiting_list(
    application: Application, *, by: User | None, rank: int | None = None, reason: str = ""
) -> None:
    """An application locked with its call: its rank is the last unless a free one is given."""
    ensure_may_become(application, Status.WAITLISTED)
    move(
        application,
        Status.WAITLISTED,
        verb="application.waitlisted",
        by=by,
        reason=reason,
        waiting_rank=_free_rank(application, rank),
        decided_at=timezone.now(),
        decision_reason=reason,
        confirm_by=None,
    )
    place = Application.objects.ahead_of(application).count() + 1
    outbox.enqueue(emails.waitlisted(application, place=place))


def reject_application(*, application_id: int, by: User | None, reason: str) -> Application:
    """Turn down, for a reason the company is told. Safe to call twice."""
    with transaction.atomic():
        # The call too: somebody on its waiting list may be offered a place at this moment.
        application = locked_with_call(application_id)
        ensure_manages(by, application.region_code)
        if application.status != Status.REJECTED:
            turn_down(application, by=by, reason=reason)
    return application


def turn_down(application: Application, *, by: User | None, reason: str) -> None:
    """A locked application."""
    ensure_may_become(application, Status.REJECTED)
    if not reason.strip():
        raise ReasonMissing(
            _("Give the reason: the mail to the company quotes it."), field="reason"
        )
    move(
        application,
        Status.REJECTED,
        verb="application.rejected",
        by=by,
        reason=reason,
        decided_at=timezone.now(),
        decision_reason=reason,
        confirm_by=None,
    )
    outbox.enqueue(emails.rejected(application))


def _examine(
    application_id: int, status: Application.Status, verb: str, by: User | None, reason: str
) -> Application:
    with transaction.atomic():
        application = locked(application_id)
        ensure_manages(by, application.region_code)
        if application.status != status:
            ensure_may_become(application, status)
            move(application, status, verb=verb, by=by, reason=reason)
    return application


def _free_rank(application: Application, rank: int | None) -> int:
    waiting = Application.objects.filter(call=application.call_id, waiting_rank__isnull=False)
    if rank is None:
        return (waiting.aggregate(last=Max("waiting_rank"))["last"] or 0) + 1
    if rank < 1:
        raise RankTaken(_("Ranks on the waiting list begin at 1."), field="rank")
    if holder := waiting.filter(waiting_rank=rank).exclude(pk=application.pk).first():
        raise _rank_taken(rank, holder)
    return rank


def _rank_taken(rank: int, holder: Application) -> RankTaken:
    return RankTaken(
        _("%(holder)s already has rank %(rank)s on the waiting list.")
        % {"holder": holder, "rank": rank},
        field="rank",
        details={"rank": rank, "taken_by": str(holder)},
    )


def _change_rank(application: Application, rank: int, *, by: User | None, reason: str) -> None:
    before = application.waiting_rank
    application.waiting_rank = _free_rank(application, rank)
    application.save(update_fields=["waiting_rank", "updated_at"])
    activity.record(
        by=by,
        verb="application.rank_changed",
        target=application,
        region_code=application.region_code,
        reason=reason,
        before={"waiting_rank": before},
        after={"waiting_rank": rank},
    )
