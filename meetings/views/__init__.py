"""The delegation's pages, most of them opened by a private link, and the calendar feed."""

from meetings.views.answer import answer
from meetings.views.day import (
    day,
    day_answer,
    day_calendar,
    day_manifest,
    day_news,
    day_worker,
    my_answer,
    my_calendar,
    my_day,
    my_manifest,
    my_news,
    my_worker,
)
from meetings.views.feed import feed
from meetings.views.invitations import invitations
from meetings.views.secretariat import secretariat

__all__ = [
    "answer",
    "day",
    "day_answer",
    "day_calendar",
    "day_manifest",
    "day_news",
    "day_worker",
    "feed",
    "invitations",
    "my_answer",
    "my_calendar",
    "my_day",
    "my_manifest",
    "my_news",
    "my_worker",
    "secretariat",
]
