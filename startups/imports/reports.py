"""What a comparison says, kept as JSON: for the pages, the API and the command alike."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from startups.imports import fields
from startups.imports.comparing import Comparison
from startups.imports.lines import CHANGED, NEW, PASSED_OVER, REFUSED, Line
from startups.imports.showing import shown_value
from startups.models import Decision


def report(comparison: Comparison) -> dict[str, Any]:
    return {
        "fingerprint": comparison.fingerprint,
        "counts": comparison.counts,
        "rows": [
            {**_row(line), "changes": list(_changes(line))}
            if line.outcome in (NEW, CHANGED)
            else _row(line)
            for line in comparison.lines
        ],
    }


def brief(comparison: Comparison) -> dict[str, Any]:
    """Once it is written: which rows became what. The values are where they belong."""
    return {"counts": comparison.counts, "rows": [_row(line) for line in comparison.lines]}


def _row(line: Line) -> dict[str, Any]:
    row: dict[str, Any] = {"row": line.row, "outcome": line.outcome, "name": line.name}
    if line.application is not None and line.application.submitted_at:
        row["application"] = line.application.pk
    if line.outcome in (REFUSED, PASSED_OVER):
        row["why"] = [str(problem) for problem in line.problems]
    return row


def _changes(line: Line) -> Iterator[dict[str, str]]:
    """Field by field what is written; before is empty for a new application."""
    if line.outcome == NEW:
        for name, value in line.values.items():
            yield _change(name, "", value)
    for name, before, after in line.changes:
        yield _change(name, before, after)
    if line.standing:
        outcome = str(Decision.Outcome(line.standing.outcome).label)
        rank = line.standing.rank
        words = {"outcome": outcome, "rank": rank}
        shown = _("%(outcome)s, rank %(rank)s") % words if rank else outcome
        yield {"field": "standing", "label": _("decision prepared"), "before": "", "after": shown}


def _change(name: str, before: Any, after: Any) -> dict[str, str]:
    return {
        "field": name,
        "label": fields.label(name),
        "before": shown_value(name, before),
        "after": shown_value(name, after),
    }
