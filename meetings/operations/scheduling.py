"""Meetings come into being and move: who, when and where."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from events.models import Edition, Participation, Room, Stand
from meetings.models import Meeting, Office, Participant, Person, Stop
from meetings.operations import slots
from meetings.operations.calendars import refresh_calendar
from meetings.operations.invitations import invite
from meetings.operations.locking import LIVE, coming, ensure_status, lock_meeting, reload
from meetings.operations.reminders import plan_reminders
from meetings.operations.visits import ensure_route_fits
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.models import User


class Keep:
    """What an argument left out means: as it is. None and "" are values."""

    def __repr__(self) -> str:
        return "KEEP"


KEEP: Final = Keep()
T = TypeVar("T")


def create_meeting(
    *,
    edition: Edition,
    subject_fr: str,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    subject_en: str = "",
    format: str = Meeting.Format.BILATERAL,
    participation: Participation | None = None,
    room: Room | None = None,
    stand: Stand | None = None,
    place: str = "",
    buffer_minutes: int = 10,
    person_ids: Iterable[int] = (),
    office_ids: Iterable[int] = (),
    outside_hours_reason: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    internal_note: str = "",
) -> Meeting:
    """Pencil a meeting: an option that holds everybody's time at once, and tells nobody by mail.

    The calendars of those expected show it as tentative.
    """
    ensure_manages(by, participation.region_id if participation else "")
    slots.ensure_of_edition(edition, room=room, stand=stand, participation=participation)
    meeting = Meeting(
        edition=edition,
        participation=participation,
        format=format,
        subject_fr=subject_fr.strip(),
        subject_en=subject_en.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        buffer_minutes=buffer_minutes,
        room=room,
        stand=stand,
        place=place.strip(),
        contact_name=contact_name.strip(),
        contact_phone=contact_phone.strip(),
        internal_note=internal_note,
        outside_hours_reason=outside_hours_reason.strip(),
        created_by=by,
    )
    slots.ensure_possible(meeting)
    with transaction.atomic():
        meeting.save()
        _bring_together(meeting, person_ids, office_ids, by)
        slots.hold_time(meeting, by=by)
        refresh_calendar(meeting)
        activity.record(
            by=by,
            verb="meeting.created",
            target=meeting,
            region_code=meeting.region_code,
            after=_facts(meeting),
        )
    return meeting


def reschedule_meeting(
    *,
    meeting_id: int,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    room: Room | Keep | None = KEEP,
    stand: Stand | Keep | None = KEEP,
    place: str | Keep = KEEP,
    outside_hours_reason: str | Keep = KEEP,
    reason: str = "",
) -> Meeting:
    """Move a meeting in time or place and tell everybody. Changing nothing sends nothing.

    A new time asks everybody again, except who declined and is not free then; a new place alone
    leaves their answers as they are. Naming a room leaves the stand and the other way round.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        ensure_status(meeting, LIVE)
        was, earlier = copy(meeting), _place_in_time(meeting)
        before = _facts(meeting)
        meeting.starts_at, meeting.ends_at = starts_at, ends_at
        meeting.room = _pick(room, None if _is_given(stand) else meeting.room)
        meeting.stand = _pick(stand, None if _is_given(room) else meeting.stand)
        meeting.place = _pick(place, meeting.place)
        meeting.outside_hours_reason = _pick(outside_hours_reason, meeting.outside_hours_reason)
        later = _place_in_time(meeting)
        if later == earlier:
            return meeting
        slots.ensure_of_edition(
            meeting.edition, room=meeting.room, stand=meeting.stand, participation=None
        )
        slots.ensure_possible(meeting)
        ensure_route_fits(meeting, delay=meeting.starts_at - was.starts_at)
        meeting.save(update_fields=list(later))
        if {**later, "outside_hours_reason": ""} != {**earlier, "outside_hours_reason": ""}:
            _move(meeting, was, by)
        activity.record(
            by=by,
            verb="meeting.rescheduled",
            target=meeting,
            region_code=meeting.region_code,
            reason=reason,
            before=before,
            after=_facts(meeting),
        )
    return meeting


def _move(meeting: Meeting, was: Meeting, by: User | None) -> None:
    """Everything that follows a new time or place."""
    meeting.sequence += 1
    meeting.updated_at = timezone.now()
    if (meeting.starts_at, meeting.ends_at) != (was.starts_at, was.ends_at):
        meeting.time_sequence = meeting.sequence
    meeting.save(update_fields=["sequence", "time_sequence", "updated_at"])
    # First those who come: nobody who declined stands in the way.
    slots.hold_time(meeting, by=by)
    if (meeting.starts_at, meeting.ends_at) != (was.starts_at, was.ends_at):
        decliners = slots.free_decliners(meeting)
        _ask_again(meeting, decliners, meeting.starts_at - was.starts_at)
        if decliners:
            slots.hold_time(meeting, by=by)
    refresh_calendar(meeting)
    _tell_everybody(meeting, was)


def _pick(value: T | Keep, present: T) -> T:
    return present if isinstance(value, Keep) else value


def _is_given(value: object) -> bool:
    return value is not None and not isinstance(value, Keep)


def _bring_together(
    meeting: Meeting, person_ids: Iterable[int], office_ids: Iterable[int], by: User | None
) -> None:
    person_ids, office_ids = dict.fromkeys(person_ids), dict.fromkeys(office_ids)
    people = Person.objects.in_bulk(list(person_ids))
    for person in people.values():
        # People of another region, or of none: the national team's to bring in.
        ensure_manages(by, person.region_id)
    offices = Office.objects.in_bulk(list(office_ids))
    Participant.objects.bulk_create(
        [
            *(Participant(meeting=meeting, office=offices[pk]) for pk in office_ids),
            *(Participant(meeting=meeting, person=people[pk]) for pk in person_ids),
        ]
    )


def _ask_again(meeting: Meeting, decliners: Iterable[Participant], delay: timedelta) -> None:
    """A new time: no answer holds any more, and a visit's stops move along.

    Of those who declined, only these `decliners` are asked again.
    """
    asked = ~Q(answer=Participant.Answer.DECLINED) | Q(pk__in=[each.pk for each in decliners])
    Participant.objects.present().filter(asked, meeting=meeting).update(
        answer=Participant.Answer.NEEDS_ACTION,
        answered_at=None,
        answered_by="",
        answered_via="",
        comment="",
    )
    Stop.objects.filter(visit__meeting=meeting).update(starts_at=F("starts_at") + delay)


def _tell_everybody(meeting: Meeting, was: Meeting) -> None:
    if meeting.status != Meeting.Status.CONFIRMED:
        return
    meeting = reload(meeting)
    expected = coming(meeting.participants.all())
    invite(meeting, expected, was=was)
    plan_reminders(meeting, expected)


def _place_in_time(meeting: Meeting) -> dict[str, Any]:
    """What a move changes, by field; two rooms may have the same name."""
    return {
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "room": meeting.room,
        "stand": meeting.stand,
        "place": meeting.place,
        "outside_hours_reason": meeting.outside_hours_reason,
    }


def _facts(meeting: Meeting) -> dict[str, Any]:
    """What the activity log keeps, in words."""
    return {
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "room": str(meeting.room) if meeting.room else "",
        "stand": str(meeting.stand) if meeting.stand else "",
        "place": meeting.place,
        "outside_hours_reason": meeting.outside_hours_reason,
    }
