"""Decisions in a list: never taken by an import, prepared for the region to release.

What the list says again is left as it is; what no step leads to is refused with the reason.
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from startups.imports.lines import Line, Problem
from startups.imports.values import Standing
from startups.models import Application, Decision

Status = Application.Status
Follows = Mapping[str, Sequence[Application.Status]]
# What has already come of a decision: saying it again changes nothing.
ALREADY = {
    "selected": {Status.SELECTED, Status.CONFIRMED, Status.DECLINED, Status.NO_SHOW},
    "waitlisted": {Status.WAITLISTED},
    "rejected": {Status.REJECTED},
}


def settle(line: Line, application: Application | None, follows: Follows) -> None:
    """Keep the line's standing only if it is a decision still to be prepared."""
    standing, line.standing = line.standing, None
    if standing is None:
        return
    status = Status(application.status) if application else Status.SUBMITTED
    if standing.status == status or status in ALREADY.get(standing.outcome, ()):
        return
    if not standing.outcome or Status(standing.outcome) not in follows[status]:
        _refuse(line, status, standing.status or standing.outcome)
        return
    pending = _pending(application)
    rank, reason = standing.rank, line.reason
    if pending and pending.outcome == standing.outcome:
        # An empty cell changes nothing of what was prepared.
        rank, reason = rank or pending.rank, reason or pending.reason
        if (rank, reason) == (pending.rank, pending.reason):
            return
    line.standing = Standing(standing.outcome, rank, standing.status)
    line.reason = reason


def _pending(application: Application | None) -> Decision | None:
    decision: Decision | None = getattr(application, "decision", None)
    return decision if decision and decision.released_at is None else None


def _refuse(line: Line, status: Application.Status, wanted: str) -> None:
    words = {"wanted": Status(wanted).label, "status": status.label}
    if status == Status.SUBMITTED and wanted not in ALREADY:
        sentence = _(
            "An import does not make an application “%(wanted)s”: take that step on its page. "
            "Leave the cell empty."
        )
    else:
        sentence = _(
            "The application is in the state “%(status)s”: it cannot become “%(wanted)s”. Leave "
            "the cell empty."
        )
    line.refuse(Problem(sentence % words))
