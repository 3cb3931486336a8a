"""Calls at the desk, each with its pages: questions, jury, ranking, decisions, letters."""

from startups.admin.calls import desk, importing, questions

__all__ = ["desk", "importing", "questions"]
