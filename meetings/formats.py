"""How long a meeting of each format usually takes, and what is kept free around it."""

from dataclasses import dataclass
from datetime import timedelta

from meetings.models import Meeting

Format = Meeting.Format


@dataclass(frozen=True)
class Shape:
    minutes: int
    buffer_minutes: int

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


# Lengths of real programmes, rounded to what fits into a half-day; an organiser sets any other.
SHAPES: dict[str, Shape] = {
    Format.BILATERAL: Shape(30, 10),
    Format.DELEGATION: Shape(45, 10),
    Format.ROUND_TABLE: Shape(60, 15),
    Format.WORKING_LUNCH: Shape(90, 15),
    Format.STAND_STOP: Shape(10, 5),
    Format.WALK_THROUGH: Shape(60, 15),
    Format.INAUGURATION: Shape(45, 15),
    Format.SIGNING: Shape(30, 15),
    Format.PRESS_POINT: Shape(20, 10),
    Format.DEMO: Shape(20, 5),
}


def shape_of(format: str) -> Shape:
    return SHAPES.get(format, SHAPES[Format.BILATERAL])
