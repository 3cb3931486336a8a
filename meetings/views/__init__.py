"""The delegation's pages, most of them opened by a private link, and the calendar feed."""

from meetings.views.answer import answer
from meetings.views.day import day, day_calendar, my_calendar, my_day
from meetings.views.feed import feed

__all__ = ["answer", "day", "day_calendar", "feed", "my_calendar", "my_day"]
