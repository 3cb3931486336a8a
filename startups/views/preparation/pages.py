"""What the pages of the items share: who opens them, and how they answer."""

from collections.abc import Callable
from typing import Any, Concatenate

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from startups import checklist
from startups.models import Application, Exhibitor
from startups.views.private import private_page

# What the address says beyond the token comes after these two.
Page = Callable[Concatenate[HttpRequest, Exhibitor, ...], HttpResponseBase]
readable = require_safe
writable = require_http_methods(["GET", "HEAD", "POST"])


def preparing(page: Page) -> Callable[..., HttpResponseBase]:
    """For confirmed companies; any other is led to where its application stands."""

    @private_page
    def opened(request: HttpRequest, application: Application, **further: Any) -> HttpResponseBase:
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
        return page(request, exhibitor, **further)

    return opened


def item_or_404(exhibitor: Exhibitor, key: str) -> checklist.Item:
    """The item as it stands; what the call does not ask has no page."""
    for item in checklist.items(exhibitor):
        if item.key == key:
            return item
    raise Http404


def context_of(exhibitor: Exhibitor) -> dict[str, Any]:
    application = exhibitor.application
    return {"exhibitor": exhibitor, "application": application, "call": application.call}


def item_page(
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
        {**context_of(exhibitor), "item": item, "form": form, **context},
        status=409 if is_refused else 200,
    )


def back_to_list(request: HttpRequest, exhibitor: Exhibitor, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect("startups:application_preparation", exhibitor.application.token)


def person_of(exhibitor: Exhibitor) -> dict[str, str]:
    application = exhibitor.application
    return {
        "name": application.contact_name or application.contact_email,
        "role": application.contact_role,
    }
