"""Mails about personal data on its way out: to the region that keeps it, to authors of drafts."""

import re
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from pavilion.core.models import OutboxMessage
from startups import retention
from startups.dates import day
from startups.emails.letter import language_of, to_contact
from startups.models import Application, Call, Purge

# A draft is its author's own: like a link asked for, this is shown to no team.
DRAFT_WILL_GO = "startups.draft_will_go.link"


def purge_announced(call: Call, purges: Iterable[Purge]) -> OutboxMessage:
    """To the region: what will go, how much of it, and when."""
    with translation.override(settings.LANGUAGE_CODE):
        lines = [(retention.BY_KEY[purge.kind], purge.count, day(purge.due_on)) for purge in purges]
        first = min(purge.due_on for purge in purges)
        words = {
            "region": call.participation.region,
            "edition": call.edition,
            "day": day(first),
        }
        body = render_to_string(
            "startups/emails/purge_announced.txt",
            {
                **words,
                "lines": lines,
                "url": f"{settings.BASE_URL}{reverse('admin:startups_purge_changelist')}",
                "notice": f"{settings.BASE_URL}{reverse('core:privacy')}",
            },
        )
        subject = _("Personal data of %(edition)s, %(region)s: erased from %(day)s on") % words
        return OutboxMessage(
            kind="startups.purge_announced",
            region_code=call.region_code,
            recipient=call.contact_email,
            recipient_name=str(call.participation.region),
            language=settings.LANGUAGE_CODE,
            subject=subject[:250],
            body=re.sub(r"\n{3,}", "\n\n", body).strip() + "\n",
        )


def draft_will_go(application: Application, due_on: date) -> OutboxMessage:
    """To its author, the only one who ever read it."""
    with language_of(application):
        return to_contact(
            application,
            kind=DRAFT_WILL_GO,
            subject=_("Unsubmitted application for %(edition)s: erased on %(deadline)s"),
            template="draft_will_go",
            deadline=day(due_on),
        )
