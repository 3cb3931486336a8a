"""The drawing of a level: stands and areas made, changed and taken away in one step."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from events.models import PlanEdit
from events.operations.plan_writing import Change, Draft, Seen, Values, locked_level, write
from pavilion.core.models import User


def change_plan(
    *,
    level_id: int,
    by: User | None,
    stands: Mapping[int, Change] | None = None,
    zones: Mapping[int, Change] | None = None,
    new_stands: Sequence[Values] = (),
    new_zones: Mapping[str, Values] | None = None,
    seen: Seen | None = None,
    label: str = "",
) -> PlanEdit | None:
    """Write the whole edit or nothing of it; None when everything already is so.

    `stands` and `zones` lead from keys to the values wanted, None for what goes. A new stand names
    its zone by key, or by the key its new zone has in `new_zones`. `seen` tells the revisions the
    author saw, {"stands": {…}, "zones": {…}}: what somebody else changed since is refused. A new
    stand without a number takes the next free one of its zone.
    """
    draft = Draft(
        stands=stands or {},
        zones=zones or {},
        new_stands=[(None, _whole(values)) for values in new_stands],
        new_zones=list((new_zones or {}).items()),
    )
    with transaction.atomic():
        return write(draft, level=locked_level(level_id), by=by, seen=seen, label=label)


def _whole(values: Values) -> dict[str, Any]:
    """A new stand has a zone and a place."""
    return {"zone": None, "x": 0, "y": 0, **values}
