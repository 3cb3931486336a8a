"""Whom a meeting cannot do without, as plain values."""

import pytest

from meetings.quorum import Need, Seat, Standing, quorum

YES, NO, SILENT, PERHAPS = "accepted", "declined", "needs-action", "tentative"


def seat(key, answer, **fields):
    return Seat(key=key, answer=answer, **fields)


def standings(*seats):
    return [(need.either_of, need.seats, need.standing.value) for need in quorum(seats).needs]


@pytest.mark.parametrize(
    ("answers", "standing"),
    [
        ((YES, SILENT), "open"),
        ((YES, YES), "met"),
        ((YES, NO), "lost"),
        ((SILENT, NO), "lost"),
        ((PERHAPS, YES), "open"),
        (("delegated", YES), "met"),
        ((), "met"),
    ],
)
def test_everybody_required_is_needed(answers, standing):
    assert quorum(seat(key, each) for key, each in enumerate(answers)).standing == standing


@pytest.mark.parametrize(
    ("answers", "standing"),
    [
        ((NO, SILENT), "open"),
        ((NO, YES), "met"),
        ((SILENT, YES), "met"),
        ((NO, NO), "lost"),
        ((NO,), "lost"),
    ],
)
def test_of_those_with_one_word_one_is_enough(answers, standing):
    seats = [seat(key, each, either_of="head") for key, each in enumerate(answers)]

    assert standings(*seats) == [("head", tuple(range(len(answers))), standing)]


def test_the_optional_are_not_missed():
    assert quorum([seat(1, NO, is_required=False)]).needs == ()


def test_who_stands_in_fills_the_place():
    seats = [
        seat(1, NO),
        seat(2, NO, stands_in_for=1),
        seat(3, SILENT, stands_in_for=1),
        seat(4, YES),
    ]

    assert standings(*seats) == [("", (1, 2, 3), "open"), ("", (4,), "met")]
    assert quorum(seats).need_of(2) == Need(either_of="", seats=(1, 2, 3), standing=Standing.OPEN)


def test_of_whoever_was_taken_off_the_place_is_the_stand_ins():
    assert standings(seat(2, NO, stands_in_for=1), seat(3, YES, stands_in_for=1)) == [
        ("", (2, 3), "met")
    ]


def test_two_who_stand_in_for_each_other_end():
    assert standings(seat(1, NO, stands_in_for=2), seat(2, YES, stands_in_for=1)) == [
        ("", (1,), "lost"),
        ("", (2,), "met"),
    ]
