"""Who could take the place of somebody absent, in order, each with the reason in words.

Read for all absences at once, in a fixed number of queries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import geometry
from events.models import HalfDay, Stand
from startups.floor.presence import spoken_days
from startups.floor.suiting import lacking
from startups.models import (
    Absence,
    Allocation,
    Application,
    Exhibitor,
    PlaceOffer,
    PublishedAllocation,
    StandHold,
)

# {half-day: stand}, of one exhibitor.
Cells = dict[int, int]


class Kind(models.TextChoices):
    WAITING = "waiting", gettext_lazy("Waiting list")
    HALF_TIME = "half_time", gettext_lazy("Free at that time")
    NEIGHBOUR = "neighbour", gettext_lazy("Neighbour")


@dataclass(frozen=True)
class Candidate:
    """`half_days` is what can be offered; `lacking` what they need and the stand has not."""

    application: Application
    exhibitor: Exhibitor | None
    kind: Kind
    reason: str
    half_days: Sequence[HalfDay]
    lacking: Sequence[str]
    # A company of the waiting list needs a place of its call; no exhibitor does.
    has_place: bool = True
    # What they answered when this very place was offered to them before.
    answered: PlaceOffer | None = None
    # The stand of somebody else absent, for which their answer is still awaited.
    asked_for: str = ""

    @property
    def may_be_asked(self) -> bool:
        return self.has_place and not self.asked_for

    @property
    def days(self) -> str:
        return spoken_days(self.half_days)


@dataclass
class _Floor:
    now: datetime
    half_days: dict[int, list[HalfDay]] = field(default_factory=lambda: defaultdict(list))
    exhibitors: dict[int, list[Exhibitor]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[int, list[Application]] = field(default_factory=lambda: defaultdict(list))
    full_calls: set[int] = field(default_factory=set)
    plan: dict[int, Cells] = field(default_factory=lambda: defaultdict(dict))
    holders: dict[tuple[int, int], int] = field(default_factory=dict)
    announced: dict[int, Cells] = field(default_factory=lambda: defaultdict(dict))
    announced_holders: dict[tuple[int, int], int] = field(default_factory=dict)
    held: set[tuple[int, int]] = field(default_factory=set)
    impossible: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    absent: set[tuple[int, int]] = field(default_factory=set)
    beside: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[int, str] = field(default_factory=dict)
    offers: dict[tuple[int, int], PlaceOffer] = field(default_factory=dict)
    open: dict[int, PlaceOffer] = field(default_factory=dict)

    def offered(self, absence: Absence) -> list[HalfDay]:
        """What is left of the day, as long as the stand is the absent company's or nobody's.

        Announced and planned alike: what the region is changing is nobody's to take.
        """
        day = absence.half_day
        return [
            each
            for each in self.half_days[day.edition_id]
            if each.day_id == day.day_id
            and each.starts_at >= day.starts_at
            and each.ends_at > self.now
            and self._is_theirs(absence, each)
        ]

    def asked_for(self, application: Application, absence: Absence) -> str:
        offer = self.open.get(application.pk)
        return str(offer.absence.stand) if offer and offer.absence_id != absence.pk else ""

    def _is_theirs(self, absence: Absence, half_day: HalfDay) -> bool:
        cell = absence.stand_id, half_day.pk
        holders = {self.holders.get(cell), self.announced_holders.get(cell)}
        if holders == {None}:
            # Freed with a company that left for good; only then nobody else's business.
            return absence.exhibitor.left_at is not None and cell not in self.held
        return holders == {absence.exhibitor_id}


def candidates(absences: Sequence[Absence], now: datetime) -> dict[int, list[Candidate]]:
    """By absence. Eleven queries, whatever their number."""
    if not absences:
        return {}
    floor = _read(absences, now)
    return {absence.pk: list(_candidates(absence, floor)) for absence in absences}


def still_candidate(offer: PlaceOffer, now: datetime) -> Candidate | None:
    """Whoever was offered a place, as long as what is not over of it can still be had."""
    days = {each.pk for each in offer.half_days.all() if each.ends_at > now}
    floor = _read([offer.absence], now)
    offered = [each for each in floor.offered(offer.absence) if each.pk in days]
    coming = floor.half_days[offer.absence.half_day.edition_id]
    first = next((each for each in coming if each.pk in days), None)
    if first is None or first not in offered:
        return None
    found = _all(offer.absence, floor, offered)
    return next((one for one in found if one.application.pk == offer.application_id), None)


def _candidates(absence: Absence, floor: _Floor) -> Iterator[Candidate]:
    offered = floor.offered(absence)
    if offered and offered[0].pk == absence.half_day_id:
        yield from _all(absence, floor, offered)


def _all(absence: Absence, floor: _Floor, offered: list[HalfDay]) -> Iterator[Candidate]:
    """Those who can have the first half-day offered, at least."""
    yield from _waiting(absence, floor, offered)
    yield from _half_timers(absence, floor, offered)
    yield from _neighbours(absence, floor, offered)


def _waiting(absence: Absence, floor: _Floor, offered: list[HalfDay]) -> Iterator[Candidate]:
    position = 0
    for application in floor.waiting[absence.exhibitor.participation_id]:
        if is_waiting := application.status == Application.Status.WAITLISTED:
            position += 1
            reason = _("On the waiting list, position %(position)s") % {"position": position}
        else:
            reason = _("Offered a place meanwhile, and has not confirmed yet")
        yield Candidate(
            application,
            None,
            Kind.WAITING,
            reason,
            offered,
            lacking(absence.stand, application),
            has_place=not is_waiting or application.call_id not in floor.full_calls,
            answered=floor.offers.get((absence.pk, application.pk)),
            asked_for=floor.asked_for(application, absence),
        )


def _half_timers(absence: Absence, floor: _Floor, offered: list[HalfDay]) -> Iterator[Candidate]:
    """Those of today first, then by the distance of their days."""
    found = []
    today = {each.pk for each in floor.half_days[absence.half_day.edition_id]
             if each.day_id == absence.half_day.day_id}  # fmt: skip
    for exhibitor in floor.exhibitors[absence.exhibitor.participation_id]:
        plan = floor.announced[exhibitor.pk]
        taken = {*plan, *floor.plan[exhibitor.pk], *floor.impossible[exhibitor.pk]}
        free = [each for each in offered if each.pk not in taken]
        is_away = any((exhibitor.pk, day) in floor.absent for day in today)
        if offered[0] not in free or is_away:
            continue
        reason, order = _told(absence, floor, plan, today)
        found.append((order, exhibitor, reason, free))
    for _order, exhibitor, reason, free in sorted(found, key=lambda row: row[0]):
        yield _of(exhibitor, Kind.HALF_TIME, reason, free, absence, floor)


def _told(absence: Absence, floor: _Floor, plan: Cells, today: set[int]) -> tuple[str, int]:
    here = [each for each in floor.half_days[absence.half_day.edition_id] if each.pk in plan]
    same_day = [each for each in here if each.pk in today]
    if same_day:
        words = {
            "half_day": same_day[0].get_part_display(),
            "stand": floor.numbers[plan[same_day[0].pk]],
        }
        return _("There today, on stand %(stand)s in the %(half_day)s") % words, 0
    if not here:
        return _("An exhibitor without a stand"), 1
    days = [abs((each.date - absence.half_day.date).days) for each in here]
    return _("Not there today; has a stand on %(days)s") % {"days": spoken_days(here)}, 1 + min(
        days
    )


def _neighbours(absence: Absence, floor: _Floor, offered: list[HalfDay]) -> Iterator[Candidate]:
    beside = floor.beside[absence.stand_id]
    for exhibitor in floor.exhibitors[absence.exhibitor.participation_id]:
        plan = floor.announced[exhibitor.pk]
        there = [each for each in offered if plan.get(each.pk) in beside]
        is_absent = (exhibitor.pk, offered[0].pk) in floor.absent
        if offered[0] not in there or is_absent:
            continue
        reason = _("Beside it, on stand %(stand)s: could spread to both") % {
            "stand": floor.numbers[plan[offered[0].pk]]
        }
        yield _of(exhibitor, Kind.NEIGHBOUR, reason, there, absence, floor, needs=False)


def _of(
    exhibitor: Exhibitor,
    kind: Kind,
    reason: str,
    half_days: list[HalfDay],
    absence: Absence,
    floor: _Floor,
    *,
    needs: bool = True,
) -> Candidate:
    """Who keeps their own stand needs nothing of the other."""
    application = exhibitor.application
    missing = lacking(absence.stand, application, exhibitor.kind_needed) if needs else []
    return Candidate(
        application,
        exhibitor,
        kind,
        reason,
        half_days,
        missing,
        answered=floor.offers.get((absence.pk, application.pk)),
        asked_for=floor.asked_for(application, absence),
    )


def _read(absences: Sequence[Absence], now: datetime) -> _Floor:
    floor = _Floor(now)
    regions = {absence.exhibitor.participation_id for absence in absences}
    editions = {absence.half_day.edition_id for absence in absences}
    half_days = HalfDay.objects.filter(edition__in=editions).order_by("starts_at", "pk")
    for half_day in half_days:
        floor.half_days[half_day.edition_id].append(half_day)
    _read_people(floor, regions)
    _read_plan(floor, editions)
    _read_stands(floor, {absence.stand_id for absence in absences})
    ours = Q(absence__in=[row.pk for row in absences])
    is_open = Q(status=PlaceOffer.Status.OFFERED, absence__half_day__edition__in=editions)
    for offer in (
        PlaceOffer.objects.filter(ours | is_open).select_related("absence__stand").order_by("pk")
    ):
        floor.offers[offer.absence_id, offer.application_id] = offer
        if offer.status == PlaceOffer.Status.OFFERED:
            floor.open[offer.application_id] = offer
    return floor


def _read_people(floor: _Floor, regions: Collection[int]) -> None:
    rows = Exhibitor.objects.present().filter(participation__in=regions)
    for exhibitor in rows.select_related("application__call__participation__region").order_by(
        "application__sort_name", "pk"
    ):
        floor.exhibitors[exhibitor.participation_id].append(exhibitor)
    # Who was asked while waiting may have been offered a place of the call meanwhile.
    asked = PlaceOffer.objects.filter(status=PlaceOffer.Status.OFFERED).values("application")
    waiting = Application.objects.filter(
        Q(status=Application.Status.WAITLISTED)
        | Q(status=Application.Status.SELECTED, pk__in=asked),
        call__participation__in=regions,
    ).select_related("call__participation__region")
    for application in waiting.order_by("waiting_rank", "pk"):
        floor.waiting[application.call.participation_id].append(application)
    holding = ["selected", "confirmed"]
    calls = Application.objects.filter(call__participation__in=regions).values(
        "call", "call__places"
    )
    for row in calls.annotate(held=Count("pk", filter=Q(status__in=holding))).order_by("call"):
        if row["held"] >= row["call__places"]:
            floor.full_calls.add(row["call"])
    never = Exhibitor.impossible_half_days.through.objects.filter(
        exhibitor__participation__in=regions
    )
    for who, day in never.values_list("exhibitor_id", "halfday_id"):
        floor.impossible[who].add(day)
    absent = Absence.objects.filter(exhibitor__participation__in=regions, came_at__isnull=True)
    floor.absent = set(absent.values_list("exhibitor_id", "half_day_id"))


def _read_plan(floor: _Floor, editions: Collection[int]) -> None:
    held = Allocation.objects.filter(half_day__edition__in=editions)
    columns = ("exhibitor_id", "half_day_id", "stand_id", "stand__number")
    for who, day, stand, number in held.values_list(*columns):
        floor.plan[who][day] = stand
        floor.holders[stand, day] = who
        floor.numbers[stand] = number
    told = PublishedAllocation.objects.filter(half_day__edition__in=editions)
    for who, day, stand, number in told.values_list(*columns):
        floor.announced[who][day] = stand
        floor.announced_holders[stand, day] = who
        floor.numbers[stand] = number
    kept = StandHold.objects.filter(half_day__edition__in=editions)
    floor.held = set(kept.values_list("stand_id", "half_day_id"))


def _read_stands(floor: _Floor, stands: Collection[int]) -> None:
    levels = Stand.objects.filter(pk__in=stands).values("zone__level")
    rows = Stand.objects.filter(zone__level__in=levels).order_by("pk")
    places = geometry.places(rows.values_list(*geometry.COLUMNS))
    near = geometry.survey(places, near=stands, reach=geometry.BESIDE)
    for first, second in near.beside:
        floor.beside[first].add(second)
        floor.beside[second].add(first)
