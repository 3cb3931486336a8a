"""The organisers' door to the delegation: meetings, people, offices, calendars."""

from meetings.admin import (
    chase,
    day_view,
    delegations,
    feeds,
    incoming,
    meeting,
    offices,
    people,
    requests,
    run_sheets,
    visits,
)

__all__ = [
    "chase",
    "day_view",
    "delegations",
    "feeds",
    "incoming",
    "meeting",
    "offices",
    "people",
    "requests",
    "run_sheets",
    "visits",
]
