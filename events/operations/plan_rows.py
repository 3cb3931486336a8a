"""Rows of stands: the same one again and again, and numbers along a row."""

from collections.abc import Collection, Iterable, Sequence
from math import cos, radians, sin

from django.utils.translation import gettext as _

from events.geometry import Place, corners, places
from events.models import PlanEdit, Stand
from events.operations.plan import change_plan
from events.operations.plan_numbers import next_free
from events.operations.plan_values import STAND_VALUES, ValueRefused
from events.operations.plan_writing import Seen
from pavilion.core.models import User

MOST_COPIES = 200
LONGEST_NUMBER = 12
# The way a row goes or is read, clockwise from the right.
DIRECTIONS = {"right": 0, "down": 90, "left": 180, "up": 270}


def duplicate_row(
    *,
    level_id: int,
    stand_ids: Collection[int],
    count: int,
    spacing: float,
    direction: str,
    by: User | None,
) -> PlanEdit | None:
    """`count` more of these stands, each after the last at `spacing` metres; one edit.

    `direction` is right, down, left or up; "along" and "behind" follow the way the first one is
    turned. Copies carry the next free numbers after those they copy, and everything else.
    """
    if not 1 <= count <= MOST_COPIES:
        raise ValueRefused(
            _("From 1 to %(most)s copies at a time.") % {"most": MOST_COPIES}, field="count"
        )
    stands = _chosen(level_id, stand_ids)
    angle = radians(_angle(direction, stands[0].rotation))
    across, down = cos(angle), sin(angle)
    reaches = [x * across + y * down for place in _places_of(stands) for x, y in corners(place)]
    step = max(reaches) - min(reaches) + spacing
    taken = set(Stand.objects.filter(edition=stands[0].edition_id).values_list("number", flat=True))
    copies = []
    for index in range(1, count + 1):
        for stand in stands:
            values = {name: getattr(stand, name) for name in STAND_VALUES - {"zone"}}
            taken.add(number := next_free(stand.number, taken))
            copies.append(
                {
                    **values,
                    "zone": stand.zone_id,
                    "number": number,
                    "x": float(stand.x) + across * step * index,
                    "y": float(stand.y) + down * step * index,
                }
            )
    return change_plan(level_id=level_id, by=by, new_stands=copies)


def number_row(
    *,
    level_id: int,
    stand_ids: Collection[int],
    prefix: str,
    start: int,
    direction: str,
    by: User | None,
    digits: int = 2,
    seen: Seen | None = None,
) -> PlanEdit | None:
    """Number these stands as they are read: along `direction`, row after row; one edit."""
    ordered = in_reading_order(_places_of(_chosen(level_id, stand_ids)), direction)
    numbers = [f"{prefix.strip()}{start + index:0{digits}d}" for index in range(len(ordered))]
    if longest := next((each for each in numbers if len(each) > LONGEST_NUMBER), ""):
        raise ValueRefused(
            _("%(number)s is too long: %(most)s signs at most.")
            % {"number": longest, "most": LONGEST_NUMBER},
            field="prefix",
        )
    wanted = {key: {"number": number} for key, number in zip(ordered, numbers, strict=True)}
    return change_plan(level_id=level_id, by=by, stands=wanted, seen=seen)


def in_reading_order(stands: Sequence[Place], direction: str) -> list[int]:
    """Row after row: those that overlap the row begun by more than half belong to it."""
    is_lying = direction in ("right", "left")
    forward = 1 if direction in ("right", "down") else -1

    def middle(place: Place) -> tuple[float, float]:
        x, y = place.x + place.width / 2, place.y + place.depth / 2
        return (y, x) if is_lying else (x, y)

    rows: list[list[Place]] = []
    for place in sorted(stands, key=lambda each: (*middle(each), each.id)):
        half = min(place.width, place.depth) / 2
        if rows and middle(place)[0] - middle(rows[-1][0])[0] < half:
            rows[-1].append(place)
        else:
            rows.append([place])
    return [
        place.id
        for row in rows
        for place in sorted(row, key=lambda each: (forward * middle(each)[1], each.id))
    ]


def _chosen(level_id: int, stand_ids: Collection[int]) -> list[Stand]:
    rows = Stand.objects.filter(pk__in=stand_ids, zone__level=level_id)
    stands = list(rows.order_by("y", "x", "pk"))
    if not stands:
        raise ValueRefused(_("Choose a stand first."), field="stands")
    return stands


def _places_of(stands: Iterable[Stand]) -> list[Place]:
    return places(
        (stand.pk, 0, stand.x, stand.y, stand.width, stand.depth, stand.rotation)
        for stand in stands
    )


def _angle(direction: str, rotation: int) -> float:
    if direction in DIRECTIONS:
        return DIRECTIONS[direction]
    if direction not in ("along", "behind"):
        raise ValueRefused(_("A row goes right, down, left or up."), field="direction")
    return rotation + (0 if direction == "along" else -90)
