"""The rotation board at the desk, the technical sheet drawn from it, and the day itself."""

from startups.admin.board import absences, pages

__all__ = ["absences", "pages"]
