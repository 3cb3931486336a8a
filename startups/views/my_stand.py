"""The exhibitor's own stand: where, when, beside whom, and its calendar."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pavilion.core.subscribing import Address
from startups import operations
from startups.floor import my_stand as reading
from startups.models import Application, Exhibitor, StandCalendar
from startups.views.preparation.pages import Page, context_of, person_of
from startups.views.private import act, private_page


def exhibiting(page: Page) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """For companies that exhibit; any other is led to where its application stands."""

    @private_page
    def opened(request: HttpRequest, application: Application) -> HttpResponseBase:
        if application.status != Application.Status.CONFIRMED:
            return redirect(application)
        exhibitors = Exhibitor.objects.present().select_related("participation__edition")
        exhibitor = get_object_or_404(exhibitors, application=application)
        exhibitor.application = application
        return page(request, exhibitor)

    return opened


@require_safe
@exhibiting
def my_stand(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    """What is announced; before that, what will stand here."""
    now = timezone.now()
    rules = reading.rules_of(exhibitor)
    calendar = StandCalendar.objects.filter(exhibitor=exhibitor).first()
    context = {
        **context_of(exhibitor),
        "stands": reading.stands_of(exhibitor, now),
        "rules": rules,
        "handover_note": reading.note_of(rules),
        "calendar": _address(calendar) if calendar else None,
        "now": now,
    }
    return render(request, "startups/my_stand.html", context)


@act
@exhibiting
def renew_calendar(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponseBase:
    """A new calendar address: the first one, or one in the place of an address that got out."""
    had_one = StandCalendar.objects.filter(exhibitor=exhibitor).exists()
    operations.renew_stand_calendar(exhibitor_id=exhibitor.pk, by_name=person_of(exhibitor)["name"])
    messages.success(
        request,
        _("Here is your new calendar address. The former one no longer opens.")
        if had_one
        else _("Your calendar address is ready."),
    )
    own_page = reverse("startups:application_stand", args=[exhibitor.application.token])
    return redirect(f"{own_page}#calendar")


def _address(calendar: StandCalendar) -> Address:
    return Address(
        https=settings.BASE_URL + calendar.get_absolute_url(),
        fetched_at=calendar.fetched_at,
        fetched_with=calendar.fetched_with,
    )
