from datetime import date
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from events.models import Edition
from meetings import operations
from meetings.agenda import agenda
from meetings.forms import CalendarForm
from meetings.models import Feed, Participant, Person
from meetings.subscribe import calendar
from pavilion.core import tokens
from pavilion.core.models import User


@never_cache
@require_safe
def my_day(request: HttpRequest) -> HttpResponse:
    """The signed-in person's day."""
    person = Person.objects.filter(user=request.user).first()  # type: ignore[misc]
    if person is None:
        return render(request, "meetings/no_person.html", status=404)
    return _page(request, person, reverse("meetings:my_calendar"))


@login_not_required
@never_cache
@require_safe
def day(request: HttpRequest, token: str) -> HttpResponse:
    """The day of whoever was given this link."""
    person = _person(token)
    return _page(request, person, reverse("meetings:day_calendar", args=[token]))


@require_POST
def my_calendar(request: HttpRequest) -> HttpResponse:
    person = Person.objects.filter(user=request.user).first()  # type: ignore[misc]
    if person is None:
        raise Http404
    _change_calendar(request, person, cast(User, request.user))
    return redirect(f"{reverse('meetings:my_day')}#calendar")


@login_not_required
@require_POST
def day_calendar(request: HttpRequest, token: str) -> HttpResponse:
    _change_calendar(request, person := _person(token), None)
    return redirect(f"{person.get_absolute_url()}#calendar")


def _person(token: str) -> Person:
    try:
        public_id, version = tokens.read("day", token)
    except tokens.InvalidToken:
        raise Http404 from None
    found = Person.objects.filter(
        Q(user__isnull=True) | Q(user__is_active=True), public_id=public_id, link_version=version
    ).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, person: Person, calendar_url: str) -> HttpResponse:
    now = timezone.now()
    shown = agenda(
        person,
        edition=_edition(request, person),
        wanted=_wanted(request),
        now=now,
    )
    response = render(
        request,
        "meetings/day.html",
        {
            "agenda": shown,
            "now": now,
            "person": person,
            "calendar": calendar(shown.feeds),
            "calendar_url": calendar_url,
        },
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _edition(request: HttpRequest, person: Person) -> Edition | None:
    """Meetings are planned before an edition is published: its people see theirs."""
    planned = Participant.objects.present().filter(person=person).values("meeting__edition")
    published = Edition.objects.visible_to(request.user).values("pk")
    return Edition.objects.filter(Q(pk__in=planned) | Q(pk__in=published)).current()


def _wanted(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("jour", ""))
    except ValueError:
        return None


def _change_calendar(request: HttpRequest, person: Person, by: User | None) -> None:
    feeds = Feed.objects.active().filter(person=person)
    form = CalendarForm(request.POST, feeds=feeds)
    if not form.is_valid():
        messages.warning(request, _("This calendar address is already closed."))
        return
    feed: Feed | None = form.cleaned_data["feed"]
    action = form.cleaned_data["action"]
    if feed and action == "renew":
        operations.renew_feed(feed_id=feed.pk, by=by)
        messages.success(
            request, _("Here is your new calendar address. The former one no longer opens.")
        )
    elif feed and action == "revoke":
        operations.revoke_feed(feed_id=feed.pk, by=by)
        messages.success(request, _("This calendar address no longer opens."))
    elif not feeds.exists():
        operations.open_feed(person_id=person.pk, by=by)
        messages.success(request, _("Your calendar address is ready."))
