"""The days of an edition, each with its half-days: the unit in which stands change hands."""

from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Day, Edition, HalfDay
from events.operations.rooms import spoken_day
from events.signals import day_changed
from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User

DAY_FIELDS = frozenset({"date", "public", "exhibitor_access_at", "opens_at", "closes_at"})

# Where a morning ends and an afternoon begins: stands change hands at this hour.
NOON = time(13)


class DayExists(DomainError):
    code = "day_exists"


class DayOutsideEdition(DomainError):
    code = "outside_edition"


class HoursOutOfOrder(DomainError):
    code = "hours_out_of_order"


def create_day(
    *,
    edition: Edition,
    date: date,
    public: str,
    exhibitor_access_at: time,
    opens_at: time,
    closes_at: time,
    by: User | None,
) -> Day:
    """Add a day together with its half-days."""
    ensure_manages(by, "")
    values = {
        "date": date,
        "public": public,
        "exhibitor_access_at": exhibitor_access_at,
        "opens_at": opens_at,
        "closes_at": closes_at,
    }
    day = Day(edition=edition, **values)
    with transaction.atomic():
        _save_day(day)
        HalfDay.objects.bulk_create(half_days_of(day))
        activity.record(by=by, verb="day.created", target=day, after=values)
    return day


def half_days_of(day: Day) -> list[HalfDay]:
    """A morning and an afternoon, not saved; one only when the day lies on one side of noon."""
    hours = {
        HalfDay.Part.MORNING: (day.opens_at, min(NOON, day.closes_at)),
        HalfDay.Part.AFTERNOON: (max(NOON, day.opens_at), day.closes_at),
    }
    return [
        HalfDay(
            edition_id=day.edition_id,
            day=day,
            part=part,
            starts_at=day.at(starts),
            ends_at=day.at(ends),
        )
        for part, (starts, ends) in hours.items()
        if starts < ends
    ]


def change_day(*, day_id: int, by: User | None, **fields: Any) -> Day:
    """Change what is given. The half-days that touched opening or closing time follow it."""
    ensure_manages(by, "")
    with transaction.atomic():
        day = Day.objects.select_for_update(of=("self",)).select_related("edition").get(pk=day_id)
        opened, closed = day.opens_at, day.closes_at
        before, after = changes.assign(day, changes.clean(Day, fields, allowed=DAY_FIELDS))
        if after:
            _save_day(day, list(after))
            _take_half_days_along(day, opened, closed)
            activity.record(by=by, verb="day.changed", target=day, before=before, after=after)
            day_changed.send(sender=Day, day=day)
    return day


def change_half_day(*, half_day_id: int, by: User | None, **fields: Any) -> HalfDay:
    """Say how many visitors are expected. What already is so leaves no trace."""
    ensure_manages(by, "")
    with transaction.atomic():
        half_day = (
            HalfDay.objects.select_for_update(of=("self",))
            .select_related("edition")
            .get(pk=half_day_id)
        )
        values = changes.clean(HalfDay, fields, allowed=frozenset({"pace"}))
        before, after = changes.assign(half_day, values)
        if after:
            half_day.save(update_fields=list(after))
            activity.record(
                by=by, verb="half_day.changed", target=half_day, before=before, after=after
            )
    return half_day


def _save_day(day: Day, update_fields: list[str] | None = None) -> None:
    _ensure_within(day.edition, day.date)
    if not day.exhibitor_access_at <= day.opens_at < day.closes_at:
        raise HoursOutOfOrder(
            _("A day lets exhibitors in, then opens, then closes: these hours are out of order."),
            field="opens_at",
        )
    changes.save(
        day,
        rivals=Day.objects.filter(edition=day.edition, date=day.date),
        refusal=lambda rival: DayExists(
            _("%(edition)s already has its %(day)s.")
            % {"edition": day.edition, "day": spoken_day(day.date)},
            field="date",
            details={"day": rival.pk, "date": rival.date.isoformat()},
        ),
        update_fields=update_fields,
    )


def _ensure_within(edition: Edition, day: date) -> None:
    if not edition.starts_on <= day <= edition.ends_on:
        raise DayOutsideEdition(
            _("The fair runs from %(first)s to %(last)s: %(day)s is outside.")
            % {
                "day": spoken_day(day),
                "first": spoken_day(edition.starts_on),
                "last": spoken_day(edition.ends_on),
            },
            field="date",
        )


def _take_half_days_along(day: Day, opened: time, closed: time) -> None:
    half_days = list(day.half_days.order_by("starts_at", "pk"))
    for half_day in half_days:
        starts = timezone.localtime(half_day.starts_at).time()
        ends = timezone.localtime(half_day.ends_at).time()
        half_day.starts_at = day.at(day.opens_at if starts == opened else starts)
        half_day.ends_at = day.at(day.closes_at if ends == closed else ends)
        if half_day.ends_at <= half_day.starts_at:
            raise HoursOutOfOrder(
                _("The %(part)s would end before it starts.")
                % {"part": half_day.get_part_display()},
                field="opens_at",
            )
    HalfDay.objects.bulk_update(half_days, ["starts_at", "ends_at"])
