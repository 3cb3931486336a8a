"""The plan announced: what visitors and exhibitors are told, region by region, as versions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Participation
from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.models import User
from startups.dates import moment
from startups.floor import differences
from startups.models import Board, BoardStep, Exhibitor, PlanVersion, PublishedAllocation
from startups.operations.announcing.calendars import open_stand_calendars, refresh_stand_days
from startups.operations.announcing.changes import (
    Changes,
    Obstacle,
    cells_of,
    changes_of,
    exhibitors_of,
    lines_of,
    obstacles_of,
)
from startups.operations.board.writing import locked_board
from startups.operations.refusals import ChangedMeanwhile


class StillAnnounced(DomainError):
    """A stand to be announced is announced for somebody who is not announced along with it."""

    code = "still_announced"


def announce_plan(
    *, participation_id: int, by: User | None, note: str = "", seen_serial: int | None = None
) -> PlanVersion | None:
    """Announce the whole of a region's plan; those for whom something changes are told by mail.

    None, and nobody is told anything, when nothing differs from what is announced: safe to call
    twice. With `seen_serial`, refused when the region's plan has changed since that step.
    """
    made = announce_plans(
        participation_ids=[participation_id], by=by, note=note, seen_serial=seen_serial
    )
    return made[0] if made else None


def announce_plans(
    *,
    participation_ids: Collection[int],
    by: User | None,
    note: str = "",
    seen_serial: int | None = None,
) -> list[PlanVersion]:
    """Announce several regions' plans as one, which lets them exchange shared stands.

    Those that changed, a version each; as `announce_plan` otherwise.
    """
    with transaction.atomic():
        regions = _regions(participation_ids, by)
        boards = _locked(regions)
        if seen_serial is not None:
            for board in boards:
                _ensure_seen(board, regions, seen_serial)
        mine = Q(exhibitor__participation__in=participation_ids)
        changes = changes_of(mine, now=timezone.now())
        return _announce(regions, mine, changes, by=by, note=note)


def announce_cells(
    *,
    cells: Mapping[int, Collection[int]],
    by: User | None,
    by_name: str = "",
    note: str = "",
) -> list[PlanVersion]:
    """Announce what the plan has for these exhibitors on these half-days, and nothing else of it.

    `cells`: {exhibitor: half-days}. Whatever else is being changed for them stays the region's own
    until it is announced. A version for each of their regions; none when nothing changes. They are
    told by mail.
    """
    with transaction.atomic():
        owners = Exhibitor.objects.filter(pk__in=cells).values_list("participation")
        regions = _regions({pk for (pk,) in owners}, by)
        _locked(regions)
        changes = changes_of(Q(exhibitor__in=cells), now=timezone.now(), only=cells)
        mine = Q(pk__in=())
        for pk, days in cells.items():
            mine |= Q(exhibitor=pk, half_day__in=days)
        return _announce(regions, mine, changes, by=by, by_name=by_name, note=note)


def take_down(
    exhibitor: Exhibitor, *, now: datetime, by: User | None, by_name: str = "", reason: str = ""
) -> PlanVersion | None:
    """Announce none of an exhibitor's coming half-days any more, for it left. Mails nobody.

    For the operation that lets it leave, inside its transaction. What lies behind stays.
    """
    regions = _regions([exhibitor.participation_id], None)
    _locked(regions)
    mine = PublishedAllocation.objects.filter(exhibitor=exhibitor)
    before = cells_of(mine)
    mine.filter(half_day__ends_at__gt=now).delete()
    changes = differences.changed(before, cells_of(mine))
    if not changes:
        return None
    owners = {exhibitor.pk: exhibitor.participation_id}
    versions = _write_versions(regions, changes, owners, by=by, by_name=by_name, note="")
    _record(versions, by=by, by_name=by_name, reason=reason)
    _refresh_calendars(regions, changes)
    return versions[0]


def _regions(participation_ids: Collection[int], by: User | None) -> list[Participation]:
    rows = list(Participation.objects.filter(pk__in=participation_ids).in_order())
    for row in rows:
        ensure_manages(by, row.region_id)
    return rows


def _locked(regions: Sequence[Participation]) -> list[Board]:
    return [locked_board(pk) for pk in sorted({row.edition_id for row in regions})]


def _ensure_seen(board: Board, regions: Sequence[Participation], serial: int) -> None:
    """What was looked at before announcing is what is announced."""
    codes = {row.region_id for row in regions if row.edition_id == board.edition_id}
    later = BoardStep.objects.filter(board=board, serial__gt=serial).select_related("by")
    own = Exhibitor.objects.filter(
        participation__region__in=codes, participation__edition=board.edition_id
    )
    keys: set[str] | None = None
    for step in later.filter(region_code__in=["", *codes]).order_by("-serial"):
        if not step.region_code:
            # It touched several regions, perhaps others than these.
            keys = keys or {str(pk) for pk in own.values_list("pk", flat=True)}
            if not keys & {*step.before.get("stays", {}), *step.after.get("stays", {})}:
                continue
        raise ChangedMeanwhile(
            _(
                "Nothing was announced: %(who)s changed the plan on %(at)s, after you looked at "
                "it. Look at the differences again."
            )
            % {"who": step.by or step.by_name or _("the service"), "at": moment(step.at)},
            details={"serial": step.serial, "changed_at": paris_iso(step.at)},
        )


def _announce(
    regions: Sequence[Participation],
    mine: Q,
    changes: Changes,
    *,
    by: User | None,
    note: str,
    by_name: str = "",
) -> list[PlanVersion]:
    """`mine`: what may give way to the changes."""
    if not changes:
        return []
    exhibitors = exhibitors_of(changes)
    if obstacles := obstacles_of(mine, changes, exhibitors):
        raise _still_announced(obstacles)
    _write_cells(changes)
    owners = {pk: row.participation_id for pk, row in exhibitors.items()}
    note = note.strip()
    versions = _write_versions(regions, changes, owners, by=by, by_name=by_name, note=note)
    _record(versions, by=by, by_name=by_name)
    _refresh_calendars(regions, changes)
    for edition_id in sorted({row.edition_id for row in regions}):
        here = {row.pk for row in regions if row.edition_id == edition_id}
        there = {pk: row for pk, row in exhibitors.items() if row.participation_id in here}
        told = lines_of(changes, there, edition_id=edition_id, note=note)
        outbox.enqueue_all(line.mail for line in told if line.mail is not None)
    return versions


def _still_announced(obstacles: Sequence[Obstacle]) -> StillAnnounced:
    return StillAnnounced(
        " ".join([_("Nothing was announced."), *(each.sentence for each in obstacles)]),
        details={
            "half_days": [
                {
                    "half_day": each.half_day.pk,
                    "label": str(each.half_day),
                    "stand": each.stand.number,
                    "taken_by": str(each.taken_by),
                    "wanted_by": str(each.wanted_by),
                }
                for each in obstacles
            ]
        },
    )


def _write_cells(changes: Changes) -> None:
    """Freed first, so that two who exchange their stands are never both on one."""
    rows = PublishedAllocation.objects.filter(exhibitor__in=changes)
    gone = [
        pk
        for pk, exhibitor, half_day, stand in rows.values_list(
            "pk", "exhibitor", "half_day", "stand"
        )
        if changes[exhibitor][1].get(half_day) != stand
    ]
    PublishedAllocation.objects.filter(pk__in=gone).delete()
    PublishedAllocation.objects.bulk_create(
        [
            PublishedAllocation(exhibitor_id=pk, half_day_id=half_day, stand_id=stand)
            for pk, (before, after) in changes.items()
            for half_day, stand in sorted(after.items())
            if before.get(half_day) != stand
        ],
        batch_size=1000,
    )


def _write_versions(
    regions: Sequence[Participation],
    changes: Changes,
    owners: Mapping[int, int],
    *,
    by: User | None,
    by_name: str,
    note: str,
) -> list[PlanVersion]:
    """One for each region that has something new, with the whole of what is announced there."""
    touched = [row for row in regions if row.pk in set(owners.values())]
    numbers = dict(
        PlanVersion.objects.filter(participation__in=touched)
        .values_list("participation")
        .annotate(Max("number"))
        .order_by()
    )
    cells = cells_of(PublishedAllocation.objects.filter(exhibitor__participation__in=touched))
    living = Exhibitor.objects.filter(pk__in=cells).values_list("pk", "participation")
    region_of = {**dict(living), **owners}
    versions = [
        PlanVersion(
            participation=row,
            number=numbers.get(row.pk, 0) + 1,
            by=by,
            by_name=by_name[:150],
            note=note,
            cells=differences.stored(
                {pk: each for pk, each in cells.items() if region_of[pk] == row.pk}
            ),
            changes={
                str(pk): [differences.stored_cells(each) for each in pair]
                for pk, pair in changes.items()
                if owners[pk] == row.pk
            },
        )
        for row in touched
    ]
    for version in versions:
        version.save()
    return versions


def _record(
    versions: Sequence[PlanVersion], *, by: User | None, by_name: str, reason: str = ""
) -> None:
    for version in versions:
        activity.record(
            by=by,
            by_name=by_name,
            verb="plan.announced",
            target=version,
            region_code=version.region_code,
            reason=reason,
            after={"version": version.number, "exhibitors": len(version.changes)},
        )


def _refresh_calendars(regions: Sequence[Participation], changes: Changes) -> None:
    """Of those whose cells changed, and of whoever passes one of these stands on."""
    open_stand_calendars(changes)
    stands = {stand for pair in changes.values() for cells in pair for stand in cells.values()}
    for edition in {row.edition_id: row.edition for row in regions}.values():
        there = PublishedAllocation.objects.filter(stand__in=stands, half_day__edition=edition)
        neighbours = set(there.values_list("exhibitor", flat=True))
        own = Exhibitor.objects.filter(pk__in=changes, participation__edition=edition)
        touched = neighbours | set(own.values_list("pk", flat=True))
        refresh_stand_days(edition=edition, exhibitor_ids=touched)
