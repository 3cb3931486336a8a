"""A meeting's states: option → confirmed → held or not held; cancelled from the first two."""

from copy import copy
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Room, Stand
from meetings import wording
from meetings.models import Meeting, Participant
from meetings.operations import slots
from meetings.operations.calendars import refresh_calendar
from meetings.operations.invitations import knowing_this_time, tell
from meetings.operations.locking import (
    ANSWER,
    LIVE,
    WrongStatus,
    coming,
    ensure_not_over,
    ensure_status,
    forget_answer,
    lock_meeting,
    reload,
)
from meetings.operations.moving import KEEP, Keep, relocate, settle_in
from meetings.operations.reminders import drop_reminders, plan_reminders
from meetings.operations.requests import keep_request_in_step
from pavilion.core import activity
from pavilion.core.errors import paris_iso
from pavilion.core.models import User


def confirm_meeting(*, meeting_id: int, by: User | None) -> Meeting:
    """Make an option firm and promise everybody their invitation. Safe to call twice.

    The time is held again, so that an option that lost its time is refused by name; so is one
    whose time is over. Whoever has declined the option is left in peace.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        if meeting.status == Meeting.Status.CONFIRMED:
            return meeting
        ensure_status(meeting, (Meeting.Status.OPTION,))
        ensure_not_over(meeting)
        slots.hold_time(meeting, by=by)
        # Calendars have shown the option: a new STATUS needs a new SEQUENCE (RFC 5546 §2.1.4).
        _turn(meeting, Meeting.Status.CONFIRMED, by=by, verb="meeting.confirmed")
        expected = coming((full := reload(meeting)).participants.all())
        tell(full, expected, by=by)
        plan_reminders(full, expected)
    return meeting


def cancel_meeting(*, meeting_id: int, by: User | None, reason: str = "") -> Meeting:
    """Call a meeting off: its time is free, whoever was invited is told, calendars say so.

    Safe to call twice. The reason stays in the log.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        if meeting.status == Meeting.Status.CANCELLED:
            return meeting
        ensure_status(meeting, LIVE)
        was = copy(meeting)
        slots.free_time(meeting)
        meeting.status_before = meeting.status
        meeting.save(update_fields=["status_before"])
        _turn(meeting, Meeting.Status.CANCELLED, by=by, verb="meeting.cancelled", reason=reason)
        expected = wording.in_order((full := reload(meeting)).participants.all())
        if was.status == Meeting.Status.CONFIRMED:
            tell(full, expected, by=by, was=was)
        drop_reminders(expected)
    return meeting


def reinstate_meeting(
    *,
    meeting_id: int,
    by: User | None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    room: Room | Keep | None = KEEP,
    stand: Stand | Keep | None = KEEP,
    place: str | Keep = KEEP,
    outside_hours_reason: str | Keep = KEEP,
    reason: str = "",
) -> Meeting:
    """Make a cancelled meeting what it was, option or confirmed, in the same calendars' entry.

    Its time (or another) is held again, or refused by name. Whoever heard that it was off is
    invited and asked anew; whoever had not heard yet hears nothing. Safe to call twice.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        if meeting.status in LIVE:
            return meeting
        ensure_status(meeting, (Meeting.Status.CANCELLED,))
        was = copy(meeting)
        relocate(
            meeting,
            starts_at=starts_at or meeting.starts_at,
            ends_at=ends_at or meeting.ends_at,
            room=room,
            stand=stand,
            place=place,
            outside_hours_reason=outside_hours_reason,
        )
        ensure_not_over(meeting)
        before = Meeting.Status(meeting.status_before or Meeting.Status.OPTION)
        meeting.status_before = ""
        meeting.save(update_fields=["status_before"])
        _ask_anew(meeting)
        _turn(meeting, before, by=by, verb="meeting.reinstated", reason=reason)
        settle_in(meeting, was, by=by)
        refresh_calendar(meeting)
        if before == Meeting.Status.CONFIRMED:
            expected = coming((full := reload(meeting)).participants.all())
            tell(full, expected, by=by)
            plan_reminders(full, expected)
    return meeting


def _ask_anew(meeting: Meeting) -> None:
    """Of those who come, whoever was told that it was off has their time planned otherwise."""
    expected = coming(reload(meeting).participants.all())
    knowing = knowing_this_time(expected)
    asked = [participant for participant in expected if participant.pk not in knowing]
    for participant in asked:
        forget_answer(participant)
        participant.answer_before = {}
    Participant.objects.bulk_update(asked, [*ANSWER, "answer_before"])


def mark_held(*, meeting_id: int, by: User | None, reason: str = "") -> Meeting:
    """Note that it took place. Calendars and mailboxes are left in peace. Safe to call twice."""
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        if meeting.status == Meeting.Status.HELD:
            return meeting
        _ensure_begun(meeting)
        meeting.status = Meeting.Status.HELD
        meeting.save(update_fields=["status"])
        _record(meeting, by, "meeting.held", Meeting.Status.CONFIRMED, reason)
    return meeting


def mark_not_held(*, meeting_id: int, by: User | None, reason: str = "") -> Meeting:
    """Note that it did not take place; whatever is left of its time is free. Safe to call twice."""
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        if meeting.status == Meeting.Status.NOT_HELD:
            return meeting
        _ensure_begun(meeting)
        slots.free_time(meeting)
        _turn(meeting, Meeting.Status.NOT_HELD, by=by, verb="meeting.not_held", reason=reason)
    return meeting


def _ensure_begun(meeting: Meeting) -> None:
    ensure_status(meeting, (Meeting.Status.CONFIRMED,))
    if timezone.now() < meeting.starts_at:
        raise WrongStatus(
            _("This meeting has not begun: it starts on %(day)s at %(time)s.")
            % {"day": wording.day(meeting.starts_at), "time": wording.clock(meeting.starts_at)},
            details={"status": meeting.status, "starts_at": paris_iso(meeting.starts_at)},
        )


def _turn(
    meeting: Meeting, status: Meeting.Status, *, by: User | None, verb: str, reason: str = ""
) -> None:
    """A new state that calendars show."""
    before = meeting.status
    meeting.status = status
    meeting.sequence += 1
    meeting.updated_at = timezone.now()
    meeting.save(update_fields=["status", "sequence", "updated_at"])
    refresh_calendar(meeting)
    _record(meeting, by, verb, before, reason)
    keep_request_in_step(meeting, by=by)


def _record(meeting: Meeting, by: User | None, verb: str, before: str, reason: str) -> None:
    activity.record(
        by=by,
        verb=verb,
        target=meeting,
        region_code=meeting.region_code,
        reason=reason,
        before={"status": before},
        after={"status": meeting.status},
    )
