"""What somebody answered, through whatever channel."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings import emails, wording
from meetings.models import Meeting, Participant
from meetings.operations import slots
from meetings.operations.calendars import refresh_calendar
from meetings.operations.invitations import tell
from meetings.operations.locking import (
    ANSWER,
    LIVE,
    NotExpected,
    ensure_not_over,
    ensure_status,
    lock_meeting,
    reload,
)
from meetings.operations.reminders import drop_reminders, plan_reminders
from meetings.operations.substitution import seek_substitute, send_home
from pavilion.core import activity
from pavilion.core.access import access_of, ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import OutboxMessage, User

# What `record_answer` reads again once the meeting is locked.
_FRESH = (
    *ANSWER,
    *("answered_sequence", "answered_stamp", "answer_before", "invited_sequence", "removed_at"),
    *("stands_in_for", "is_required", "either_of"),
)


class MeetingMoved(DomainError):
    code = "meeting_moved"


class AnsweredSince(DomainError):
    """What they said then, they have since replaced."""

    code = "answered_since"


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
    at: datetime | None = None,
) -> Participant:
    """Note what somebody answered, through whatever channel. The same answer twice is one answer.

    Declining frees their time and takes the meeting out of their calendar; coming back on it holds
    the time again, or is refused with what has taken it meanwhile. `seen_sequence` is what the
    person had before their eyes: an answer to an earlier time is refused. `reply` says the same of
    a reply by mail, and an older one than counts already is refused. A link or a mail answers
    until the end; what an organiser heard may be noted later: `at` is when they said it, and what
    they have answered since is not replaced by it.
    """
    with transaction.atomic():
        participant = Participant.objects.select_related("person", "office").get(pk=participant_id)
        meeting = lock_meeting(participant.meeting_id, None)
        participant.refresh_from_db(fields=_FRESH)
        ensure_may_answer(by, meeting, participant)
        ensure_status(meeting, LIVE)
        if reply or via == Participant.Channel.LINK:
            ensure_not_over(meeting)
        if participant.removed_at:
            raise NotExpected(_("This person is no longer expected at this meeting."))
        if seen_sequence is not None and seen_sequence != meeting.sequence:
            raise MeetingMoved(
                _("This meeting has changed meanwhile. Please look at it again and answer.")
            )
        if at:
            _ensure_last_word(participant, at)
        if reply:
            _take_note(meeting, participant, reply)
        before = participant.answer
        said = (answer, answered_by.strip()[:150], comment.strip()[:1000])
        if (before, participant.answered_by, participant.comment) == said:
            return participant
        participant.answer, participant.answered_by, participant.comment = said
        participant.answered_via = via
        participant.answered_at = at or timezone.now()
        participant.answer_before = {}
        participant.save(update_fields=[*ANSWER, "answer_before"])
        activity.record(
            by=by,
            verb="meeting.answered",
            target=meeting,
            region_code=meeting.region_code,
            by_name="" if by else (participant.answered_by or str(participant)),
            before={"name": str(participant), "answer": before},
            after={"name": str(participant), "answer": answer, "comment": participant.comment},
        )
        if before != answer and _changes_who_comes(participant, before):
            _change_of_heart(meeting, participant, by)
    return participant


def ensure_may_answer(by: User | None, meeting: Meeting, participant: Participant) -> None:
    """The person themselves, the meeting's team, or the team of the person's region."""
    person = participant.person
    if by is None or (person and person.user_id == by.pk):
        return
    if person and access_of(by).manages(person.region_id):
        return
    ensure_manages(by, meeting.region_code)


def _ensure_last_word(participant: Participant, at: datetime) -> None:
    since = participant.answered_at
    if since is None or since <= at:
        return
    when = f"{wording.short_day(since)}, {wording.clock(since)}"
    words = {"answer": participant.get_answer_display(), "when": when}
    refusal = _(
        "They have answered since (%(when)s): “%(answer)s”. Note the contact without an answer."
    )
    raise AnsweredSince(refusal % words, field="answer")


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
    """A sequence at or after the present time's is about it; an older one, or none, may be.

    The meeting may have returned to the time of a message that left; and without a sequence, only
    the stamp says which message they had read.
    """
    if reply.sequence and reply.sequence >= meeting.time_sequence:
        return False
    threads = Q(thread__startswith=emails.thread(participant), sent_at__isnull=False)
    sent = OutboxMessage.objects.filter(threads).order_by("sent_at", "pk")
    messages = [each for each in sent.values("sent_at", "told") if each["told"]]
    if reply.sequence:
        read = [each for each in messages if each["told"].get("sequence") == reply.sequence]
    else:
        read = [each for each in messages if each["sent_at"] and each["sent_at"] <= reply.stamp]
    now_at = (meeting.starts_at, meeting.ends_at)
    return not read or emails.moments(read[-1]["told"]) != now_at


def _changes_who_comes(participant: Participant, before: str) -> bool:
    """They no longer come, or come after all: for certain, if somebody sits in their place.

    Whoever declined one time and was asked again for another has both: a stand-in, and no answer.
    """
    if Participant.Answer.DECLINED in (before, participant.answer):
        return True
    standing_in = participant.stand_ins.present().exclude(answer=Participant.Answer.DECLINED)
    return participant.answer == Participant.Answer.ACCEPTED and standing_in.exists()


def _change_of_heart(meeting: Meeting, participant: Participant, by: User | None) -> None:
    """Somebody no longer comes, or comes after all: time, stand-ins, calendars and mails follow."""
    leaving: list[Participant] = []
    if participant.answer == Participant.Answer.DECLINED:
        substitute = seek_substitute(meeting, participant, by=by)
        coming = [substitute] if substitute else []
    else:
        coming = [participant]
        leaving = send_home(meeting, participant)
        if leaving:
            # Their CANCEL is one higher than the last REQUEST.
            meeting.sequence += 1
        slots.hold_time(meeting, by=by)
    meeting.updated_at = timezone.now()
    meeting.save(update_fields=["sequence", "updated_at"])
    refresh_calendar(meeting)
    full = reload(meeting)
    changed = {each.pk for each in (participant, *coming, *leaving)}
    rows = [each for each in full.participants.all() if each.pk in changed]
    drop_reminders([each for each in rows if each.removed_at])
    plan_reminders(full, [each for each in rows if not each.removed_at])
    if meeting.status == Meeting.Status.CONFIRMED:
        # Whoever comes back knows it: they have just answered. A substitute does not.
        knows = participant.answer != Participant.Answer.DECLINED
        tell(full, rows, by=by, was=meeting if knows else None)
