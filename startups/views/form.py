"""The applicant's form, step by step: whatever is posted is kept, then where to go is decided."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pavilion.core.errors import DomainError
from startups import operations, outline, steps, typed
from startups.forms import Posted, Row, StepForm, rows
from startups.models import Application
from startups.operations import Kept, Typed
from startups.steps import COMMITMENTS, State, Step
from startups.typed import Raw
from startups.views.form_page import page, step_url
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
    return page(request, StepForm(state, found, wants_all=CHECK in request.GET))


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
        _write_valid(kept)
        operations.submit_application(application_id=kept.pk, by_name=_name(kept))
    except (operations.Incomplete, operations.NotSettled):
        return redirect(f"{step_url(application, last)}?{CHECK}")
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
    return step_url(application, outline.first_open(parts).step)


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
        return page(request, _fresh(kept.application, step, posted.refused_files))
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
    here = step_url(application, step)
    if go == "next":
        # Everything that is wrong is said once; pressed again, the button leads on.
        if parts[index].count and not request.POST.get("again"):
            return f"{here}?{CHECK}"
        return step_url(application, parts[min(index + 1, len(parts) - 1)].step)
    if go == "back":
        return step_url(application, parts[max(index - 1, 0)].step)
    if chosen := next((part for part in parts if part.step.key == go), None):
        return step_url(application, chosen.step)
    for button in ("more", "use", "drop", "remove"):
        if name := request.POST.get(button):
            return f"{here}#id_{name}"
    messages.success(request, _("Saved at %(time)s.") % {"time": clock(timezone.now())})
    return here


def _send_changes(request: HttpRequest, application: Application) -> HttpResponseBase:
    """Everything typed since the submission, all of it valid, written at once."""
    state = State.of(application)
    if any(part.count for part in outline.parts(state, timezone.now())):
        return redirect(f"{step_url(application, _step(state, COMMITMENTS))}?{CHECK}")
    given = _valid(state)
    values = {name: value for name, value in given.items() if not name.startswith("q:")}
    answers = {name[2:]: value for name, value in given.items() if name.startswith("q:")}
    shown = typed.current(state)
    values["commitments"] = all(shown[name] for name in steps.PROMISES)
    operations.send_changes(
        application_id=application.pk, values=values, answers=answers, by_name=_name(application)
    )
    messages.success(request, _("Your changes have been sent to the region."))
    return redirect(Application.objects.get(pk=application.pk))


def _write_valid(application: Application) -> None:
    """What waits and is valid by now: typed to be sent, before a correction was asked for."""
    state = State.of(application)
    shown = typed.current(state)
    fields = {
        name: Typed(raw=shown[name], is_valid=True, value=value)
        for name, value in _valid(state).items()
    }
    if fields:
        _keep_typed(application, fields)


def _valid(state: State) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for step in steps.of(state.application.call, state.questions):
        if any(name in state.waiting for name in step.fields):
            form = StepForm(state, step)
            form.full_clean()
            found |= form.valid()
    return found


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
    return page(request, form, status=409)


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


def _step(state: State, key: str) -> Step:
    for part in steps.of(state.application.call, state.questions):
        if part.key == key:
            return part
    raise Http404


def _name(application: Application) -> str:
    return application.contact_name or application.contact_email


def clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"
