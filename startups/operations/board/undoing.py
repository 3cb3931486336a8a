"""Take a step back, as long as what it touched is as it left it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Stand
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.models import Allocation, BoardStep, Exhibitor, StandHold
from startups.operations.board.planning import Holds, Stay, last_steps, plan, region_of
from startups.operations.board.refusals import AlreadyUndone, author, changed_since
from startups.operations.board.writing import locked_board, write


class NotUndoable(DomainError):
    """More hangs on the step than the plan: companies agreed on it, and were told."""

    code = "not_undoable"


def undo_step(*, step_id: int, by: User | None, by_name: str = "", reason: str = "") -> BoardStep:
    """Put back what the step changed; an undo can be undone too. Safe to call twice.

    Refused when somebody changed any of it since, by name. What is put back obeys every rule but
    the confirmation, which the step may have set itself.
    """
    edition_id = BoardStep.objects.values_list("board__edition", flat=True).get(pk=step_id)
    with transaction.atomic():
        board = locked_board(edition_id)
        step = BoardStep.objects.get(pk=step_id)
        _ensure_theirs(step, by)
        _ensure_of_the_board(step)
        undo = BoardStep.objects.filter(undoes=step).first()
        if undo is not None:
            return _ensure_same(undo, by)
        stays, holds = _stays(step.before), _holds(step.before)
        _ensure_as_left(step)
        change = plan(
            edition=board.edition,
            stays={pk: {day: cell[0] for day, cell in stay.items()} for pk, stay in stays.items()},
            holds=holds,
            by=by,
            cell_statuses=stays,
            over_confirmed=True,
            locks=True,
        )
        undone = write(
            board,
            change,
            kind=BoardStep.Kind.UNDO,
            by=by,
            by_name=by_name,
            reason=reason,
            undoes=step,
        )
    if undone is None:  # what it touched is as it left it, and a step changes something
        raise RuntimeError(f"Step {step_id} changed nothing")
    return undone


def _ensure_theirs(step: BoardStep, by: User | None) -> None:
    """Before anything is told of it: whoever may not take it back learns nothing."""
    if by is None:
        return
    exhibitors = Exhibitor.objects.filter(pk__in=_stays(step.before))
    regions = set(exhibitors.values_list("participation__region", flat=True))
    stands = Stand.objects.filter(pk__in={stand for stand, _day in _holds(step.before)})
    regions |= {region_of(stand) for stand in stands.select_related("zone__participation")}
    for code in sorted(regions):
        ensure_manages(by, code)


def _ensure_of_the_board(step: BoardStep) -> None:
    """What companies agreed on is not taken back behind them."""
    if step.kind == BoardStep.Kind.SWAP:
        raise NotUndoable(
            _(
                "Two companies agreed on this swap and were told that it is made: it is not "
                "undone. To go back, exchange the two again on the board, then announce the plan, "
                "which tells both."
            )
        )
    if step.kind == BoardStep.Kind.ABSENCE:
        raise NotUndoable(
            _(
                "This place was offered and taken, and both companies were told: it is not undone. "
                "To go back, free the stand on the board and give it to whoever is to have it, "
                "then announce the plan, which tells both."
            )
        )


def _ensure_same(undo: BoardStep, by: User | None) -> BoardStep:
    """The second click of the same person gets the same answer; a colleague learns who did it."""
    if by is None or undo.by_id == by.pk:
        return undo
    raise AlreadyUndone(
        _("%(who)s has undone this step already.") % {"who": author(undo)},
        details={"step": undo.serial},
    )


def _ensure_as_left(step: BoardStep) -> None:
    left, left_holds = _stays(step.after), _holds(step.after)
    present: dict[int, Stay] = {pk: {} for pk in left}
    for row in Allocation.objects.filter(exhibitor__in=left):
        present[row.exhibitor_id][row.half_day_id] = (row.stand_id, row.status)
    stands = {stand for stand, _day in left_holds}
    held = {
        (hold.stand_id, hold.half_day_id): hold.note
        for hold in StandHold.objects.filter(stand__in=stands)
    }
    changed = [pk for pk in left if present[pk] != left[pk]]
    changed_holds = [cell for cell, note in left_holds.items() if held.get(cell) != note]
    if changed or changed_holds:
        raise changed_since(step, [*_who(step, changed), *_who_held(step, changed_holds)])


def _who(step: BoardStep, changed: list[int]) -> Iterable[tuple[str, BoardStep | None]]:
    if not changed:
        return
    last = last_steps(step.board.edition, changed)
    rows = Exhibitor.objects.filter(pk__in=changed).select_related("application")
    for exhibitor in rows.order_by("application__sort_name", "pk"):
        yield str(exhibitor), last.get(exhibitor.pk)


def _who_held(
    step: BoardStep, changed: list[tuple[int, int]]
) -> Iterable[tuple[str, BoardStep | None]]:
    stands = Stand.objects.in_bulk({stand for stand, _day in changed})
    steps = BoardStep.objects.filter(board=step.board_id).select_related("by")
    for stand, day in changed:
        since = steps.filter(after__holds__has_key=f"{stand}:{day}").order_by("-serial").first()
        yield _("Stand %(stand)s") % {"stand": stands[stand]}, since


def _stays(told: Mapping[str, Any]) -> dict[int, Stay]:
    return {
        int(pk): {int(day): (cell[0], cell[1]) for day, cell in stay.items()}
        for pk, stay in told.get("stays", {}).items()
    }


def _holds(told: Mapping[str, Any]) -> Holds:
    holds: Holds = {}
    for cell, note in told.get("holds", {}).items():
        stand, day = cell.split(":")
        holds[int(stand), int(day)] = note
    return holds
