"""A long choice of the ranking, prepared by a worker."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core import jobs
from pavilion.core.jobs import Progress
from pavilion.core.models import Job
from startups.operations.deciding.choosing import JOB, Choice, prepare_choice


@jobs.register(JOB)
def prepare(job: Job, progress: Progress) -> Mapping[str, Any]:
    asked = dict(job.arguments)
    call_id = asked.pop("call")
    choice = Choice(**asked)
    progress.begin(choice.count)
    prepared = prepare_choice(call_id=call_id, choice=choice, by=job.by, advance=progress.advance)
    sentence = ngettext(
        "%(count)d decision prepared.", "%(count)d decisions prepared.", prepared.count
    )
    return {
        "sentence": sentence % {"count": prepared.count},
        "problems": [{"who": who, "why": why} for who, why in prepared.problems],
        "url": reverse("admin:startups_call_decisions", args=[call_id]),
        "url_label": _("The decisions of this call"),
    }
