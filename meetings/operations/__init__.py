"""The verbs of the delegation: every change of a meeting, its people, calendars and reminders."""

from meetings.operations.answering import (
    MeetingMoved,
    NotExpected,
    ReplyOutdated,
    ReplyStamp,
    ReplyToEarlierTime,
    ReplyToUnknown,
    record_answer,
)
from meetings.operations.calendars import (
    calendar_blocks,
    drop_old_tombstones,
    refresh_calendar,
    with_everything,
)
from meetings.operations.feeds import (
    FeedRevoked,
    blocks_of,
    note_fetch,
    open_feed,
    renew_feed,
    revoke_feed,
)
from meetings.operations.lifecycle import (
    cancel_meeting,
    confirm_meeting,
    mark_held,
    mark_not_held,
)
from meetings.operations.locking import MeetingOver, WrongStatus
from meetings.operations.participants import add_participant, remove_participant
from meetings.operations.people import (
    CodeTaken,
    EmailTaken,
    NameTaken,
    change_office,
    change_person,
    create_delegation,
    create_office,
    create_person,
    renew_day_link,
)
from meetings.operations.reminders import send_due_reminders
from meetings.operations.renaming import refresh_calendars, refresh_meetings_at
from meetings.operations.scheduling import KEEP, Keep, create_meeting, reschedule_meeting
from meetings.operations.slots import (
    EndsBeforeItStarts,
    NotOfThisEdition,
    OutsideOpeningHours,
    SlotTaken,
    TwoPlaces,
)
from meetings.operations.visits import TooManyVisitors, VisitTooLong, create_visit

__all__ = [
    "KEEP",
    "CodeTaken",
    "EmailTaken",
    "EndsBeforeItStarts",
    "FeedRevoked",
    "Keep",
    "MeetingMoved",
    "MeetingOver",
    "NameTaken",
    "NotExpected",
    "NotOfThisEdition",
    "OutsideOpeningHours",
    "ReplyOutdated",
    "ReplyStamp",
    "ReplyToEarlierTime",
    "ReplyToUnknown",
    "SlotTaken",
    "TooManyVisitors",
    "TwoPlaces",
    "VisitTooLong",
    "WrongStatus",
    "add_participant",
    "blocks_of",
    "calendar_blocks",
    "cancel_meeting",
    "change_office",
    "change_person",
    "confirm_meeting",
    "create_delegation",
    "create_meeting",
    "create_office",
    "create_person",
    "create_visit",
    "drop_old_tombstones",
    "mark_held",
    "mark_not_held",
    "note_fetch",
    "open_feed",
    "record_answer",
    "refresh_calendar",
    "refresh_calendars",
    "refresh_meetings_at",
    "remove_participant",
    "renew_day_link",
    "renew_feed",
    "reschedule_meeting",
    "revoke_feed",
    "send_due_reminders",
    "with_everything",
]
