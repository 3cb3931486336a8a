"""Use what the solver proposes: whole, by parts, and back again."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.floor.proposal.difference import Change, Difference, read
from startups.floor.proposal.reasons import listed
from startups.models import AllocationRun, BoardStep
from startups.operations.board import Preview, change_board, preview, undo_step
from startups.operations.proposals.runs import ANSWERED, locked_run


class NoProposal(DomainError):
    code = "no_proposal"


class NotInProposal(DomainError):
    code = "not_in_proposal"


class BoardChanged(DomainError):
    code = "board_changed"


class PartsMissing(DomainError):
    code = "parts_missing"


class NotApplied(DomainError):
    code = "not_applied"


def apply_run(
    *,
    run_id: int,
    by: User | None,
    exhibitor_ids: Collection[int] | None = None,
    reason: str = "",
) -> BoardStep | None:
    """Bring the proposal onto the board as one step: all of it, or these exhibitors.

    Refused, by name, where the board changed since, and where others would have to make room who
    are not among the chosen. None when there is nothing left to change: safe to call twice.
    """
    with transaction.atomic():
        run, stays = _chosen(run_id, by, exhibitor_ids)
        step = change_board(
            edition_id=run.edition_id,
            stays=stays,
            kind=BoardStep.Kind.PROPOSAL,
            by=by,
            reason=reason or _("Proposal %(number)s") % {"number": run.pk},
        )
        if step is not None:
            run.steps.add(step)
            activity.record(
                by=by,
                verb="proposal.applied",
                target=run,
                region_code=run.region_code,
                reason=reason,
                after={"exhibitors": len(stays)},
            )
    return step


def preview_run(
    *, run_id: int, by: User | None, exhibitor_ids: Collection[int] | None = None
) -> Preview:
    """What applying it would touch. Writes nothing; refused as the applying would be."""
    with transaction.atomic():
        run, stays = _chosen(run_id, by, exhibitor_ids)
        return preview(edition_id=run.edition_id, stays=stays, by=by)


def roll_back_run(*, run_id: int, by: User | None, reason: str = "") -> list[BoardStep]:
    """Take back all that was applied of it, the last first: every step, or a refusal that says
    who changed what since. Safe to call twice."""
    with transaction.atomic():
        run = locked_run(run_id)
        ensure_manages(by, run.region_code)
        if not run.steps.exists():
            raise NotApplied(_("Nothing of this proposal was applied."))
        applied = run.steps.filter(undone_by__isnull=True).order_by("-serial")
        undone = [undo_step(step_id=step.pk, by=by, reason=reason) for step in applied]
        if undone:
            activity.record(
                by=by,
                verb="proposal.rolled_back",
                target=run,
                region_code=run.region_code,
                reason=reason,
                after={"steps": len(undone)},
            )
    return undone


def _chosen(
    run_id: int, by: User | None, exhibitor_ids: Collection[int] | None
) -> tuple[AllocationRun, dict[int, dict[int, int]]]:
    run = locked_run(run_id)
    ensure_manages(by, run.region_code)
    if run.status not in ANSWERED or not run.plan:
        raise NoProposal(_("This proposal has no plan to apply."))
    difference = read(run, timezone.now())
    if exhibitor_ids is None:
        chosen = set(difference.changes)
    else:
        chosen = set(exhibitor_ids)
        if strangers := chosen - difference.exhibitors.keys():
            raise NotInProposal(
                _("Some of the chosen exhibitors are not part of this proposal."),
                field="exhibitors",
                details={"exhibitors": sorted(strangers)},
            )
        chosen &= difference.changes.keys()  # the others are as proposed already
    _ensure_still_so(difference, chosen)
    _ensure_whole(difference, chosen)
    return run, difference.stays(chosen)


def _ensure_still_so(difference: Difference, chosen: Collection[int]) -> None:
    hindered = [change for pk, change in difference.changes.items() if pk in chosen]
    hindered = [change for change in hindered if not change.is_open]
    if hindered:
        sentences = [f"{change.exhibitor}: {change.hindrance_label}" for change in hindered[:6]]
        if len(hindered) > len(sentences):
            sentences.append("…")
        raise BoardChanged(
            " ".join(
                [
                    _("Nothing was applied."),
                    *sentences,
                    _("Choose the others, or ask for a new proposal."),
                ]
            ),
            field="exhibitors",
            details={"exhibitors": _named(hindered)},
        )


def _ensure_whole(difference: Difference, chosen: Collection[int]) -> None:
    missing = difference.needed_by(chosen) - set(chosen)
    if missing:
        changes = [change for pk, change in difference.changes.items() if pk in missing]
        raise PartsMissing(
            _("Nothing was applied: %(names)s must make room. Choose them too.")
            % {"names": listed([str(change.exhibitor) for change in changes])},
            field="exhibitors",
            details={"exhibitors": _named(changes)},
        )


def _named(changes: Collection[Change]) -> list[dict[str, Any]]:
    return [
        {"id": change.pk, "name": str(change.exhibitor), "reason": change.hindrance_label}
        for change in changes
    ]
