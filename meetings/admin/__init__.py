"""The organisers' door to the delegation: meetings, people, offices, calendars."""

from meetings.admin import day_view, feeds, meeting, people, run_sheets, visits

__all__ = ["day_view", "feeds", "meeting", "people", "run_sheets", "visits"]
