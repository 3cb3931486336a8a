"""Mails to those whose application an organiser brought in, or corrected, from a list."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.models import OutboxMessage
from startups.dates import moment
from startups.emails.letter import language_of, to_contact
from startups.imports import fields
from startups.imports.showing import shown_value
from startups.models import Application


def entered(application: Application) -> OutboxMessage:
    """Who is named in a list learns of it: what is kept, why, and their rights."""
    until, now = application.open_until(), timezone.now()
    is_open = application.accepts_submissions(now) and now < until
    with language_of(application):
        return to_contact(
            application,
            kind="startups.entered",
            subject=_("Your application with %(region)s for %(edition)s was entered for you"),
            template="entered",
            closes=moment(until) if is_open else "",
            notice=f"{settings.BASE_URL}{reverse('core:privacy')}",
        )


def corrected(application: Application, changes: Sequence[tuple[str, Any, Any]]) -> OutboxMessage:
    """What the region changed, field by field, for the company to object."""
    with language_of(application):
        lines = [
            (fields.label(name), shown_value(name, before), shown_value(name, after))
            for name, before, after in changes
        ]
        return to_contact(
            application,
            kind="startups.corrected",
            subject=_("Application changed for %(edition)s with %(region)s: %(reference)s"),
            template="corrected",
            lines=[(label[:1].upper() + label[1:], *values) for label, *values in lines],
        )
