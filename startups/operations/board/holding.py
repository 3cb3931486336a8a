"""Keep stands free, and give them back."""

from collections.abc import Collection

from events.models import Stand
from pavilion.core.models import User
from startups.models import BoardStep
from startups.operations.board.writing import change_board


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
        kind=BoardStep.Kind.HOLD,
        by=by,
        by_name=by_name,
        reason=reason,
    )
