"""What each mail to an applicant says. Sends nothing."""

import re
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pavilion.core.models import OutboxMessage
from startups import summary
from startups.dates import day, localday, moment
from startups.models import Application, Exhibitor

LINK = "startups.link"


def link(application: Application) -> OutboxMessage:
    """The private link, for a draft just begun or for somebody who lost theirs."""
    with _language_of(application):
        return _message(
            application,
            kind=LINK,
            subject=_("Your application with %(region)s for %(edition)s: your private link"),
            template="link",
            closes=moment(application.call.closes_at),
            is_draft=application.status == Application.Status.DRAFT,
        )


def submitted(application: Application) -> OutboxMessage:
    with _language_of(application):
        return _message(
            application,
            kind="startups.submitted",
            subject=_("Application received for %(edition)s with %(region)s: %(reference)s"),
            template="submitted",
            lines=summary.lines(application),
            closes=moment(application.call.closes_at),
            results=_results(application),
        )


def changed(application: Application) -> OutboxMessage:
    """What was submitted has been changed by its company: the same list again, up to date."""
    with _language_of(application):
        return _message(
            application,
            kind="startups.changed",
            subject=_("Application changed for %(edition)s with %(region)s: %(reference)s"),
            template="submitted",
            lines=summary.lines(application),
            closes=moment(application.call.closes_at),
            results=_results(application),
            is_change=True,
        )


def correction_requested(application: Application) -> OutboxMessage:
    with _language_of(application):
        return _message(
            application,
            kind="startups.correction_requested",
            subject=_("To correct: your application with %(region)s for %(edition)s"),
            template="correction_requested",
        )


def selected(application: Application) -> OutboxMessage:
    """Says in the subject until when: many forget to confirm."""
    with _language_of(application):
        deadline = application.confirm_by
        return _message(
            application,
            kind="startups.selected",
            subject=_("Selected for %(edition)s: confirm by %(deadline)s"),
            template="selected",
            deadline=localday(deadline) if deadline else "",
            confirm_by=moment(deadline) if deadline else "",
        )


def waitlisted(application: Application) -> OutboxMessage:
    with _language_of(application):
        return _message(
            application,
            kind="startups.waitlisted",
            subject=_("On the waiting list for %(edition)s with %(region)s: rank %(rank)s"),
            template="waitlisted",
            rank=application.waiting_rank,
        )


def rejected(application: Application) -> OutboxMessage:
    with _language_of(application):
        return _message(
            application,
            kind="startups.rejected",
            subject=_("Your application with %(region)s for %(edition)s: not selected"),
            template="rejected",
        )


def confirmed(application: Application, exhibitor: Exhibitor) -> OutboxMessage:
    with _language_of(application):
        edition = application.call.participation.edition
        return _message(
            application,
            kind="startups.confirmed",
            subject=_("Place confirmed: %(company)s at %(edition)s, from %(first_day)s"),
            template="confirmed",
            first_day=day(edition.starts_on),
            last_day=day(edition.ends_on),
            venue=edition.venue_name,
            exhibitor_url=f"{settings.BASE_URL}{exhibitor.get_absolute_url()}",
        )


def declined(application: Application) -> OutboxMessage:
    with _language_of(application):
        return _message(
            application,
            kind="startups.declined",
            subject=_("Place given up: %(company)s at %(edition)s"),
            template="declined",
        )


def withdrawn(application: Application) -> OutboxMessage:
    with _language_of(application):
        return _message(
            application,
            kind="startups.withdrawn",
            subject=_("Application withdrawn: %(company)s with %(region)s for %(edition)s"),
            template="withdrawn",
            can_reopen=application.call.accepts_submissions(timezone.now()),
        )


def _language_of(application: Application) -> AbstractContextManager[Any]:
    return translation.override(application.language)


def _results(application: Application) -> str:
    announced = application.call.results_at
    return localday(announced) if announced else ""


def _message(
    application: Application, *, kind: str, subject: str, template: str, **context: Any
) -> OutboxMessage:
    """In the recipient's language, which the caller has made the active one."""
    participation = application.call.participation
    words = {
        "region": participation.region,
        "edition": participation.edition,
        "company": application,
        "reference": summary.reference(application),
        "rank": application.waiting_rank,
        "deadline": context.get("deadline", ""),
        "first_day": context.get("first_day", ""),
    }
    body = render_to_string(
        f"startups/emails/{template}.txt",
        {
            **words,
            **context,
            "application": application,
            "contact": application.call.contact_email,
            "url": f"{settings.BASE_URL}{application.get_absolute_url()}",
        },
    )
    return OutboxMessage(
        kind=kind,
        region_code=application.region_code,
        recipient=application.contact_email,
        recipient_name=application.contact_name,
        language=application.language,
        subject=" ".join((subject % words).split())[:250],
        # Tags leave empty lines where they stood.
        body=re.sub(r"\n{3,}", "\n\n", body).strip() + "\n",
    )
