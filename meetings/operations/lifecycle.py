"""A meeting's states: option → confirmed → held or not held; cancelled from the first two."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings import wording
from meetings.models import Meeting
from meetings.operations import slots
from meetings.operations.calendars import refresh_calendar
from meetings.operations.invitations import call_off, invite
from meetings.operations.locking import (
    LIVE,
    WrongStatus,
    coming,
    ensure_not_over,
    ensure_status,
    lock_meeting,
    reload,
)
from meetings.operations.reminders import drop_reminders, plan_reminders
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
        invite(full, expected)
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
        before = meeting.status
        slots.free_time(meeting)
        _turn(meeting, Meeting.Status.CANCELLED, by=by, verb="meeting.cancelled", reason=reason)
        expected = wording.in_order((full := reload(meeting)).participants.all())
        call_off(full, expected, was_firm=before == Meeting.Status.CONFIRMED)
        drop_reminders(expected)
    return meeting


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
