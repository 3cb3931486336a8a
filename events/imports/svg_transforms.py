"""The transforms of SVG 1.1 §7.6, as one matrix each."""

import re
from math import cos, radians, sin, tan

from events.imports.svg_paths import Point, numbers

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_CALL = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)")


def times(one: Matrix, other: Matrix) -> Matrix:
    """First `other`, then `one`: as a group's lies around its shapes'."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (
        a * g + c * h,
        b * g + d * h,
        a * i + c * j,
        b * i + d * j,
        a * k + c * m + e,
        b * k + d * m + f,
    )


def applied(matrix: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    x, y = point
    return round(a * x + c * y + e, 3), round(b * x + d * y + f, 3)


def matrix_of(text: str) -> Matrix:
    matrix = IDENTITY
    for name, rest in _CALL.findall(text):
        matrix = times(matrix, _one(name, numbers(rest)))
    return matrix


def _one(name: str, values: list[float]) -> Matrix:
    match name, values:
        case "matrix", [a, b, c, d, e, f]:
            return a, b, c, d, e, f
        case "translate", [x, *rest]:
            return 1, 0, 0, 1, x, rest[0] if rest else 0
        case "scale", [x, *rest]:
            return x, 0, 0, rest[0] if rest else x, 0, 0
        case "rotate", [angle, *centre]:
            c, s = cos(radians(angle)), sin(radians(angle))
            x, y = centre if len(centre) == 2 else (0, 0)
            return c, s, -s, c, x - c * x + s * y, y - s * x - c * y
        case "skewX", [angle]:
            return 1, 0, tan(radians(angle)), 1, 0, 0
        case "skewY", [angle]:
            return 1, tan(radians(angle)), 0, 1, 0, 0
    return IDENTITY
