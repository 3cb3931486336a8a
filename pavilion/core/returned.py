"""Mail that did not reach whom it was for: it came back, or its relay refused it for good.

Whoever did what the message announced is told, several messages in one mail.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core import activity, outbox
from pavilion.core.models import OutboxMessage, User
from pavilion.core.threads import supersede

State = OutboxMessage.State

KIND = outbox.RETURNED
# How many messages one mail names.
NAMED = 20
# How much of what a mail server says is kept.
LONGEST = 1000

# What else happens when a message did not arrive, in the same transaction; apps register theirs
# when they are loaded. Called with the message, why and when.
Receiver = Callable[[OutboxMessage, str, datetime], object]
RECEIVERS: list[Receiver] = []
Line = dict[str, Any]


def register(receiver: Receiver) -> Receiver:
    if receiver not in RECEIVERS:
        RECEIVERS.append(receiver)
    return receiver


def note_bounce(*, message: OutboxMessage, reason: str, at: datetime) -> bool:
    """Note that a message came back. Safe to repeat: False when that, or a refusal, is known.

    One that a worker is still holding, or that gave way to a newer one after it may have left,
    has left for certain.
    """
    with transaction.atomic():
        row = OutboxMessage.objects.select_for_update().get(pk=message.pk)
        if row.state in (State.BOUNCED, State.FAILED):
            return False
        before = row.state
        row.state, row.bounced_at, row.sent_at = State.BOUNCED, at, row.sent_at or at
        row.claim = row.claimed_until = None
        row.last_error = reason[:LONGEST]
        row.save(
            update_fields=[
                *("state", "bounced_at", "sent_at", "claim", "claimed_until", "last_error"),
            ]
        )
        _record(row, "message.bounced", before, at)
        tell(row, at=at)
    return True


def note_refusal(message: OutboxMessage, *, at: datetime) -> None:
    """Its relay refused it for good and it is marked as failed: note it and tell of it.

    To be called in the transaction that marks it.
    """
    _record(message, "message.refused", State.QUEUED, at)
    tell(message, at=at)


def tell(message: OutboxMessage, *, at: datetime) -> None:
    """Tell whoever caused the message, and every app; never of a mail that itself tells this."""
    if message.kind == KIND:
        return
    for receiver in RECEIVERS:
        receiver(message, message.last_error, at)
    by = message.by
    # What they may not see (any more) they are not told of, either.
    if by is not None and OutboxMessage.objects.visible_to(by).filter(pk=message.pk).exists():
        _write_to(by, message)


def _write_to(user: User, message: OutboxMessage) -> None:
    """One mail, in place of one that still waits and would tell of others."""
    # One at a time for one person: else two workers would each replace what the other wrote.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    thread = f"{KIND}:{user.pk}"
    now = timezone.now()
    waiting = OutboxMessage.objects.unclaimed(now).filter(
        thread=thread, state=State.QUEUED, attempts=0
    )
    known, since = [], now
    for told in waiting.values_list("told", flat=True):
        known += told["messages"]
        since = min(since, datetime.fromisoformat(told["since"]))
    supersede([thread])
    line = {
        "id": message.pk,
        "to": _who(message),
        "subject": message.subject,
        "why": message.last_error,
    }
    lines: list[Line] = [*(row for row in known if row["id"] != message.pk), line]
    mail = _mail(user, lines)
    mail.thread, mail.told = thread, {"messages": lines, "since": since.isoformat()}
    settles = timedelta(seconds=settings.MAIL_SETTLES)
    mail.send_after = min(now + settles, since + 5 * settles)
    outbox.enqueue(mail)


def _mail(user: User, lines: list[Line]) -> OutboxMessage:
    page = reverse("admin:core_outboxmessage_changelist")
    with translation.override(user.language):
        subject = _("Not arrived: %(subject)s") % {"subject": lines[0]["subject"]}
        if len(lines) > 1:
            several = ngettext(
                "%(count)d message did not arrive", "%(count)d messages did not arrive", len(lines)
            )
            subject = several % {"count": len(lines)}
        context = {
            "count": len(lines),
            "messages": lines[:NAMED],
            "unnamed": max(0, len(lines) - NAMED),
            "url": f"{settings.BASE_URL}{page}?waits=returned",
        }
        return OutboxMessage(
            kind=KIND,
            recipient=user.email,
            recipient_name=user.full_name,
            language=user.language,
            subject=subject[:250],
            body=render_to_string("core/emails/returned.txt", context).strip() + "\n",
        )


def _who(message: OutboxMessage) -> str:
    name, address = message.recipient_name, message.recipient
    return f"{name} <{address}>" if name else address


def _record(message: OutboxMessage, verb: str, before: str, at: datetime) -> None:
    activity.record(
        by=None,
        verb=verb,
        target=message,
        region_code=message.region_code,
        reason=message.last_error,
        before={"state": before},
        after={"state": message.state},
    )
