"""Send promised e-mails: claim rows with a lease, send over one connection, record what happened.

A message leaves at least once, under a stable Message-ID: only what was in the hands of a worker
that died may leave twice.
"""

import logging
import random
import smtplib
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from pavilion.core import mime
from pavilion.core.models import OutboxMessage

logger = logging.getLogger(__name__)

BATCH = 10
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)
MAX_ATTEMPTS = 40  # at one an hour in the end: about a day and a half of a dead relay


def deliver_due() -> int:
    """Send everything that is due; returns how many left. Any number of workers may call it."""
    sent = 0
    with get_connection() as connection:
        while batch := _claim():
            for message in batch:
                sent += _deliver(message, connection)
    return sent


def _claim() -> list[OutboxMessage]:
    """Take up to BATCH due rows by one conditional update: one winner per row on any engine."""
    now = timezone.now()
    claim = uuid.uuid4()
    candidates = list(
        OutboxMessage.objects.due(now)
        .order_by("send_after", "pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    OutboxMessage.objects.due(now).filter(pk__in=candidates).update(
        claim=claim, claimed_until=_lease_from(now)
    )
    return list(OutboxMessage.objects.filter(claim=claim).order_by("send_after", "pk"))


def _lease_from(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.OUTBOX_LEASE)


def _deliver(message: OutboxMessage, connection: BaseEmailBackend) -> bool:
    if not _still_ours(message):
        return False
    try:
        connection.send_messages([_email(message)])
    except Exception as error:  # the row must remember whatever went wrong
        _record_failure(message, error)
        # A broken connection is reopened by the next message.
        connection.close()
        return False
    OutboxMessage.objects.filter(pk=message.pk, claim=message.claim).update(
        state=OutboxMessage.State.SENT,
        sent_at=timezone.now(),
        attempts=message.attempts + 1,
        last_error="",
        claim=None,
        claimed_until=None,
    )
    return True


def _still_ours(message: OutboxMessage) -> bool:
    """Renew the lease just before sending; False when it ran out and another worker took over."""
    now = timezone.now()
    return bool(
        OutboxMessage.objects.filter(
            pk=message.pk, claim=message.claim, state=OutboxMessage.State.QUEUED
        ).update(claimed_until=_lease_from(now))
    )


def _email(message: OutboxMessage) -> mime.RenderedEmail:
    is_invitation = bool(message.ics_method)
    return mime.RenderedEmail(
        mime.build_message(
            sender=(settings.ORGANIZER_NAME, settings.ORGANIZER_EMAIL)
            if is_invitation
            else mime.parse_address(settings.DEFAULT_FROM_EMAIL),
            recipient=(message.recipient_name, message.recipient),
            subject=message.subject,
            text=message.body,
            html=message.html,
            ics=message.ics,
            ics_method=message.ics_method,
            message_id=message.message_id,
            in_reply_to=message.in_reply_to,
            language=message.language,
        )
    )


def _record_failure(message: OutboxMessage, error: Exception) -> None:
    attempts = message.attempts + 1
    is_final = _is_permanent(error) or attempts >= MAX_ATTEMPTS
    delay = min(FIRST_RETRY * 2 ** min(attempts - 1, 12), LAST_RETRY) * random.uniform(0.8, 1.2)
    OutboxMessage.objects.filter(pk=message.pk, claim=message.claim).update(
        state=OutboxMessage.State.FAILED if is_final else OutboxMessage.State.QUEUED,
        attempts=attempts,
        last_error=f"{type(error).__name__}: {error}"[:1000],
        send_after=message.send_after if is_final else timezone.now() + delay,
        claim=None,
        claimed_until=None,
    )
    logger.warning("Message %s did not leave: %s", message.message_id, type(error).__name__)


def _is_permanent(error: Exception) -> bool:
    """5xx answers about this message or recipient (RFC 5321 §4.2.1); everything else may pass."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return False
