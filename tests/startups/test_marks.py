from decimal import Decimal

import pytest

from startups.jury.marks import Mark, average, deviation, mean_of


@pytest.mark.parametrize(
    ("marks", "mean"),
    [
        ([Mark(value=5, max_score=5, weight=1)], "20.00"),
        ([Mark(value=0, max_score=5, weight=3)], "0.00"),
        # A criterion that counts twice: (2 × 4/5 + 1 × 1/5) / 3 of 20.
        ([Mark(4, 5, 2), Mark(1, 5, 1)], "12.00"),
        # Different scales: (3/10 + 2/3) / 2 of 20 = 9.666…
        ([Mark(3, 10, 1), Mark(2, 3, 1)], "9.67"),
        # Half a hundredth is rounded up: 20 × 1101/16000 = 1.37625, then 20 × 1/32 = 0.625.
        ([Mark(1, 2, 1), Mark(0, 2, 15)], "0.63"),
        # And not to the even neighbour: 20 × 3/32 = 1.875, 20 × 5/32 = 3.125.
        ([Mark(3, 4, 1), Mark(0, 4, 7)], "1.88"),
        ([Mark(5, 8, 1), Mark(0, 8, 3)], "3.13"),
    ],
)
def test_mean_is_weighted_on_twenty_and_rounded_half_up(marks, mean):
    assert mean_of(marks) == Decimal(mean)


@pytest.mark.parametrize(
    ("means", "mean"),
    [(["12.00"], "12.00"), (["10.00", "10.01"], "10.01"), (["1.00", "1.00", "1.01"], "1.00")],
)
def test_a_files_mean_counts_each_review_as_much(means, mean):
    assert average([Decimal(each) for each in means]) == Decimal(mean)


def test_spread_is_the_standard_deviation_of_all_reviews():
    assert deviation([Decimal("10.00"), Decimal("18.00")]) == Decimal("4.00")
    assert deviation([Decimal("10.00")] * 3) == Decimal("0.00")
    assert deviation([Decimal("10"), Decimal("11"), Decimal("15")]) == Decimal("2.16")
