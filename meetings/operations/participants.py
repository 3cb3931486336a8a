"""Who is expected at a meeting, and what they answer."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from meetings.models import Meeting, Office, Participant, Person
from meetings.operations import slots
from meetings.operations.calendars import refresh_calendar
from meetings.operations.invitations import call_off, invite
from meetings.operations.locking import (
    LIVE,
    ensure_status,
    lock_meeting,
    reload,
)
from meetings.operations.reminders import drop_reminders, plan_reminders
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.models import User


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
        slots.let_go(meeting)
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


def _touch(meeting: Meeting) -> None:
    meeting.updated_at = timezone.now()
    meeting.save(update_fields=["sequence", "updated_at"])


def _record(meeting: Meeting, verb: str, by: User | None, **what: Any) -> None:
    activity.record(by=by, verb=verb, target=meeting, region_code=meeting.region_code, **what)
