"""Rectangles and the letters that fit in them, in drawing units.

Numbers leave as text, so that no language writes "1,5".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

# To the metre.
UNITS = 10
# Width of a letter as a share of its height, and how much of a shape a word may fill.
LETTER, FILL = 0.6, 0.86
# What can still be read, as a share of the drawing's width: less would be a smudge.
LEAST = 1 / 250


class Lettering(NamedTuple):
    """The largest letters of each kind, as a share of the drawing's width."""

    zone: float
    stand: float
    # Zero: from afar only numbers are written, and only their ends ("04" for "BRE-04").
    occupant: float


FAR = Lettering(zone=1 / 50, stand=1 / 80, occupant=0)
CLOSE = Lettering(zone=1 / 32, stand=1 / 42, occupant=1 / 48)


class Shape(NamedTuple):
    """A rectangle and the word in its middle."""

    x: str
    y: str
    width: str
    depth: str
    middle_x: str
    middle_y: str
    label: str
    label_size: str
    # Degrees, around the middle.
    angle: int = 0

    @property
    def turn(self) -> str:
        return f"rotate({self.angle} {self.middle_x} {self.middle_y})" if self.angle else ""


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def fit(names: Sequence[str], width: float, height: float, largest: float) -> tuple[str, float]:
    """The longest name that can be read in this room, else the shortest, and its size."""
    for name in names:
        size = min(largest, height * FILL, width * FILL / (max(len(name), 1) * LETTER))
        if size >= largest * 0.5:
            break
    return name, size


def lettered(box: Box, names: Sequence[str], frame: Box, lettering: Lettering) -> Shape:
    largest = frame.width * lettering.stand
    label, size = fit(names, box.width, box.height * 0.6, largest)
    return Shape(
        text(box.left),
        text(box.top),
        text(box.width),
        text(box.height),
        text((box.left + box.right) / 2),
        text((box.top + box.bottom) / 2),
        label if size >= frame.width * LEAST else "",
        text(size),
    )


def text(value: float) -> str:
    return f"{round(value, 1):g}"
