"""Reads from the database what a plan is drawn from: few queries, however many stands."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse

from events.models import Edition, HalfDay, Room, Stand, Zone
from pavilion.core.models import User
from startups.floor.plan.drawing import DrawnLevel, Highlight, Occupant, StandRow, draw
from startups.models import PublishedAllocation


def plan_of(
    edition: Edition,
    user: User | AnonymousUser,
    *,
    half_days: Sequence[HalfDay] = (),
    region_code: str = "",
    highlight: Highlight,
) -> list[DrawnLevel]:
    """The whole pavilion on one or two half-days or, from close by, one region's zones."""
    zones = _zones().filter(level__hall__edition=edition)
    if region_code:
        zones = zones.filter(participation__region=region_code)
    return _draw(zones, user, half_days, highlight, is_close=bool(region_code))


def close_view(
    user: User | AnonymousUser, stands: Iterable[Stand], half_day: HalfDay | None
) -> list[DrawnLevel]:
    """The zones of these stands at a half-day, with the stands marked."""
    numbers = {one.number: one.zone_id for one in stands}
    zones = _zones().filter(pk__in=set(numbers.values()))
    shown = [half_day] if half_day else []
    return _draw(zones, user, shown, Highlight(numbers=numbers), is_close=True)


def _draw(
    zones: "QuerySet[Zone]",
    user: User | AnonymousUser,
    half_days: Sequence[HalfDay],
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
        _occupants(user, half_days),
        highlight=highlight,
        link=lambda number: reverse("startups:short", args=[number]),
        is_close=is_close,
    )


def _zones() -> "QuerySet[Zone]":
    return Zone.objects.select_related("level__hall", "participation__region").order_by(
        "participation__region__sort_key", "name_fr", "pk"
    )


def _occupants(
    user: User | AnonymousUser, half_days: Sequence[HalfDay]
) -> dict[int, list[Occupant]]:
    """By stand; of two half-days, whoever is there on both once, the others each with theirs."""
    rows = (
        PublishedAllocation.objects.visible_to(user)
        .filter(half_day__in=half_days, exhibitor__left_at__isnull=True)
        .order_by("half_day__starts_at", "pk")
        .values_list(
            "stand",
            "half_day",
            "exhibitor",
            "exhibitor__application__display_name",
            "exhibitor__slug",
            "exhibitor__application__theme",
        )
    )
    parts = {one.pk: one.get_part_display() for one in half_days}
    found: dict[int, list[Occupant]] = {}
    # A slug needs no quoting: one address is made, the others are like it.
    address = reverse("startups:exhibitor", args=["slug"])
    for stand, half_day, pk, name, slug, theme in rows:
        there = found.setdefault(stand, [])
        url = address.replace("/slug/", f"/{slug}/")
        one = Occupant(pk, name, url, theme or "", parts[half_day] if len(parts) > 1 else "")
        if there and there[-1].pk == pk:
            there[-1] = one._replace(part="")
        else:
            there.append(one)
    return found
