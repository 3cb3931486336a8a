"""Sending an application back to be mended, with a deadline, and giving more time."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User
from startups import emails
from startups.dates import moment
from startups.models import Application
from startups.operations.applying.states import Status, WrongStatus, ensure_may_become, locked, move
from startups.operations.deciding.decisions import ReasonMissing


class DeadlinePassed(DomainError):
    code = "deadline_passed"


def request_correction(
    *, application_id: int, message: str, by: User | None, due_at: datetime | None = None
) -> Application:
    """Send the application back with what is to be mended and until when, if there is a deadline.

    Its company may write in it again until then. Other words or another deadline replace the
    former ones and are mailed; the same again change nothing.
    """
    with transaction.atomic():
        application = locked(application_id)
        ensure_manages(by, application.region_code)
        if application.status == Status.INCOMPLETE:
            asked = (application.decision_reason, application.correction_due_at)
            if asked == (message, due_at):
                return application
        else:
            ensure_may_become(application, Status.INCOMPLETE)
        if not message.strip():
            raise ReasonMissing(_("Say what the company is to correct."), field="message")
        _ensure_to_come(due_at)
        move(
            application,
            Status.INCOMPLETE,
            verb="application.correction_requested",
            by=by,
            reason=message,
            decision_reason=message,
            correction_due_at=due_at,
        )
        outbox.enqueue(emails.correction_requested(application))
    return application


def extend_correction(
    *, application_id: int, due_at: datetime, by: User | None, reason: str = ""
) -> Application:
    """Give more time for a correction, also when the former deadline has passed. Safe to repeat."""
    with transaction.atomic():
        application = locked(application_id)
        ensure_manages(by, application.region_code)
        if application.status != Status.INCOMPLETE:
            raise WrongStatus(
                _("The application of %(application)s is not being corrected.")
                % {"application": application},
                details={"status": str(application.status)},
            )
        before = application.correction_due_at
        if before == due_at:
            return application
        _ensure_to_come(due_at)
        application.correction_due_at = due_at
        application.save(update_fields=["correction_due_at", "updated_at"])
        activity.record(
            by=by,
            verb="application.correction_extended",
            target=application,
            region_code=application.region_code,
            reason=reason,
            before={"correction_due_at": before},
            after={"correction_due_at": due_at},
        )
        outbox.enqueue(emails.correction_extended(application))
    return application


def _ensure_to_come(due_at: datetime | None) -> None:
    if due_at is not None and due_at <= timezone.now():
        raise DeadlinePassed(
            _("%(deadline)s has passed: give a deadline to come.") % {"deadline": moment(due_at)},
            field="due_at",
            details={"due_at": paris_iso(due_at)},
        )
