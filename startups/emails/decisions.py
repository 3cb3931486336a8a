"""Mails about what was decided, and what the company answered."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from pavilion.core.models import OutboxMessage
from startups.dates import day, localday, moment
from startups.emails.letter import language_of, to_contact
from startups.models import Application, Call, Exhibitor


def selected(application: Application) -> OutboxMessage:
    """Says in the subject until when: many forget to confirm."""
    with language_of(application):
        deadline = application.confirm_by
        return to_contact(
            application,
            kind="startups.selected",
            subject=_("Selected for %(edition)s: confirm by %(deadline)s"),
            template="selected",
            deadline=localday(deadline) if deadline else "",
            confirm_by=moment(deadline) if deadline else "",
        )


def promoted(application: Application) -> OutboxMessage:
    """A place for somebody who waited: its own subject, for the deadline is short."""
    with language_of(application):
        deadline = application.confirm_by
        return to_contact(
            application,
            kind="startups.promoted",
            subject=_("A place is free for you at %(edition)s: confirm by %(deadline)s"),
            template="promoted",
            deadline=localday(deadline) if deadline else "",
            confirm_by=moment(deadline) if deadline else "",
        )


def lapsed(application: Application, *, is_passed_on: bool) -> OutboxMessage:
    """The offer was not confirmed in time; whether the place has gone to another company."""
    with language_of(application):
        deadline = application.confirm_by
        return to_contact(
            application,
            kind="startups.lapsed",
            subject=_("Place no longer held: %(company)s at %(edition)s"),
            template="lapsed",
            confirm_by=moment(deadline) if deadline else "",
            is_passed_on=is_passed_on,
        )


def waitlisted(application: Application, *, place: int) -> OutboxMessage:
    """Tells its place in the queue, not the rank kept for it: ranks keep holes."""
    with language_of(application):
        return to_contact(
            application,
            kind="startups.waitlisted",
            subject=_("On the waiting list for %(edition)s with %(region)s: rank %(rank)s"),
            template="waitlisted",
            rank=place,
        )


def rejected(application: Application) -> OutboxMessage:
    with language_of(application):
        return to_contact(
            application,
            kind="startups.rejected",
            subject=_("Your application with %(region)s for %(edition)s: not selected"),
            template="rejected",
        )


def confirmed(application: Application, exhibitor: Exhibitor) -> OutboxMessage:
    with language_of(application):
        edition = application.call.participation.edition
        return to_contact(
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
    with language_of(application):
        return to_contact(
            application,
            kind="startups.declined",
            subject=_("Place given up: %(company)s at %(edition)s"),
            template="declined",
        )


def release_refused(call: Call, *, release_at: datetime, problems: Iterable[str]) -> OutboxMessage:
    """To the region itself: its decisions did not leave at the set time, and why."""
    with translation.override(settings.LANGUAGE_CODE):
        page = reverse("admin:startups_call_decisions", args=[call.pk])
        words = {
            "region": call.participation.region,
            "edition": call.edition,
            "at": moment(release_at),
        }
        return OutboxMessage(
            kind="startups.release_refused",
            region_code=call.region_code,
            recipient=call.contact_email,
            language=settings.LANGUAGE_CODE,
            subject=_("Decisions not released: %(region)s, %(edition)s") % words,
            body=render_to_string(
                "startups/emails/release_refused.txt",
                {**words, "problems": list(problems), "url": f"{settings.BASE_URL}{page}"},
            ).strip()
            + "\n",
        )
