"""Who is told of a meeting, and how the messages of one meeting follow each other.

One message per person. Their ids are made of the meeting, its sequence and the participant, so
that what somebody was sent can be found again and every update answers the first invitation.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

from django.conf import settings
from django.utils import timezone

from meetings import emails
from meetings.models import Meeting, Participant
from pavilion.core import outbox
from pavilion.core.models import OutboxMessage

# The same sequence again: "", ".2" … A participant meets this only when an invitation was dropped.
RESENDS = ("", *(f".{number}" for number in range(2, 10)))


@dataclass
class Thread:
    """What one participant was promised about one meeting, oldest first."""

    messages: list[OutboxMessage] = field(default_factory=list)

    @property
    def held(self) -> list[int]:
        return [m.pk for m in self.messages if m.state == OutboxMessage.State.HELD]

    @property
    def first_id(self) -> str:
        """The message that the others answer: the first that left, or is about to."""
        unsent = (OutboxMessage.State.HELD, OutboxMessage.State.DROPPED)
        return next((m.message_id for m in self.messages if m.state not in unsent), "")


def invite(
    meeting: Meeting, participants: Iterable[Participant], *, was: Meeting | None = None
) -> None:
    """Promise a REQUEST to each who can be reached: an invitation, or an update of theirs.

    `was` is the meeting before it moved, for those who know of it.

    An invitation still waiting for approval is dropped in favour of this one.
    """
    stamp = timezone.now()
    invited = [p for p in participants if wants_mail(p)]
    threads = _threads(meeting, invited)
    for participant in invited:
        thread = threads[participant.pk]
        message_id = _new_id(participant, thread)
        _drop_held(thread)
        if was and thread.first_id and participant.invited_sequence is not None:
            message = emails.update(
                participant,
                was=was,
                message_id=message_id,
                in_reply_to=thread.first_id,
                stamp=stamp,
            )
        else:
            message = emails.invitation(
                participant, message_id=message_id, in_reply_to=thread.first_id, stamp=stamp
            )
        outbox.enqueue(message)
        participant.invited_sequence = meeting.sequence
        participant.save(update_fields=["invited_sequence"])


def call_off(meeting: Meeting, participants: Iterable[Participant]) -> None:
    """Promise a CANCEL to each who had been invited; what was still held is dropped instead."""
    stamp = timezone.now()
    participants = [p for p in participants if p.invited_sequence is not None]
    threads = _threads(meeting, participants)
    for participant in participants:
        thread = threads[participant.pk]
        _drop_held(thread)
        if thread.first_id and participant.email:
            outbox.enqueue(
                emails.cancellation(
                    participant,
                    message_id=_new_id(participant, thread),
                    in_reply_to=thread.first_id,
                    stamp=stamp,
                )
            )
        participant.invited_sequence = None
        participant.save(update_fields=["invited_sequence"])


def wants_mail(participant: Participant) -> bool:
    person = participant.person
    return bool(participant.email) and (person is None or person.wants_invitations)


def _threads(meeting: Meeting, participants: list[Participant]) -> dict[int, Thread]:
    owners = {
        message_id(participant, sequence, resend): participant.pk
        for participant, sequence, resend in product(
            participants, range(meeting.sequence + 1), RESENDS
        )
    }
    threads = {participant.pk: Thread() for participant in participants}
    for message in (
        OutboxMessage.objects.filter(message_id__in=owners)
        .only("pk", "message_id", "state")
        .order_by("pk")
    ):
        threads[owners[message.message_id]].messages.append(message)
    return threads


def _new_id(participant: Participant, thread: Thread) -> str:
    used = {message.message_id for message in thread.messages}
    ids = (message_id(participant, participant.meeting.sequence, resend) for resend in RESENDS)
    return next((each for each in ids if each not in used), outbox.new_message_id())


def message_id(participant: Participant, sequence: int, resend: str) -> str:
    local = participant.meeting.uid.partition("@")[0]
    return f"<{local}.{sequence}.{participant.public_id}{resend}@{settings.MAIL_DOMAIN}>"


def _drop_held(thread: Thread) -> None:
    """Nobody gets a stale message, even if it is approved a moment later."""
    if thread.held:
        OutboxMessage.objects.filter(pk__in=thread.held, state=OutboxMessage.State.HELD).update(
            state=OutboxMessage.State.DROPPED
        )
