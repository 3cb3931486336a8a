"""Paths of straight lines: M, L, H, V and Z, in absolute and relative steps."""

import re
from math import isfinite

from django.utils.translation import gettext as _

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?")
_STEP = re.compile(r"([A-Za-z])([^A-DF-Za-df-z]*)")
Point = tuple[float, float]


class NotStraight(ValueError):
    """A shape without corners; the text says how to mend it."""


def numbers(text: str) -> list[float]:
    found = [float(each) for each in _NUMBER.findall(text)]
    return [each for each in found if isfinite(each) and abs(each) < 1e7]


def corners_of_path(text: str) -> list[Point]:
    """The corners of the one closed line it draws."""
    corners: list[Point] = []
    x = y = 0.0
    is_closed = False
    for letter, rest in _STEP.findall(text):
        if is_closed or (letter in "Mm" and corners):
            raise NotStraight(_("It is made of several lines: give each shape a path of its own."))
        values = numbers(rest)
        is_relative = letter.islower()
        match letter.upper():
            case "M" | "L":
                for dx, dy in zip(values[::2], values[1::2], strict=False):
                    x, y = (x + dx, y + dy) if is_relative else (dx, dy)
                    corners.append((x, y))
            case "H":
                for value in values:
                    x = x + value if is_relative else value
                    corners.append((x, y))
            case "V":
                for value in values:
                    y = y + value if is_relative else value
                    corners.append((x, y))
            case "Z":
                is_closed = True
            case _:
                raise NotStraight(
                    _("It has curves: draw it with straight lines, or as a rectangle.")
                )
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    return corners
