"""A drawn mark for each theme: a theme is told by shape and word, colours being the regions'."""

from collections.abc import Sequence
from math import cos, pi, sin
from typing import NamedTuple

Points = Sequence[tuple[float, float]]


class Mark(NamedTuple):
    """The corners on a grid of ten by ten, to be filled or only outlined."""

    points: Points
    is_hollow: bool

    @property
    def as_text(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


def _around(corners: int, radius: float = 5, start: float = -pi / 2) -> Points:
    turn = 2 * pi / corners
    return [
        (
            round(5 + radius * cos(start + turn * corner), 2),
            round(5 + radius * sin(start + turn * corner), 2),
        )
        for corner in range(corners)
    ]


def _star() -> Points:
    outer, inner = _around(5), _around(5, 2.1, -pi / 2 + pi / 5)
    return [point for pair in zip(outer, inner, strict=True) for point in pair]


_SHAPES: Sequence[Points] = (
    _around(20),
    [(0.6, 0.6), (9.4, 0.6), (9.4, 9.4), (0.6, 9.4)],
    [(5, 0.3), (10, 9.4), (0, 9.4)],
    [(5, 0), (10, 5), (5, 10), (0, 5)],
    _star(),
    [
        *((3.4, 0), (6.6, 0), (6.6, 3.4), (10, 3.4), (10, 6.6), (6.6, 6.6)),
        *((6.6, 10), (3.4, 10), (3.4, 6.6), (0, 6.6), (0, 3.4), (3.4, 3.4)),
    ],
    [(0, 0.6), (10, 0.6), (5, 9.7)],
    [(0, 3), (10, 3), (10, 7), (0, 7)],
)


def mark_of(position: int) -> Mark:
    """By a theme's place among them: full shapes first, then the same ones outlined."""
    turn = max(position - 1, 0)
    return Mark(_SHAPES[turn % len(_SHAPES)], turn // len(_SHAPES) % 2 == 1)
