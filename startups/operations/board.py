"""The verbs of the rotation board. Each is one change of the plan, whole or refused, and a step.

A change of stays that none of these says is a `change_board`.
"""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Stand
from pavilion.core.models import User
from startups.models import Allocation, Board, BoardStep, Exhibitor
from startups.operations.board_planning import Stay, plan
from startups.operations.board_preview import Preview, preview
from startups.operations.board_refusals import (
    AlreadyUndone,
    CellConfirmed,
    ExhibitorLeft,
    HalfDaysTaken,
    NothingToExchange,
    NotInEdition,
    NotInRegion,
    StandHeld,
    StandNotInUse,
)
from startups.operations.board_undoing import undo_step
from startups.operations.board_writing import change_board, locked_board, write

__all__ = [
    "AlreadyUndone",
    "CellConfirmed",
    "ExhibitorLeft",
    "HalfDaysTaken",
    "NotInEdition",
    "NotInRegion",
    "NothingToExchange",
    "Preview",
    "StandHeld",
    "StandNotInUse",
    "change_board",
    "confirm_stays",
    "drop_hold",
    "exchange",
    "free",
    "hold_stand",
    "locked_board",
    "move_stay",
    "place",
    "preview",
    "unconfirm_stays",
    "undo_step",
]

Kind = BoardStep.Kind


def place(
    *,
    exhibitor_id: int,
    stand_id: int,
    half_day_ids: Collection[int],
    by: User | None,
    by_name: str = "",
    reason: str = "",
    seen: Mapping[int, int] | None = None,
    statuses: Mapping[int, str] | None = None,
    kind: BoardStep.Kind = Kind.PLACE,
) -> BoardStep | None:
    """Add half-days on a stand to what the exhibitor has. Refused where it is on another one."""
    with transaction.atomic():
        board = _board_of(exhibitor_id)
        change = plan(
            edition=board.edition,
            stays={exhibitor_id: {**_stay(exhibitor_id), **dict.fromkeys(half_day_ids, stand_id)}},
            holds={},
            by=by,
            seen=seen,
            statuses=statuses,
            adds_only=True,
            locks=True,
        )
        return write(board, change, kind=kind, by=by, by_name=by_name, reason=reason)


def move_stay(
    *,
    exhibitor_id: int,
    stand_id: int,
    by: User | None,
    half_day_ids: Collection[int] | None = None,
    by_name: str = "",
    reason: str = "",
    seen: Mapping[int, int] | None = None,
) -> BoardStep | None:
    """Take what the exhibitor has on these half-days, or all of it, to another stand."""
    with transaction.atomic():
        board = _board_of(exhibitor_id)
        stay = _stay(exhibitor_id)
        moved = {day: stand_id for day in stay if half_day_ids is None or day in half_day_ids}
        return change_board(
            edition_id=board.edition_id,
            stays={exhibitor_id: {**stay, **moved}},
            kind=Kind.MOVE,
            by=by,
            by_name=by_name,
            reason=reason,
            seen=seen,
        )


def exchange(
    *,
    first: int,
    second: int,
    by: User | None,
    half_day_ids: Collection[int] | None = None,
    by_name: str = "",
    reason: str = "",
    seen: Mapping[int, int] | None = None,
    kind: BoardStep.Kind = Kind.EXCHANGE,
    over_confirmed: bool = False,
) -> BoardStep | None:
    """Each of two exhibitors gets what the other has on these half-days, or all of it."""
    with transaction.atomic():
        board = _board_of(first)
        mine, theirs = _stay(first), _stay(second)
        if first == second or not (mine or theirs):
            raise NothingToExchange(_("Neither of the two has anything to exchange."))
        named = {*mine, *theirs} if half_day_ids is None else set(half_day_ids)
        return change_board(
            edition_id=board.edition_id,
            stays={first: _taking(mine, theirs, named), second: _taking(theirs, mine, named)},
            kind=kind,
            by=by,
            by_name=by_name,
            reason=reason,
            seen=seen,
            over_confirmed=over_confirmed,
        )


def free(
    *,
    exhibitor_id: int,
    by: User | None,
    half_day_ids: Collection[int] | None = None,
    by_name: str = "",
    reason: str = "",
    seen: Mapping[int, int] | None = None,
    over_confirmed: bool = False,
    as_company: bool = False,
) -> BoardStep | None:
    """Free these half-days of the exhibitor, or all of them.

    `as_company`: who may act for the company was checked before; its region need not be theirs.
    """
    with transaction.atomic():
        board = _board_of(exhibitor_id)
        stay = _stay(exhibitor_id)
        named = stay.keys() if half_day_ids is None else set(half_day_ids)
        change = plan(
            edition=board.edition,
            stays={exhibitor_id: {day: stay[day] for day in stay if day not in named}},
            holds={},
            by=None if as_company else by,
            seen=seen,
            over_confirmed=over_confirmed,
            locks=True,
        )
        return write(board, change, kind=Kind.FREE, by=by, by_name=by_name, reason=reason)


def confirm_stays(
    *,
    edition_id: int,
    exhibitor_ids: Collection[int],
    by: User | None,
    half_day_ids: Collection[int] | None = None,
    by_name: str = "",
    reason: str = "",
    seen: Mapping[int, int] | None = None,
) -> BoardStep | None:
    """Fix what these exhibitors have on these half-days, or all of it: nothing moves it now."""
    return _set_status(
        edition_id,
        exhibitor_ids,
        half_day_ids,
        status=Allocation.Status.CONFIRMED,
        kind=Kind.CONFIRM,
        by=by,
        by_name=by_name,
        reason=reason,
        seen=seen,
    )


def unconfirm_stays(
    *,
    edition_id: int,
    exhibitor_ids: Collection[int],
    by: User | None,
    half_day_ids: Collection[int] | None = None,
    by_name: str = "",
    reason: str = "",
    seen: Mapping[int, int] | None = None,
) -> BoardStep | None:
    """Take the confirmation back: the half-days stay where they are, and may be moved again."""
    return _set_status(
        edition_id,
        exhibitor_ids,
        half_day_ids,
        status=Allocation.Status.PLANNED,
        kind=Kind.RELEASE,
        by=by,
        by_name=by_name,
        reason=reason,
        seen=seen,
    )


def hold_stand(
    *,
    stand_id: int,
    half_day_ids: Collection[int],
    by: User | None,
    note: str = "",
    by_name: str = "",
    reason: str = "",
) -> BoardStep | None:
    """Keep a stand free on these half-days. Refused where somebody has it."""
    return _hold(stand_id, half_day_ids, note, by=by, by_name=by_name, reason=reason)


def drop_hold(
    *,
    stand_id: int,
    half_day_ids: Collection[int],
    by: User | None,
    by_name: str = "",
    reason: str = "",
) -> BoardStep | None:
    """Give a stand that was kept free back to whoever needs it."""
    return _hold(stand_id, half_day_ids, None, by=by, by_name=by_name, reason=reason)


def _board_of(exhibitor_id: int) -> Board:
    edition_id = Exhibitor.objects.values_list("participation__edition", flat=True)
    return locked_board(edition_id.get(pk=exhibitor_id))


def _stay(exhibitor_id: int) -> dict[int, int]:
    held = Allocation.objects.filter(exhibitor=exhibitor_id)
    return dict(held.values_list("half_day_id", "stand_id"))


def _taking(mine: Mapping[int, int], theirs: Mapping[int, int], named: set[int]) -> dict[int, int]:
    kept = {day: stand for day, stand in mine.items() if day not in named}
    return {**kept, **{day: stand for day, stand in theirs.items() if day in named}}


def _set_status(
    edition_id: int,
    exhibitor_ids: Collection[int],
    half_day_ids: Collection[int] | None,
    *,
    status: Allocation.Status,
    kind: BoardStep.Kind,
    by: User | None,
    by_name: str,
    reason: str,
    seen: Mapping[int, int] | None,
) -> BoardStep | None:
    with transaction.atomic():
        board = locked_board(edition_id)
        stays: dict[int, Stay] = {pk: {} for pk in exhibitor_ids}
        for row in Allocation.objects.filter(exhibitor__in=exhibitor_ids):
            is_named = half_day_ids is None or row.half_day_id in half_day_ids
            cell = row.stand_id, str(status if is_named else row.status)
            stays[row.exhibitor_id][row.half_day_id] = cell
        change = plan(
            edition=board.edition,
            stays={pk: {day: cell[0] for day, cell in stay.items()} for pk, stay in stays.items()},
            holds={},
            by=by,
            seen=seen,
            cell_statuses=stays,
            locks=True,
        )
        return write(board, change, kind=kind, by=by, by_name=by_name, reason=reason)


def _hold(
    stand_id: int,
    half_day_ids: Collection[int],
    note: str | None,
    *,
    by: User | None,
    by_name: str,
    reason: str,
) -> BoardStep | None:
    edition_id = Stand.objects.values_list("edition", flat=True).get(pk=stand_id)
    return change_board(
        edition_id=edition_id,
        stays={},
        holds={(stand_id, day): note for day in half_day_ids},
        kind=Kind.HOLD,
        by=by,
        by_name=by_name,
        reason=reason,
    )
