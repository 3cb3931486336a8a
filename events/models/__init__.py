"""The frame of everything else: when (edition), who (regions), where (venue), what (programme)."""

from events.models.edition import Day, Edition, HalfDay
from events.models.occupation import Occupation
from events.models.plan_edit import PlanEdit
from events.models.programme import Session
from events.models.region import Participation, Region
from events.models.venue import Hall, Level, Room, Stand, Zone, ensure_stand_number

__all__ = [
    "Day",
    "Edition",
    "HalfDay",
    "Hall",
    "Level",
    "Occupation",
    "Participation",
    "PlanEdit",
    "Region",
    "Room",
    "Session",
    "Stand",
    "Zone",
    "ensure_stand_number",
]
