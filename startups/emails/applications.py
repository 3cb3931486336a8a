"""Mails about an application on its way in."""

from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.models import OutboxMessage
from startups import summary
from startups.dates import localday, moment
from startups.emails.letter import language_of, to_contact
from startups.models import Application

LINK = "startups.link"
LED_BACK = "startups.led_back.link"


def link(application: Application, *, code: str = "") -> OutboxMessage:
    """The private link, for a draft just begun or for somebody who lost theirs.

    With the code they asked for to go on where they do not read their mail.
    """
    with language_of(application):
        return to_contact(
            application,
            kind=LINK,
            subject=_("Your application with %(region)s for %(edition)s: your private link"),
            template="link",
            code=code,
            closes=_still_open(application),
            is_draft=application.status == Application.Status.DRAFT,
        )


def led_back(application: Application, *, typed_in: Application) -> OutboxMessage:
    """Its SIRET was typed in another application to the call: the private link, to its contact."""
    with language_of(application):
        message = to_contact(
            application,
            kind=LED_BACK,
            subject=_("Your application with %(region)s for %(edition)s: your private link"),
            template="link",
            is_led_back=True,
        )
    message.thread = f"{LED_BACK}.{typed_in.pk}.{application.pk}"
    return message


def submitted(application: Application) -> OutboxMessage:
    with language_of(application):
        return to_contact(
            application,
            kind="startups.submitted",
            subject=_("Application received for %(edition)s with %(region)s: %(reference)s"),
            template="submitted",
            lines=summary.lines(application),
            closes=_still_open(application),
            results=results_day(application),
        )


def changed(application: Application) -> OutboxMessage:
    """What was submitted has been changed by its company: the same list again, up to date."""
    with language_of(application):
        return to_contact(
            application,
            kind="startups.changed",
            subject=_("Application changed for %(edition)s with %(region)s: %(reference)s"),
            template="submitted",
            lines=summary.lines(application),
            closes=_still_open(application),
            results=results_day(application),
            is_change=True,
        )


def correction_requested(application: Application) -> OutboxMessage:
    """With a deadline, the subject says it: nobody submits again by chance."""
    with language_of(application):
        due = application.correction_due_at
        subject = _("To correct: your application with %(region)s for %(edition)s")
        if due:
            subject = _("To correct by %(deadline)s: your application with %(region)s")
        return to_contact(
            application,
            kind="startups.correction_requested",
            subject=subject,
            template="correction_requested",
            deadline=localday(due) if due else "",
            due=moment(due) if due else "",
        )


def correction_extended(application: Application) -> OutboxMessage:
    with language_of(application):
        due = application.correction_due_at
        return to_contact(
            application,
            kind="startups.correction_extended",
            subject=_("More time: correct your application with %(region)s by %(deadline)s"),
            template="correction_extended",
            deadline=localday(due) if due else "",
            due=moment(due) if due else "",
        )


def withdrawn(application: Application) -> OutboxMessage:
    can_reopen = application.accepts_submissions(timezone.now())
    with language_of(application):
        return to_contact(
            application,
            kind="startups.withdrawn",
            subject=_("Application withdrawn: %(company)s with %(region)s for %(edition)s"),
            template="withdrawn",
            can_reopen=can_reopen,
            closes=_still_open(application),
        )


def _still_open(application: Application) -> str:
    """Until when it can be changed; empty once that has passed, as when a correction comes in."""
    until = application.open_until()
    return moment(until) if timezone.now() < until else ""


def results_day(application: Application) -> str:
    """The day results are announced on; empty when none is known, or a day that has passed."""
    announced = application.call.results_at
    return localday(announced) if announced and timezone.now() < announced else ""
