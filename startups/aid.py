"""The de minimis rule (regulation (EU) 2023/2831, article 3): plain values in, a sum out.

300,000 € at most for one undertaking over any three years, rolling from day to day. The regulation
does not say whether the anniversary itself still counts; official examples count it, and so do we:
an aid granted three years ago to the day is in. What was granted after the day looked at counts,
too: the sum errs on the side of a warning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

CEILING = Decimal("300000.00")
YEARS = 3


@dataclass(frozen=True)
class Grant:
    granted_on: date
    amount: Decimal


@dataclass(frozen=True)
class Standing:
    """What counts on one day, and what a stand adds to it."""

    day: date
    since: date
    declared: Decimal
    advantage: Decimal

    @property
    def total(self) -> Decimal:
        return self.declared + self.advantage

    @property
    def is_above(self) -> bool:
        """300,000 € to the cent is still allowed."""
        return self.total > CEILING

    @property
    def excess(self) -> Decimal:
        return max(self.total - CEILING, Decimal(0))


def first_day(day: date) -> date:
    """Three years earlier. Of 29 February it is the 28th, the earlier of the two candidates."""
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:
        return day.replace(year=day.year - YEARS, day=28)


def counts(granted_on: date, day: date) -> bool:
    return granted_on >= first_day(day)


def standing(grants: Iterable[Grant], *, day: date, advantage: Decimal | None) -> Standing:
    """Exact to the cent: amounts are Decimal and never rounded."""
    since = first_day(day)
    declared = sum(
        (grant.amount for grant in grants if grant.granted_on >= since), start=Decimal(0)
    )
    return Standing(day=day, since=since, declared=declared, advantage=advantage or Decimal(0))
