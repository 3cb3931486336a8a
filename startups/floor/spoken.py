"""Half-days as people say them, in the active language. No query is run here."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.models import Day, HalfDay
from startups.dates import clock


def listed(words: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def by_day(half_days: Iterable[HalfDay]) -> list[tuple[Day, list[HalfDay]]]:
    """Each day with those of its half-days, in the order of the fair."""
    days: dict[int, tuple[Day, list[HalfDay]]] = {}
    for half_day in sorted(half_days, key=lambda one: one.starts_at):
        days.setdefault(half_day.day_id, (half_day.day, []))[1].append(half_day)
    return list(days.values())


def when(half_days: Iterable[HalfDay]) -> str:
    """Inside a sentence: "on Friday 18 June", "from Wednesday 16 June to Saturday 19 June"."""
    words: list[str] = []
    whole: list[Day] = []
    for day, halves in by_day(half_days):
        is_whole = len(halves) == len(HalfDay.Part)
        if whole and not (is_whole and day.date == whole[-1].date + timedelta(days=1)):
            words += _whole(whole)
            whole = []
        if is_whole:
            whole.append(day)
        else:
            words.append(_part_of(day, halves[0]))
    return listed([*words, *_whole(whole)])


def days_told(half_days: Iterable[HalfDay]) -> list[str]:
    """A line for each day: "Mercredi 16 juin, matin et après-midi (9 h – 18 h)"."""
    return [
        _("%(day)s, %(parts)s (%(from)s – %(to)s)")
        % {
            "day": str(day)[:1].upper() + str(day)[1:],
            "parts": pgettext("between a morning and an afternoon", " and ").join(
                half_day.get_part_display() for half_day in halves
            ),
            "from": clock(halves[0].starts_at),
            "to": clock(halves[-1].ends_at),
        }
        for day, halves in by_day(half_days)
    ]


def _whole(days: Sequence[Day]) -> list[str]:
    if len(days) > 2:
        return [_("from %(first)s to %(last)s") % {"first": days[0], "last": days[-1]}]
    return [_("on %(day)s") % {"day": day} for day in days]


def _part_of(day: Day, half_day: HalfDay) -> str:
    if half_day.part == HalfDay.Part.MORNING:
        return _("on %(day)s in the morning") % {"day": day}
    return _("on %(day)s in the afternoon") % {"day": day}
