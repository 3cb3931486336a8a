"""What every mail to an applicant shares: its language, its frame, its recipient."""

import re
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from pavilion.core.models import OutboxMessage
from startups import summary
from startups.models import Application


def language_of(application: Application) -> AbstractContextManager[Any]:
    return translation.override(application.language)


def waiting_thread(application: Application) -> str:
    """What reminders of a deadline share: the next change of state drops the unsent ones."""
    return f"startups.deadline.{application.pk}"


def to_contact(
    application: Application, *, kind: str, subject: str, template: str, **context: Any
) -> OutboxMessage:
    """In the recipient's language, which the caller has made the active one."""
    participation = application.call.participation
    words = {
        "region": participation.region,
        "edition": participation.edition,
        "company": application,
        "reference": summary.reference(application),
        "rank": context.get("rank", ""),
        "deadline": context.get("deadline", ""),
        "first_day": context.get("first_day", ""),
        "item": context.get("item", ""),
        "count": context.get("count", 0),
        "other": context.get("other", ""),
        "stand": context.get("stand", ""),
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
