"""The organisers' door to the mail, the team and the log."""

from pavilion.core.admin import activity, jobs, outbox, policies, team

__all__ = ["activity", "jobs", "outbox", "policies", "team"]
