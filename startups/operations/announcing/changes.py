"""What announcing would change: read from the plan and from what is announced. Writes nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import HalfDay, Participation, Stand
from pavilion.core.models import OutboxMessage
from startups import emails
from startups.floor import differences
from startups.floor.differences import Cells, Difference, Names
from startups.models import Allocation, Board, Exhibitor, PlanVersion, PublishedAllocation

Changes = Mapping[int, tuple[Cells, Cells]]


@dataclass(frozen=True)
class Obstacle:
    """A stand and half-day announced for somebody who is not announced along with the rest."""

    half_day: HalfDay
    stand: Stand
    taken_by: Exhibitor
    wanted_by: Exhibitor

    @property
    def sentence(self) -> str:
        words = {
            "half_day": self.half_day,
            "stand": self.stand,
            "other": self.taken_by,
            "wanted_by": self.wanted_by,
            "region": self.taken_by.participation.region,
        }
        if self.taken_by.participation_id == self.wanted_by.participation_id:
            return (
                _(
                    "%(half_day)s: stand %(stand)s, meant for %(wanted_by)s, is still announced "
                    "for %(other)s. Announce what changes for both at once."
                )
                % words
            )
        return (
            _(
                "%(half_day)s: stand %(stand)s, meant for %(wanted_by)s, is still announced for "
                "%(other)s (%(region)s). Their region announces its plan first, or the national "
                "team announces both at once."
            )
            % words
        )


@dataclass(frozen=True)
class Line:
    """What an announcement changes for one exhibitor, and the mail that tells it, if any."""

    exhibitor: Exhibitor
    difference: Difference
    mail: OutboxMessage | None


@dataclass(frozen=True)
class Announcement:
    """What would be announced now. `serial` is the board's as it was read."""

    serial: int
    lines: list[Line] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)

    @property
    def mails(self) -> list[OutboxMessage]:
        return [line.mail for line in self.lines if line.mail is not None]


def preview_announcement(participation: Participation, *, note: str = "") -> Announcement:
    """What announcing this region's plan would change and tell, and what stands in its way."""
    board = Board.objects.filter(edition=participation.edition_id).first()
    mine = Q(exhibitor__participation=participation)
    changes = changes_of(mine, now=timezone.now())
    exhibitors = exhibitors_of(changes)
    return Announcement(
        serial=board.serial if board else 0,
        lines=lines_of(changes, exhibitors, edition_id=participation.edition_id, note=note),
        obstacles=obstacles_of(mine, changes, exhibitors),
    )


def differing(within: Q | None = None) -> dict[int, set[int]]:
    """By participation, for whom the plan and what is announced differ, of what is to come."""
    found: dict[int, set[int]] = {}
    coming = Q(half_day__ends_at__gt=timezone.now())
    for one, other in ((Allocation, PublishedAllocation), (PublishedAllocation, Allocation)):
        model: Any = one
        keys = {name: OuterRef(name) for name in ("exhibitor", "stand", "half_day")}
        same: Any = other
        rows = model.objects.filter(within or Q(), coming, ~Exists(same.objects.filter(**keys)))
        pairs = rows.order_by().values_list("exhibitor__participation", "exhibitor").distinct()
        for participation, exhibitor in pairs:
            found.setdefault(participation, set()).add(exhibitor)
    return found


def compared(older: PlanVersion | None, newer: PlanVersion) -> list[tuple[Exhibitor, Difference]]:
    """What changed between two versions of a region's plan, by the exhibitors' names."""
    before = differences.read(older.cells) if older else {}
    changes = differences.changed(before, differences.read(newer.cells))
    return _told(changes, exhibitors_of(changes), newer.participation.edition_id)


def changed_in(version: PlanVersion) -> list[tuple[Exhibitor, Difference]]:
    """What this version changed when it was announced."""
    changes = {
        int(pk): (_one(before), _one(after)) for pk, (before, after) in version.changes.items()
    }
    return _told(changes, exhibitors_of(changes), version.participation.edition_id)


def cells_of(rows: Any) -> dict[int, dict[int, int]]:
    """Allocations, of the plan or announced, as a plan."""
    plan: dict[int, dict[int, int]] = {}
    for exhibitor, half_day, stand in rows.order_by("pk").values_list(
        "exhibitor", "half_day", "stand"
    ):
        plan.setdefault(exhibitor, {})[half_day] = stand
    return plan


def changes_of(
    mine: Q, *, now: datetime, only: Mapping[int, Collection[int]] | None = None
) -> Changes:
    """What announcing would change: of half-days that are not over, or of these cells `only`.

    What is over stays as it was announced, whatever the plan says of it by now.
    """
    before: dict[int, dict[int, int]] = {}
    after: dict[int, dict[int, int]] = {}
    columns = ("exhibitor", "half_day", "stand", "half_day__ends_at")
    announced = PublishedAllocation.objects.filter(mine).order_by("pk")
    for pk, day, stand, ends_at in announced.values_list(*columns):
        before.setdefault(pk, {})[day] = stand
        if ends_at <= now or (only is not None and day not in only[pk]):
            after.setdefault(pk, {})[day] = stand
    coming = Allocation.objects.filter(mine, half_day__ends_at__gt=now)
    for pk, cells in cells_of(coming).items():
        wanted = cells if only is None else {day: cells[day] for day in cells if day in only[pk]}
        after.setdefault(pk, {}).update(wanted)
    return differences.changed(before, after)


def exhibitors_of(changes: Changes) -> dict[int, Exhibitor]:
    """Those named in the changes, with everything a mail to them says, by name."""
    rows = Exhibitor.objects.filter(pk__in=changes).select_related(
        "application__call__participation__region",
        "application__call__participation__edition",
        "participation__region",
    )
    return {row.pk: row for row in rows.order_by("application__sort_name", "pk")}


def lines_of(
    changes: Changes, exhibitors: Mapping[int, Exhibitor], *, edition_id: int, note: str
) -> list[Line]:
    names = names_of(edition_id, changes)
    lines = []
    for pk, exhibitor in exhibitors.items():
        before, after = changes[pk]
        mail = None
        if _is_told(exhibitor):
            mail = emails.plan_announced(
                exhibitor, before=before, after=after, names=names, note=note
            )
        told = differences.difference(pk, before, after, names)
        lines.append(Line(exhibitor, told, mail))
    return lines


def names_of(edition_id: int, changes: Changes) -> Names:
    half_days = HalfDay.objects.filter(edition=edition_id).select_related("day")
    stands = {stand for pair in changes.values() for cells in pair for stand in cells.values()}
    return Names(
        {half_day.pk: half_day for half_day in half_days.order_by("starts_at", "pk")},
        dict(Stand.objects.filter(pk__in=stands).values_list("pk", "number")),
    )


def obstacles_of(mine: Q, changes: Changes, exhibitors: Mapping[int, Exhibitor]) -> list[Obstacle]:
    """Cells that are announced for somebody outside `mine`."""
    wanted = {
        (stand, half_day): pk
        for pk, (before, after) in changes.items()
        for half_day, stand in after.items()
        if before.get(half_day) != stand
    }
    if not wanted:
        return []
    rows = (
        PublishedAllocation.objects.exclude(mine)
        .filter(
            stand__in={stand for stand, _half_day in wanted},
            half_day__in={half_day for _stand, half_day in wanted},
        )
        .select_related(
            "exhibitor__application", "exhibitor__participation__region", "stand", "half_day"
        )
        .order_by("half_day__starts_at", "stand__number", "pk")
    )
    return [
        Obstacle(row.half_day, row.stand, row.exhibitor, exhibitors[wanted[cell]])
        for row in rows
        if (cell := (row.stand_id, row.half_day_id)) in wanted
    ]


def _is_told(exhibitor: Exhibitor) -> bool:
    """Who left was told so; nobody is left to tell behind an anonymised application."""
    return exhibitor.left_at is None and exhibitor.application.anonymised_at is None


def _told(
    changes: Changes, exhibitors: Mapping[int, Exhibitor], edition_id: int
) -> list[tuple[Exhibitor, Difference]]:
    names = names_of(edition_id, changes)
    return [
        (exhibitor, differences.difference(pk, *changes[pk], names))
        for pk, exhibitor in exhibitors.items()
    ]


def _one(stored: Mapping[str, int]) -> dict[int, int]:
    return {int(half_day): stand for half_day, stand in stored.items()}
