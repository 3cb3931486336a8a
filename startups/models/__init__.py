"""The exhibitors: how companies apply, are chosen, prepare, and get a stand by half-day."""

from startups.models.answer import Answer, ResumeCode
from startups.models.application import Application
from startups.models.board import (
    AllocationRun,
    Board,
    BoardStep,
    FloorRules,
    GoalLevel,
    StandHold,
)
from startups.models.call import Call, Headcount, Theme
from startups.models.decision import Chaser, Decision
from startups.models.exhibitor import Allocation, Exhibitor
from startups.models.preparation import Aid, AidDeclaration, Badge, CharterSignature
from startups.models.published import (
    PlanVersion,
    PublishedAllocation,
    StandCalendar,
    StandDay,
)
from startups.models.records import Purge, SheetImport
from startups.models.review import Review, Score
from startups.models.shaping import (
    ChecklistDeadline,
    ChecklistItem,
    Criterion,
    LateCode,
    Question,
    Quota,
)
from startups.models.swapping import Absence, PlaceOffer, Swap

__all__ = [
    "Absence",
    "Aid",
    "AidDeclaration",
    "Allocation",
    "AllocationRun",
    "Answer",
    "Application",
    "Badge",
    "Board",
    "BoardStep",
    "Call",
    "CharterSignature",
    "Chaser",
    "ChecklistDeadline",
    "ChecklistItem",
    "Criterion",
    "Decision",
    "Exhibitor",
    "FloorRules",
    "GoalLevel",
    "Headcount",
    "LateCode",
    "PlaceOffer",
    "PlanVersion",
    "PublishedAllocation",
    "Purge",
    "Question",
    "Quota",
    "ResumeCode",
    "Review",
    "Score",
    "SheetImport",
    "StandCalendar",
    "StandDay",
    "StandHold",
    "Swap",
    "Theme",
]
