"""Promise an e-mail: the write side of the outbox."""

import uuid

from django.conf import settings
from django.db import connection, transaction

from pavilion.core.models import OutboxMessage
from pavilion.core.tasks import deliver_outbox


def new_message_id() -> str:
    return f"<{uuid.uuid4()}@{settings.MAIL_DOMAIN}>"


def enqueue(message: OutboxMessage) -> OutboxMessage:
    """Store the message with the change it announces; it leaves after commit.

    The broker is only nudged, once per transaction: if the nudge is lost, the sweep finds the row
    within a minute.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("enqueue() must share a transaction with the change it announces")
    if not message.message_id:
        message.message_id = new_message_id()
    message.save()
    if message.state == OutboxMessage.State.QUEUED:
        nudge()
    return message


def nudge() -> None:
    """Ask a worker to deliver once this transaction commits; asking again changes nothing."""
    if all(function is not _nudge for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(_nudge, robust=True)


def _nudge() -> None:
    deliver_outbox.delay()
