"""One row of a list, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from startups.imports.reading import Cell
from startups.imports.values import Standing
from startups.models import Application

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
# Rows that are about no company, with why.
PASSED_OVER = "passed_over"
OUTCOMES = (NEW, CHANGED, SAME, REFUSED, PASSED_OVER)


@dataclass(frozen=True)
class Problem:
    """Why a row cannot come in; `column` is empty when it is about the whole row."""

    why: str
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        words = {"column": self.column, "value": self.value, "why": self.why}
        if self.column and self.value:
            return _("Column “%(column)s”, “%(value)s”: %(why)s") % words
        return _("Column “%(column)s”: %(why)s") % words if self.column else self.why


@dataclass
class Line:
    """One row of the file and what becomes of it."""

    row: int
    cells: Sequence[Cell]
    name: str = ""
    outcome: str = NEW
    values: dict[str, Any] = field(default_factory=dict)
    application: Application | None = None
    # Field, before, after: of applications that exist.
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)
    standing: Standing | None = None
    reason: str = ""
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.outcome = REFUSED

    def pass_over(self, why: str) -> None:
        self.problems = [Problem(why)]
        self.outcome = PASSED_OVER

    @property
    def why(self) -> str:
        return " ".join(str(problem) for problem in self.problems)
