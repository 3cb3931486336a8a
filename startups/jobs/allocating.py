"""A proposal of stands, looked for by the solver while a worker watches it."""

import time
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core import jobs
from pavilion.core.errors import DomainError
from pavilion.core.models import Job
from startups.floor.proposal.solving import solve
from startups.operations import proposals


@jobs.register(proposals.JOB)
def allocate(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Begun again after a worker died, it reads the board anew and starts over."""
    run_id = job.arguments["run"]
    page = {
        "url": reverse("admin:startups_allocationrun_change", args=[run_id]),
        "url_label": _("The proposal"),
    }
    try:
        run = proposals.begin_run(run_id)
        if run is None:
            return {"sentence": _("It was stopped before it began."), **page}
        progress.begin(run.time_limit)
        begun = time.monotonic()

        def tell(told: Mapping[str, Any]) -> None:
            # Also the sign that this worker lives.
            progress.advance(int(time.monotonic() - begun))
            proposals.note_progress(run_id, told)

        plan = solve(run.problem, tell=tell, is_cancelled=lambda: proposals.is_cancel_asked(run_id))
    except DomainError as refusal:
        proposals.fail_run(run_id, str(refusal))
        raise
    run = proposals.finish_run(run_id, plan)
    if run.error and run.status != run.Status.CANCELLED:
        raise proposals.NoProposal(run.error)
    if not run.plan:
        return {"sentence": run.error, **page}
    placed = int(plan["placed"])
    sentence = ngettext("%(count)d exhibitor placed", "%(count)d exhibitors placed", placed)
    left = len(plan["unplaced"])
    without = ngettext("%(count)d without a stand", "%(count)d without a stand", left)
    return {
        "sentence": f"{sentence % {'count': placed}}, {without % {'count': left}}.",
        **page,
    }
