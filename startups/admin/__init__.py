"""The organisers' door to the exhibitors: calls, applications, stands given by half-day."""

from startups.admin import applications, calls, exhibitors, importing, privacy

__all__ = ["applications", "calls", "exhibitors", "importing", "privacy"]
