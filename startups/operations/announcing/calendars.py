"""Exhibitors' calendars kept in step with the plan announced, one event a day for life."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation

from events.models import Edition
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.ical import render_event
from pavilion.core.languages import localized
from pavilion.core.models import User
from startups import ical
from startups.floor.relays import Presence, occupancy_of
from startups.models import Exhibitor, FloorRules, PublishedAllocation, StandCalendar, StandDay
from startups.operations.board.writing import locked_board

TOMBSTONES_KEPT = timedelta(days=30)


def refresh_stand_days(*, edition: Edition, exhibitor_ids: Collection[int]) -> int:
    """Render what these exhibitors' calendars show; returns how many calendars changed.

    Inside a transaction that has locked the edition's board: what is announced stays as it is read
    here. A day's SEQUENCE rises when its times, its place or whether it takes place change; who
    comes before and after, and another language, do not raise it.
    """
    exhibitors = list(
        Exhibitor.objects.filter(pk__in=exhibitor_ids).select_related("application").order_by("pk")
    )
    occupancy = occupancy_of(exhibitor_ids, edition_id=edition.pk)
    rules = {
        each.participation_id: each
        for each in FloorRules.objects.filter(participation__edition=edition)
    }
    known: dict[int, dict[int, StandDay]] = {}
    for row in StandDay.objects.filter(exhibitor__in=exhibitor_ids, day__edition=edition):
        known.setdefault(row.exhibitor_id, {})[row.day_id] = row
    made: list[StandDay] = []
    moved: list[StandDay] = []
    for exhibitor in exhibitors:
        with translation.override(exhibitor.application.language):
            rule = rules.get(exhibitor.participation_id)
            note = str(localized(rule, "handover_note")) if rule else ""
            diary = _Diary(edition, exhibitor, known.get(exhibitor.pk, {}), note)
            diary.write(occupancy.of(exhibitor.pk))
        made += diary.made
        moved += diary.moved
    StandDay.objects.bulk_create(made, batch_size=500)
    fields = ["sequence", "starts_at", "ends_at", "is_cancelled", "changed_at", "block"]
    StandDay.objects.bulk_update(moved, fields, batch_size=200)
    return _move_on({row.exhibitor_id for row in (*made, *moved)})


@dataclass
class _Diary:
    """One exhibitor's days as they are stored, and what has to become of them."""

    edition: Edition
    exhibitor: Exhibitor
    known: dict[int, StandDay]
    note: str

    def __post_init__(self) -> None:
        self.made: list[StandDay] = []
        self.moved: list[StandDay] = []
        self.now = timezone.now()

    def write(self, presences: Iterable[Presence]) -> None:
        held: dict[int, list[Presence]] = {}
        for each in presences:
            held.setdefault(each.half_day.day_id, []).append(each)
        for day_id, there in held.items():
            self._hold(day_id, there)
        for day_id, row in self.known.items():
            if day_id not in held:
                self._cancel(row)

    def _hold(self, day_id: int, presences: list[Presence]) -> None:
        told = ical.texts(self.edition, presences, self.note)
        starts_at, ends_at = presences[0].half_day.starts_at, presences[-1].half_day.ends_at
        row = self.known.get(day_id)
        if row is None:
            row = StandDay(
                exhibitor=self.exhibitor,
                day=presences[0].half_day.day,
                starts_at=starts_at,
                ends_at=ends_at,
                created_at=self.now,
                changed_at=self.now,
            )
            row.block = render_event(ical.entry(row, told))
            self.made.append(row)
            return
        was = ical.texts_of(row.block)[:2]
        is_elsewhere = was != told[:2] and was not in self._called(presences)
        is_later = (row.starts_at, row.ends_at) != (starts_at, ends_at)
        row.starts_at, row.ends_at = starts_at, ends_at
        is_back, row.is_cancelled = row.is_cancelled, False
        self._store(row, told, raises=is_elsewhere or is_later or is_back)

    def _called(self, presences: Sequence[Presence]) -> list[tuple[str, str]]:
        """The same place in each language: a translation is no move."""
        called = []
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                called.append(ical.texts(self.edition, presences, self.note)[:2])
        return called

    def _cancel(self, row: StandDay) -> None:
        """Cancelled already: only the word for it may be another language's."""
        was, row.is_cancelled = row.is_cancelled, True
        self._store(row, ical.before_cancelling(row.block), raises=not was)

    def _store(self, row: StandDay, told: ical.DayTexts, *, raises: bool) -> None:
        if not raises and render_event(ical.entry(row, told)) == row.block:
            return
        if raises:
            row.sequence += 1
        row.changed_at = self.now
        row.block = render_event(ical.entry(row, told))
        self.moved.append(row)


def open_stand_calendars(exhibitor_ids: Iterable[int]) -> None:
    """An address for each who has none yet."""
    wanted = set(exhibitor_ids)
    having = StandCalendar.objects.filter(exhibitor__in=wanted).values_list("exhibitor", flat=True)
    missing = sorted(wanted - set(having))
    StandCalendar.objects.bulk_create(
        [StandCalendar(exhibitor_id=pk) for pk in missing], batch_size=500, ignore_conflicts=True
    )


def renew_stand_calendar(
    *, exhibitor_id: int, by: User | None = None, by_name: str = ""
) -> StandCalendar:
    """Replace the calendar's address by a new one, at once; each call makes another.

    `by=None` is the company itself, through its private link.
    """
    with transaction.atomic():
        exhibitor = Exhibitor.objects.select_related("application", "participation").get(
            pk=exhibitor_id
        )
        ensure_manages(by, exhibitor.region_code)
        open_stand_calendars([exhibitor.pk])
        calendar = StandCalendar.objects.select_for_update(of=("self",)).get(exhibitor=exhibitor)
        calendar.version += 1
        calendar.fetched_at, calendar.fetched_with = None, ""
        calendar.changed_at = timezone.now()
        calendar.save(update_fields=["version", "fetched_at", "fetched_with", "changed_at"])
        activity.record(
            by=by,
            by_name=by_name,
            verb="exhibitor.calendar_renewed",
            target=exhibitor,
            region_code=exhibitor.region_code,
        )
    return calendar


def blocks_of(calendar: StandCalendar) -> Any:
    """What this calendar shows, in the order of the fair."""
    days = StandDay.objects.filter(exhibitor=calendar.exhibitor_id)
    return days.order_by("day__date", "pk").values_list("block", flat=True)


def note_stand_calendar_fetch(*, calendar: StandCalendar, client: str, now: datetime) -> None:
    """Remember that a calendar asked; its exhibitor sees it, its ETag does not change."""
    StandCalendar.objects.filter(pk=calendar.pk).update(fetched_at=now, fetched_with=client[:120])


def drop_old_stand_days(*, now: datetime) -> int:
    """Forget days that were taken away, 30 days after their edition. Safe to call twice."""
    ended = (now - TOMBSTONES_KEPT).date()
    count = 0
    for edition in Edition.objects.filter(ends_on__lt=ended).order_by("pk"):
        with transaction.atomic():
            locked_board(edition.pk)
            old = StandDay.objects.filter(is_cancelled=True, day__edition=edition)
            owners = set(old.values_list("exhibitor", flat=True))
            if owners:
                old.delete()
                _move_on(owners)
        count += len(owners)
    return count


def refresh_stand_days_later(place: Q) -> None:
    """Render anew where stands, halls or days are called otherwise, once that is committed.

    Not within: its transaction holds the stands or the days, and whoever announces holds the board
    and the calendars first. Should it fail, it is logged, and `refresh_coming_stand_days` mends it.
    """
    transaction.on_commit(lambda: refresh_stand_days_at(place), robust=True)


def refresh_stand_days_at(place: Q) -> int:
    """Render anew what is announced at a place; `place` narrows the cells. Safe to call twice."""
    cells = PublishedAllocation.objects.filter(place).order_by()
    editions = Edition.objects.filter(pk__in=cells.values("half_day__edition"))
    return sum(
        _refresh(edition, cells.filter(half_day__edition=edition))
        for edition in editions.order_by("pk")
    )


def refresh_coming_stand_days(*, now: datetime) -> int:
    """Bring up to date what no operation told of: a company's new name, another language."""
    editions = Edition.objects.filter(ends_on__gte=timezone.localdate(now))
    return sum(
        _refresh(edition, StandDay.objects.filter(day__edition=edition))
        for edition in editions.order_by("pk")
    )


def _refresh(edition: Edition, rows: QuerySet[Any]) -> int:
    """Of whoever these rows are about, read once nobody can announce anything."""
    with transaction.atomic():
        locked_board(edition.pk)
        owners = set(rows.values_list("exhibitor", flat=True))
        return refresh_stand_days(edition=edition, exhibitor_ids=owners)


def _move_on(exhibitor_ids: Collection[int]) -> int:
    """Their calendars show something new: the next ETag differs."""
    if not exhibitor_ids:
        return 0
    open_stand_calendars(exhibitor_ids)
    return StandCalendar.objects.filter(exhibitor__in=exhibitor_ids).update(
        revision=F("revision") + 1, changed_at=timezone.now()
    )
