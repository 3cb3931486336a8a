"""The order of a call's files, the line across it, and what it would make of decisions."""

from decimal import Decimal

import pytest

from startups.jury.ranking import File, Row, as_prepared, cut_at, plan, ranked, with_changes


def row(pk, *means, status="submitted", name="", prepared="", each=2) -> Row:
    name = name or f"Société {pk:02}"
    file = File(pk, name, "", name.lower(), status, "cyber", "35", None, None, None, prepared)
    return Row(file, [Decimal(mean) for mean in means], assigned=len(means), reviews_each=each)


def order(*rows) -> list[Row]:
    return ranked(rows)


def ranks(rows) -> list[tuple]:
    return [(row.pk, row.rank, row.is_tied) for row in rows]


def test_best_mean_first_equals_share_their_rank_and_unread_files_come_last():
    rows = order(row(1), row(2, "12", "14"), row(3, "15.5"), row(4, "13", "13"), row(5, "9"))

    assert ranks(rows) == [
        (3, 1, False),
        (2, 2, True),
        (4, 2, True),
        (5, 4, False),
        (1, None, False),
    ]
    assert [each.mean for each in rows] == [
        Decimal("15.50"),
        Decimal("13.00"),
        Decimal("13.00"),
        Decimal("9.00"),
        None,
    ]


@pytest.mark.parametrize(
    ("means", "spread", "disagrees"),
    [
        (["12"], None, False),
        (["12", "12"], "0.00", False),
        (["10", "15.99"], "3.00", True),
        (["10", "15.98"], "2.99", False),
        (["4", "16", "10"], "4.90", True),
    ],
)
def test_reviews_far_apart_are_a_disagreement(means, spread, disagrees):
    (found,) = order(row(1, *means))

    assert (found.spread, found.disagrees) == (
        None if spread is None else Decimal(spread),
        disagrees,
    )


def test_a_file_lacks_reviews_until_its_call_has_as_many_as_it_wants():
    assert [each.lacks_reviews for each in order(row(1, "12", "13"), row(2, "11"), row(3))] == [
        False,
        True,
        True,
    ]
    assert not row(4, status="rejected").lacks_reviews


def test_a_drawing_goes_from_the_lowest_to_the_highest_review():
    drawn = row(1, "10", "15", "12.5").range

    assert (drawn.left, drawn.width, drawn.dots) == ("50.0", "25.0", ["50.0", "75.0", "62.5"])


# --- The line ---


def test_the_line_takes_the_best_until_the_places_are_full():
    rows = order(row(1, "15"), row(2, "14"), row(3, "13"), row(4))

    assert [sorted(cut_at(rows, places).chosen) for places in (0, 1, 2, 9)] == [
        [],
        [1],
        [1, 2],
        [1, 2, 3],
    ]
    assert [cut_at(rows, places).line for places in (0, 1, 9)] == [None, 1, 3]


def test_equals_across_the_line_are_named_and_equals_above_it_are_not():
    rows = order(row(1, "15"), row(2, "14"), row(3, "14"), row(4, "14"), row(5, "10"))

    assert [sorted(cut_at(rows, places).tied) for places in (1, 2, 3, 4)] == [
        [],
        [2, 3, 4],
        [2, 3, 4],
        [],
    ]


def test_who_has_a_place_keeps_it_and_who_was_turned_down_takes_none():
    rows = order(
        row(1, "15"), row(2, "14", status="rejected"), row(3, "13"), row(4, "9", status="confirmed")
    )

    assert sorted(cut_at(rows, 2).chosen) == [1, 4]
    assert sorted(cut_at(rows, 1).chosen) == [4]


def test_ticks_move_only_what_is_still_to_be_decided():
    rows = order(row(1, "15"), row(2, "14"), row(3, "13"), row(4, "9", status="confirmed"), row(5))

    chosen = with_changes(cut_at(rows, 2), rows, taken={3, 5, 99}, left={1, 4})

    assert sorted(chosen) == [3, 4, 5]


def test_what_is_prepared_counts_as_chosen():
    rows = order(
        row(1, "15", prepared="rejected"),
        row(2, "14", prepared="selected"),
        row(3, "9", status="selected"),
    )

    assert sorted(as_prepared(rows).chosen) == [2, 3]


# --- What the ranking would prepare ---


def keys(rows) -> list[int]:
    return [each.pk for each in rows]


def test_a_plan_selects_the_chosen_keeps_the_next_waiting_and_refuses_the_rest():
    rows = order(
        row(1, "15"),
        row(2, "14"),
        row(3, "13"),
        row(4, "12"),
        row(5, "11"),
        row(6),
        row(7, "16", status="confirmed"),
    )

    made = plan(rows, {1, 3, 7}, waiting=1, refuse=True)

    assert (keys(made.selected), keys(made.waitlisted), keys(made.rejected)) == (
        [1, 3],
        [2],
        [4, 5],
    )
    assert plan(rows, {1}, waiting=2, refuse=False).rejected == []
