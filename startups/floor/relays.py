"""Stands passed on from one exhibitor to the next, as announced. No query is run here."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from events.models import HalfDay, Stand
from startups.models import Exhibitor, FloorRules, PublishedAllocation

# As the rules have it where a region has written none.
USUAL_MINUTES = int(FloorRules._meta.get_field("handover_minutes").default)


@dataclass(frozen=True)
class Relay:
    """Another exhibitor has the stand before or after; `at` is when it is left and taken.

    `is_at_once`: within the same day, so that both meet. Else the stand stands empty in between.
    """

    exhibitor: Exhibitor
    half_day: HalfDay
    at: datetime
    is_at_once: bool


@dataclass(frozen=True)
class Presence:
    """One half-day of an exhibitor on its stand."""

    half_day: HalfDay
    stand: Stand
    taken_from: Relay | None
    left_to: Relay | None


class Occupancy:
    """Who is announced where, on certain stands at least.

    `minutes` tells by participation how long before the end of its half-day a stand is left.
    """

    def __init__(
        self,
        half_days: Sequence[HalfDay],
        rows: Iterable[PublishedAllocation],
        minutes: Callable[[int], int],
    ) -> None:
        self.half_days = half_days
        self.minutes = minutes
        self._positions = {half_day.pk: place for place, half_day in enumerate(half_days)}
        self._stands: dict[int, dict[int, PublishedAllocation]] = {}
        self._held: dict[int, list[PublishedAllocation]] = {}
        for row in rows:
            self._stands.setdefault(row.stand_id, {})[self._positions[row.half_day_id]] = row
            self._held.setdefault(row.exhibitor_id, []).append(row)

    def at(self, stand_id: int, half_day: HalfDay) -> Exhibitor | None:
        row = self._stands.get(stand_id, {}).get(self._positions[half_day.pk])
        return row.exhibitor if row else None

    def of(self, exhibitor_id: int) -> list[Presence]:
        """The exhibitor's half-days in the order of the fair, with whom it passes its stand on."""
        rows = self._held.get(exhibitor_id, [])
        ordered = sorted(rows, key=lambda row: self._positions[row.half_day_id])
        return [
            Presence(
                self.half_days[self._positions[row.half_day_id]],
                row.stand,
                self._before(row),
                self._after(row),
            )
            for row in ordered
        ]

    def _before(self, row: PublishedAllocation) -> Relay | None:
        here = self._positions[row.half_day_id]
        taken = self._stands[row.stand_id]
        previous = max((place for place in taken if place < here), default=None)
        if previous is None or taken[previous].exhibitor_id == row.exhibitor_id:
            return None
        return self._relay(taken[previous], left=previous, taken=here)

    def _after(self, row: PublishedAllocation) -> Relay | None:
        here = self._positions[row.half_day_id]
        taken = self._stands[row.stand_id]
        following = min((place for place in taken if place > here), default=None)
        if following is None or taken[following].exhibitor_id == row.exhibitor_id:
            return None
        return self._relay(taken[following], left=here, taken=following)

    def _relay(self, other: PublishedAllocation, *, left: int, taken: int) -> Relay:
        leaving, coming = self.half_days[left], self.half_days[taken]
        is_at_once = taken == left + 1 and leaving.day_id == coming.day_id
        leaver = self._stands[other.stand_id][left].exhibitor
        minutes = self.minutes(leaver.participation_id) if is_at_once else 0
        return Relay(
            exhibitor=other.exhibitor,
            half_day=self.half_days[self._positions[other.half_day_id]],
            at=leaving.ends_at - timedelta(minutes=minutes),
            is_at_once=is_at_once,
        )


def occupancy_of(
    exhibitor_ids: Collection[int], *, edition_id: int, stand_ids: Collection[int] = ()
) -> Occupancy:
    """Who is announced on these exhibitors' stands, and on `stand_ids`. Three queries."""
    own = PublishedAllocation.objects.filter(
        exhibitor__in=exhibitor_ids, half_day__edition=edition_id
    )
    wanted = {*own.values_list("stand", flat=True), *stand_ids}
    rows = (
        PublishedAllocation.objects.filter(
            # Those who left were there until then, which is nobody else's business.
            Q(exhibitor__left_at__isnull=True) | Q(exhibitor__in=exhibitor_ids),
            stand__in=wanted,
            half_day__edition=edition_id,
        )
        .select_related("exhibitor__application", "stand__zone__level__hall")
        .order_by("pk")
    )
    half_days = HalfDay.objects.filter(edition=edition_id).select_related("day")
    minutes = dict(
        FloorRules.objects.filter(participation__edition=edition_id).values_list(
            "participation", "handover_minutes"
        )
    )
    return Occupancy(
        list(half_days.order_by("starts_at", "pk")),
        rows,
        lambda participation: minutes.get(participation, USUAL_MINUTES),
    )
