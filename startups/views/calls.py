"""The regions' calls: which are open, what one asks, where to begin, how to come back."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.models import Day, Edition
from pavilion.core.errors import DomainError
from startups import answers, charter, eligibility, operations
from startups.forms import BeginForm, CodeForm, LateBeginForm, ResumeForm
from startups.models import Call
from startups.operations.calls.criteria import shares


@login_not_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    known = list(_calls(request).order_by("participation__region__sort_key", "pk"))
    context = {
        "open_calls": [call for call in known if call.is_open(now)],
        "coming_calls": [call for call in known if not call.is_open(now) and now < call.closes_at],
        "closed_calls": [call for call in known if now >= call.closes_at],
        "edition": known[0].edition if known else None,
    }
    return render(request, "startups/calls.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, code: str) -> HttpResponse:
    """A call's page. A new draft opens at once; one that exists opens by its mailed link only.

    After the closing, it takes late-entry codes.
    """
    found = get_object_or_404(_calls(request), participation__region=code)
    now = timezone.now()
    is_late = found.is_published and now >= found.closes_at
    form_class = LateBeginForm if is_late else BeginForm
    form = form_class(request.POST or None, initial={"language": (get_language() or "fr")[:2]})
    if form.is_valid():
        try:
            application, is_new = operations.find_or_start_application(
                call_id=found.pk,
                contact_email=form.cleaned_data["email"],
                language=form.cleaned_data["language"],
                late_code=form.cleaned_data.get("late_code", ""),
                guesser=get_adapter().get_client_ip(request),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            if is_new:
                return redirect(application)
            messages.info(
                request,
                _(
                    "This address has already begun an application here. We have mailed its "
                    "private link again to %(email)s: open it to go on."
                )
                % {"email": form.cleaned_data["email"]},
            )
            return redirect("startups:call", code)
    context = {
        "call": found,
        "form": form,
        "is_open": found.is_open(now),
        "is_late": is_late,
        "is_coming": now < found.opens_at or (not found.is_published and now < found.closes_at),
        "rules": eligibility.rules(found),
        "criteria": shares(found),
        "questions": answers.asked(found),
        "days": Day.objects.filter(edition=found.edition).order_by("date", "pk"),
    }
    return render(request, "startups/call.html", context)


@login_not_required
@require_safe
def read_charter(request: HttpRequest, code: str) -> HttpResponse:
    """What the region's exhibitors sign, before anybody applies."""
    found = get_object_or_404(_calls(request), participation__region=code)
    text = charter.text(found, get_language() or "fr")
    context = {"call": found, "text": text, "parts": list(charter.parts(text))}
    return render(request, "startups/charter.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, code: str) -> HttpResponse:
    """Mail the link again with a code, then take the code.

    The answer is the same whether the address is known or not.
    """
    found = get_object_or_404(_calls(request), participation__region=code)
    if "code" in request.POST:
        return _resume_by_code(request, found)
    if "code" in request.GET:
        return render(request, "startups/resume.html", {"call": found, "form": CodeForm()})
    form = ResumeForm(request.POST or None)
    if not form.is_valid():
        return render(request, "startups/resume.html", {"call": found, "form": form})
    email = form.cleaned_data["email"]
    operations.send_resume_code(call_id=found.pk, contact_email=email)
    context = {"call": found, "form": CodeForm(initial={"email": email}), "sent_to": email}
    return render(request, "startups/resume.html", context)


def _resume_by_code(request: HttpRequest, call: Call) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            application = operations.resume_application(
                call_id=call.pk,
                contact_email=form.cleaned_data["email"],
                code=form.cleaned_data["code"],
            )
        except operations.CodeRefused as error:
            form.add_error("code", str(error))
        else:
            return redirect(application)
    return render(request, "startups/resume.html", {"call": call, "form": form})


def _calls(request: HttpRequest) -> "QuerySet[Call]":
    """The current edition's, as far as the reader may see them."""
    edition = Edition.objects.visible_to(request.user).current()
    return (
        Call.objects.visible_to(request.user)
        .filter(participation__edition=edition)
        .select_related("participation__region", "participation__edition")
    )
