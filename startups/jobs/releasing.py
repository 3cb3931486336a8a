"""Releasing the decisions of a call, when they are many."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core import jobs
from pavilion.core.models import Job
from startups.operations.deciding import releasing


@jobs.register(releasing.JOB)
def release_decisions(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """One transaction: nothing is shown as done before everything is."""
    call_id = job.arguments["call"]
    released = releasing.release_decisions(call_id=call_id, by=job.by)
    sentence = ngettext(
        "%(count)d decision released.", "%(count)d decisions released.", released.count
    )
    return {
        "sentence": sentence % {"count": released.count},
        "url": reverse("admin:startups_call_decisions", args=[call_id]),
        "url_label": _("The decisions of this call"),
    }
