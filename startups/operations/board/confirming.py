"""Fix half-days where they are, and let them be moved again."""

from collections.abc import Collection, Mapping

from django.db import transaction

from pavilion.core.models import User
from startups.models import Allocation, BoardStep
from startups.operations.board.planning import Stay, plan
from startups.operations.board.writing import locked_board, write

Kind = BoardStep.Kind


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
