"""What a company does with its application as a whole: submit, withdraw, take up again."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pavilion.core import outbox
from pavilion.core.models import User
from startups import emails
from startups.models import Application
from startups.operations.applying.drafts import accepts, closed
from startups.operations.applying.states import (
    Status,
    ensure_acts_for,
    ensure_may_become,
    is_its_company,
    locked,
    locked_with_call,
    move,
)
from startups.operations.applying.writing import (
    ensure_editable,
    ensure_settled,
    incomplete,
    missing_from,
)
from startups.operations.deciding.places import HOLDING, pass_on
from startups.operations.exhibiting.exhibitors import leave
from startups.operations.judging.reviewing import read_again


def submit_application(
    *, application_id: int, by: User | None = None, by_name: str = ""
) -> Application:
    """Hand in a complete draft while the call is open, or a correction whenever one was asked.

    The contact gets everything that was submitted by mail. Safe to call twice.
    """
    with transaction.atomic():
        application = locked(application_id)
        ensure_acts_for(by, application)
        if application.status == Status.SUBMITTED:
            return application
        ensure_may_become(application, Status.SUBMITTED)
        now = timezone.now()
        if application.status == Status.DRAFT and not accepts(application, now):
            raise closed(application.call, now)
        ensure_editable(application, by=by, now=now)
        if missing := missing_from(application):
            raise incomplete(application, missing)
        if is_its_company(by, application):
            # An organiser submits what is written; the rest stays its author's.
            ensure_settled(application)
        move(
            application,
            Status.SUBMITTED,
            verb="application.submitted",
            by=by,
            by_name=by_name,
            # A correction is the same application: it keeps its turn among equals.
            submitted_at=application.submitted_at or now,
        )
        outbox.enqueue(emails.submitted(application))
    return application


def withdraw_application(
    *, application_id: int, reason: str = "", by: User | None = None, by_name: str = ""
) -> Application:
    """Take the application back; an exhibitor leaves its coming half-days. Safe to call twice.

    A place it held goes to the waiting list, where that moves up by itself.
    """
    with transaction.atomic():
        application = locked_with_call(application_id)
        ensure_acts_for(by, application)
        if application.status == Status.WITHDRAWN:
            return application
        ensure_may_become(application, Status.WITHDRAWN)
        held_a_place = application.status in HOLDING
        move(
            application,
            Status.WITHDRAWN,
            verb="application.withdrawn",
            by=by,
            by_name=by_name,
            reason=reason,
        )
        outbox.enqueue(emails.withdrawn(application))
        # Before the board is locked: applications come first, see `locked_board`.
        if held_a_place:
            pass_on(application)
        leave(application, by=by, by_name=by_name, reason=reason)
    return application


def reopen_application(
    *, application_id: int, by: User | None = None, by_name: str = ""
) -> Application:
    """Make a withdrawn application a draft again while its call is open. Safe to call twice."""
    with transaction.atomic():
        application = locked(application_id)
        ensure_acts_for(by, application)
        if application.status == Status.DRAFT:
            return application
        ensure_may_become(application, Status.DRAFT)
        now = timezone.now()
        if not accepts(application, now):
            raise closed(application.call, now)
        move(
            application,
            Status.DRAFT,
            verb="application.reopened",
            by=by,
            by_name=by_name,
            submitted_at=None,
            decided_at=None,
            decision_reason="",
            confirm_by=None,
        )
        read_again(application)
    return application


def applications_elsewhere(application: Application) -> QuerySet[Application]:
    """Submitted applications of the same company to other regions' calls of the same edition."""
    others = Application.objects.submitted().exclude(pk=application.pk)
    if not application.siren:
        return others.none()
    return (
        others.filter(
            siren=application.siren,
            call__participation__edition=application.call.participation.edition_id,
        )
        .exclude(call=application.call_id)
        .select_related("call__participation__region", "call__participation__edition")
        .order_by("call__participation__region__sort_key", "pk")
    )
