"""Messages that follow each other: the newest of a thread makes the older ones useless."""

from collections.abc import Iterable

from django.utils import timezone

from pavilion.core import activity
from pavilion.core.models import OutboxMessage


def supersede(threads: Iterable[str]) -> dict[str, list[OutboxMessage]]:
    """Let nothing that still waits in these threads leave: something newer is about to be told.

    Returns, by thread, what has left or may have, oldest first. What a worker is sending right now
    stays with it; delivery keeps the newer message back until it is done.
    """
    told: dict[str, list[OutboxMessage]] = {thread: [] for thread in threads}
    for message in OutboxMessage.objects.filter(thread__in=told).defer("body", "html", "ics"):
        _drop_if_waiting(message)
        if message.may_have_left:
            told[message.thread].append(message)
    for messages in told.values():
        messages.sort(key=lambda message: message.pk)
    return told


def _drop_if_waiting(message: OutboxMessage) -> None:
    waiting = (OutboxMessage.State.HELD, OutboxMessage.State.QUEUED, OutboxMessage.State.FAILED)
    if message.state not in waiting:
        return
    # Conditional, row by row: a worker may take it at this very moment, and then it is leaving.
    mine = OutboxMessage.objects.unclaimed(timezone.now()).filter(
        pk=message.pk, state=message.state
    )
    if mine.update(state=OutboxMessage.State.DROPPED):
        note_dropped(message, "message.superseded")
    else:
        message.refresh_from_db(fields=["state", "claim", "attempts"])


def note_dropped(message: OutboxMessage, verb: str) -> None:
    """The log of a message that time or a newer one has made useless."""
    activity.record(
        by=None,
        verb=verb,
        target=message,
        region_code=message.region_code,
        before={"state": message.state},
        after={"state": OutboxMessage.State.DROPPED},
    )
    message.state = OutboxMessage.State.DROPPED
