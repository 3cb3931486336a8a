"""Meetings come into being: who, when and where."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from events.models import Edition, Participation, Room, Stand
from meetings.formats import shape_of
from meetings.models import Meeting, MeetingRequest, Participant
from meetings.operations import slots
from meetings.operations.calendars import refresh_calendar
from meetings.operations.changing import PARTICULARS, stripped
from meetings.operations.locking import lock_meeting
from meetings.operations.moving import facts
from meetings.operations.seats import Seat, bring_together
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.changes import clean
from pavilion.core.models import User

# Of a meeting that is repeated, what was noted of that one alone.
_OF_A_NEW_MEETING = {"internal_note"}


def create_meeting(
    *,
    edition: Edition,
    subject_fr: str,
    starts_at: datetime,
    by: User | None,
    ends_at: datetime | None = None,
    subject_en: str = "",
    format: str = Meeting.Format.BILATERAL,
    participation: Participation | None = None,
    request: MeetingRequest | None = None,
    room: Room | None = None,
    stand: Stand | None = None,
    place: str = "",
    buffer_minutes: int | None = None,
    person_ids: Iterable[int] = (),
    office_ids: Iterable[int] = (),
    seats: Iterable[Seat] = (),
    outside_hours_reason: str = "",
    **particulars: Any,
) -> Meeting:
    """Pencil a meeting: an option that holds everybody's time at once, and tells nobody by mail.

    The calendars of those expected show it as tentative. Without an end or a buffer it has those
    of its format. Those of `person_ids` and `office_ids` are required; `seats` may be otherwise.
    `particulars` are what `change_meeting` changes: press, contact, meeting point …
    """
    ensure_manages(by, participation.region_id if participation else "")
    slots.ensure_of_edition(edition, room=room, stand=stand, participation=participation)
    shape = shape_of(format)
    meeting = Meeting(
        edition=edition,
        participation=participation,
        request=request,
        format=format,
        subject_fr=subject_fr.strip(),
        subject_en=subject_en.strip(),
        starts_at=starts_at,
        ends_at=ends_at or starts_at + shape.length,
        buffer_minutes=shape.buffer_minutes if buffer_minutes is None else buffer_minutes,
        room=room,
        stand=stand,
        place=place.strip(),
        outside_hours_reason=outside_hours_reason.strip(),
        created_by=by,
        **clean(Meeting, stripped(particulars), allowed=PARTICULARS),
    )
    slots.ensure_possible(meeting)
    with transaction.atomic():
        meeting.save()
        required = [
            *(Seat(office_id=pk) for pk in office_ids),
            *(Seat(person_id=pk) for pk in person_ids),
        ]
        bring_together(meeting, [*seats, *required], by=by)
        slots.hold_time(meeting, by=by)
        refresh_calendar(meeting)
        activity.record(
            by=by,
            verb="meeting.created",
            target=meeting,
            region_code=meeting.region_code,
            after=facts(meeting),
        )
    return meeting


def repeat_meeting(
    *, meeting_id: int, starts: Iterable[datetime], by: User | None
) -> list[Meeting]:
    """Pencil the same meeting at other times: each a meeting of its own, all of them or none.

    What happens to one later says nothing of the others.
    """
    with transaction.atomic():
        model = lock_meeting(meeting_id, by)
        # Of a seat, its principal; whoever comes instead where that one was taken off.
        in_their_own_place = Q(stands_in_for=None) | Q(stands_in_for__removed_at__isnull=False)
        expected = Participant.objects.present().filter(in_their_own_place, meeting=model)
        seats = [
            Seat(
                person_id=each.person_id,
                office_id=each.office_id,
                is_required=each.is_required,
                either_of=each.either_of,
            )
            for each in expected.order_by("position", "pk")
        ]
        starts = list(dict.fromkeys(starts))
        slots.queue_for_time(*(_at(model, starts_at) for starts_at in starts))
        return [
            create_meeting(
                edition=model.edition,
                participation=model.participation,
                request=model.request,
                subject_fr=model.subject_fr,
                subject_en=model.subject_en,
                format=model.format,
                starts_at=starts_at,
                ends_at=starts_at + (model.ends_at - model.starts_at),
                room=model.room,
                stand=model.stand,
                place=model.place,
                buffer_minutes=model.buffer_minutes,
                outside_hours_reason=model.outside_hours_reason,
                seats=seats,
                by=by,
                **{name: getattr(model, name) for name in PARTICULARS - _OF_A_NEW_MEETING},
            )
            for starts_at in starts
        ]


def _at(model: Meeting, starts_at: datetime) -> Meeting:
    """The same at another time, when somebody else may hold the functions expected."""
    moved = copy(model)
    moved.starts_at, moved.ends_at = starts_at, starts_at + (model.ends_at - model.starts_at)
    return moved
