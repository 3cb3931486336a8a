"""Exhibitors at the desk: their checklist, their stays, their papers."""

from startups.admin.exhibitors import desk

__all__ = ["desk"]
