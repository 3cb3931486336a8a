"""Exhibitors, and who stands where and when: two thirds of the pods' half-days are given out."""

from datetime import datetime, timedelta
from random import Random

from django.utils.text import slugify

from events.models import HalfDay, Stand
from pavilion.demo.dates import Dates
from pavilion.demo.facts import facts
from pavilion.demo.stays import Stay, wished
from startups.models import Allocation, Application, Exhibitor

Status = Application.Status


def create_exhibitors(
    applications: list[Application], dates: Dates, random: Random
) -> list[Exhibitor]:
    """One for each application that was confirmed, those that gave up since included."""
    slugs: set[str] = set()
    return Exhibitor.objects.bulk_create(
        (
            Exhibitor(
                application=row,
                participation=row.call.participation,
                slug=_free_slug(row, slugs),
                confirmed_at=_confirmed(row, random),
                left_at=dates.in_days(-2, 9) if row.status == Status.WITHDRAWN else None,
            )
            for row in applications
            if row.status == Status.CONFIRMED or gave_up(row)
        ),
        batch_size=1000,
    )


def gave_up(row: Application) -> bool:
    """Whether it withdrew after it had taken its place."""
    return row.status == Status.WITHDRAWN and row.decided_at is not None


def _confirmed(row: Application, random: Random) -> datetime:
    decided_at = row.decided_at or row.created_at
    return decided_at + timedelta(minutes=random.randint(120, 9 * 24 * 60))


def _free_slug(row: Application, slugs: set[str]) -> str:
    base = slugify(str(row))[:50].strip("-")
    slug, attempt = base, 2
    while slug in slugs:
        slug, attempt = f"{base}-{attempt}", attempt + 1
    slugs.add(slug)
    return slug


class Rotation:
    """Gives out pods region by region, keeping the share of half-days over all regions."""

    def __init__(self, half_days: list[HalfDay], dates: Dates, random: Random) -> None:
        self._half_days = half_days
        self._dates = dates
        self._random = random
        self._wanted = 0.0  # half-days that should be given out so far
        self._given = 0

    def of_region(
        self, stands: list[Stand], exhibitors: list[Exhibitor], stays: dict[int, Stay]
    ) -> list[Allocation]:
        share = facts()["shares"]["allocated"]
        self._wanted += len(stands) * len(self._half_days) * share[0] / share[1]
        free = {stand.pk: set(self._half_days) for stand in stands}
        given: list[Allocation] = []
        for exhibitor in self._random.sample(exhibitors, len(exhibitors)):
            half_days = wished(stays[exhibitor.application_id], self._half_days)
            if self._given + len(half_days) / 2 > self._wanted:
                continue
            stand = self._best(stands, free, half_days, exhibitor.application)
            if stand is None:
                continue
            free[stand.pk] -= set(half_days)
            self._given += len(half_days)
            at = self._dates.in_days(-self._random.randint(1, 9), self._random.randint(9, 17))
            given += [
                Allocation(exhibitor=exhibitor, stand=stand, half_day=half_day, created_at=at)
                for half_day in half_days
            ]
        return given

    def _best(
        self,
        stands: list[Stand],
        free: dict[int, set[HalfDay]],
        half_days: list[HalfDay],
        application: Application,
    ) -> Stand | None:
        """A pod free on all these half-days, begun ones first, with what the company needs."""
        possible = [
            stand
            for stand in stands
            if free[stand.pk] >= set(half_days)
            and application.needs_screen <= stand.has_screen
            and application.needs_wired_network <= stand.has_wired_network
            and application.needs_storage <= stand.has_storage
            and (application.power_watts or 0) <= stand.power_watts
        ]
        return min(possible, key=lambda stand: (len(free[stand.pk]), stand.number), default=None)
