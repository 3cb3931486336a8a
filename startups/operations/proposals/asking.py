"""Have a worker look for a plan of the stands, and stop it."""

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
from startups.models import AllocationRun
from startups.operations.board import locked_board
from startups.operations.proposals.runs import UNDER_WAY, Status, fail_run, locked_run

JOB = "startups.allocate"


# Longer after its time limit, a run without a job has nobody at it.
FORGOTTEN = timedelta(minutes=10)


class ProposalUnderWay(DomainError):
    code = "proposal_under_way"


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


def cancel_run(*, run_id: int, by: User | None) -> AllocationRun:
    """Stop looking; what was found so far is kept. Safe to call twice, or too late."""
    with transaction.atomic():
        run = locked_run(run_id)
        ensure_manages(by, run.region_code)
        if run.status not in UNDER_WAY or run.cancel_asked_at is not None:
            return run
        run.cancel_asked_at = timezone.now()
        if run.status == Status.QUEUED or _is_dead(run):
            run.status, run.finished_at = Status.CANCELLED, run.cancel_asked_at
        run.save(update_fields=["status", "finished_at", "cancel_asked_at"])
        activity.record(by=by, verb="proposal.stopped", target=run, region_code=run.region_code)
    return run


def scope_of(run: AllocationRun) -> str:
    """Whose stands it is about: a region's name, or all."""
    return str(run.participation.region) if run.participation else _("all regions")
