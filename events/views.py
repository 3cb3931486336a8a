from datetime import date, datetime, time, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.forms import ProgrammeFilterForm
from events.models import Day, Edition, Participation, Session
from events.timetable import grid_of


@login_not_required
@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """One day of the public programme: drawn by room, then told in order of time."""
    edition = Edition.objects.visible_to(request.user).current()
    days = list(edition.days.order_by("date", "pk")) if edition else []
    if edition is None or not days:
        return render(request, "events/programme.html", {"edition": edition})
    form = ProgrammeFilterForm(
        request.GET,
        participations=Participation.objects.visible_to(request.user)
        .filter(edition=edition)
        .in_order(),
    )
    form.is_valid()
    day = _chosen_day(days, form.cleaned_data.get("day"))
    sessions = list(_sessions(request, edition, day, form.cleaned_data.get("region", "")))
    context = {
        "edition": edition,
        "days": days,
        "day": day,
        "form": form,
        "sessions": sessions,
        "grid": grid_of(day, sessions, timezone.now()),
        "now": timezone.localtime(),
    }
    return render(request, "events/programme.html", context)


def _chosen_day(days: list[Day], wanted: date | None) -> Day:
    """The day asked for, else today, else the first."""
    by_date = {day.date: day for day in days}
    return (wanted and by_date.get(wanted)) or by_date.get(timezone.localdate()) or days[0]


def _sessions(
    request: HttpRequest, edition: Edition, day: Day, region_code: str
) -> "list[Session]":
    sessions = (
        Session.objects.visible_to(request.user)
        .published()
        .filter(
            edition=edition,
            starts_at__gte=day.at(time.min),
            starts_at__lt=timezone.make_aware(
                datetime.combine(day.date + timedelta(days=1), time.min)
            ),
        )
        .select_related("room", "participation__region")
        .order_by("starts_at", "pk")
    )
    if region_code:
        sessions = sessions.filter(participation__region=region_code)
    return list(sessions)
