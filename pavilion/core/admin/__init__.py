"""The organisers' door to the mail, the team and the log."""

from pavilion.core.admin import activity, jobs, outbox, team

__all__ = ["activity", "jobs", "outbox", "team"]
