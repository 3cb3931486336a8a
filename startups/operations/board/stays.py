"""Give, move, exchange and free half-days. Each is one change of the plan, whole or refused.

A change of stays that none of these says is a `change_board`.
"""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from pavilion.core.models import User
from startups.models import Allocation, Board, BoardStep, Exhibitor
from startups.operations.board.planning import plan
from startups.operations.board.refusals import NothingToExchange
from startups.operations.board.writing import change_board, locked_board, write

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


def _board_of(exhibitor_id: int) -> Board:
    edition_id = Exhibitor.objects.values_list("participation__edition", flat=True)
    return locked_board(edition_id.get(pk=exhibitor_id))


def _stay(exhibitor_id: int) -> dict[int, int]:
    held = Allocation.objects.filter(exhibitor=exhibitor_id)
    return dict(held.values_list("half_day_id", "stand_id"))


def _taking(mine: Mapping[int, int], theirs: Mapping[int, int], named: set[int]) -> dict[int, int]:
    kept = {day: stand for day, stand in mine.items() if day not in named}
    return {**kept, **{day: stand for day, stand in theirs.items() if day in named}}
