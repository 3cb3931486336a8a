"""Setting signs, plans of halls and rotation sheets as PDF."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from pavilion.core import jobs
from pavilion.core.models import Job
from startups.operations.printing import JOB, document_for
from startups.printing.wanted import Wanted


@jobs.register(JOB)
def print_stands(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    document = document_for(wanted=Wanted(**job.arguments), by=job.by)
    progress.begin(document.count)
    # Only here: whatever knows the kinds of jobs, the web server too, does without its weight.
    typesetting = import_module("pavilion.core.printing.typesetting")
    pdf = typesetting.typeset(
        document.path, document.values, document.pictures, job.started_at or timezone.now()
    )
    progress.keep(document.file_name, pdf)
    progress.advance(document.count)
    sentence = ngettext(
        "The file is ready: %(count)d sheet.",
        "The file is ready: %(count)d sheets.",
        document.count,
    )
    return {"sentence": sentence % {"count": document.count}, "count": document.count}
