"""The mails that the past weeks would have sent, and those that wait for somebody's approval.

Each is written by the function that writes it for real, at the moment it would have been.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from meetings import emails, reminding
from meetings.addressees import Addressee
from meetings.models import Meeting, Participant, Person, Reminder
from meetings.operations import with_everything
from meetings.operations.invitations import message_id, wants_mail
from pavilion.core import outbox
from pavilion.core.models import OutboxMessage
from pavilion.demo.stories import Answer, Status, Story

State = OutboxMessage.State
# The approval of a mail to an office is a human's, hence slow; of the rest a minute's work.
APPROVED_AFTER = timedelta(hours=3)
SENT_AFTER = timedelta(seconds=40)
WAITING = 0.3  # of the last mails to offices, so many still wait


@dataclass(frozen=True)
class AsItWas:
    """What a meeting was when a mail about it was written."""

    status: str
    sequence: int
    earlier_by: timedelta
    answer: str
    contact: tuple[str, str] | None = None  # None: the same


def write_messages(stories: list[Story], random: Random) -> None:
    meetings = with_everything(Meeting.objects.all()).in_bulk([s.meeting.pk for s in stories])
    messages: list[OutboxMessage] = []
    invited: list[Participant] = []
    for story in stories:
        if not story.was_confirmed:
            continue  # an option tells nobody by mail
        for participant in meetings[story.meeting.pk].participants.all():
            if not participant.email or not wants_mail(participant):
                continue
            thread = list(_thread(story, participant, random))
            messages += thread
            called_off = story.meeting.status == Status.CANCELLED or participant.removed_at
            participant.invited_sequence = None if called_off else _last_sequence(story)
            invited.append(participant)
    OutboxMessage.objects.bulk_create(messages, batch_size=500)
    Participant.objects.bulk_update(invited, ["invited_sequence"], batch_size=500)


def write_reminder_messages(sent: list[Reminder]) -> None:
    """One mail for what a person was told of a day at once."""
    rows = Reminder.objects.filter(pk__in=[row.pk for row in sent]).select_related(
        "participant__person", "participant__office", "participant__stands_in_for"
    )
    pks = {row.participant.meeting_id for row in rows}
    meetings = with_everything(Meeting.objects.all()).in_bulk(pks)
    mails: dict[tuple[Person, datetime], list[Participant]] = defaultdict(list)
    for row in rows.order_by("starts_at", "pk"):
        participant = row.participant
        participant.meeting = meetings[participant.meeting_id]
        if participant.person:
            mails[participant.person, row.due_at].append(participant)
    messages = []
    for (person, due_at), participants in mails.items():
        with ExitStack() as then:
            for participant in participants:
                was = AsItWas(Status.CONFIRMED, 1, timedelta(), Answer.ACCEPTED)
                then.enter_context(_as_it_was(participant, was))
            to = Addressee(person.email, str(person))
            message = reminding.reminder(person, participants, to=to)
        message.message_id = outbox.new_message_id()
        messages.append(_sent(message, due_at, due_at + SENT_AFTER))
    OutboxMessage.objects.bulk_create(messages, batch_size=500)


def _last_sequence(story: Story) -> int:
    return 1 + bool(story.moved_at) + bool(story.changed_at) + 2 * bool(story.reinstated_at)


def _thread(story: Story, participant: Participant, random: Random) -> Iterator[OutboxMessage]:
    """Invitation, then what became of it; the last one to an office may still wait."""
    if story.confirmed_at is None:
        return
    since = (story.moved_at, story.ended_at, story.changed_at, story.reinstated_at)
    if participant.stands_in_for and participant.stands_in_for.answered_at:
        yield _asked_instead(story, participant, participant.stands_in_for.answered_at, random)
        return
    first_id = message_id(participant, 1, "")
    as_invited = AsItWas(
        Status.CONFIRMED, 1, story.moved_by, Answer.NEEDS_ACTION, _first_contact(story)
    )
    with _as_it_was(participant, as_invited):
        invitation = emails.invitation(
            participant, message_id=first_id, in_reply_to="", stamp=story.confirmed_at
        )
    yield _placed(invitation, story.confirmed_at, participant, random, may_wait=not any(since))
    if at := story.moved_at or story.changed_at:
        as_changed = AsItWas(Status.CONFIRMED, 2, timedelta(), Answer.NEEDS_ACTION)
        with _as_it_was(participant, as_changed):
            update = emails.update(
                participant,
                message_id=message_id(participant, 2, ""),
                in_reply_to=first_id,
                stamp=at,
                was=invitation.told,
            )
        yield _placed(update, at, participant, random, may_wait=True)
    off_at = participant.removed_at or story.called_off_at
    if story.meeting.status == Status.CANCELLED:
        off_at = story.ended_at
    if off_at:
        with _as_it_was(participant, AsItWas(_end(story), 2, timedelta(), participant.answer)):
            cancellation = emails.cancellation(
                participant,
                message_id=message_id(participant, 2, ""),
                in_reply_to=first_id,
                stamp=off_at,
            )
        may_wait = story.reinstated_at is None
        yield _placed(cancellation, off_at, participant, random, may_wait=may_wait)
    if story.reinstated_at:
        as_again = AsItWas(Status.CONFIRMED, 3, timedelta(), Answer.NEEDS_ACTION)
        with _as_it_was(participant, as_again):
            again = emails.invitation(
                participant,
                message_id=message_id(participant, 3, ""),
                in_reply_to=first_id,
                stamp=story.reinstated_at,
                is_again=True,
            )
        yield _placed(again, story.reinstated_at, participant, random, may_wait=True)


def _asked_instead(
    story: Story, participant: Participant, at: datetime, random: Random
) -> OutboxMessage:
    with _as_it_was(participant, AsItWas(Status.CONFIRMED, 1, timedelta(), Answer.NEEDS_ACTION)):
        invitation = emails.invitation(
            participant, message_id=message_id(participant, 1, ""), in_reply_to="", stamp=at
        )
    return _placed(invitation, at, participant, random, may_wait=True)


def _end(story: Story) -> str:
    """What the meeting was when somebody was told that it is off, for them or for all."""
    return Status.CANCELLED if story.called_off_at else story.meeting.status


def _first_contact(story: Story) -> tuple[str, str] | None:
    return story.former_contact if story.changed_at else None


@contextmanager
def _as_it_was(participant: Participant, was: AsItWas) -> Iterator[None]:
    """The meeting and the answer as they were when a mail was written; put back afterwards."""
    meeting = participant.meeting
    contact = (meeting.contact_name, meeting.contact_phone)
    now = AsItWas(meeting.status, meeting.sequence, timedelta(), participant.answer, contact)
    meeting.contact_name, meeting.contact_phone = was.contact or contact
    meeting.status, meeting.sequence, participant.answer = was.status, was.sequence, was.answer
    meeting.starts_at -= was.earlier_by
    meeting.ends_at -= was.earlier_by
    try:
        yield
    finally:
        meeting.status, meeting.sequence, participant.answer = now.status, now.sequence, now.answer
        meeting.contact_name, meeting.contact_phone = contact
        meeting.starts_at += was.earlier_by
        meeting.ends_at += was.earlier_by


def _placed(
    message: OutboxMessage,
    at: datetime,
    participant: Participant,
    random: Random,
    *,
    may_wait: bool,
) -> OutboxMessage:
    """Sent, or still held: an office that answered by link or mail has had its mail."""
    if message.state != State.HELD:
        return _sent(message, at, at + SENT_AFTER)
    by_mail = participant.answered_via in (Participant.Channel.LINK, Participant.Channel.MAIL)
    if may_wait and not by_mail and random.random() < WAITING:
        message.created_at = message.send_after = at
        return message
    return _sent(message, at, at + APPROVED_AFTER)


def _sent(message: OutboxMessage, written: datetime, sent: datetime) -> OutboxMessage:
    """History: delivery never looks at it again."""
    message.state = State.SENT
    message.created_at = message.send_after = written
    message.sent_at = sent
    message.attempts = 1
    return message
