"""What an operation would do, before anybody is told: it is done, looked at and undone.

So the same rules refuse and the same messages are written as when it is done for good.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from events.models import Occupation
from events.operations.occupations import key
from meetings.models import IncomingMail, Meeting, Participant
from meetings.operations import slots
from meetings.operations.locking import reload
from pavilion.core.errors import DomainError
from pavilion.core.models import OutboxMessage


@dataclass(frozen=True, kw_only=True)
class Told:
    """One mail that would be promised."""

    # Whom it is about, and whose mailbox it goes to: their own, or a secretariat's.
    participant: str
    recipient_name: str
    recipient: str
    is_copy: bool
    kind: str  # as in the outbox: "meetings.invitation" …
    language: str
    is_held: bool
    send_after: datetime
    subject: str


@dataclass(kw_only=True)
class Preview:
    """What would come of an operation; with a refusal, nothing."""

    refusal: DomainError | None = None
    told: list[Told] = field(default_factory=list)
    # Messages that wait now and would never leave.
    taken_back: list[str] = field(default_factory=list)
    # Those expected whom no mail would tell, though a calendar may.
    untold: list[str] = field(default_factory=list)
    frees: list[str] = field(default_factory=list)
    takes: list[str] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside leaves no row, no message and no lock."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


Done = Meeting | Participant | IncomingMail | Iterable[Meeting]


def preview(
    operation: Callable[[], Done],
    *,
    meeting_id: int | None = None,
) -> Preview:
    """What `operation` would do to this meeting, or to the new one that it returns.

    Nothing of it remains: no row, no message, no lock.
    """
    shown = Preview()
    with transaction.atomic():
        before = _look(meeting_id)
        last = OutboxMessage.objects.aggregate(last=Max("pk"))["last"] or 0
        try:
            with transaction.atomic():
                done = operation()
        except DomainError as refusal:
            shown.refusal = refusal
        else:
            for meeting in _meetings(done):
                is_new = meeting.pk != meeting_id
                _note(shown, meeting.pk, _Sight() if is_new else before, last)
        transaction.set_rollback(True)
    return shown


@dataclass(kw_only=True)
class _Sight:
    """A meeting as it is at one moment: whose time it holds, whom it expects, what waits."""

    held: dict[str, str] = field(default_factory=dict)
    expected: dict[int, str] = field(default_factory=dict)
    waiting: dict[int, str] = field(default_factory=dict)


def _look(meeting_id: int | None) -> _Sight:
    if meeting_id is None:
        return _Sight()
    meeting = Meeting.objects.select_related("room", "stand").get(pk=meeting_id)
    everybody = slots.names(meeting)
    held = Occupation.objects.filter(holder=key("meeting", meeting_id))
    names = {row.resource: everybody.get(row.resource, "") for row in held.order_by("pk")}
    expected = meeting.participants.present().exclude(answer=Participant.Answer.DECLINED)
    waits = [OutboxMessage.State.HELD, OutboxMessage.State.QUEUED]
    waiting = OutboxMessage.objects.filter(
        thread__startswith=f"{meeting.uid}:", state__in=waits
    ).exclude(kind="meetings.reminder")
    return _Sight(
        held={resource: name for resource, name in names.items() if name},
        expected={
            each.pk: str(each)
            for each in expected.select_related("person", "office").order_by("position", "pk")
        },
        waiting={message.pk: message.recipient_name or message.recipient for message in waiting},
    )


def _meetings(done: Done) -> list[Meeting]:
    if isinstance(done, Participant | IncomingMail):
        return [done.meeting] if done.meeting else []
    return [done] if isinstance(done, Meeting) else list(done)


def _note(shown: Preview, meeting_id: int, before: _Sight, last: int) -> None:
    after = _look(meeting_id)
    meeting = reload(Meeting.objects.get(pk=meeting_id))
    threads = {f"{meeting.uid}:{each.public_id}": each for each in meeting.participants.all()}
    messages = OutboxMessage.objects.filter(
        pk__gt=last, thread__startswith=f"{meeting.uid}:"
    ).exclude(state=OutboxMessage.State.DROPPED)
    told_pks = set()
    for message in messages.defer("body", "html", "ics").order_by("pk"):
        whom, _colon, mark = message.thread.removeprefix(f"{meeting.uid}:").partition(":")
        participant = threads.get(f"{meeting.uid}:{whom}")
        if participant:
            told_pks.add(participant.pk)
        shown.told.append(
            Told(
                participant=str(participant or message.recipient_name),
                recipient_name=message.recipient_name,
                recipient=message.recipient,
                is_copy=bool(mark),
                kind=message.kind,
                language=message.language,
                is_held=message.state == OutboxMessage.State.HELD,
                send_after=message.send_after,
                subject=message.subject,
            )
        )
    kept = set(messages.values_list("pk", flat=True)) | set(after.waiting)
    shown.taken_back += [name for pk, name in before.waiting.items() if pk not in kept]
    shown.untold += [name for pk, name in after.expected.items() if pk not in told_pks]
    shown.frees += _missing(before.held, after.held)
    shown.takes += _missing(after.held, before.held)
    shown.joins += _missing(after.expected, before.expected)
    shown.leaves += _missing(before.expected, after.expected)


def _missing(from_these: dict[str, str] | dict[int, str], in_those: object) -> list[str]:
    """Names, each once: somebody and the function they hold are taken together."""
    keys: set[object] = set(in_those) if isinstance(in_those, dict) else set()
    return list(dict.fromkeys(name for each, name in from_these.items() if each not in keys))
