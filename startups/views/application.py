"""The applicant's own page: the form while it can be written, then where things stand."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pavilion.core.errors import DomainError
from startups import operations, progress
from startups.forms import ApplicationForm
from startups.models import Application
from startups.views.pictures import sent
from startups.views.private import act, private_page


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def application(request: HttpRequest, application: Application) -> HttpResponse:
    """Reading shows the form or the status; writing keeps whatever is valid."""
    if request.method == "POST":
        return _save(request, application)
    is_editable = operations.is_editable(application, timezone.now())
    # What was submitted is changed on purpose, not by passing by.
    if is_editable and (
        application.status != Application.Status.SUBMITTED or "modifier" in request.GET
    ):
        form = ApplicationForm(instance=application)
        return _form_page(request, application, form)
    return render(
        request,
        "startups/application_status.html",
        progress.context(application, is_editable=is_editable),
    )


@act
@private_page
def submit(request: HttpRequest, application: Application) -> HttpResponse:
    """Keep what is valid, then hand it in if nothing is wrong or missing."""
    form = ApplicationForm(request.POST, request.FILES, instance=application, is_submission=True)
    saved = _write(form, application)
    if saved is None or not form.is_valid():
        return _form_page(request, saved or application, form)
    try:
        operations.submit_application(application_id=application.pk, by_name=_name(saved))
    except DomainError as error:
        form.add_error(None, str(error))
        return _form_page(request, saved, form)
    if application.status == Application.Status.SUBMITTED:
        messages.success(request, _("Your changes have been sent to the region."))
    else:
        messages.success(request, _("Your application has been sent to the region."))
    return redirect(saved)


@act
@private_page
def withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    return _act(
        request,
        application,
        operations.withdraw_application,
        _("Your application has been withdrawn."),
        reason=request.POST.get("reason", "")[:1000],
    )


@act
@private_page
def reopen(request: HttpRequest, application: Application) -> HttpResponse:
    return _act(
        request, application, operations.reopen_application, _("Your application is open again.")
    )


@act
@private_page
def confirm(request: HttpRequest, application: Application) -> HttpResponse:
    return _act(
        request,
        application,
        operations.confirm_application,
        _("Your place is confirmed. Welcome to the pavilion!"),
    )


@act
@private_page
def decline(request: HttpRequest, application: Application) -> HttpResponse:
    return _act(
        request,
        application,
        operations.decline_application,
        _("You have given up your place. Thank you for telling us."),
        reason=request.POST.get("reason", "")[:1000],
    )


@require_safe
@private_page
def logo(request: HttpRequest, application: Application) -> HttpResponseBase:
    return sent(application.logo)


def _save(request: HttpRequest, application: Application) -> HttpResponse:
    form = ApplicationForm(request.POST, request.FILES, instance=application)
    if request.headers.get("Accept") == "application/json":
        # The address gets the private link: not while it is being typed, but by the button.
        return _saved_quietly(form, _write(form, application, leaving="contact_email"))
    saved = _write(form, application)
    if saved is None or form.errors:
        return _form_page(request, saved or application, form)
    messages.success(request, _("Saved at %(time)s.") % {"time": _time(saved.updated_at)})
    return redirect(saved)


def _write(
    form: ApplicationForm, application: Application, *, leaving: str = ""
) -> Application | None:
    """Write what is valid; what is refused is said in the form. None when nothing was written."""
    is_valid = form.is_valid()
    if application.status == Application.Status.SUBMITTED and not is_valid:
        return None  # what was submitted is not changed by halves
    values = form.values()
    if is_valid or "contact_email" in values:
        values["privacy_notice_version"] = operations.PRIVACY_NOTICE_VERSION
    values.pop(leaving, None)
    try:
        return _write_values(form, application, values)
    except operations.AlreadyApplied as error:
        form.add_error("siret", str(error))
        del values["siret"]
    except operations.ChangedMeanwhile as error:
        current = Application.objects.get(pk=application.pk)
        form.add_error(None, str(error))
        form.compare(current)
        return None
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None
    return _write_values(form, application, values)


def _write_values(
    form: ApplicationForm, application: Application, values: dict[str, Any]
) -> Application:
    saved = operations.save_application(
        application_id=application.pk,
        values=values,
        by_name=_name(application),
        expected=form.seen_at,
    )
    form.rebase(saved.updated_at)
    return saved


def _saved_quietly(form: ApplicationForm, saved: Application | None) -> JsonResponse:
    """The answer to the page's own script."""
    errors = {
        name: {
            "label": str(form.fields[name].label) if name in form.fields else "",
            "text": " ".join(map(str, texts)),
        }
        for name, texts in form.errors.items()
    }
    if saved is None:
        return JsonResponse({"errors": errors}, status=409)
    return JsonResponse(
        {
            "updated_at": saved.updated_at.isoformat(),
            "saved": _("Saved at %(time)s") % {"time": _time(timezone.now())},
            "errors": errors,
            "has_logo": bool(saved.logo),
        }
    )


def _form_page(
    request: HttpRequest, application: Application, form: ApplicationForm
) -> HttpResponse:
    context = {
        "application": application,
        "call": application.call,
        "form": form,
        "is_submitted": application.status == Application.Status.SUBMITTED,
        "is_correction": application.status == Application.Status.INCOMPLETE,
        "logo_version": application.updated_at.timestamp(),
    }
    is_refused = form.is_bound and bool(form.non_field_errors())
    return render(request, "startups/application.html", context, status=409 if is_refused else 200)


def _act(
    request: HttpRequest,
    application: Application,
    operation: Callable[..., object],
    done: str,
    **arguments: str,
) -> HttpResponse:
    try:
        operation(application_id=application.pk, by_name=_name(application), **arguments)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(application)


def _name(application: Application) -> str:
    return application.contact_name or application.contact_email


def _time(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"
