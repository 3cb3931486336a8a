"""Who is where, half-day by half-day, as pages tell and draw it. No query is run here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from django.utils.translation import pgettext

from events.models import Day, HalfDay
from pavilion.core.dates import written
from startups.models import Allocation, PublishedAllocation

Thing = TypeVar("Thing")
# The plan being made and the plan announced are told in the same words.
Held = Allocation | PublishedAllocation
_COLUMN: dict[str, int] = {HalfDay.Part.MORNING: 1, HalfDay.Part.AFTERNOON: 2}


@dataclass(frozen=True)
class Bar(Generic[Thing]):
    """One exhibitor (or stand) for one or both halves of a day; None is a free half-day."""

    half_day: HalfDay
    column: int
    span: int
    what: Thing | None


@dataclass
class DayRow(Generic[Thing]):
    day: Day
    bars: list[Bar[Thing]] = field(default_factory=list)


@dataclass
class Stay:
    """One exhibitor's half-days on one stand."""

    number: str
    region_code: str
    half_days: list[HalfDay] = field(default_factory=list)

    @property
    def days(self) -> str:
        return spoken_days(self.half_days)


def half_day_at(half_days: Sequence[HalfDay], moment: datetime) -> HalfDay | None:
    """The half-day that runs at `moment`, else the next one, else the last."""
    for half_day in half_days:
        if half_day.ends_at > moment:
            return half_day
    return half_days[-1] if half_days else None


def is_running(half_day: HalfDay | None, moment: datetime) -> bool:
    return half_day is not None and half_day.starts_at <= moment < half_day.ends_at


def rotation(half_days: Iterable[HalfDay], what: Mapping[int, Thing]) -> list[DayRow[Thing]]:
    """Days down, mornings and afternoons across; what lasts all day is one bar.

    `what` gives by half-day key the exhibitor on a stand, or the stand of an exhibitor.
    """
    rows: dict[int, DayRow[Thing]] = {}
    for half_day in half_days:
        row = rows.setdefault(half_day.day_id, DayRow(half_day.day))
        thing = what.get(half_day.pk)
        last = row.bars[-1] if row.bars else None
        if last and thing is not None and last.what == thing:
            row.bars[-1] = replace(last, span=2)
        else:
            row.bars.append(Bar(half_day, _COLUMN[half_day.part], 1, thing))
    return list(rows.values())


def stays(allocations: Iterable[Held]) -> list[Stay]:
    """An exhibitor's allocations, stand by stand in the order of the fair."""
    found: dict[int, Stay] = {}
    for allocation in sorted(allocations, key=lambda one: one.half_day.starts_at):
        stand = allocation.stand
        stay = found.setdefault(stand.pk, Stay(stand.number, _region_code(allocation)))
        stay.half_days.append(allocation.half_day)
    return list(found.values())


def spoken_days(half_days: Iterable[HalfDay]) -> str:
    """Half-days in few words: "mer. 16, jeu. 17 matin" or "mer. 16 – sam. 19"."""
    parts: dict[date, list[HalfDay]] = {}
    for half_day in half_days:
        parts.setdefault(half_day.date, []).append(half_day)
    words: list[str] = []
    whole: list[date] = []
    for day, halves in parts.items():
        if len(halves) == len(HalfDay.Part):
            if whole and day != whole[-1] + timedelta(days=1):
                words += _whole_days(whole)
                whole = []
            whole.append(day)
        else:
            words += [*_whole_days(whole), halves[0].short_label]
            whole = []
    return ", ".join([*words, *_whole_days(whole)])


def _whole_days(days: Sequence[date]) -> list[str]:
    labels = [written(day, pgettext("half-day, short date", "D j")) for day in days]
    return [f"{labels[0]} – {labels[-1]}"] if len(labels) > 2 else labels


def _region_code(allocation: Held) -> str:
    participation = allocation.stand.zone.participation
    return participation.region_id if participation else ""
