"""The applicant's own page: the form while it can be written, then where things stand."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pavilion.core.errors import DomainError
from startups import operations, progress
from startups.forms import label_of
from startups.models import Application, PlaceOffer
from startups.steps import State
from startups.views.form import begin_at
from startups.views.pictures import sent
from startups.views.private import act, private_page


@require_safe
@private_page
def application(request: HttpRequest, application: Application) -> HttpResponseBase:
    """Leads to the step to go on with, or says where things stand."""
    is_editable = operations.is_editable(application, timezone.now())
    # What was submitted is changed on purpose, not by passing by.
    if is_editable and (
        application.status != Application.Status.SUBMITTED or "modifier" in request.GET
    ):
        return redirect(begin_at(application))
    return render(
        request,
        "startups/application_status.html",
        {
            **progress.context(application, is_editable=is_editable),
            "unsent": _unsent(application),
            "offer": PlaceOffer.objects.open_to(application, timezone.now()),
        },
    )


def _unsent(application: Application) -> list[str]:
    """What its company has typed and not sent of what the region is studying, by name."""
    Status = Application.Status
    studied = {Status.SUBMITTED, Status.INCOMPLETE, Status.ELIGIBLE, Status.INELIGIBLE}
    if application.status not in studied or not application.typed:
        return []
    state = State.of(application)
    return [label_of(name, state.questions) for name in state.unsettled()]


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
