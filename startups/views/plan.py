"""The plan of the pavilion: it knows the time, and finds whom one looks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.models import Edition, Participation
from pavilion.core.text import fold
from startups.directory import PlanForm
from startups.floor.moments import (
    Moment,
    about_now,
    changes_at,
    days_of,
    moment_asked,
    this_afternoon,
)
from startups.floor.numbers import plain
from startups.floor.plan.drawing import Highlight
from startups.floor.plan.marks import Mark, mark_of
from startups.floor.plan.reading import plan_of
from startups.floor.presence import Stay, half_day_at, is_running, stays
from startups.models import Exhibitor, PublishedAllocation, Theme

# Whom a search finds at other times is told for so many; then one names more letters.
MOST_ELSEWHEN, MOST_LOOKED_UP = 20, 200
# A plan of more stands tells their themes only from close by, or when it is filtered: its page
# would be half as heavy again.
MOST_WITH_THEMES = 800


@dataclass(frozen=True)
class Elsewhen:
    """Somebody who was looked for and is not there at the moment shown."""

    exhibitor: Exhibitor
    stays: Sequence[Stay]


@login_not_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The hall now, or at the moment asked for; what is asked for is all in the address."""
    edition = Edition.objects.visible_to(request.user).current()
    if edition is None:
        return render(request, "startups/plan.html", {"edition": None})
    now = timezone.now()
    half_days = list(edition.half_days.select_related("day").order_by("starts_at", "pk"))
    moment = moment_asked(half_days, request.GET.get("when", ""), now)
    themes = list(Theme.objects.order_by("position", "pk"))
    form = PlanForm(
        request.GET,
        participations=Participation.objects.visible_to(request.user)
        .filter(edition=edition)
        .in_order(),
        themes=themes,
    )
    found = _found(request, edition, form)
    highlight = Highlight(
        form.chosen("theme"),
        request.GET.getlist("stand")[:50],
        plain(form.chosen("q")),
        [one.pk for one in found],
    )
    levels = plan_of(
        edition,
        request.user,
        half_days=moment.half_days,
        region_code=form.chosen("region"),
        highlight=highlight,
    )
    zones = [zone for level in levels for zone in level.zones]
    is_close = bool(form.chosen("region"))
    context = {
        "edition": edition,
        "form": form,
        "moment": moment,
        "days": days_of(half_days, moment),
        "can_be_now": is_running(half_day_at(half_days, now), now),
        "afternoon": this_afternoon(half_days, now),
        "about_now": about_now(half_days, now),
        "changes_at": changes_at(half_days, now) if moment.follows_clock else None,
        "now": now,
        "levels": levels,
        "is_close": is_close,
        "highlight": highlight,
        "is_filtering": bool(form.chosen("theme") or highlight.words),
        "marked": sum(zone.marked for zone in zones),
        "elsewhen": _elsewhen(request, found, moment),
        "themes": _marks(themes),
        "tells_themes": is_close
        or highlight.is_on
        or sum(len(zone.stands) for zone in zones) <= MOST_WITH_THEMES,
    }
    return render(request, "startups/plan.html", context)


def _found(request: HttpRequest, edition: Edition, form: PlanForm) -> list[Exhibitor]:
    """Whom the words find, at whatever time they are there: as the directory finds them."""
    words = fold(form.chosen("q")).split()
    if not words:
        return []
    rows = (
        Exhibitor.objects.visible_to(request.user).present().filter(participation__edition=edition)
    )
    for name, column in (("region", "participation__region"), ("theme", "application__theme")):
        if form.chosen(name):
            rows = rows.filter(**{column: form.chosen(name)})
    for word in words:
        rows = rows.filter(application__search_text__contains=word)
    return list(rows.select_related("application").order_by("application__sort_name", "pk"))


def _elsewhen(request: HttpRequest, found: Sequence[Exhibitor], moment: Moment) -> list[Elsewhen]:
    if not found:
        return []
    rows = (
        PublishedAllocation.objects.visible_to(request.user)
        .filter(exhibitor__in=found[:MOST_LOOKED_UP])
        .select_related("stand__zone__participation", "half_day")
        .order_by("half_day__starts_at", "pk")
    )
    held: dict[int, list[PublishedAllocation]] = {}
    for row in rows:
        held.setdefault(row.exhibitor_id, []).append(row)
    absent = [
        Elsewhen(one, stays(held.get(one.pk, [])))
        for one in found[:MOST_LOOKED_UP]
        if not any(row.half_day_id in moment.keys for row in held.get(one.pk, []))
    ]
    return absent[:MOST_ELSEWHEN]


def _marks(themes: Sequence[Theme]) -> dict[str, tuple[Theme, Mark]]:
    return {theme.pk: (theme, mark_of(theme.position)) for theme in themes}
