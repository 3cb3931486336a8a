"""The edition, its days and half-days, and the regions that take part."""

from datetime import time

from events.models import Day, Edition, HalfDay, Participation, Region
from pavilion.demo.dates import Dates, at
from pavilion.demo.facts import Size, facts

# Thursday is full; professionals leave on Friday afternoon, the public comes late on Saturday.
PACES = {
    (3, HalfDay.Part.MORNING): HalfDay.Pace.BUSY,
    (3, HalfDay.Part.AFTERNOON): HalfDay.Pace.BUSY,
    (4, HalfDay.Part.AFTERNOON): HalfDay.Pace.QUIET,
    (5, HalfDay.Part.MORNING): HalfDay.Pace.QUIET,
}


def create_edition(dates: Dates) -> Edition:
    venue = facts()["venue"]
    days = dates.days()
    return Edition.objects.create(
        year=days[0].year,
        name=facts()["edition"]["name"],
        starts_on=days[0],
        ends_on=days[-1],
        venue_name=venue["name"],
        venue_address=venue["address"],
        is_published=True,
    )


def create_days(edition: Edition, dates: Dates) -> list[Day]:
    hours = facts()["edition"]
    return Day.objects.bulk_create(
        Day(
            edition=edition,
            date=day,
            public=kind["public"],
            exhibitor_access_at=time.fromisoformat(hours["exhibitor_access"]),
            opens_at=time.fromisoformat(hours["opens"]),
            closes_at=time.fromisoformat(hours["closes"]),
        )
        for day, kind in zip(dates.days(), hours["days"], strict=True)
    )


def create_half_days(edition: Edition, days: list[Day]) -> list[HalfDay]:
    """In order of time: two a day."""
    noon = time.fromisoformat(facts()["edition"]["noon"])
    return HalfDay.objects.bulk_create(
        HalfDay(
            edition=edition,
            day=day,
            part=part,
            starts_at=at(day.date, starts_at),
            ends_at=at(day.date, ends_at),
            pace=PACES.get((day.date.weekday(), part), HalfDay.Pace.USUAL),
        )
        for day in days
        for part, starts_at, ends_at in (
            (HalfDay.Part.MORNING, day.opens_at, noon),
            (HalfDay.Part.AFTERNOON, noon, day.closes_at),
        )
    )


def create_participations(edition: Edition, size: Size) -> dict[str, Participation]:
    """By region code, in the regions' own order."""
    regions = Region.objects.in_bulk([numbers.code for numbers in size.regions])
    rows = [
        Participation(
            edition=edition,
            region=regions[numbers.code],
            contact_email=f"contact@{regions[numbers.code].sort_key}.example",
            floor_area=numbers.floor_area,
        )
        for numbers in size.regions
    ]
    Participation.objects.bulk_create(rows)
    return {row.region_id: row for row in sorted(rows, key=lambda row: row.region.sort_key)}
