"""Scores made comparable: everything on 20, exactly, rounded half up. Plain values, no Django."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

SCALE = 20
# Reviews of one file further apart than this are a disagreement: a jury talks about it.
DISAGREEMENT = Decimal(3)


@dataclass(frozen=True)
class Mark:
    """What was given for one criterion, of how much, and how much it counts."""

    value: int
    max_score: int
    weight: int


def mean_of(marks: Collection[Mark]) -> Decimal:
    """One review's weighted mean on 20."""
    given = sum((Fraction(mark.weight * mark.value, mark.max_score) for mark in marks), Fraction())
    return _rounded(SCALE * given / sum(mark.weight for mark in marks))


def average(means: Collection[Decimal]) -> Decimal:
    """One file's mean: that of its reviews, each counting as much."""
    return _rounded(sum(map(Fraction, means), Fraction()) / len(means))


def deviation(means: Collection[Decimal]) -> Decimal:
    """How far its reviews are from their mean: the standard deviation of them all."""
    middle = sum(means, Decimal(0)) / len(means)
    variance = sum(((mean - middle) ** 2 for mean in means), Decimal(0)) / len(means)
    return variance.sqrt().quantize(Decimal("0.01"), ROUND_HALF_UP)


def _rounded(value: Fraction) -> Decimal:
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)
