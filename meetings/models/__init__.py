"""The delegation: who meets whom, where and when, and how every calendar learns it."""

from meetings.models.availability import Availability
from meetings.models.briefing import Briefing
from meetings.models.chase import Chase, ContactNote
from meetings.models.delegation import Delegate, Delegation
from meetings.models.feed import Appearance, CalendarBlock, Feed
from meetings.models.incoming import IncomingMail
from meetings.models.meeting import Meeting, Participant
from meetings.models.office import Office, OfficeHolder
from meetings.models.people import Person
from meetings.models.reminder import ProgrammeMail, Reminder
from meetings.models.request import MeetingRequest, RequestWindow
from meetings.models.run_sheet import RunSheetReading, RunSheetVersion
from meetings.models.secretariat import Secretariat
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
