"""Send promised e-mails: claim rows with a lease, send over one connection, record what happened.

A message leaves at least once, under a stable Message-ID: only what was in the hands of a worker
that died may leave twice.
"""

import logging
import random
import smtplib
import uuid
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from pavilion.core import mime
from pavilion.core.models import OutboxMessage
from pavilion.core.threads import note_dropped

logger = logging.getLogger(__name__)

BATCH = 10
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)
# A message that its relay keeps putting off is given up after about a day and a half.
MAX_ATTEMPTS = 40


class _RelayDown(Exception):
    """The relay does not answer at all: no message is to blame."""


def deliver_due() -> int:
    """Send everything that is due; returns how many left. Any number of workers may call it."""
    sent = 0
    _drop_stale(timezone.now())
    connection = get_connection()
    try:
        while batch := _claim():
            for message in batch:
                sent += _deliver(message, connection)
    except _RelayDown as error:
        _give_back(batch, error)
    finally:
        connection.close()
    return sent


def _drop_stale(now: datetime) -> None:
    """What waited until it was of no use to anybody does not leave, and is waited for no more."""
    stale = OutboxMessage.objects.stale(now)
    for message in stale.defer("body", "html", "ics").order_by("pk"):
        is_over = message.expires_at is not None and message.expires_at <= now
        with transaction.atomic():
            if stale.filter(pk=message.pk).update(state=OutboxMessage.State.DROPPED):
                note_dropped(message, f"message.{'expired' if is_over else 'superseded'}")


def _claim() -> list[OutboxMessage]:
    """Take up to BATCH due rows by one conditional update: one winner per row on any engine."""
    now = timezone.now()
    claim = uuid.uuid4()
    due = OutboxMessage.objects.due(now)
    with transaction.atomic():
        # Rows that an operation is just dropping are left to it: neither ever waits for the other.
        free = due.select_for_update(skip_locked=True).order_by("send_after", "pk")
        candidates = list(free.values_list("pk", flat=True)[:BATCH])
        due.filter(pk__in=candidates).update(claim=claim, claimed_until=_lease_from(now))
    return list(OutboxMessage.objects.filter(claim=claim).order_by("send_after", "pk"))


def _lease_from(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.OUTBOX_LEASE)


def _deliver(message: OutboxMessage, connection: BaseEmailBackend) -> bool:
    if not _still_ours(message):
        return False
    try:
        _open(connection)
        connection.send_messages([_email(message)])
    except _RelayDown:
        raise
    except Exception as error:  # the row must remember whatever went wrong
        if _refuses_us(error):
            raise _RelayDown(f"{type(error).__name__}: {error}") from error
        _record_failure(message, error)
        # The next message opens a fresh connection.
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


def _open(connection: BaseEmailBackend) -> None:
    """Open the connection unless it is; it then stays open from one message to the next."""
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise _RelayDown(f"{type(error).__name__}: {error}") from error


def _still_ours(message: OutboxMessage) -> bool:
    """Renew the lease just before sending; False when it ran out and another worker took over."""
    return bool(
        OutboxMessage.objects.filter(
            pk=message.pk, claim=message.claim, state=OutboxMessage.State.QUEUED
        ).update(claimed_until=_lease_from(timezone.now()))
    )


def _email(message: OutboxMessage) -> mime.RenderedEmail:
    # An invitation comes from the organiser it names (RFC 6047 §2.3), everything else from us.
    sender = (
        (settings.ORGANIZER_NAME, message.sender or settings.ORGANIZER_EMAIL)
        if message.ics_method or message.sender
        else parseaddr(settings.DEFAULT_FROM_EMAIL)
    )
    return mime.RenderedEmail(
        mime.build_message(
            sender=sender,
            recipient=(message.recipient_name, message.recipient),
            subject=message.subject,
            text=message.body,
            html=message.html,
            ics=message.ics,
            ics_method=message.ics_method,
            message_id=message.message_id,
            in_reply_to=message.in_reply_to,
            headers={"Content-Language": message.language},
        )
    )


def _record_failure(message: OutboxMessage, error: Exception) -> None:
    attempts = message.attempts + 1
    is_final = _is_permanent(error) or attempts >= MAX_ATTEMPTS
    OutboxMessage.objects.filter(pk=message.pk, claim=message.claim).update(
        state=OutboxMessage.State.FAILED if is_final else OutboxMessage.State.QUEUED,
        attempts=attempts,
        last_error=f"{type(error).__name__}: {error}"[:1000],
        send_after=message.send_after if is_final else timezone.now() + _delay(attempts),
        claim=None,
        claimed_until=None,
    )
    logger.warning("Message %s did not leave: %s", message.message_id, type(error).__name__)


def _give_back(batch: list[OutboxMessage], error: Exception) -> None:
    """A dead relay costs no attempt: what we hold waits a moment, the sweep tries again."""
    OutboxMessage.objects.filter(claim=batch[0].claim, state=OutboxMessage.State.QUEUED).update(
        last_error=str(error)[:1000],
        send_after=timezone.now() + FIRST_RETRY,
        claim=None,
        claimed_until=None,
    )
    logger.warning("The mail relay does not answer: %s", error)


def _delay(attempts: int) -> timedelta:
    """Doubling from FIRST_RETRY to LAST_RETRY, spread by a fifth so that retries do not bunch."""
    delay = min(FIRST_RETRY * 2 ** min(attempts - 1, 12), LAST_RETRY)
    spread = random.uniform(0.8, 1.2)  # noqa: S311  # spreading load, not a secret
    return timedelta(seconds=delay.total_seconds() * spread)


def _refuses_us(error: Exception) -> bool:
    """The relay wants nothing from us (credentials, encryption, sender): no message is to blame.

    RFC 4954 §6: 530, 534, 535 and 538 are about who sends, not about what is sent.
    """
    if isinstance(error, smtplib.SMTPSenderRefused):
        # 452 and 552 are about the size of this one message (RFC 1870 §6.1).
        return error.smtp_code not in (452, 552)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code in (530, 534, 535, 538)
    return False


def _is_permanent(error: Exception) -> bool:
    """5xx answers about this message or recipient (RFC 5321 §4.2.1); everything else may pass."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return error.smtp_code >= 500
    return False
