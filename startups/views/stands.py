"""One stand: its page, and the short address that its sign and its QR code lead to."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.models import Edition, HalfDay, Stand
from events.models.venue import StandQuerySet
from startups.floor.moments import about_now, changes_at
from startups.floor.plan.reading import close_view
from startups.floor.presence import half_day_at, is_running, rotation
from startups.models import Exhibitor, PublishedAllocation
from startups.short_addresses import found, qr_of, typed_address


@dataclass(frozen=True)
class Turn:
    """One exhibitor's (or nobody's) time at the stand, half-days on end on one day put together."""

    half_days: list[HalfDay]
    occupant: Exhibitor | None
    is_now: bool

    @property
    def starts(self) -> HalfDay:
        return self.half_days[0]

    @property
    def ends(self) -> HalfDay:
        return self.half_days[-1]


@login_not_required
@require_safe
def stand(request: HttpRequest, number: str) -> HttpResponse:
    """Who is at this stand now, and at every half-day of the fair."""
    edition, now = Edition.objects.visible_to(request.user).current(), timezone.now()
    one = get_object_or_404(_stands(request, edition), number=number)
    half_days, occupants = _half_days(one), _occupants(request, one)
    shown = half_day_at(half_days, now)
    context = {
        "stand": one,
        "half_day": shown,
        "is_now": is_running(shown, now),
        "occupant": occupants.get(shown.pk) if shown else None,
        "rotation": rotation(half_days, occupants),
        "levels": close_view(request.user, [one], shown),
        "address": typed_address(one.number),
    }
    return render(request, "startups/stand.html", context)


@login_not_required
@require_safe
def short(request: HttpRequest, number: str) -> HttpResponse:
    """Who is here at this moment, who comes next, and the day's rotation."""
    one = _found(request, number)
    if one.number != number:
        return redirect("startups:short", one.number)
    return render(request, "startups/short.html", _present(request, one))


@login_not_required
@require_safe
def stand_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The same as its short address, to be laid over the plan."""
    one = _found(request, number)
    return render(request, "startups/_stand_sheet.html", _present(request, one))


@login_not_required
@require_safe
def stand_qr(request: HttpRequest, number: str) -> HttpResponse:
    """The short address as a picture; it changes as rarely as the number."""
    one = _found(request, number)
    response = HttpResponse(qr_of(one.number), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _present(request: HttpRequest, one: Stand) -> dict[str, object]:
    now, half_days = timezone.now(), _half_days(one)
    occupants = _occupants(request, one)
    shown = half_day_at(half_days, now)
    turns = _turns(half_days, occupants, now)
    coming = [turn for turn in turns if turn.starts.starts_at > now and turn.occupant]
    current = next((turn for turn in turns if turn.is_now), None)
    return {
        "stand": one,
        "current": current,
        "next": coming[0] if coming else None,
        "today": [turn for turn in turns if shown and turn.starts.day_id == shown.day_id],
        "day": shown.day if shown else None,
        "about_now": about_now(half_days, now),
        "changes_at": changes_at(half_days, now),
        "now": now,
    }


def _turns(half_days: list[HalfDay], occupants: dict[int, Exhibitor], now: datetime) -> list[Turn]:
    turns: list[Turn] = []
    for one in half_days:
        there = occupants.get(one.pk)
        last = turns[-1] if turns else None
        if last and last.ends.day_id == one.day_id and last.occupant == there:
            turns[-1] = Turn([*last.half_days, one], there, last.is_now or is_running(one, now))
        else:
            turns.append(Turn([one], there, is_running(one, now)))
    return turns


def _found(request: HttpRequest, number: str) -> Stand:
    """Of the current edition, however its number was typed."""
    edition = Edition.objects.visible_to(request.user).current()
    one = found(_stands(request, edition), number)
    if one is None:
        raise Http404
    return one


def _stands(request: HttpRequest, edition: Edition | None) -> StandQuerySet:
    return (
        Stand.objects.visible_to(request.user)
        .filter(edition=edition)
        .select_related("zone__level__hall", "zone__participation__region", "edition")
    )


def _half_days(one: Stand) -> list[HalfDay]:
    return list(one.edition.half_days.select_related("day").order_by("starts_at", "pk"))


def _occupants(request: HttpRequest, one: Stand) -> dict[int, Exhibitor]:
    rows = (
        PublishedAllocation.objects.visible_to(request.user)
        .filter(stand=one, exhibitor__left_at__isnull=True)
        .select_related("exhibitor__application__theme", "exhibitor__participation__region")
    )
    return {row.half_day_id: row.exhibitor for row in rows}
