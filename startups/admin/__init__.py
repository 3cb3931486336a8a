"""The organisers' door to the exhibitors: calls, applications, stands given by half-day."""

from startups.admin import (
    applications,
    calls,
    exhibitors,
    floor_rules,
    importing,
    privacy,
    proposals,
)

__all__ = [
    "applications",
    "calls",
    "exhibitors",
    "floor_rules",
    "importing",
    "privacy",
    "proposals",
]
