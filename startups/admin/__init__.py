"""The organisers' door to the exhibitors: calls, applications, stands given by half-day."""

from startups.admin import (
    absences,
    announcing,
    applications,
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
    "calls",
    "exhibitors",
    "floor_rules",
    "importing",
    "privacy",
    "proposals",
    "swaps",
]
