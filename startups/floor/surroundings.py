"""Who stands to the left, to the right and across, as one sees it from behind one's own stand."""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, radians, sin
from typing import NamedTuple

from events.geometry import Aisle, Place, survey

Vector = tuple[float, float]


class Around(NamedTuple):
    """The stands on each side, the nearest first; `beside` where no aisle tells the front."""

    left: tuple[int, ...] = ()
    right: tuple[int, ...] = ()
    behind: tuple[int, ...] = ()
    across: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()

    @property
    def all(self) -> tuple[int, ...]:
        return (*self.left, *self.right, *self.behind, *self.across, *self.beside)


def around(stand_id: int, places: Iterable[Place]) -> Around:
    """`places` has the stand and at least all that lie within an aisle's width of it."""
    by_key = {place.id: place for place in places}
    if stand_id not in by_key:
        return Around()
    found = survey(by_key.values(), near=[stand_id])
    beside = [other for pair in found.beside for other in pair if other != stand_id]
    aisles = [aisle for aisle in found.aisles if stand_id in (aisle.first, aisle.second)]
    place = by_key[stand_id]
    front = _front(place, aisles)
    across = [_other(aisle, stand_id) for aisle in aisles]
    if front is None:
        return Around(beside=_nearest(place, beside, by_key))
    # With the y axis pointing down, the right hand of who looks along (x, y) is (-y, x).
    right = (-front[1], front[0])
    sides: dict[str, list[int]] = {"left": [], "right": [], "behind": [], "across": []}
    for key in beside:
        way = _way(place, by_key[key])
        along, aside = _dot(way, front), _dot(way, right)
        if abs(aside) >= abs(along):
            sides["right" if aside > 0 else "left"].append(key)
        else:
            sides["across" if along > 0 else "behind"].append(key)
    for key in across:
        way = _way(place, by_key[key])
        along, aside = _dot(way, front), _dot(way, right)
        if along > 0 and along >= abs(aside) * 0.5:
            sides["across"].append(key)
        elif abs(aside) > abs(along):
            # Over a passage at the end of the row.
            sides["right" if aside > 0 else "left"].append(key)
        else:
            sides["behind"].append(key)
    return Around(**{side: _nearest(place, keys, by_key) for side, keys in sides.items()})


def _front(place: Place, aisles: Sequence[Aisle]) -> Vector | None:
    """Towards the aisle: along the stand's depth where there is one, else wherever there is."""
    turn = radians(place.rotation)
    wide, deep = (cos(turn), sin(turn)), (-sin(turn), cos(turn))
    best: tuple[tuple[bool, float], Vector] | None = None
    for aisle in aisles:
        x, y = _middle_of(aisle.corners)
        way = (x - place.x - place.width / 2, y - place.y - place.depth / 2)
        aside, along = _dot(way, wide), _dot(way, deep)
        is_deep = abs(along) * place.width >= abs(aside) * place.depth
        axis, amount = (deep, along) if is_deep else (wide, aside)
        direction = axis if amount > 0 else (-axis[0], -axis[1])
        # The narrower the aisle, the more they face each other.
        rank = (is_deep, -aisle.width)
        if best is None or rank > best[0]:
            best = (rank, direction)
    return best[1] if best else None


def _other(aisle: Aisle, key: int) -> int:
    return aisle.second if aisle.first == key else aisle.first


def _nearest(place: Place, keys: Iterable[int], by_key: Mapping[int, Place]) -> tuple[int, ...]:
    def distance(key: int) -> tuple[float, int]:
        way = _way(place, by_key[key])
        return (_dot(way, way), key)

    return tuple(sorted(set(keys), key=distance))


def _middle(place: Place) -> Vector:
    return (place.x + place.width / 2, place.y + place.depth / 2)


def _middle_of(corners: Sequence[Vector]) -> Vector:
    return (sum(x for x, _y in corners) / len(corners), sum(y for _x, y in corners) / len(corners))


def _way(place: Place, other: Place) -> Vector:
    (x, y), (to_x, to_y) = _middle(place), _middle(other)
    return (to_x - x, to_y - y)


def _dot(one: Vector, other: Vector) -> float:
    return one[0] * other[0] + one[1] * other[1]
