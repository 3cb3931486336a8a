"""Reads from the database what a plan is drawn from: few queries, however many stands."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse

from events.models import Edition, HalfDay, Room, Stand, Zone
from pavilion.core.models import User
from startups.floor.plan import DrawnLevel, Highlight, Occupant, StandRow, draw
from startups.models import PublishedAllocation


def plan_of(
    edition: Edition,
    user: User | AnonymousUser,
    *,
    half_day: HalfDay | None,
    region_code: str = "",
    highlight: Highlight,
) -> list[DrawnLevel]:
    """The whole pavilion at a half-day or, from close by, one region's zones."""
    zones = _zones().filter(level__hall__edition=edition)
    if region_code:
        zones = zones.filter(participation__region=region_code)
    return _draw(zones, user, half_day, highlight, is_close=bool(region_code))


def close_view(
    user: User | AnonymousUser, stands: Iterable[Stand], half_day: HalfDay | None
) -> list[DrawnLevel]:
    """The zones of these stands at a half-day, with the stands marked."""
    numbers = {one.number: one.zone_id for one in stands}
    zones = _zones().filter(pk__in=set(numbers.values()))
    return _draw(zones, user, half_day, Highlight(numbers=numbers), is_close=True)


def _draw(
    zones: "QuerySet[Zone]",
    user: User | AnonymousUser,
    half_day: HalfDay | None,
    highlight: Highlight,
    *,
    is_close: bool,
) -> list[DrawnLevel]:
    within = zones.order_by()
    # Plain rows: a hall has thousands of stands, and a drawing needs no more of them.
    stands = (
        Stand.objects.visible_to(user)
        .in_use()
        .filter(zone__in=within)
        .order_by("number", "pk")
        .values_list(*StandRow._fields, named=True)
    )
    return draw(
        zones,
        stands,
        Room.objects.visible_to(user).filter(zone__in=within).order_by("pk"),
        _occupants(user, half_day),
        highlight=highlight,
        link=lambda number: reverse("startups:stand", args=[number]),
        is_close=is_close,
    )


def _zones() -> "QuerySet[Zone]":
    return Zone.objects.select_related("level__hall", "participation__region").order_by(
        "participation__region__sort_key", "name_fr", "pk"
    )


def _occupants(user: User | AnonymousUser, half_day: HalfDay | None) -> dict[int, Occupant]:
    rows = (
        PublishedAllocation.objects.visible_to(user)
        .filter(half_day=half_day, exhibitor__left_at__isnull=True)
        .values_list(
            "stand",
            "exhibitor__application__display_name",
            "exhibitor__slug",
            "exhibitor__application__theme",
        )
    )
    return {
        stand: Occupant(name, reverse("startups:exhibitor", args=[slug]), theme or "")
        for stand, name, slug, theme in rows
    }
