"""One step of the form as a page, and the last one with everything the application says."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation

from startups import charter, eligibility, outline
from startups.forms import StepForm, label_of, rows, told
from startups.models import Application
from startups.outline import Part
from startups.steps import COMMITMENTS, State, Step


def page(request: HttpRequest, form: StepForm, *, status: int = 200) -> HttpResponse:
    application, state = form.state.application, form.state
    parts = outline.parts(state, timezone.now())
    index = next(i for i, part in enumerate(parts) if part.step.key == form.step.key)
    Status = Application.Status
    context: dict[str, Any] = {
        "application": application,
        "call": application.call,
        "form": form,
        "step": form.step,
        "parts": parts,
        "part": parts[index],
        "previous": parts[index - 1] if index else None,
        "following": parts[index + 1] if index + 1 < len(parts) else None,
        "rows": rows(form),
        "seen": json.dumps({name: [form.shown[name]] for name in form.step.fields}),
        "is_checked": form.wants_all,
        "is_submitted": application.status == Status.SUBMITTED,
        "has_unsent": application.status == Status.SUBMITTED and bool(application.typed),
        "is_correction": application.status == Status.INCOMPLETE,
        "closes_at": _closes_at(application),
        "logo_version": int(application.updated_at.timestamp()),
    }
    if form.step.key == COMMITMENTS:
        context |= _recap(state, parts)
    return render(request, f"startups/form/{form.step.key}.html", context, status=status)


def _recap(state: State, parts: Sequence[Part]) -> dict[str, Any]:
    """Everything the application says, what is in its way, and what the call asks."""
    application = state.application
    said = []
    for part in parts:
        if part.step.key == COMMITMENTS:
            continue
        form = StepForm(state, part.step)
        lines = [
            (name, form.fields[name].label, told(form, name))
            for name in form.fields
            if name in form.applying()
        ]
        said.append((part, [line for line in lines if line[2]]))
    troubles = [
        (
            part,
            [
                (name, label_of(name, state.questions), name in part.unsettled)
                for name in part.step.fields
                if name in {*part.missing, *part.unsettled}
            ],
        )
        for part in parts
        if part.count and part.step.key != COMMITMENTS
    ]
    text = charter.text(application.call, translation.get_language() or "fr")
    return {
        "said": said,
        "troubles": troubles,
        "trouble_count": sum(len(lines) for _part, lines in troubles),
        "findings": eligibility.findings(application),
        "charter": {"language": text.language, "parts": list(charter.parts(text))},
    }


def _closes_at(application: Application) -> datetime | None:
    """Until when this application may be written in."""
    if application.status == Application.Status.INCOMPLETE:
        return application.correction_due_at
    return application.open_until()


def step_url(application: Application, step: Step) -> str:
    return reverse("startups:application_step", args=[application.token, step.key])
