"""What a proposal is while it is looked for: begun, told of, finished, failed."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError
from startups.floor.proposal import problem
from startups.models import AllocationRun
from startups.operations.board import locked_board

Status = AllocationRun.Status

UNDER_WAY = (Status.QUEUED, Status.RUNNING)


# What leaves a plan behind; stopped early, it is the best found so far.
ANSWERED = (Status.OPTIMAL, Status.FEASIBLE, Status.CANCELLED)


class NothingToAllocate(DomainError):
    code = "nothing_to_allocate"


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


def locked_run(run_id: int) -> AllocationRun:
    edition_id = AllocationRun.objects.values_list("edition", flat=True).get(pk=run_id)
    locked_board(edition_id)
    runs = AllocationRun.objects.select_for_update(of=("self",))
    return runs.select_related("participation__region", "edition", "job").get(pk=run_id)
