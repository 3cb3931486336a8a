"""Where the regions' areas, pods and rooms go: rectangles in metres, packed in rows with aisles.

Pure geometry: no database, no randomness.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

AISLE = 3.0
MARGIN = 3.0
ROOM_AISLE = 1.5
# Between two stands side by side, and from a stand to the edge of its area.
GAP = 0.3
EDGE = 0.4


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    depth: float

    @property
    def outline(self) -> list[list[float]]:
        right, bottom = round(self.x + self.width, 2), round(self.y + self.depth, 2)
        return [[self.x, self.y], [right, self.y], [right, bottom], [self.x, bottom]]


@dataclass(frozen=True)
class Placed:
    level: int
    box: Box


def area_size(square_metres: float) -> tuple[float, float]:
    """Width and depth: as long and as deep as a row is, in steps of 10 cm."""
    depth = 4.0 if square_metres <= 30 else 6.0 if square_metres <= 60 else 12.0
    if square_metres > 900:
        depth = 36.0
    return round(square_metres / depth, 1), depth


def pack(areas: dict[str, float], *, width: float, depth: float) -> dict[str, Placed]:
    """Put each area (name → m²) in rows of equal depth, level after level, within width × depth."""
    sizes = {name: area_size(metres) for name, metres in areas.items()}
    # Deep ones first, long ones first: rows stay even, the reading order stays stable.
    order = sorted(sizes, key=lambda name: (-sizes[name][1], -sizes[name][0], name))
    placed: dict[str, Placed] = {}
    level, x, y, row_depth = 0, MARGIN, MARGIN, 0.0
    for name in order:
        box_width, box_depth = sizes[name]
        if placed and x + box_width > width - MARGIN:
            x, y, row_depth = MARGIN, y + row_depth + AISLE, 0.0
        if y + box_depth > depth - MARGIN:
            level, x, y, row_depth = level + 1, MARGIN, MARGIN, 0.0
        placed[name] = Placed(level, Box(round(x, 2), round(y, 2), box_width, box_depth))
        x += box_width + AISLE
        row_depth = max(row_depth, box_depth)
    return placed


def cells(box: Box, number: int) -> list[Box]:
    """`number` equal places in rows inside `box`, as square as it allows."""
    columns = max(1, min(number, round(sqrt(number * box.width / box.depth))))
    rows = ceil(number / columns)
    columns = ceil(number / rows)
    width, depth = box.width / columns, box.depth / rows
    return [
        Box(
            round(box.x + index % columns * width, 2),
            round(box.y + index // columns * depth, 2),
            round(width, 2),
            round(depth, 2),
        )
        for index in range(number)
    ]


def centred(cell: Box, width: float, depth: float) -> Box:
    """A place of the given size in the middle of a cell, turned down to what the cell can hold."""
    width, depth = min(width, cell.width - 0.6), min(depth, cell.depth - 0.6)
    return Box(
        round(cell.x + (cell.width - width) / 2, 2),
        round(cell.y + (cell.depth - depth) / 2, 2),
        round(width, 2),
        round(depth, 2),
    )


def rows(box: Box, sizes: Sequence[tuple[float, float]]) -> list[Box]:
    """Places of these widths and depths, side by side in as few rows as the box takes, in order.

    The first and the last row face the hall, the aisles between rows are of one depth.
    """
    lines = _lines(sizes, box.width - 2 * EDGE)
    depths = [max(depth for _, depth in line) for line in lines]
    spare = box.depth - 2 * EDGE - sum(depths)
    aisle = spare / max(1, len(lines) - 1)
    places, y = [], box.y + EDGE + (spare / 2 if len(lines) == 1 else 0)
    for line, line_depth in zip(lines, depths, strict=True):
        x = box.x + (box.width - sum(width for width, _ in line) - GAP * (len(line) - 1)) / 2
        for width, depth in line:
            places.append(Box(round(x, 2), round(y, 2), width, depth))
            x += width + GAP
        y += line_depth + aisle
    return places


def _lines(sizes: Sequence[tuple[float, float]], longest: float) -> list[list[tuple[float, float]]]:
    """Rows of about the same length, none longer than `longest`."""
    total = sum(width + GAP for width, _ in sizes)
    number = ceil(total / longest)
    while True:
        lines: list[list[tuple[float, float]]] = [[]]
        length = 0.0
        for width, depth in sizes:
            if lines[-1] and length + width > min(longest, total / number + width / 2):
                lines.append([])
                length = 0.0
            lines[-1].append((width, depth))
            length += width + GAP
        if len(lines) <= number:
            return lines
        number = len(lines)
