"""The organisers' door to the mail, the team and the log."""

from pavilion.core.admin import activity, outbox, team

__all__ = ["activity", "outbox", "team"]
