"""What an exhibitor prepares, on its private address: one page for each item of the checklist."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.models import Day
from pavilion.core.errors import DomainError
from startups import aid, answers, charter, checklist, operations, shown, summary, typed
from startups.eligibility import euros
from startups.forms.preparation import (
    AidForm,
    CharterForm,
    LaterForm,
    LogoForm,
    NeedsForm,
    PitchForm,
    aid_lines,
    badge_forms,
)
from startups.models import (
    Aid,
    AidDeclaration,
    Application,
    Badge,
    CharterSignature,
    ChecklistItem,
    Exhibitor,
)
from startups.shown import Shown
from startups.views.private import private_page

Page = Callable[[HttpRequest, Exhibitor], HttpResponseBase]
_readable = require_safe
_writable = require_http_methods(["GET", "HEAD", "POST"])


def preparing(page: Page) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """For confirmed companies; any other is led to where its application stands."""

    @private_page
    def opened(request: HttpRequest, application: Application) -> HttpResponseBase:
        if application.status != Application.Status.CONFIRMED:
            return redirect(application)
        exhibitor = get_object_or_404(
            Exhibitor.objects.present()
            .select_related(
                "application__call__participation__region",
                "application__call__participation__edition",
                "participation__edition",
            )
            .prefetch_related(*checklist.PREFETCH),
            application=application,
        )
        return page(request, exhibitor)

    return opened


@_readable
@preparing
def overview(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    return render(
        request,
        "startups/preparation/overview.html",
        {**_context(exhibitor), "progress": checklist.progress(exhibitor)},
    )


@_writable
@preparing
def sign_charter(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = _item(exhibitor, ChecklistItem.CHARTER)
    call = exhibitor.application.call
    text = charter.text(call, translation.get_language() or "fr")
    seen = {"version": call.charter_version, "language": (translation.get_language() or "fr")[:2]}
    form = CharterForm(request.POST or None, initial={**seen, **_person(exhibitor)})
    if request.method == "POST" and not item.is_done and form.is_valid():
        data = dict(form.cleaned_data)
        del data["accepts"]
        if _done(operations.sign_charter, form, exhibitor, **data):
            messages.success(
                request, _("The charter is signed. A copy leaves by mail to your contact.")
            )
            return redirect("startups:application_preparation", exhibitor.application.token)
        # The text below is the newer one, and so is what is signed next: to be agreed to anew.
        form.data = {**form.data.dict(), **seen}  # type: ignore[attr-defined]
        form.data.pop("accepts", None)
    context = {"text": text, "parts": list(charter.parts(text))}
    return _page(request, exhibitor, item, "charter", form, **context)


@_readable
@preparing
def signed_charter(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    """To print: the text as it was signed, and by whom."""
    signature = CharterSignature.objects.filter(exhibitor=exhibitor).order_by("-version").first()
    if signature is None:
        raise Http404
    context = {
        "signature": signature,
        "parts": list(charter.parts(_signed_text(exhibitor, signature))),
        "reference": summary.reference(exhibitor.application),
        "now": timezone.now(),
    }
    return render(
        request, "startups/preparation/signed_charter.html", {**_context(exhibitor), **context}
    )


@_writable
@preparing
def declare_aid(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = _item(exhibitor, ChecklistItem.AID)
    declaration, aids = _declared(exhibitor)
    wants_more = "more" in request.POST
    form = _aid_form(request, exhibitor, declaration, wants_more=wants_more)
    lines = aid_lines(request.POST or None, aids, more=wants_more)
    if request.method == "POST" and not wants_more and form.is_valid() & lines.is_valid():
        if _done(
            operations.declare_aid,
            form,
            exhibitor,
            name=form.cleaned_data["name"],
            has_none=form.cleaned_data["received"] == AidForm.NONE,
            aids=lines.lines(),
            seen=_seen(request),
        ):
            _tell_standing(request, exhibitor)
            return redirect("startups:application_preparation", exhibitor.application.token)
        declaration, aids = _declared(exhibitor)
    today = timezone.localdate()
    now = shown.declared(declaration, aids)
    context = {
        "lines": lines,
        # Folded away for those who have none to declare.
        "has_lines": any(line.is_bound or line.initial for line in lines),
        "is_checked": form.is_bound,
        "standing": checklist.standing(exhibitor),
        "ceiling": aid.CEILING,
        "since": aid.first_day(min(today, exhibitor.participation.edition.starts_on)),
        "saved": now if form.changed else None,
        "seen": _to_send_back(request, form, now),
    }
    return _page(request, exhibitor, item, "aid", form, **context)


def _declared(exhibitor: Exhibitor) -> tuple[AidDeclaration | None, list[Aid]]:
    """The statement there is, and its lines."""
    declaration = AidDeclaration.objects.filter(exhibitor=exhibitor).first()
    if declaration is None:
        return None, []
    return declaration, list(declaration.aids.order_by("granted_on", "authority", "amount", "pk"))


def _aid_form(
    request: HttpRequest,
    exhibitor: Exhibitor,
    declaration: AidDeclaration | None,
    *,
    wants_more: bool,
) -> AidForm:
    initial = {"name": _person(exhibitor)["name"]}
    if declaration is not None:
        received = AidForm.NONE if declaration.has_none else AidForm.SOME
        initial |= {"name": declaration.name, "received": received}
    if wants_more:
        # Not checked yet: only room for more lines was asked for.
        initial = {name: request.POST.get(name, "") for name in ("name", "received")}
    return AidForm(None if wants_more else request.POST or None, initial=initial)


@_writable
@preparing
def send_logo(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = _item(exhibitor, ChecklistItem.LOGO)
    form = LogoForm(request.POST, request.FILES) if request.method == "POST" else LogoForm()
    if form.is_valid() and _done(
        operations.send_vector_logo, form, exhibitor, file=form.cleaned_data["logo"]
    ):
        return _back(request, exhibitor, _("Your logo has been received."))
    return _page(request, exhibitor, item, "logo", form)


@_writable
@preparing
def check_pitch(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = _item(exhibitor, ChecklistItem.PITCH)
    form = PitchForm(request.POST or None, request.FILES or None, application=exhibitor.application)
    is_kept = False
    if request.method == "POST":
        if form.is_valid() and _confirmed(request, operations.check_pitch, form, exhibitor):
            return _back(request, exhibitor, _("Name and pitches are confirmed. Thank you."))
        is_kept = _keep_picture(form, exhibitor)
    context = {"is_picture_kept": is_kept, "seen": _seen_columns(request, form, exhibitor)}
    return _page(request, exhibitor, item, "pitch", form, **context)


def _keep_picture(form: PitchForm, exhibitor: Exhibitor) -> bool:
    """A valid logo is kept at once, so that it need not be chosen again for the others' sake."""
    picture = form.picture()
    if picture is None:
        return False
    try:
        operations.keep_picture(
            exhibitor_id=exhibitor.pk, file=picture, by_name=_person(exhibitor)["name"]
        )
    except DomainError:
        # Closed meanwhile, as the page says.
        return False
    exhibitor.application.refresh_from_db(fields=["logo", "updated_at"])
    return True


@_writable
@preparing
def confirm_needs(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = _item(exhibitor, ChecklistItem.NEEDS)
    form = NeedsForm(request.POST or None, application=exhibitor.application)
    if (
        request.method == "POST"
        and form.is_valid()
        and _confirmed(request, operations.confirm_needs, form, exhibitor)
    ):
        return _back(request, exhibitor, _("Your technical needs are confirmed. Thank you."))
    context = {"seen": _seen_columns(request, form, exhibitor)}
    return _page(request, exhibitor, item, "needs", form, **context)


def _confirmed(
    request: HttpRequest,
    operation: Callable[..., object],
    form: PitchForm | NeedsForm,
    exhibitor: Exhibitor,
) -> bool:
    seen = _seen(request)
    if _done(operation, form, exhibitor, values=form.values(), seen=seen):
        return True
    if form.changed:
        exhibitor.application.refresh_from_db(fields=form.columns)
        form.show_both(exhibitor.application, seen or {})
    return False


def _seen_columns(request: HttpRequest, form: PitchForm | NeedsForm, exhibitor: Exhibitor) -> str:
    now = {name: getattr(exhibitor.application, name) for name in form.columns}
    return _to_send_back(request, form, shown.columns(now))


@_writable
@preparing
def name_badges(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = _item(exhibitor, ChecklistItem.BADGES)
    days = list(
        Day.objects.filter(edition=exhibitor.participation.edition_id).order_by("date", "pk")
    )
    badges = Badge.objects.filter(exhibitor=exhibitor).order_by("created_at", "pk")
    rows = badge_forms(
        exhibitor.application.call,
        days,
        badges.prefetch_related(Prefetch("days", Day.objects.order_by("date", "pk"))),
        request.POST or None,
    )
    is_complete = "draft" not in request.POST
    refusal = ""
    if request.method == "POST" and rows.is_valid():
        try:
            operations.save_badges(
                exhibitor_id=exhibitor.pk,
                holders=rows.holders(),
                is_complete=is_complete,
                seen=_seen_badges(request),
                by_name=_person(exhibitor)["name"],
            )
        except DomainError as error:
            refusal = str(error)
        else:
            done = _("The list is complete. Thank you.") if is_complete else _("The list is saved.")
            return _back(request, exhibitor, done)
    seen = _seen_badges(request)
    context = {
        "rows": rows,
        "refusal": refusal,
        "quota": exhibitor.application.call.badge_quota,
        # They count too, and this page does not show them.
        "meanwhile": [badge for badge in badges if refusal and badge.pk not in seen],
        # Kept from attempt to attempt: whom a colleague names meanwhile is not taken off the list.
        "seen": request.POST.get("seen") or " ".join(str(badge.pk) for badge in badges),
    }
    return _page(request, exhibitor, item, "badges", None, **context)


def _seen_badges(request: HttpRequest) -> list[int]:
    """The badges this page was opened with."""
    return [
        int(word)
        for word in request.POST.get("seen", "").split()
        if word.isdecimal() and len(word) < 19
    ]


@_writable
@preparing
def answer_questions(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = _item(exhibitor, ChecklistItem.QUESTIONS)
    kept = answers.values(answers.kept(exhibitor.application))
    asked = checklist.asked_later(exhibitor)
    form = _later_form(request, asked, kept)
    if request.method == "POST":
        is_valid = form.is_valid()
        if _answered(request, form, exhibitor) and is_valid:
            return _back(request, exhibitor, _("Your answers are saved. Thank you."))
        kept = answers.values(answers.kept(exhibitor.application))
        form.kept = kept
        form.show_both(kept)
    context = {"questions": form.rows(), "seen": _seen_answers(request, form, kept)}
    return _page(request, exhibitor, item, "questions", form, **context)


def _answered(request: HttpRequest, form: LaterForm, exhibitor: Exhibitor) -> bool:
    """Keep each valid answer: a file need not be chosen again for the others' sake."""
    seen = _seen(request)
    values = form.values(seen)
    if _done(operations.answer_questions, form, exhibitor, values=values, seen=seen):
        return True
    if form.changed:
        rest = {key: value for key, value in values.items() if key not in form.changed}
        _done(operations.answer_questions, form, exhibitor, values=rest, seen=seen)
    return False


def _seen_answers(request: HttpRequest, form: LaterForm, kept: Mapping[str, Any]) -> str:
    now = shown.answered(form.questions.values(), kept)
    return _to_send_back(request, form, now)


def _later_form(request: HttpRequest, asked: list[Any], kept: dict[str, Any]) -> LaterForm:
    """The questions that may apply: what hangs on an answer given long ago is settled."""
    here = {question.pk for question in asked}
    apply = answers.shown(asked, kept)
    questions = [
        question for question in asked if question.key in apply or question.depends_on_id in here
    ]
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    return LaterForm(*data, questions=questions, kept=kept)


# --- What the pages share -------------------------------------------------------------------------


def _item(exhibitor: Exhibitor, key: str) -> checklist.Item:
    """The item as it stands; what the call does not ask has no page."""
    for item in checklist.items(exhibitor):
        if item.key == key:
            return item
    raise Http404


def _context(exhibitor: Exhibitor) -> dict[str, Any]:
    application = exhibitor.application
    return {"exhibitor": exhibitor, "application": application, "call": application.call}


def _page(
    request: HttpRequest,
    exhibitor: Exhibitor,
    item: checklist.Item,
    template: str,
    form: Any,
    **context: Any,
) -> HttpResponse:
    is_refused = bool(form.non_field_errors()) if form is not None and form.is_bound else False
    is_refused = is_refused or bool(context.get("refusal"))
    return render(
        request,
        f"startups/preparation/{template}.html",
        {**_context(exhibitor), "item": item, "form": form, **context},
        status=409 if is_refused else 200,
    )


def _done(
    operation: Callable[..., object], form: Any, exhibitor: Exhibitor, **arguments: Any
) -> bool:
    """Run it in the company's name; a refusal is said in the form."""
    try:
        operation(exhibitor_id=exhibitor.pk, by_name=_person(exhibitor)["name"], **arguments)
    except operations.ChangedMeanwhile as error:
        form.changed = error.details["changed"]
        form.add_error(None, str(error))
        return False
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


def _seen(request: HttpRequest) -> Shown | None:
    """What this page showed when it was opened, as it sends it back."""
    try:
        sent = json.loads(request.POST.get("seen", ""))
    except ValueError:
        return None
    if not isinstance(sent, dict):
        return None
    return {name: typed.tidy(raw) for name, raw in sent.items()}


def _to_send_back(request: HttpRequest, form: Any, now: Shown) -> str:
    """Kept from attempt to attempt, until both versions were shown."""
    seen = None if form.changed else _seen(request)
    return json.dumps(now if seen is None else seen)


def _back(request: HttpRequest, exhibitor: Exhibitor, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect("startups:application_preparation", exhibitor.application.token)


def _person(exhibitor: Exhibitor) -> dict[str, str]:
    application = exhibitor.application
    return {
        "name": application.contact_name or application.contact_email,
        "role": application.contact_role,
    }


def _tell_standing(request: HttpRequest, exhibitor: Exhibitor) -> None:
    current = Exhibitor.objects.select_related("application__call", "participation__edition").get(
        pk=exhibitor.pk
    )
    standing = checklist.standing(current)
    if standing is not None and standing.is_above:
        messages.warning(
            request,
            _(
                "Your statement is kept. With your stand it exceeds the ceiling of %(ceiling)s: "
                "the region has been told and will write to you. Go on with the rest."
            )
            % {"ceiling": euros(aid.CEILING)},
        )
    else:
        messages.success(request, _("Your statement is kept. Thank you."))


def _signed_text(exhibitor: Exhibitor, signature: CharterSignature) -> str:
    """What was kept; else one of today's two texts, if it is the very same."""
    if signature.text:
        return signature.text
    call = exhibitor.application.call
    for language in ("fr", "en"):
        text = charter.text(call, language)
        if charter.digest(text) == signature.text_digest:
            return text
    return ""
