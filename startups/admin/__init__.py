"""The organisers' door to the exhibitors: calls, applications, stands given by half-day."""

from startups.admin import (
    absences,
    announcing,
    applications,
    board,
    calls,
    exhibitors,
    floor_rules,
    importing,
    privacy,
    proposals,
    swaps,
)

__all__ = [
    "absences",
    "announcing",
    "applications",
    "board",
    "calls",
    "exhibitors",
    "floor_rules",
    "importing",
    "privacy",
    "proposals",
    "swaps",
]
