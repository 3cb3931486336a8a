"""Which half-days a reader asks for: now, this afternoon, a day, a half-day. No query here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from events.models import HalfDay
from pavilion.core.dates import written
from startups import dates
from startups.floor.presence import half_day_at, is_running

NOW, AFTERNOON = "now", "afternoon"


@dataclass(frozen=True)
class Moment:
    """What is shown, under the key that asks for it in an address; nothing without half-days."""

    key: str
    half_days: Sequence[HalfDay]
    # Whether it is shown because it is now, and follows the clock.
    follows_clock: bool = False
    is_now: bool = False

    @property
    def label(self) -> str:
        if len(self.half_days) == 1:
            return str(self.half_days[0])
        return written(self.half_days[0].date, "l j F") if self.half_days else ""

    @property
    def hours(self) -> str:
        if not self.half_days:
            return ""
        start, end = self.half_days[0].starts_at, self.half_days[-1].ends_at
        return f"{localtime(start):%H:%M}–{localtime(end):%H:%M}"

    @property
    def keys(self) -> set[int]:
        return {one.pk for one in self.half_days}


@dataclass(frozen=True)
class Chip:
    """One way to another moment."""

    key: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class DayChips:
    day: Chip
    parts: Sequence[Chip]


def key_of(half_day: HalfDay) -> str:
    return f"{half_day.date:%Y-%m-%d}-{half_day.part}"


def moment_asked(half_days: Sequence[HalfDay], asked: str, now: datetime) -> Moment:
    """What was asked for; what is not, or no longer, on the calendar is answered by the present."""
    by_key = {key_of(one): one for one in half_days}
    if asked in by_key:
        one = by_key[asked]
        return Moment(asked, [one], is_now=is_running(one, now))
    if day := [one for one in half_days if f"{one.date:%Y-%m-%d}" == asked]:
        return Moment(asked, day)
    if asked == AFTERNOON and (coming := this_afternoon(half_days, now)):
        return Moment(AFTERNOON, [coming], is_now=is_running(coming, now))
    shown = half_day_at(half_days, now)
    if shown is None:
        return Moment("", [])
    running = is_running(shown, now)
    key = NOW if running else key_of(shown)
    return Moment(key, [shown], follows_clock=True, is_now=running)


def this_afternoon(half_days: Sequence[HalfDay], now: datetime) -> HalfDay | None:
    """Today's afternoon, until it is over."""
    today = localtime(now).date()
    for one in half_days:
        if one.date == today and one.part == HalfDay.Part.AFTERNOON and one.ends_at > now:
            return one
    return None


def changes_at(half_days: Sequence[HalfDay], now: datetime) -> datetime | None:
    """When the answer to "who is here now" changes next."""
    edges = sorted({edge for one in half_days for edge in (one.starts_at, one.ends_at)})
    return next((edge for edge in edges if edge > now), None)


def about_now(half_days: Sequence[HalfDay], now: datetime) -> str:
    """When it is not the fair's hours: when they are. Empty while the fair is open."""
    if not half_days or is_running(half_day_at(half_days, now), now):
        return ""
    first, last = half_days[0], half_days[-1]
    if now < first.starts_at:
        words = {"first": dates.localday(first.starts_at), "last": dates.localday(last.starts_at)}
        return _("The fair is from %(first)s to %(last)s.") % words
    if now >= last.ends_at:
        return _("The fair is over. This is how it ended.")
    coming = half_day_at(half_days, now)
    words = {"moment": dates.moment(coming.starts_at) if coming else ""}
    return _("The fair is closed at this hour. It opens again %(moment)s.") % words


def days_of(half_days: Sequence[HalfDay], moment: Moment) -> list[DayChips]:
    """Each day and its halves."""
    rows: dict[str, list[HalfDay]] = {}
    for one in half_days:
        rows.setdefault(f"{one.date:%Y-%m-%d}", []).append(one)
    return [
        DayChips(
            Chip(key, written(halves[0].date, "D j"), moment.key == key),
            [
                Chip(key_of(one), one.get_part_display(), moment.key == key_of(one))
                for one in halves
            ],
        )
        for key, halves in rows.items()
    ]
