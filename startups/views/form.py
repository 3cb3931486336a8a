"""The applicant's form, step by step: whatever is posted is kept, then where to go is decided."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pavilion.core.errors import DomainError
from startups import charter, eligibility, operations, outline, steps, typed
from startups.forms import Posted, Row, StepForm, label_of, rows, told
from startups.models import Application
from startups.operations import Kept, Typed
from startups.outline import Part
from startups.steps import COMMITMENTS, State, Step
from startups.typed import Raw
from startups.views.private import act, private_page

# Asks a step for everything it lacks, as "Continue" does.
CHECK = "verifier"


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def step(request: HttpRequest, application: Application, key: str) -> HttpResponseBase:
    """One step. Reading shows what was typed; posting keeps it and leads on."""
    state = State.of(application)
    found = _step(state, key)
    if request.method == "POST":
        return _keep(request, state, found)
    if not operations.is_editable(application, timezone.now()):
        return redirect(application)
    return _page(request, StepForm(state, found, wants_all=CHECK in request.GET))


@act
@private_page
def submit(request: HttpRequest, application: Application) -> HttpResponseBase:
    """Keep what the last step says, then hand in, or say everything that is in the way."""
    state = State.of(application)
    last = _step(state, COMMITMENTS)
    posted = Posted(StepForm(state, last), request.POST, request.FILES, seen=_seen(request))
    try:
        kept = _keep_typed(application, posted.fields).application
        if application.status == Application.Status.SUBMITTED:
            return _send_changes(request, kept)
        operations.submit_application(application_id=kept.pk, by_name=_name(kept))
    except (operations.Incomplete, operations.NotSettled):
        return redirect(f"{_url(application, last)}?{CHECK}")
    except DomainError as error:
        return _refused(request, state, last, posted.fields, error)
    messages.success(request, _("Your application has been sent to the region."))
    return redirect(kept)


@act
@private_page
def discard(request: HttpRequest, application: Application) -> HttpResponseBase:
    """Leave what was submitted as it was."""
    operations.discard_changes(application_id=application.pk)
    return redirect(application)


def begin_at(application: Application) -> str:
    """The address of the step to go on with."""
    parts = outline.parts(State.of(application), timezone.now())
    return _url(application, outline.first_open(parts).step)


# --- posting --------------------------------------------------------------------------------------


def _keep(request: HttpRequest, state: State, step: Step) -> HttpResponseBase:
    is_script = request.headers.get("Accept") == "application/json"
    application = state.application
    posted = _posted(request, StepForm(state, step))
    try:
        kept = _keep_typed(application, posted.fields, is_on_the_way=is_script)
        if name := request.POST.get("drop"):
            operations.leave_aside(application_id=application.pk, name=name)
    except DomainError as error:
        if is_script:
            return JsonResponse({"refused": str(error)}, status=409)
        return _refused(request, state, step, posted.fields, error)
    if is_script:
        return _told(kept, step, posted)
    if posted.refused_files:
        return _page(request, _fresh(kept.application, step, posted.refused_files))
    return redirect(_next(request, kept.application, step))


def _posted(request: HttpRequest, form: StepForm) -> Posted:
    """What the page sends, and what one of its small buttons asks for."""
    only = request.POST.getlist("only")
    posted = Posted(form, request.POST, request.FILES, only=only, seen=_seen(request))
    if name := request.POST.get("use"):
        posted.take_from_aside(name)
    if name := request.POST.get("remove"):
        posted.remove(name)
    return posted


def _keep_typed(
    application: Application, fields: Mapping[str, Typed], *, is_on_the_way: bool = False
) -> Kept:
    return operations.keep_typed(
        application_id=application.pk,
        fields=fields,
        is_on_the_way=is_on_the_way,
        by_name=_name(application),
    )


def _seen(request: HttpRequest) -> dict[str, list[Raw]]:
    """What the writer had before their eyes, by field; nothing when it cannot be read."""
    try:
        sent = json.loads(request.POST.get("seen", ""))
    except ValueError:
        return {}
    if not isinstance(sent, dict):
        return {}
    return {
        name: [typed.tidy(raw) for raw in raws]
        for name, raws in sent.items()
        if isinstance(raws, list) and raws
    }


def _next(request: HttpRequest, application: Application, step: Step) -> str:
    """Where the button that was pressed leads."""
    go = request.POST.get("go", "")
    state = State.of(application)
    parts = outline.parts(state, timezone.now())
    index = next(i for i, part in enumerate(parts) if part.step.key == step.key)
    here = _url(application, step)
    if go == "next":
        # Everything that is wrong is said once; pressed again, the button leads on.
        if parts[index].count and not request.POST.get("again"):
            return f"{here}?{CHECK}"
        return _url(application, parts[min(index + 1, len(parts) - 1)].step)
    if go == "back":
        return _url(application, parts[max(index - 1, 0)].step)
    if chosen := next((part for part in parts if part.step.key == go), None):
        return _url(application, chosen.step)
    for button in ("more", "use", "drop", "remove"):
        if name := request.POST.get(button):
            return f"{here}#id_{name}"
    messages.success(request, _("Saved at %(time)s.") % {"time": clock(timezone.now())})
    return here


def _send_changes(request: HttpRequest, application: Application) -> HttpResponseBase:
    """Everything typed since the submission, all of it valid, written at once."""
    state = State.of(application)
    values: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    for part in outline.parts(state, timezone.now()):
        form = StepForm(state, part.step, wants_all=True)
        if form.errors:
            return redirect(f"{_url(application, _step(state, COMMITMENTS))}?{CHECK}")
        given, own = form.waiting()
        values |= given
        answers |= own
    operations.send_changes(
        application_id=application.pk, values=values, answers=answers, by_name=_name(application)
    )
    messages.success(request, _("Your changes have been sent to the region."))
    return redirect(Application.objects.get(pk=application.pk))


def _refused(
    request: HttpRequest,
    state: State,
    step: Step,
    fields: Mapping[str, Typed],
    error: DomainError,
) -> HttpResponse:
    """The page again with what was typed: nothing of it could be kept here."""
    form = StepForm(state, step, over={name: each.raw for name, each in fields.items()})
    form.add_error(None, str(error))
    return _page(request, form, status=409)


def _told(kept: Kept, step: Step, posted: Posted) -> JsonResponse:
    """The answer to the page's own script: each field sent, and where the steps stand."""
    form = _fresh(kept.application, step, posted.refused_files)
    shown = rows(form)
    parts = outline.parts(form.state, timezone.now())
    context = {"application": kept.application, "parts": parts, "step": step}
    return JsonResponse(
        {
            "saved": _("Saved at %(time)s") % {"time": clock(timezone.now())},
            "fields": {
                name: {
                    "shown": form.shown[name],
                    "error": " ".join(map(str, form.errors.get(name, []))),
                    "aside": _aside(shown[name]) if shown[name].aside is not None else "",
                    "file": shown[name].file_name,
                }
                for name in posted.names
            },
            "outline": render_to_string("startups/form/_outline.html", context),
        }
    )


def _aside(row: Row) -> str:
    return render_to_string("startups/form/_aside.html", {"row": row})


def _fresh(application: Application, step: Step, refused: Mapping[str, str]) -> StepForm:
    form = StepForm(State.of(application), step)
    for name, error in refused.items():
        form.add_error(name, error)
    return form


# --- the page -------------------------------------------------------------------------------------


def _page(request: HttpRequest, form: StepForm, *, status: int = 200) -> HttpResponse:
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
    code = application.late_code
    return max(application.call.closes_at, code.expires_at) if code else application.call.closes_at


def _step(state: State, key: str) -> Step:
    for part in steps.of(state.application.call, state.questions):
        if part.key == key:
            return part
    raise Http404


def _url(application: Application, step: Step) -> str:
    return reverse("startups:application_step", args=[application.token, step.key])


def _name(application: Application) -> str:
    return application.contact_name or application.contact_email


def clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"
