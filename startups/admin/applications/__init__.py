"""Applications at the desk: read, filtered, decided, written to, exported, forgotten."""

from startups.admin.applications import desk, privacy

__all__ = ["desk", "privacy"]
