"""What else a meeting is made of: its subject, who photographs, where one meets before."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.db import transaction
from django.utils import timezone

from meetings import emails
from meetings.ical import lead_times
from meetings.models import Meeting
from meetings.operations import slots
from meetings.operations.calendars import refresh_calendar
from meetings.operations.invitations import tell
from meetings.operations.locking import LIVE, coming, ensure_status, lock_meeting, reload
from pavilion.core import activity
from pavilion.core.changes import assign, clean
from pavilion.core.models import Language, User

# What `create_meeting` and `change_meeting` both set.
PARTICULARS = {
    *("travel_minutes", "meeting_point", "meeting_point_minutes", "press", "languages"),
    *("photographer", "asks_substitutes", "contact_name", "contact_phone", "internal_note"),
}
CHANGEABLE = PARTICULARS | {"subject_fr", "subject_en", "format", "buffer_minutes"}
# Whatever became of the meeting, the team may still note this.
_ALWAYS = {"internal_note", "photographer"}


def change_meeting(*, meeting_id: int, by: User | None, reason: str = "", **fields: Any) -> Meeting:
    """Change anything but time, place and people. Changing nothing does nothing.

    Participants are told what their calendar holds differently; answers stand. What only the
    team sees tells nobody and raises no sequence. A longer buffer or way is held, or refused.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting_id, by)
        values = clean(Meeting, stripped(fields), allowed=CHANGEABLE)
        if not values.keys() <= _ALWAYS:
            ensure_status(meeting, LIVE)
        was = copy(meeting)
        before, after = assign(meeting, values)
        if not after:
            return meeting
        meeting.save(update_fields=list(after))
        if (meeting.occupied_from, meeting.occupied_until) != (
            was.occupied_from,
            was.occupied_until,
        ):
            slots.hold_time(meeting, by=by)
        if _in_calendars(meeting) != _in_calendars(was):
            meeting.sequence += 1
            meeting.updated_at = timezone.now()
            meeting.save(update_fields=["sequence", "updated_at"])
            refresh_calendar(meeting)
            if meeting.status == Meeting.Status.CONFIRMED:
                full = reload(meeting)
                tell(full, coming(full.participants.all()), by=by, was=was)
        elif lead_times(meeting) != lead_times(was):
            # The event is the same, its alarms are not; some calendars look for LAST-MODIFIED.
            meeting.updated_at = timezone.now()
            meeting.save(update_fields=["updated_at"])
            refresh_calendar(meeting)
        activity.record(
            by=by,
            verb="meeting.changed",
            target=meeting,
            region_code=meeting.region_code,
            reason=reason,
            before=before,
            after=after,
        )
    return meeting


def stripped(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in fields.items()
    }


def _in_calendars(meeting: Meeting) -> list[emails.Told]:
    return [{**emails.told_at(meeting, language), "sequence": 0} for language in Language.values]
