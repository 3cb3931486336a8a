"""Announce the plan as it is now, whole or cell by cell."""

from startups.operations.announcing.calendars import (
    blocks_of,
    drop_old_stand_days,
    note_stand_calendar_fetch,
    refresh_coming_stand_days,
    refresh_stand_days,
    refresh_stand_days_at,
    refresh_stand_days_later,
    renew_stand_calendar,
)
from startups.operations.announcing.changes import (
    Announcement,
    Obstacle,
    changed_in,
    compared,
    differing,
    preview_announcement,
)
from startups.operations.announcing.versions import (
    StillAnnounced,
    announce_cells,
    announce_plan,
    announce_plans,
)

__all__ = [
    "Announcement",
    "Obstacle",
    "StillAnnounced",
    "announce_cells",
    "announce_plan",
    "announce_plans",
    "blocks_of",
    "changed_in",
    "compared",
    "differing",
    "drop_old_stand_days",
    "note_stand_calendar_fetch",
    "preview_announcement",
    "refresh_coming_stand_days",
    "refresh_stand_days",
    "refresh_stand_days_at",
    "refresh_stand_days_later",
    "renew_stand_calendar",
]
