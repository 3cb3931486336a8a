"""Have the stands given out by the solver, and use what it proposes: whole, by parts, or not."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Edition, Participation
from pavilion.core import activity, jobs
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import Job, User
from startups.floor.proposal import problem
from startups.floor.proposal.difference import Change, Difference, read
from startups.floor.proposal.reasons import listed
from startups.models import AllocationRun, BoardStep
from startups.operations.board import Preview, change_board, locked_board, preview, undo_step

JOB = "startups.allocate"
Status = AllocationRun.Status
UNDER_WAY = (Status.QUEUED, Status.RUNNING)
# What leaves a plan behind; stopped early, it is the best found so far.
ANSWERED = (Status.OPTIMAL, Status.FEASIBLE, Status.CANCELLED)
# Longer after its time limit, a run without a job has nobody at it.
FORGOTTEN = timedelta(minutes=10)


class ProposalUnderWay(DomainError):
    code = "proposal_under_way"


class NothingToAllocate(DomainError):
    code = "nothing_to_allocate"


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


def propose_allocation(
    *,
    edition_id: int,
    by: User | None,
    participation_id: int | None = None,
    only_gaps: bool = False,
    time_limit: int = 60,
    seed: int = 1,
) -> AllocationRun:
    """Have a worker look for the best plan of a region, or of all. Nothing on the board changes.

    One at a time for the same region: whoever asks meanwhile is told who did.
    """
    with transaction.atomic():
        run = _new_run(
            edition_id=edition_id,
            participation_id=participation_id,
            by=by,
            only_gaps=only_gaps,
            time_limit=time_limit,
            seed=seed,
        )
        run.job = jobs.promise(
            kind=JOB,
            label=_("Proposal of stands: %(scope)s") % {"scope": scope_of(run)},
            by=by,
            arguments={"run": run.pk},
            region_code=run.region_code,
            total=run.time_limit,
        )
        run.save(update_fields=["job"])
    return run


def begin_here(**asked: Any) -> AllocationRun:
    """The same, for whoever does the work at once instead of a worker."""
    with transaction.atomic():
        return _new_run(**asked)


def _new_run(
    *,
    edition_id: int,
    by: User | None,
    participation_id: int | None,
    only_gaps: bool,
    time_limit: int,
    seed: int,
) -> AllocationRun:
    edition = Edition.objects.get(pk=edition_id)
    participation = None
    if participation_id is not None:
        participation = Participation.objects.select_related("region", "edition").get(
            pk=participation_id, edition=edition
        )
    ensure_manages(by, participation.region_id if participation else "")
    # So that of two who ask at once, one is first.
    locked_board(edition_id)
    _ensure_alone(edition, participation)
    run = AllocationRun.objects.create(
        edition=edition,
        participation=participation,
        by=by,
        only_gaps=only_gaps,
        time_limit=time_limit,
        seed=seed,
    )
    activity.record(
        by=by,
        verb="proposal.asked",
        target=run,
        region_code=run.region_code,
        after={"only_gaps": only_gaps, "time_limit": time_limit, "seed": seed},
    )
    return run


def _ensure_alone(edition: Edition, participation: Participation | None) -> None:
    rivals = AllocationRun.objects.filter(
        edition=edition, participation=participation, status__in=UNDER_WAY
    )
    for rival in rivals.select_related("job", "edition", "participation__region"):
        if _is_dead(rival):
            fail_run(rival.pk, _("Its worker stopped."))
            continue
        raise ProposalUnderWay(
            _(
                "A proposal for %(scope)s is being looked for already. Wait for it, or stop it "
                "first."
            )
            % {"scope": scope_of(rival)},
            details={"run": rival.pk},
        )


def _is_dead(run: AllocationRun) -> bool:
    """Whether nobody is at it any more, although it says so."""
    if run.job is not None:
        return run.job.state in (Job.State.DONE, Job.State.FAILED)
    # Looked for at a terminal that is gone, or by a job deleted since.
    return timezone.now() > run.at + timedelta(seconds=run.time_limit) + FORGOTTEN


def begin_run(run_id: int) -> AllocationRun | None:
    """Read the board for the solver, all at one moment. None when there is nothing left to do.

    Safe to repeat: a worker that takes over from a dead one reads it anew.
    """
    with transaction.atomic():
        edition_id = AllocationRun.objects.values_list("edition", flat=True).get(pk=run_id)
        board = locked_board(edition_id)
        run = AllocationRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        if run.status not in UNDER_WAY:
            return None
        run.problem = problem.read(
            edition_id=run.edition_id,
            participation_id=run.participation_id,
            only_gaps=run.only_gaps,
            seed=run.seed,
            time_limit=run.time_limit,
            now=timezone.now(),
        )
        if not run.problem["exhibitors"] or not run.problem["stands"]:
            raise NothingToAllocate(
                _("There is no exhibitor to place here.")
                if run.problem["stands"]
                else _("No stand is in use here: draw them on the plan first.")
            )
        run.serial = board.serial
        run.status = Status.RUNNING
        run.save(update_fields=["problem", "serial", "status"])
    return run


def note_progress(run_id: int, progress: Mapping[str, Any]) -> None:
    """Its last word while it works, for whoever watches."""
    AllocationRun.objects.filter(pk=run_id, status=Status.RUNNING).update(progress=dict(progress))


def is_cancel_asked(run_id: int) -> bool:
    return AllocationRun.objects.filter(pk=run_id, cancel_asked_at__isnull=False).exists()


def finish_run(run_id: int, plan: Mapping[str, Any]) -> AllocationRun:
    """Keep what the solver answers: a plan, or nothing when it was stopped early."""
    with transaction.atomic():
        run = AllocationRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        status = str(plan.get("status", Status.CANCELLED))
        run.status = Status(status) if status in ANSWERED else Status.FAILED
        run.plan = dict(plan)
        run.finished_at = timezone.now()
        if run.status == Status.FAILED:
            run.error = _(
                "No plan keeps all that is confirmed: look at the confirmed half-days on the board."
            )
        elif not plan:
            run.error = _("It was stopped before it found a plan.")
        else:
            # In few words, for lists: the plan is long.
            run.progress = {
                "placed": plan["placed"],
                "unplaced": len(plan["unplaced"]),
                "levels": plan["levels"],
                "seconds": plan["seconds"],
            }
        run.save(update_fields=["status", "plan", "progress", "finished_at", "error"])
    return run


def fail_run(run_id: int, error: str) -> None:
    AllocationRun.objects.filter(pk=run_id, status__in=UNDER_WAY).update(
        status=Status.FAILED, error=error, finished_at=timezone.now()
    )


def cancel_run(*, run_id: int, by: User | None) -> AllocationRun:
    """Stop looking; what was found so far is kept. Safe to call twice, or too late."""
    with transaction.atomic():
        run = _locked_run(run_id)
        ensure_manages(by, run.region_code)
        if run.status not in UNDER_WAY or run.cancel_asked_at is not None:
            return run
        run.cancel_asked_at = timezone.now()
        if run.status == Status.QUEUED or _is_dead(run):
            run.status, run.finished_at = Status.CANCELLED, run.cancel_asked_at
        run.save(update_fields=["status", "finished_at", "cancel_asked_at"])
        activity.record(by=by, verb="proposal.stopped", target=run, region_code=run.region_code)
    return run


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
        run = _locked_run(run_id)
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


def scope_of(run: AllocationRun) -> str:
    """Whose stands it is about: a region's name, or all."""
    return str(run.participation.region) if run.participation else _("all regions")


def _locked_run(run_id: int) -> AllocationRun:
    edition_id = AllocationRun.objects.values_list("edition", flat=True).get(pk=run_id)
    locked_board(edition_id)
    runs = AllocationRun.objects.select_for_update(of=("self",))
    return runs.select_related("participation__region", "edition", "job").get(pk=run_id)


def _chosen(
    run_id: int, by: User | None, exhibitor_ids: Collection[int] | None
) -> tuple[AllocationRun, dict[int, dict[int, int]]]:
    run = _locked_run(run_id)
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
