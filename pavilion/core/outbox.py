"""Promise an e-mail: the write side of the outbox."""

import logging
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from pavilion.core import acting, activity, policies
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import OutboxMessage, User

logger = logging.getLogger(__name__)

# By name: the task delivers, and delivery tells of what did not arrive through this module.
deliver_outbox = current_app.signature("pavilion.core.tasks.deliver_outbox")

# The mail that tells of mail that did not arrive: when it does not arrive itself, nobody is told.
RETURNED = "core.returned"

# What has not left for good.
DROPPABLE = (
    OutboxMessage.State.HELD,
    OutboxMessage.State.QUEUED,
    OutboxMessage.State.FAILED,
)

# Who waits for a nudge until several transactions are over; see one_nudge.
_postponed: ContextVar[list[bool] | None] = ContextVar("postponed", default=None)


class AlreadyGone(DomainError):
    """The message left, or somebody decided it would not."""

    code = "already_gone"


class Superseded(DomainError):
    code = "superseded"


class TooLate(DomainError):
    code = "too_late"


def new_message_id() -> str:
    return f"<{uuid.uuid4()}@{settings.MAIL_DOMAIN}>"


def enqueue(message: OutboxMessage) -> OutboxMessage:
    """Store the message with the change it announces; it leaves after commit.

    The broker is only nudged, once per transaction: if the nudge is lost, the sweep finds the row
    within a minute.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("enqueue() must share a transaction with the change it announces")
    _prepare([message])
    message.save()
    if message.state == OutboxMessage.State.QUEUED:
        nudge()
    return message


def enqueue_decided(message: OutboxMessage) -> OutboxMessage:
    """The same for what somebody has looked at and wants to leave: no policy holds it."""
    _prepare([message], is_decided=True)
    message.save()
    nudge()
    return message


def enqueue_all(messages: Iterable[OutboxMessage]) -> None:
    """The same for many messages, in few statements."""
    if not connection.in_atomic_block:
        raise RuntimeError("enqueue_all() must share a transaction with what it announces")
    promised = list(messages)
    _prepare(promised)
    OutboxMessage.objects.bulk_create(promised, batch_size=500)
    if any(message.state == OutboxMessage.State.QUEUED for message in promised):
        nudge()


def _prepare(messages: Sequence[OutboxMessage], *, is_decided: bool = False) -> None:
    """What every message is given: its id, its domain, who caused it, and what its kind's is."""
    by_id = acting.organiser_id()
    for message in messages:
        message.message_id = message.message_id or new_message_id()
        message.domain = message.recipient.rpartition("@")[2].lower()
        message.by_id = message.by_id or (by_id if message.kind != RETURNED else None)
        # Somebody waits for it now: no big sending goes first.
        message.is_urgent = message.is_urgent or policies.is_asked_for(message.kind)
    if not is_decided:
        policies.apply(messages)


def approve_messages(*, message_ids: Iterable[int], by: User | None) -> list[OutboxMessage]:
    """Let held messages leave. Those already on their way stay as they are; all or none.

    Refuses what is no longer of use: a newer message has been written, or it is over.
    """
    with transaction.atomic():
        messages = locked(message_ids, by)
        last = newest(messages)
        for message in messages:
            if message.state == OutboxMessage.State.HELD:
                ensure_of_use(message, last)
                hurry(message)
                _move(message, OutboxMessage.State.QUEUED, verb="message.approved", by=by)
            elif message.state == OutboxMessage.State.DROPPED:
                ensure_of_use(message, last)
                raise AlreadyGone(_("Somebody decided not to send “%s”.") % message.subject)
        nudge()
    return messages


def drop_messages(
    *, message_ids: Iterable[int], by: User | None, reason: str = ""
) -> list[OutboxMessage]:
    """Decide that messages which wait or failed never leave. Safe to call twice; all or none.

    A message that a worker is sending right now is refused: it may have left already.
    """
    with transaction.atomic():
        messages = locked(message_ids, by)
        for message in messages:
            if message.state == OutboxMessage.State.DROPPED:
                continue
            if message.state not in DROPPABLE or message.claim:
                raise AlreadyGone(_("“%s” has left already, or is leaving now.") % message.subject)
            _move(message, OutboxMessage.State.DROPPED, verb="message.dropped", by=by, why=reason)
    return messages


def retry_messages(*, message_ids: Iterable[int], by: User | None) -> list[OutboxMessage]:
    """Let messages that failed try again, from the first attempt on. Safe to call twice.

    Refuses what is no longer of use: a newer message has been written, or it is over.
    """
    with transaction.atomic():
        messages = locked(message_ids, by)
        last = newest(messages)
        for message in messages:
            if message.state in (OutboxMessage.State.FAILED, OutboxMessage.State.DROPPED):
                ensure_of_use(message, last)
            if message.state == OutboxMessage.State.DROPPED:
                raise AlreadyGone(_("Somebody decided not to send “%s”.") % message.subject)
            if message.state == OutboxMessage.State.FAILED:
                message.attempts = 0
                message.save(update_fields=["attempts"])
                hurry(message)
                _move(message, OutboxMessage.State.QUEUED, verb="message.retried", by=by)
        nudge()
    return messages


def locked(message_ids: Iterable[int], by: User | None) -> list[OutboxMessage]:
    rows = OutboxMessage.objects.select_for_update().filter(pk__in=set(message_ids))
    messages = list(rows.order_by("pk"))
    for message in messages:
        ensure_manages(by, message.region_code)
    return messages


def newest(messages: Iterable[OutboxMessage]) -> dict[str, int]:
    """The key of the last message of each thread."""
    threads = {message.thread for message in messages} - {""}
    rows = OutboxMessage.objects.filter(thread__in=threads).values("thread")
    return {row["thread"]: row["newest"] for row in rows.annotate(newest=Max("pk")).order_by()}


def hurry(message: OutboxMessage) -> None:
    """Somebody wants it to leave now: neither other changes nor the morning are waited for."""
    message.send_after, message.is_urgent = timezone.now(), True
    message.save(update_fields=["send_after", "is_urgent"])


def ensure_of_use(message: OutboxMessage, last: dict[str, int]) -> None:
    if last.get(message.thread, message.pk) > message.pk:
        raise Superseded(_("A newer message has replaced “%s”.") % message.subject)
    if message.expires_at and message.expires_at <= timezone.now():
        raise TooLate(_("What “%s” is about is over: it is of no use any more.") % message.subject)


def _move(message: OutboxMessage, state: str, *, verb: str, by: User | None, why: str = "") -> None:
    before = message.state
    message.state = state
    message.save(update_fields=["state"])
    activity.record(
        by=by,
        verb=verb,
        target=message,
        region_code=message.region_code,
        reason=why,
        before={"state": before},
        after={"state": state},
    )


def nudge() -> None:
    """Ask a worker to deliver once this transaction commits; asking again changes nothing."""
    if all(function is not _nudge for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(_nudge, robust=True)


@contextmanager
def one_nudge() -> Iterator[None]:
    """Around many transactions: the worker is asked once, after the last."""
    wanted: list[bool] = []
    token = _postponed.set(wanted)
    try:
        yield
    finally:
        _postponed.reset(token)
        if wanted:
            _nudge()


def _nudge() -> None:
    postponed = _postponed.get()
    if postponed is not None:
        postponed.append(True)
        return
    try:
        deliver_outbox.delay()
    except OperationalError as error:
        logger.warning("The broker does not answer, the sweep will deliver: %s", error)
