"""Who is expected at a meeting, and what they answer."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import Meeting, Office, Participant, Person
from meetings.operations import slots
from meetings.operations.calendars import move_feeds, refresh_calendar
from meetings.operations.invitations import call_off, invite
from meetings.operations.locking import (
    LIVE,
    ensure_not_over,
    ensure_status,
    lock_meeting,
    reload,
)
from meetings.operations.reminders import drop_reminders, plan_reminders
from pavilion.core import activity
from pavilion.core.access import access_of, ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User


class MeetingMoved(DomainError):
    code = "meeting_moved"


class NotExpected(DomainError):
    code = "not_expected"


def add_participant(
    *,
    meeting_id: int,
    by: User | None,
    person_id: int | None = None,
    office_id: int | None = None,
    is_required: bool = True,
) -> Participant:
    """Expect one more person or office: their time is held and, once confirmed, they are invited.

    Nobody else gets a mail. Safe to call twice; somebody taken off before is expected again.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        ensure_status(meeting, LIVE)
        who = _who(person_id, office_id, by)
        participant, is_new = Participant.objects.get_or_create(
            meeting=meeting, **who, defaults={"is_required": is_required}
        )
        if not is_new and not participant.removed_at:
            return participant
        if not is_new:
            _expect_again(participant, is_required)
            # Theirs was cancelled at the present sequence: only a higher one brings it back.
            meeting.sequence += 1
        _touch(meeting)
        slots.hold_time(meeting, by=by)
        refresh_calendar(meeting)
        _record(meeting, "meeting.participant_added", by, after={"name": str(participant)})
        if meeting.status == Meeting.Status.CONFIRMED:
            full = reload(meeting)
            newcomers = [p for p in full.participants.all() if p.pk == participant.pk]
            invite(full, newcomers)
            plan_reminders(full, newcomers)
    return participant


def remove_participant(*, participant_id: int, by: User | None, reason: str = "") -> Participant:
    """Take somebody off: their time is free, they get a cancellation if they had been invited.

    Their calendar strikes the meeting through; nobody else gets a mail. Safe to call twice.
    """
    with transaction.atomic():
        participant = Participant.objects.get(pk=participant_id)
        meeting = lock_meeting(participant.meeting_id, by)
        participant.refresh_from_db()
        if participant.removed_at:
            return participant
        ensure_status(meeting, LIVE)
        participant.removed_at = timezone.now()
        participant.save(update_fields=["removed_at"])
        # CANCEL is one higher than the last REQUEST, and the sequence is the meeting's.
        meeting.sequence += 1
        _touch(meeting)
        slots.hold_time(meeting, by=by)
        refresh_calendar(meeting, is_removal=True)
        full = reload(meeting)
        leavers = [p for p in full.participants.all() if p.pk == participant.pk]
        call_off(full, leavers, was_firm=meeting.status == Meeting.Status.CONFIRMED)
        drop_reminders(leavers)
        _record(
            meeting,
            "meeting.participant_removed",
            by,
            reason=reason,
            before={"name": str(participant)},
        )
    participant.refresh_from_db()
    return participant


def record_answer(
    *,
    participant_id: int,
    answer: str,
    via: str,
    by: User | None = None,
    answered_by: str = "",
    comment: str = "",
    seen_sequence: int | None = None,
) -> Participant:
    """Note what somebody answered, through whatever channel. The same answer twice is one answer.

    Declining frees their time and takes the meeting out of their calendar; coming back on it holds
    the time again, or is refused with what has taken it meanwhile. `seen_sequence` is what the
    person had before their eyes: an answer to an earlier time is refused. A link answers until
    the end; what an organiser heard may be noted later.
    """
    with transaction.atomic():
        participant = Participant.objects.select_related("person", "office").get(pk=participant_id)
        meeting = lock_meeting(participant.meeting_id, None)
        participant.refresh_from_db(
            fields=[
                *("answer", "answered_by", "answered_via", "comment"),
                *("invited_sequence", "removed_at"),
            ]
        )
        _ensure_may_answer(by, meeting, participant)
        ensure_status(meeting, LIVE)
        if via == Participant.Channel.LINK:
            ensure_not_over(meeting)
        if participant.removed_at:
            raise NotExpected(_("This person is no longer expected at this meeting."))
        if seen_sequence is not None and seen_sequence != meeting.sequence:
            raise MeetingMoved(
                _("This meeting has changed meanwhile. Please look at it again and answer.")
            )
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
        _record(
            meeting,
            "meeting.answered",
            by,
            by_name="" if by else (participant.answered_by or str(participant)),
            before={"name": str(participant), "answer": before},
            after={"name": str(participant), "answer": answer, "comment": participant.comment},
        )
    return participant


def _who(person_id: int | None, office_id: int | None, by: User | None) -> dict[str, Any]:
    if person_id is None or office_id is not None:
        if person_id is not None or office_id is None:
            raise ValueError("Give a person or an office.")
        return {"office": Office.objects.get(pk=office_id)}
    person = Person.objects.get(pk=person_id)
    # People of another region, or of none: the national team's to bring in.
    ensure_manages(by, person.region_id)
    return {"person": person}


def _expect_again(participant: Participant, is_required: bool) -> None:
    participant.removed_at = None
    participant.is_required = is_required
    participant.answer = Participant.Answer.NEEDS_ACTION
    participant.answered_at = None
    participant.answered_by = participant.answered_via = participant.comment = ""
    participant.save()


def _ensure_may_answer(by: User | None, meeting: Meeting, participant: Participant) -> None:
    """The person themselves, the meeting's team, or the team of the person's region."""
    person = participant.person
    if by is None or (person and person.user_id == by.pk):
        return
    if person and access_of(by).manages(person.region_id):
        return
    ensure_manages(by, meeting.region_code)


def _change_of_heart(meeting: Meeting, participant: Participant, by: User | None) -> None:
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


def _touch(meeting: Meeting) -> None:
    meeting.updated_at = timezone.now()
    meeting.save(update_fields=["sequence", "updated_at"])


def _record(meeting: Meeting, verb: str, by: User | None, **what: Any) -> None:
    activity.record(by=by, verb=verb, target=meeting, region_code=meeting.region_code, **what)
