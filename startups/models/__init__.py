"""The exhibitors: how companies apply, are chosen, prepare, and get a stand by half-day."""

from startups.models.answer import Answer, ResumeCode
from startups.models.application import Application
from startups.models.call import Call, Headcount, Theme
from startups.models.decision import Chaser, Decision
from startups.models.exhibitor import Allocation, Exhibitor
from startups.models.preparation import Aid, AidDeclaration, Badge, CharterSignature
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

__all__ = [
    "Aid",
    "AidDeclaration",
    "Allocation",
    "Answer",
    "Application",
    "Badge",
    "Call",
    "CharterSignature",
    "Chaser",
    "ChecklistDeadline",
    "ChecklistItem",
    "Criterion",
    "Decision",
    "Exhibitor",
    "Headcount",
    "LateCode",
    "Purge",
    "Question",
    "Quota",
    "ResumeCode",
    "Review",
    "Score",
    "SheetImport",
    "Theme",
]
