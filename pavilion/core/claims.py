"""Which worker sends which message: claimed for a while, several at a time, by no two workers."""

import time
import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from pavilion.core.models import OutboxMessage, OutboxMessageQuerySet
from pavilion.core.threads import note_dropped

State = OutboxMessage.State

# Of a paced domain, as many messages as its pace leave in any such time.
MINUTE = timedelta(minutes=1)
# The advisory lock under which workers count what has left to paced domains.
_PACE_LOCK = 0x6F757462


class Parcel(NamedTuple):
    """Of a message, what it takes to send it and to say what came of it; no model, for speed."""

    pk: int
    recipient: str
    recipient_name: str
    language: str
    subject: str
    body: str
    html: str
    ics: str
    ics_method: str
    message_id: str
    in_reply_to: str
    headers: dict[str, str]
    attempts: int


class Claim:
    """Messages in one worker's hands, oldest first, until its lease ends."""

    def __init__(self, claim: uuid.UUID, messages: Iterable[Parcel], began: float) -> None:
        self.id = claim
        self.messages = list(messages)
        self._lost: set[int] = set()
        self._begin(began)

    def __len__(self) -> int:
        return len(self.messages)

    def holds(self, number: int) -> bool:
        """Whether the message of this number is still ours, for long enough to send it.

        Asks the database only when a good part of the lease is over.
        """
        if time.monotonic() - self._renewed >= settings.OUTBOX_LEASE / 3:
            self._renew()
        return self.messages[number].pk not in self._lost

    def _renew(self) -> None:
        """For those under way, too; what has left or failed is no longer claimed."""
        keys = {message.pk for message in self.messages}
        began = time.monotonic()
        if self._mine(keys).update(claimed_until=timezone.now() + _lease()) != len(keys):
            self._lost = keys - set(self._mine(keys).values_list("pk", flat=True))
        self._begin(began)

    def _begin(self, at: float) -> None:
        self._renewed = at
        # Sending one takes a moment, too.
        self.ends = at + settings.OUTBOX_LEASE / 2

    def mark_sent(self, keys: Collection[int]) -> None:
        """Hand-written: composing this statement would cost more than running it."""
        if keys:
            numbers = ",".join(str(int(key)) for key in keys)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {OutboxMessage._meta.db_table} SET state = %s, sent_at = %s,"  # noqa: S608  # numbers
                    " attempts = attempts + 1, last_error = '', claim = NULL, claimed_until = NULL"
                    f" WHERE id IN ({numbers}) AND claim = %s AND state = %s",
                    [State.SENT.value, _moment(timezone.now()), _uuid(self.id), State.QUEUED.value],
                )

    def give_back(self, *, error: str, send_after: datetime, last: int) -> None:
        """What has not been sent, for somebody later; it costs no attempt. One after the others."""
        keys = [message.pk for message in self.messages]
        free = {"last_error": error, "claim": None, "claimed_until": None}
        self._mine([last]).update(**free, send_after=send_after + timedelta(seconds=1))
        self._mine(keys).update(**free, send_after=send_after)

    def end(self, message: Parcel, **values: Any) -> OutboxMessage | None:
        """Say what became of one that did not leave. None when it is no longer ours."""
        with transaction.atomic():
            if not self._mine([message.pk]).update(**values, claim=None, claimed_until=None):
                return None
            return OutboxMessage.objects.get(pk=message.pk)

    def _mine(self, keys: Collection[int]) -> OutboxMessageQuerySet:
        return OutboxMessage.objects.filter(pk__in=keys, claim=self.id, state=State.QUEUED)


def mark_sent_by_the_dead(keys: Collection[int]) -> None:
    """What a worker had sent that can no longer say so."""
    OutboxMessage.objects.filter(pk__in=keys, state=State.QUEUED, claim__isnull=False).update(
        **_sent()
    )


def take(size: int) -> Claim:
    """Up to `size` messages that are due and of use, each for one worker alone on any engine."""
    began, now, claim = time.monotonic(), timezone.now(), uuid.uuid4()
    with transaction.atomic():
        keys = _choose(now, size)
        OutboxMessage.objects.filter(pk__in=keys).update(claim=claim, claimed_until=now + _lease())
    rows = OutboxMessage.objects.filter(claim=claim).order_by("-is_urgent", "send_after", "pk")
    return Claim(claim, map(Parcel._make, rows.values_list(*Parcel._fields)), began)


def drop_stale(now: datetime, among: Collection[int] | None = None) -> None:
    """What waited until it was of no use to anybody does not leave, and is waited for no more."""
    stale = OutboxMessage.objects.stale(now)
    if among is not None:
        stale = stale.filter(pk__in=among)
    for message in stale.defer("body", "html", "ics").order_by("pk"):
        is_over = message.expires_at is not None and message.expires_at <= now
        with transaction.atomic():
            if stale.filter(pk=message.pk).update(state=State.DROPPED):
                note_dropped(message, f"message.{'expired' if is_over else 'superseded'}")


def _choose(now: datetime, size: int) -> list[int]:
    room = _room(now)
    # However much waits, what cannot wait goes first: a reminder, a link somebody asked for.
    chosen = _next(now, size, room, is_urgent=True)
    return chosen + _next(now, size - len(chosen), room, is_urgent=False)


def _next(now: datetime, size: int, room: dict[str, int], *, is_urgent: bool) -> list[int]:
    """Takes what they need of the room their domains have."""
    chosen: list[int] = []
    passed: set[int] = set()
    while (wanted := size - len(chosen)) > 0:
        full = [domain for domain, left in room.items() if left <= 0]
        # Rows that an operation is just dropping are left to it: neither ever waits for the other.
        rows = list(
            OutboxMessage.objects.unclaimed(now)
            .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
            .filter(state=State.QUEUED, is_urgent=is_urgent, send_after__lte=now)
            .exclude(pk__in=passed)
            .exclude(domain__in=full)
            .select_for_update(skip_locked=True)
            .order_by("send_after", "pk")
            .values_list("pk", "thread", "domain")[:wanted]
        )
        blocked = _blocked(rows, now)
        for key, _thread, domain in rows:
            if key not in blocked and room.get(domain, 1) > 0:
                chosen.append(key)
                if domain in room:
                    room[domain] -= 1
        if len(rows) < wanted:
            break
        passed |= {key for key, *_ in rows}
    return chosen


def _blocked(rows: Iterable[tuple[int, str, str]], now: datetime) -> set[int]:
    """Those that a newer message of their thread replaces, or whose older one is just leaving."""
    threads = {thread for _, thread, _ in rows if thread}
    newest: Counter[str] = Counter()
    leaving: dict[str, int] = {}
    siblings = OutboxMessage.objects.filter(thread__in=threads)
    for key, thread, state, until in siblings.values_list("pk", "thread", "state", "claimed_until"):
        newest[thread] = max(newest[thread], key)
        if state == State.QUEUED and until is not None and until >= now:
            leaving[thread] = min(leaving.get(thread, key), key)
    return {
        key
        for key, thread, _ in rows
        if thread and (newest[thread] > key or leaving.get(thread, key) < key)
    }


def _room(now: datetime) -> dict[str, int]:
    """How many more messages each paced domain may get now, all workers together."""
    pace = {domain.lower(): int(most) for domain, most in settings.OUTBOX_PACE.items()}
    if not pace:
        return {}
    if connection.vendor == "postgresql":
        # One worker counts and takes at a time; SQLite's transactions do so anyway.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PACE_LOCK])
    lately = Q(sent_at__gt=now - MINUTE) | Q(state=State.QUEUED, claimed_until__gte=now)
    rows = OutboxMessage.objects.filter(lately, domain__in=pace).values("domain").order_by()
    for row in rows.annotate(number=Count("pk")):
        pace[row["domain"]] -= row["number"]
    return pace


def _sent() -> dict[str, object]:
    return {
        "state": State.SENT,
        "sent_at": timezone.now(),
        "attempts": F("attempts") + 1,
        "last_error": "",
        "claim": None,
        "claimed_until": None,
    }


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _uuid(value: uuid.UUID) -> Any:
    return OutboxMessage._meta.get_field("claim").get_db_prep_value(value, connection)


def _lease() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_LEASE)
