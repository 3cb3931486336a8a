"""The organisers' first page: what needs somebody today, and how each region goes."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F
from django.http import HttpRequest
from django.utils import timezone

import events.attention
import meetings.attention
import pavilion.core.attention
import startups.attention
from events.models import Edition, HalfDay, Participation, Stand
from pavilion.core.access import access_of
from pavilion.core.models import User
from startups.models import Allocation


@dataclass(frozen=True)
class Bar:
    """One small bar: a value, the text beside it, and its length of a hundred."""

    text: str
    of: str
    length: int


@dataclass(frozen=True)
class Pulse:
    """A region and its bars: applications, exhibitors, stands filled, meetings."""

    participation: Participation
    bars: tuple[Bar, ...]


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    user: Any = request.user
    edition = Edition.objects.visible_to(user).current()
    today = timezone.localdate()
    items = [
        *meetings.attention.attention(user),
        *pavilion.core.attention.attention(user),
        *startups.attention.attention(user),
        *events.attention.attention(user),
    ]
    return context | {
        "items": items,
        "edition": edition,
        "today": today,
        "days_left": (edition.starts_on - today).days if edition else None,
        "pulse": pulse(edition, user) if edition else [],
    }


def pulse(edition: Edition, user: User) -> list[Pulse]:
    """The reader's regions, against the strongest of all. Seven queries for any number of them."""
    access = access_of(user)
    participations = list(Participation.objects.filter(edition=edition).in_order())
    known = startups.attention.pulse()
    diary = meetings.attention.pulse()
    places, given = _places(edition), _given(edition)
    applied = [known.get(each.pk, {}).get("applications", 0) for each in participations]
    confirmed = [known.get(each.pk, {}).get("confirmed", 0) for each in participations]
    planned = [diary.get(each.pk, 0) for each in participations]
    filled = [_share(given.get(each.pk, 0), places.get(each.pk, 0)) for each in participations]
    columns = (_bars(applied), _bars(confirmed), filled, _bars(planned))
    return [
        Pulse(each, bars)
        for each, bars in zip(participations, zip(*columns, strict=True), strict=True)
        if access.is_national or each.region_id in access.regions
    ]


def _places(edition: Edition) -> dict[int, int]:
    """Stand × half-day in each region's area."""
    half_days = HalfDay.objects.filter(edition=edition).count()
    stands = Stand.objects.in_use().filter(edition=edition, zone__participation__isnull=False)
    rows = stands.values(key=F("zone__participation")).annotate(n=Count("pk")).order_by("key")
    return {row["key"]: row["n"] * half_days for row in rows}


def _given(edition: Edition) -> dict[int, int]:
    held = Allocation.objects.filter(half_day__edition=edition, stand__is_open=True)
    rows = held.values(key=F("stand__zone__participation")).annotate(n=Count("pk")).order_by("key")
    return {row["key"]: row["n"] for row in rows}


def _bars(values: list[int]) -> list[Bar]:
    """One column, against its highest value."""
    most = max(values, default=0) or 1
    return [Bar(str(value), "", round(100 * value / most)) for value in values]


def _share(part: int, whole: int) -> Bar:
    share = round(100 * part / whole) if whole else 0
    return Bar(str(share), "%", share) if whole else Bar("–", "", 0)
