"""Stands, half-days and exhibitors of one small fair, to give out."""

from datetime import date

from events.models import HalfDay
from startups.models import Allocation
from startups.operations.board import change_board
from tests.factories import DayFactory, HalfDayFactory, StandFactory, ZoneFactory
from tests.startups.fair import exhibitor, participation_of


def half_days(days=2) -> list[HalfDay]:
    """Mornings and afternoons of the first days."""
    return [
        HalfDayFactory(day=DayFactory(date=date(2030, 6, 12 + day)), part=part)
        for day in range(days)
        for part in ("am", "pm")
    ]


def row_of_stands(count, code="53", prefix="P", **fields):
    """Side by side, each a metre wide."""
    zone = ZoneFactory(participation=participation_of(code) if code else None)
    return [
        StandFactory(zone=zone, number=f"{prefix}{number}", x=number, **fields)
        for number in range(1, count + 1)
    ]


def company(name, *, wished=(), impossible=(), apart=(), code="53", **fields):
    """`fields` of the exhibitor go to it, all others to its application."""
    own = {
        name: fields.pop(name)
        for name in ("rank", "granted_half_days", "kind_needed", "left_at")
        if name in fields
    }
    made = exhibitor(name, code, **fields)
    for field, value in own.items():
        setattr(made, field, value)
    made.save()
    made.application.wanted_half_days.set(wished)
    made.impossible_half_days.set(impossible)
    made.keeps_apart_from.set(apart)
    return made


def put(exhibitor, stand, half_days, status=Allocation.Status.PLANNED):
    give(exhibitor, dict.fromkeys(half_days, stand), status)


def give(exhibitor, stay, status=Allocation.Status.PLANNED):
    """Its whole stay: stands by half-day."""
    change_board(
        edition_id=exhibitor.participation.edition_id,
        stays={exhibitor.pk: {half_day.pk: stand.pk for half_day, stand in stay.items()}},
        kind="place",
        by=None,
        statuses={exhibitor.pk: status},
    )


def board() -> dict[str, str]:
    """Who has what: "P1:12am,12pm" by name."""
    rows = Allocation.objects.select_related("exhibitor__application", "stand", "half_day")
    told: dict[str, list[str]] = {}
    for row in rows.order_by("half_day__starts_at", "pk"):
        cell = f"{row.stand}:{row.half_day.date:%d}{row.half_day.part}"
        told.setdefault(str(row.exhibitor), []).append(cell)
    return {name: " ".join(cells) for name, cells in sorted(told.items())}
