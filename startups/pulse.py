"""The pulse: for each region a few figures that one compares down a column."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet

from events.models import Edition, HalfDay, Participation, Session, Stand
from pavilion.core.models import User
from startups.models import Exhibitor, PublishedAllocation


@dataclass(frozen=True)
class Beat:
    """One region's figures; half-days are those of its stands, taken out of all."""

    participation: Participation
    exhibitors: int
    stands: int
    taken: int
    half_days: int
    sessions: int


@dataclass(frozen=True)
class Pulse:
    beats: Sequence[Beat]
    # Those of the whole pavilion included.
    sessions: int

    @property
    def most_exhibitors(self) -> int:
        return self._most(beat.exhibitors for beat in self.beats)

    @property
    def most_stands(self) -> int:
        return self._most(beat.stands for beat in self.beats)

    @property
    def most_sessions(self) -> int:
        return self._most(beat.sessions for beat in self.beats)

    @property
    def exhibitors(self) -> int:
        return sum(beat.exhibitors for beat in self.beats)

    @property
    def stands(self) -> int:
        return sum(beat.stands for beat in self.beats)

    def _most(self, figures: Iterable[int]) -> int:
        """What a full bar stands for: never nothing, or an empty column would look full."""
        return max([1, *figures])


def pulse_of(edition: Edition, user: User | AnonymousUser) -> Pulse:
    """Six queries, however many regions."""
    exhibitors = _counted(
        Exhibitor.objects.visible_to(user).present().filter(participation__edition=edition),
        "participation",
    )
    stands = _counted(
        Stand.objects.visible_to(user).in_use().filter(edition=edition), "zone__participation"
    )
    taken = _counted(
        PublishedAllocation.objects.visible_to(user).filter(
            half_day__edition=edition, stand__is_open=True, exhibitor__left_at__isnull=True
        ),
        "stand__zone__participation",
    )
    sessions = _counted(
        Session.objects.visible_to(user).filter(edition=edition, state=Session.State.PUBLISHED),
        "participation",
    )
    half_days = HalfDay.objects.filter(edition=edition).count()
    participations = Participation.objects.visible_to(user).filter(edition=edition).in_order()
    return Pulse(
        [
            Beat(
                participation=one,
                exhibitors=exhibitors.get(one.pk, 0),
                stands=stands.get(one.pk, 0),
                taken=taken.get(one.pk, 0),
                half_days=stands.get(one.pk, 0) * half_days,
                sessions=sessions.get(one.pk, 0),
            )
            for one in participations
        ],
        sessions=sum(sessions.values()),
    )


def _counted(rows: "QuerySet[Any]", by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(Count("pk")))
