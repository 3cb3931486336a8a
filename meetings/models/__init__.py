"""The delegation: who meets whom, where and when, and how every calendar learns it."""

from meetings.models.feed import CalendarBlock, Feed
from meetings.models.meeting import Meeting, Participant
from meetings.models.people import Delegate, Delegation, Office, OfficeHolder, Person
from meetings.models.reminder import Reminder
from meetings.models.visit import Stop, Visit

__all__ = [
    "CalendarBlock",
    "Delegate",
    "Delegation",
    "Feed",
    "Meeting",
    "Office",
    "OfficeHolder",
    "Participant",
    "Person",
    "Reminder",
    "Stop",
    "Visit",
]
