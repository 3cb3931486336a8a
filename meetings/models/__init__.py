"""The delegation: who meets whom, where and when, and how every calendar learns it."""

from meetings.models.feed import Appearance, CalendarBlock, Feed
from meetings.models.incoming import IncomingMail
from meetings.models.meeting import Briefing, Chase, ContactNote, Meeting, Participant
from meetings.models.people import (
    Availability,
    Delegate,
    Delegation,
    Office,
    OfficeHolder,
    Person,
    Secretariat,
)
from meetings.models.reminder import ProgrammeMail, Reminder
from meetings.models.request import MeetingRequest, RequestWindow
from meetings.models.run_sheet import RunSheetReading, RunSheetVersion
from meetings.models.visit import Stop, Visit

__all__ = [
    "Appearance",
    "Availability",
    "Briefing",
    "CalendarBlock",
    "Chase",
    "ContactNote",
    "Delegate",
    "Delegation",
    "Feed",
    "IncomingMail",
    "Meeting",
    "MeetingRequest",
    "Office",
    "OfficeHolder",
    "Participant",
    "Person",
    "ProgrammeMail",
    "Reminder",
    "RequestWindow",
    "RunSheetReading",
    "RunSheetVersion",
    "Secretariat",
    "Stop",
    "Visit",
]
