"""De minimis: three years rolling from day to day, to the cent."""

from datetime import date
from decimal import Decimal

import pytest

from startups import aid
from startups.aid import Grant


def total(*grants, day=date(2030, 4, 30), advantage=None):
    return aid.standing(
        (Grant(on, Decimal(amount)) for on, amount in grants), day=day, advantage=advantage
    ).total


@pytest.mark.parametrize(
    ("granted_on", "day", "counts"),
    [
        # The anniversary itself still counts, the day after it no more.
        (date(2027, 4, 30), date(2030, 4, 29), True),
        (date(2027, 4, 30), date(2030, 4, 30), True),
        (date(2027, 4, 30), date(2030, 5, 1), False),
        (date(2027, 4, 29), date(2030, 4, 30), False),
        # A window that begins in a leap year: the 29th has a day of its own.
        (date(2028, 2, 28), date(2031, 2, 28), True),
        (date(2028, 2, 29), date(2031, 2, 28), True),
        (date(2028, 2, 29), date(2031, 3, 1), False),
        # Looked at on 29 February: three years earlier there was none, so from the 28th.
        (date(2025, 2, 27), date(2028, 2, 29), False),
        (date(2025, 2, 28), date(2028, 2, 29), True),
        (date(2025, 3, 1), date(2028, 2, 29), True),
        # What comes after the day looked at counts as well.
        (date(2030, 5, 2), date(2030, 4, 30), True),
    ],
)
def test_an_aid_counts_until_its_third_anniversary_included(granted_on, day, counts):
    assert aid.counts(granted_on, day) is counts
    assert total((granted_on, "100.00"), day=day) == Decimal("100.00" if counts else 0)


def test_amounts_are_exact_to_the_cent():
    grants = [(date(2029, 1, day), "0.10") for day in range(1, 31)]

    assert total(*grants, advantage=Decimal("0.01")) == Decimal("3.01")


@pytest.mark.parametrize(
    ("declared", "is_above", "excess"),
    [
        ("295999.99", False, "0.00"),
        ("296000.00", False, "0.00"),
        ("296000.01", True, "0.01"),
    ],
)
def test_the_ceiling_itself_is_allowed_with_the_stand_counted(declared, is_above, excess):
    standing = aid.standing(
        [Grant(date(2029, 6, 1), Decimal(declared)), Grant(date(2026, 6, 1), Decimal(200_000))],
        day=date(2030, 4, 30),
        advantage=Decimal("4000.00"),
    )

    assert (standing.since, standing.is_above, standing.excess) == (
        date(2027, 4, 30),
        is_above,
        Decimal(excess),
    )


def test_without_aid_nor_advantage_the_sum_is_nothing():
    assert total() == 0
