"""The one place that writes the plan being made."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from pavilion.core import activity
from pavilion.core.models import ActivityEntry, User
from startups.models import Allocation, Board, BoardStep, Exhibitor, StandHold
from startups.operations.board.planning import Change, Holds, Stay, plan, region_of


def locked_board(edition_id: int) -> Board:
    """The edition's board, its row locked until the transaction ends; made when there is none.

    Whoever writes Allocation, StandHold or PublishedAllocation calls this first: after the call
    and its applications, before any exhibitor or stand is locked.
    """
    boards = Board.objects.select_for_update(of=("self",), no_key=True).select_related("edition")
    board = boards.filter(edition=edition_id).first()
    if board is None:
        Board.objects.get_or_create(edition_id=edition_id)
        board = boards.get(edition=edition_id)
    return board


def change_board(
    *,
    edition_id: int,
    stays: Mapping[int, Mapping[int, int]],
    kind: BoardStep.Kind,
    by: User | None,
    holds: Mapping[tuple[int, int], str | None] | None = None,
    by_name: str = "",
    reason: str = "",
    seen: Mapping[int, int] | None = None,
    statuses: Mapping[int, str] | None = None,
    over_confirmed: bool = False,
    seen_holds: Holds | None = None,
) -> BoardStep | None:
    """Give each exhibitor named its whole stay: all of them, or a refusal and nothing.

    `stays`: {exhibitor: {half-day: stand}}, {} frees all it has; who is not named stays where they
    are. `holds`: {(stand, half-day): what for}, None where it is no longer kept free. `seen`:
    {exhibitor: the `stay_revision` the plan was read at}, `seen_holds`: the holds as they were
    read; what changed since is not overwritten. `statuses`: {exhibitor: status of the half-days it
    gets}, planned where not told. None when nothing changes: safe to call twice.
    """
    with transaction.atomic():
        board = locked_board(edition_id)
        change = plan(
            edition=board.edition,
            stays=stays,
            holds=holds or {},
            by=by,
            seen=seen,
            statuses=statuses,
            over_confirmed=over_confirmed,
            locks=True,
            seen_holds=seen_holds,
        )
        return write(board, change, kind=kind, by=by, by_name=by_name, reason=reason)


def write(
    board: Board,
    change: Change,
    *,
    kind: BoardStep.Kind,
    by: User | None,
    by_name: str = "",
    reason: str = "",
    undoes: BoardStep | None = None,
) -> BoardStep | None:
    """Write a planned change of the locked board as one step."""
    if not change:
        return None
    _write_allocations(change)
    _write_holds(change, by)
    Exhibitor.objects.filter(pk__in=change.after).update(stay_revision=F("stay_revision") + 1)
    board.serial += 1
    board.save(update_fields=["serial"])
    regions = change.regions()
    step = BoardStep.objects.create(
        board=board,
        serial=board.serial,
        kind=kind,
        region_code=regions.pop() if len(regions) == 1 else "",
        by=by,
        by_name=by_name[:150],
        reason=reason,
        before=_told(change.before, change.holds_before),
        after=_told(change.after, change.holds_after),
        undoes=undoes,
    )
    log = _log(change, by=by, by_name=by_name, reason=reason)
    ActivityEntry.objects.bulk_create(log, batch_size=500)
    return step


def _write_allocations(change: Change) -> None:
    gone, made = [], []
    kept: dict[str, list[int]] = {}
    rows = {(row.exhibitor_id, row.half_day_id): row for row in change.rows}
    for pk, stay in change.after.items():
        for day, (_stand, _status) in change.before[pk].items():
            if day not in stay or stay[day][0] != rows[pk, day].stand_id:
                gone.append(rows[pk, day].pk)
        for day, (stand, status) in stay.items():
            row = rows.get((pk, day))
            if row is None or row.stand_id != stand:
                made.append(
                    Allocation(exhibitor_id=pk, stand_id=stand, half_day_id=day, status=status)
                )
            elif row.status != status:
                kept.setdefault(status, []).append(row.pk)
    # Freed first: in an exchange each takes what the other leaves.
    if gone:
        Allocation.objects.filter(pk__in=gone).delete()
    for status, pks in kept.items():
        Allocation.objects.filter(pk__in=pks).update(status=status)
    if made:
        Allocation.objects.bulk_create(made, batch_size=500)


def _write_holds(change: Change, by: User | None) -> None:
    new = []
    for (stand, day), note in change.holds_after.items():
        was = change.holds_before[stand, day]
        known = StandHold.objects.filter(stand=stand, half_day=day)
        if note is None:
            known.delete()
        elif was is None:
            new.append(StandHold(stand_id=stand, half_day_id=day, note=note, by=by))
        else:
            known.update(note=note, by=by)
    StandHold.objects.bulk_create(new)


def _told(stays: Mapping[int, Stay], holds: Holds) -> dict[str, Any]:
    return {
        "stays": {
            str(pk): {str(day): list(cell) for day, cell in sorted(stay.items())}
            for pk, stay in stays.items()
        },
        "holds": {f"{stand}:{day}": note for (stand, day), note in holds.items()},
    }


def _log(change: Change, *, by: User | None, by_name: str, reason: str) -> Iterable[ActivityEntry]:
    """One entry for each exhibitor and for each stand kept free or given back."""
    for pk, stay in change.after.items():
        verb, before, after = _entry_of(change, change.before[pk], stay)
        exhibitor = change.exhibitors[pk]
        yield activity.entry(
            by=by,
            by_name=by_name,
            verb=verb,
            target=exhibitor,
            region_code=exhibitor.region_code,
            reason=reason,
            before=before,
            after=after,
        )
    for stand_id in sorted({stand for stand, _day in change.holds_after}):
        stand = change.stands[stand_id]
        days = [day for held, day in change.holds_after if held == stand_id]
        is_free = all(change.holds_after[stand_id, day] is None for day in days)
        notes = {change.holds_after[stand_id, day] or "" for day in days} - {""}
        yield activity.entry(
            by=by,
            by_name=by_name,
            verb="stand.hold_dropped" if is_free else "stand.held",
            target=stand,
            region_code=region_of(stand),
            reason=reason or " · ".join(sorted(notes)),
            after={"half_days": sorted(days)},
        )


def _entry_of(change: Change, was: Stay, now: Stay) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """What the log says of one exhibitor: given, freed, moved, or only confirmed or not."""
    lost = {day: cell for day, cell in was.items() if now.get(day, (None,))[0] != cell[0]}
    got = {day: cell for day, cell in now.items() if was.get(day, (None,))[0] != cell[0]}
    if got and lost:
        return "exhibitor.moved", _cells(change, lost), _cells(change, got)
    if got:
        return "exhibitor.allocated", {}, _cells(change, got)
    if lost:
        return "exhibitor.released", _cells(change, lost), {}
    fixed = {day: cell for day, cell in now.items() if was[day] != cell}
    statuses = {status for _stand, status in fixed.values()}
    is_confirmed = statuses == {Allocation.Status.CONFIRMED}
    verb = "exhibitor.stay_confirmed" if is_confirmed else "exhibitor.stay_unconfirmed"
    return verb, {}, _cells(change, fixed)


def _cells(change: Change, stay: Stay) -> dict[str, Any]:
    """In the order of the fair; the step itself says which stand on which half-day."""
    days = [day for day in change.half_days if day in stay]
    numbers = dict.fromkeys(change.stands[stay[day][0]].number for day in days)
    return {"stand": ", ".join(numbers), "half_days": days}
