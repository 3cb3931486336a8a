"""What somebody answered, through whatever channel."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings import emails
from meetings.models import Meeting, Participant, Person
from meetings.operations import slots
from meetings.operations.calendars import move_feeds
from meetings.operations.invitations import invite
from meetings.operations.locking import (
    LIVE,
    ensure_not_over,
    ensure_status,
    lock_meeting,
    reload,
)
from meetings.operations.reminders import plan_reminders
from pavilion.core import activity
from pavilion.core.access import access_of, ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import OutboxMessage, User

# What `record_answer` reads again once the meeting is locked.
_FRESH = (
    *("answer", "answered_at", "answered_by", "answered_via", "comment"),
    *("answered_sequence", "answered_stamp", "invited_sequence", "removed_at"),
)


class MeetingMoved(DomainError):
    code = "meeting_moved"


class NotExpected(DomainError):
    code = "not_expected"


class ReplyOutdated(DomainError):
    """A later reply of theirs counts already: this one came twice, or late."""

    code = "reply_outdated"


class ReplyToEarlierTime(DomainError):
    """They answered for a time at which the meeting no longer is."""

    code = "reply_to_earlier_time"


class ReplyToUnknown(DomainError):
    """It answers an invitation that we never sent."""

    code = "reply_to_unknown"


@dataclass(frozen=True, kw_only=True)
class ReplyStamp:
    """Where a reply by mail stands among the others of the same attendee (RFC 5546 §2.1.5).

    `sequence` 0 is unknown: some programs leave it out. `stamp` is its DTSTAMP, or when it was
    received if that lies in the future.
    """

    sequence: int
    stamp: datetime


def record_answer(
    *,
    participant_id: int,
    answer: str,
    via: str,
    by: User | None = None,
    answered_by: str = "",
    comment: str = "",
    seen_sequence: int | None = None,
    reply: ReplyStamp | None = None,
) -> Participant:
    """Note what somebody answered, through whatever channel. The same answer twice is one answer.

    Declining frees their time and takes the meeting out of their calendar; coming back on it holds
    the time again, or is refused with what has taken it meanwhile. `seen_sequence` is what the
    person had before their eyes: an answer to an earlier time is refused. `reply` says the same of
    a reply by mail, and an older one than counts already is refused. A link or a mail answers
    until the end; what an organiser heard may be noted later.
    """
    with transaction.atomic():
        participant = Participant.objects.select_related("person", "office").get(pk=participant_id)
        meeting = lock_meeting(participant.meeting_id, None)
        participant.refresh_from_db(fields=_FRESH)
        _ensure_may_answer(by, meeting, participant)
        ensure_status(meeting, LIVE)
        if reply or via == Participant.Channel.LINK:
            ensure_not_over(meeting)
        if participant.removed_at:
            raise NotExpected(_("This person is no longer expected at this meeting."))
        if seen_sequence is not None and seen_sequence != meeting.sequence:
            raise MeetingMoved(
                _("This meeting has changed meanwhile. Please look at it again and answer.")
            )
        if reply:
            _take_note(meeting, participant, reply)
        before = participant.answer
        said = (answer, answered_by.strip()[:150], comment.strip()[:1000])
        if (before, participant.answered_by, participant.comment) == said:
            return participant
        participant.answer, participant.answered_by, participant.comment = said
        participant.answered_via = via
        participant.answered_at = timezone.now()
        participant.save(
            update_fields=["answer", "answered_at", "answered_by", "answered_via", "comment"]
        )
        if Participant.Answer.DECLINED in (before, answer) and before != answer:
            _change_of_heart(meeting, participant, by)
        activity.record(
            by=by,
            verb="meeting.answered",
            target=meeting,
            region_code=meeting.region_code,
            by_name="" if by else (participant.answered_by or str(participant)),
            before={"name": str(participant), "answer": before},
            after={"name": str(participant), "answer": answer, "comment": participant.comment},
        )
    return participant


def _ensure_may_answer(by: User | None, meeting: Meeting, participant: Participant) -> None:
    """The person themselves, the meeting's team, or the team of the person's region."""
    person = participant.person
    if by is None or (person and person.user_id == by.pk):
        return
    if person and access_of(by).manages(person.region_id):
        return
    ensure_manages(by, meeting.region_code)


def _take_note(meeting: Meeting, participant: Participant, reply: ReplyStamp) -> None:
    """Refuse a reply that no longer counts; from now on, none older than this one does."""
    if reply.sequence > (participant.invited_sequence or meeting.sequence):
        raise ReplyToUnknown(_("This reply is to an invitation that we have not sent."))
    if _is_older(participant, reply):
        raise ReplyOutdated(_("A later reply counts already."))
    if _is_to_earlier_time(meeting, participant, reply):
        raise ReplyToEarlierTime(_("This reply was for an earlier time of the meeting."))
    participant.answered_sequence = reply.sequence or participant.answered_sequence
    participant.answered_stamp = reply.stamp
    participant.save(update_fields=["answered_sequence", "answered_stamp"])


def _is_older(participant: Participant, reply: ReplyStamp) -> bool:
    stamp, sequence = participant.answered_stamp, participant.answered_sequence
    if stamp is None:
        return False
    if reply.sequence and sequence is not None and reply.sequence != sequence:
        return reply.sequence < sequence
    return reply.stamp <= stamp


def _is_to_earlier_time(meeting: Meeting, participant: Participant, reply: ReplyStamp) -> bool:
    if reply.sequence:
        return reply.sequence < meeting.time_sequence
    # Without sequence, only its stamp says what they had read.
    told = OutboxMessage.objects.filter(thread=emails.thread(participant), sent_at__isnull=False)
    times = list(told.order_by("sent_at", "pk").values_list("sent_at", "told"))
    now_at = (meeting.starts_at.isoformat(), meeting.ends_at.isoformat())
    since = None
    for sent_at, each in reversed(times):
        if (each.get("starts_at"), each.get("ends_at")) != now_at:
            return since is None or reply.stamp < since
        since = sent_at
    return False


def _change_of_heart(meeting: Meeting, participant: Participant, by: User | None) -> None:
    if participant.answer == Participant.Answer.DECLINED:
        slots.let_go(meeting)
    else:
        slots.hold_time(meeting, by=by)
    full = reload(meeting)
    changed = [p for p in full.participants.all() if p.pk == participant.pk]
    plan_reminders(full, changed)
    is_new = participant.invited_sequence is None and meeting.status == Meeting.Status.CONFIRMED
    if is_new and participant.answer != Participant.Answer.DECLINED:
        # They had declined when it was an option, and have not been invited since.
        invite(full, changed)
    if participant.person_id:
        move_feeds(Person.objects.filter(pk=participant.person_id))
