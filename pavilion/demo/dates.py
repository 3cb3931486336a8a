"""When things happen in the demo: the fair lies ahead, its preparation is half done today."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from pavilion.demo.facts import facts

JUNE, WEDNESDAY = 6, 2
AT_LEAST_AHEAD = timedelta(days=45)


def first_day_after(today: date) -> date:
    """The third Wednesday of June, this year's or the next, far enough ahead to prepare it."""
    for year in (today.year, today.year + 1):
        days = Calendar().itermonthdates(year, JUNE)
        wednesdays = [day for day in days if day.month == JUNE and day.weekday() == WEDNESDAY]
        if wednesdays[2] - today >= AT_LEAST_AHEAD:
            return wednesdays[2]
    raise AssertionError("Next year's June is always far enough ahead.")


@dataclass(frozen=True)
class Dates:
    """Today plays a given day before the fair ("J-52"), so that its half-done state is believable.

    The steps of the preparation keep their distances to each other, not to the fair itself: loaded
    in November, the demo shows a year in which everybody began early.
    """

    today: date
    first_day: date

    @classmethod
    def seen_from(cls, today: date) -> "Dates":
        return cls(today=today, first_day=first_day_after(today))

    def days(self) -> list[date]:
        return [self.first_day + timedelta(days=number) for number in range(4)]

    def in_days(self, days: int, hour: int = 12, minute: int = 0) -> datetime:
        """A Paris time, so many days from today (before it when negative)."""
        return at(self.today + timedelta(days=days), time(hour, minute))

    def step(self, name: str, hour: int = 12) -> datetime:
        """A step of the preparation ("opens", "closes", "jury", "results")."""
        timeline: dict[str, Any] = facts()["timeline"]
        return self.in_days(timeline[name] - timeline["today"], hour)

    def working_day(self, days: int) -> int:
        """The number of days from today, moved away from a weekend and further from today."""
        forward = 1 if days >= 0 else -1
        while (self.today + timedelta(days=days)).weekday() >= 5:
            days += forward
        return days


def at(day: date, moment: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))


def end_of_day(moment: datetime) -> datetime:
    """The last second of that day in Paris, as the deadline of a confirmation is set."""
    return at(timezone.localtime(moment).date(), time(23, 59, 59))
