"""Proposals asked for, worked on by the job, or answered by the test itself."""

import json

from pavilion.core import jobs
from pavilion.core.models import Job
from startups.models import AllocationRun
from startups.operations import proposals
from tests.startups.fair import participation_of


def ask(by=None, code="53", **options):
    participation = participation_of(code)
    return proposals.propose_allocation(
        edition_id=participation.edition_id, participation_id=participation.pk, by=by, **options
    )


def run_job(run) -> Job:
    jobs.run(run.job_id)
    run.refresh_from_db()
    return Job.objects.get(pk=run.job_id)


def answered(stays, unplaced=(), code="53", **fields):
    """A run whose answer is given by the test: {exhibitor: {half-day: stand}}."""
    participation = participation_of(code)
    run = AllocationRun.objects.create(
        edition=participation.edition, participation=participation, **fields
    )
    proposals.begin_run(run.pk)
    plan = {
        "status": "optimal",
        "levels": [],
        "groups": {},
        "seconds": 0.1,
        "placed": len(stays),
        "stays": {
            exhibitor.pk: {half_day.pk: stand.pk for half_day, stand in stay.items()}
            for exhibitor, stay in stays.items()
        },
        "unplaced": [{"exhibitor": each.pk, "reason": {}} for each in unplaced],
    }
    return proposals.finish_run(run.pk, json.loads(json.dumps(plan)))
