"""The organisers' door to the delegation: meetings, people, offices, calendars."""

from meetings.admin import feeds, meeting, people, visits

__all__ = ["feeds", "meeting", "people", "visits"]
