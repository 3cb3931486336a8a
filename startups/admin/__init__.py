"""The organisers' door to the exhibitors: calls, applications, stands given by half-day."""

from startups.admin import (
    announcing,
    applications,
    board,
    calls,
    exhibitors,
    floor_rules,
    proposals,
    swaps,
)

__all__ = [
    "announcing",
    "applications",
    "board",
    "calls",
    "exhibitors",
    "floor_rules",
    "proposals",
    "swaps",
]
