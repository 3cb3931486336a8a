"""A meeting moves in time or place, and everything follows: answers, calendars, mails, stops."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events.models import Room, Stand
from meetings.emails import moments
from meetings.models import Meeting, Participant, Stop
from meetings.operations import slots
from meetings.operations.calendars import refresh_calendar
from meetings.operations.invitations import knowing_this_time, tell
from meetings.operations.locking import (
    ANSWER,
    LIVE,
    coming,
    ensure_status,
    forget_answer,
    lock_meeting,
    reload,
)
from meetings.operations.reminders import plan_reminders
from meetings.operations.visits import ensure_route_fits
from pavilion.core import activity
from pavilion.core.models import User


class Keep:
    """What an argument left out means: as it is. None and "" are values."""

    def __repr__(self) -> str:
        return "KEEP"


KEEP: Final = Keep()
T = TypeVar("T")


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
        was = copy(meeting)
        relocate(
            meeting,
            starts_at=starts_at,
            ends_at=ends_at,
            room=room,
            stand=stand,
            place=place,
            outside_hours_reason=outside_hours_reason,
        )
        if _place_in_time(meeting) == _place_in_time(was):
            return meeting
        if not is_where_it_was(meeting, was):
            meeting.sequence += 1
            meeting.updated_at = timezone.now()
            settle_in(meeting, was, by=by)
            refresh_calendar(meeting)
            _tell_everybody(meeting, was, by)
        activity.record(
            by=by,
            verb="meeting.rescheduled",
            target=meeting,
            region_code=meeting.region_code,
            reason=reason,
            before=facts(was),
            after=facts(meeting),
        )
    return meeting


def relocate(
    meeting: Meeting,
    *,
    starts_at: datetime,
    ends_at: datetime,
    room: Room | Keep | None,
    stand: Stand | Keep | None,
    place: str | Keep,
    outside_hours_reason: str | Keep,
) -> None:
    """Write a new time and place down, or refuse an impossible one. Holds nothing yet."""
    was = copy(meeting)
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    meeting.room = _pick(room, None if _is_given(stand) else meeting.room)
    meeting.stand = _pick(stand, None if _is_given(room) else meeting.stand)
    meeting.place = _pick(place, meeting.place)
    meeting.outside_hours_reason = _pick(outside_hours_reason, meeting.outside_hours_reason)
    if _place_in_time(meeting) == _place_in_time(was):
        return
    slots.ensure_of_edition(
        meeting.edition, room=meeting.room, stand=meeting.stand, participation=None
    )
    slots.ensure_possible(meeting)
    ensure_route_fits(meeting, delay=meeting.starts_at - was.starts_at)
    meeting.save(update_fields=list(_place_in_time(meeting)))


def is_where_it_was(meeting: Meeting, was: Meeting) -> bool:
    """In time and place; the reason for being outside the opening hours is nobody else's."""
    silent = {"outside_hours_reason": ""}
    return _place_in_time(meeting) | silent == _place_in_time(was) | silent


def settle_in(meeting: Meeting, was: Meeting, *, by: User | None) -> None:
    """Hold the new place and time, and ask those again for whom the time is new.

    The sequence has just been raised.
    """
    is_new_time = (meeting.starts_at, meeting.ends_at) != (was.starts_at, was.ends_at)
    if is_new_time:
        meeting.time_sequence = meeting.sequence
    meeting.save(update_fields=["sequence", "time_sequence", "updated_at"])
    slots.queue_for_time(meeting)
    # First those who come: nobody who declined stands in the way.
    slots.hold_time(meeting, by=by)
    if is_new_time:
        decliners = slots.free_decliners(meeting)
        _ask_again(meeting, was, decliners)
        if decliners:
            slots.hold_time(meeting, by=by)


def _pick(value: T | Keep, present: T) -> T:
    return present if isinstance(value, Keep) else value


def _is_given(value: object) -> bool:
    return value is not None and not isinstance(value, Keep)


def _ask_again(meeting: Meeting, was: Meeting, decliners: Iterable[Participant]) -> None:
    """A new time: no answer holds any more, and a visit's stops move along.

    Of those who declined, only these `decliners` are asked again. Whoever heard of no other time
    than this one, to which the meeting now returns, has answered already.
    """
    pks = {each.pk for each in decliners}
    full = reload(meeting)
    asked = [
        each
        for each in full.participants.all()
        if not each.removed_at and (each.answer != Participant.Answer.DECLINED or each.pk in pks)
    ]
    knowing = knowing_this_time(asked)
    for participant in asked:
        before = _answer_of(participant, was)
        if participant.answer != Participant.Answer.NEEDS_ACTION:
            participant.answer_before = before
        earlier = participant.answer_before
        is_back = participant.pk in knowing and _time_of(earlier) == (
            meeting.starts_at,
            meeting.ends_at,
        )
        if is_back:
            _give_back(participant, earlier)
        else:
            forget_answer(participant)
    Participant.objects.bulk_update(asked, [*ANSWER, "answer_before"])
    delay = meeting.starts_at - was.starts_at
    Stop.objects.filter(visit__meeting=meeting).update(starts_at=F("starts_at") + delay)


def _answer_of(participant: Participant, meeting: Meeting) -> dict[str, Any]:
    answered_at = participant.answered_at
    return {
        "answer": participant.answer,
        "answered_at": answered_at.isoformat() if answered_at else "",
        "answered_by": participant.answered_by,
        "answered_via": participant.answered_via,
        "comment": participant.comment,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
    }


def _give_back(participant: Participant, earlier: dict[str, Any]) -> None:
    for name in ("answer", "answered_by", "answered_via", "comment"):
        setattr(participant, name, earlier[name])
    answered_at = earlier["answered_at"]
    participant.answered_at = datetime.fromisoformat(answered_at) if answered_at else None
    participant.answer_before = {}


def _time_of(earlier: dict[str, Any]) -> tuple[datetime, datetime] | None:
    return moments(earlier) if earlier else None


def _tell_everybody(meeting: Meeting, was: Meeting, by: User | None) -> None:
    if meeting.status != Meeting.Status.CONFIRMED:
        return
    meeting = reload(meeting)
    expected = coming(meeting.participants.all())
    tell(meeting, expected, by=by, was=was)
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


def facts(meeting: Meeting) -> dict[str, Any]:
    """What the activity log keeps, in words."""
    return {
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "room": str(meeting.room) if meeting.room else "",
        "stand": str(meeting.stand) if meeting.stand else "",
        "place": meeting.place,
        "outside_hours_reason": meeting.outside_hours_reason,
    }
