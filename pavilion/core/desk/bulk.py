"""A step taken with many rows by a worker: each on its own, what is refused told at the end."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from pavilion.core import jobs, outbox
from pavilion.core.desk.exports import admin_of
from pavilion.core.desk.stand_in import request_of
from pavilion.core.desk.step_forms import StepForm
from pavilion.core.desk.steps import JOB
from pavilion.core.errors import DomainError
from pavilion.core.models import Job

# Rows that are read at a time.
PIECE = 200


@jobs.register(JOB)
def take_step(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Safe to begin again: operations do nothing twice, and say so by doing nothing."""
    if job.by is None:
        raise PermissionDenied
    told = job.arguments
    model_admin = admin_of(told["model"])
    step = next(each for each in model_admin.steps if each.name == told["step"])
    request = request_of(job.by, form=told["form"])
    form = (step.form or StepForm)(request.POST, request=request, row=None)
    if not form.is_valid():
        raise ValueError(f"What was typed for {job.label} is no longer valid: {form.errors}")
    progress.begin(len(told["rows"]))
    done, problems = 0, []
    # One nudge for all the mails, after the last; none is lost, the sweep finds them.
    with outbox.one_nudge():
        for number, (key, row) in enumerate(_rows(model_admin, request, told["rows"]), 1):
            try:
                if row is None:
                    raise Gone(_("It does not exist any more, or is not yours to see."))
                model_admin.ensure_manages(request, row)
                step.run(request, row, form.cleaned_data)
                done += 1
            except (DomainError, PermissionDenied) as refusal:
                problems.append(_problem(model_admin, key, row, refusal))
            progress.advance(number)
    sentence = step.done % {"count": done} if done else _("Nothing could be done.")
    result = {"sentence": sentence, "count": done, "problems": problems, "url": told["back"]}
    return result | {"url_label": _("Back to the list")}


class Gone(DomainError):
    code = "gone"


def _rows(model_admin: Any, request: Any, keys: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Each row as it is shortly before its turn; None for one that is gone."""
    for start in range(0, len(keys), PIECE):
        piece = keys[start : start + PIECE]
        found = model_admin.get_queryset(request).in_bulk(piece)
        for key in piece:
            yield key, found.get(key)


def _problem(model_admin: Any, key: Any, row: Any, refusal: Exception) -> dict[str, str]:
    why = str(refusal) or _("Your role does not allow this for this region.")
    url = reverse(f"admin:{model_admin.url_of('change')}", args=[quote(key)])
    return {"who": str(row or key), "why": why, "url": url if row else ""}
