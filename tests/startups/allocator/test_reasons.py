"""The smallest reason, for each way to be left out."""

from startups.allocator.answer import Reason
from startups.allocator.problem import Exhibitor, HalfDay, Problem, Stand
from startups.allocator.running import solve

DAYS = (HalfDay(id=1), HalfDay(id=2), HalfDay(id=3), HalfDay(id=4))


def _company(number, **known):
    return Exhibitor(id=number, group=5, rank=number, **{"granted": 4, **known})


def _unplaced(stands, *exhibitors):
    plan = solve(Problem(half_days=DAYS, stands=stands, exhibitors=exhibitors, time_limit=60))
    return dict(plan.unplaced)


def test_no_stand_meets_what_is_needed_together():
    stands = (Stand(id=10, group=5, watts=3000), Stand(id=11, group=5, screen=True))

    assert _unplaced(stands, _company(1, watts=2000, screen=True, load=100)) == {
        1: Reason(kind="no_stand", needs=("watts", "screen"))
    }


def test_a_region_without_a_stand_has_none_to_give():
    assert _unplaced((Stand(id=10, group=6),), _company(1)) == {1: Reason(kind="no_stand")}


def test_too_few_half_days_are_possible():
    stands = (Stand(id=10, group=5),)

    assert _unplaced(stands, _company(1, impossible=frozenset({2, 3}), granted=3)) == {
        1: Reason(kind="no_stay", half_days=(2, 3))
    }


def test_better_ranks_have_the_stands_with_enough_power():
    stands = (
        Stand(id=10, group=5, watts=3000),
        Stand(id=11, group=5, watts=3000),
        Stand(id=12, group=5, watts=500),
    )
    strong = [_company(number, watts=2000) for number in (1, 2, 3)]

    assert _unplaced(stands, *strong) == {
        3: Reason(
            kind="outranked", needs=("watts",), stands=(10, 11), half_days=(1,), taken_by=(1, 2)
        )
    }


def test_what_is_confirmed_counts_whoever_ranks_better():
    stands = (Stand(id=10, group=5),)
    settled = _company(
        2, granted=2, present={3: 10, 4: 10}, confirmed=frozenset({3, 4}), theme="health"
    )

    assert _unplaced(stands, _company(1, granted=3, wished=frozenset({1, 2, 3})), settled) == {
        1: Reason(kind="taken", stands=(10,), half_days=(3,), taken_by=(2,))
    }


def test_a_stand_kept_free_is_taken_by_nobody():
    stands = (Stand(id=10, group=5, blocked=frozenset({2})),)

    assert _unplaced(stands, _company(1)) == {
        1: Reason(kind="taken", stands=(10,), half_days=(2,), taken_by=())
    }


def test_half_days_left_but_not_in_a_row_are_told_apart():
    stands = (Stand(id=10, group=5, blocked=frozenset({2})),)

    assert _unplaced(stands, _company(1, granted=2, impossible=frozenset({4}))) == {
        1: Reason(kind="taken", stands=(10,), half_days=(2,), is_scattered=True)
    }


def test_stands_taken_at_different_times_are_told_apart():
    stands = (
        Stand(id=10, group=5, blocked=frozenset({1})),
        Stand(id=11, group=5, blocked=frozenset({4})),
    )

    assert _unplaced(stands, _company(1)) == {
        1: Reason(kind="taken", stands=(10, 11), half_days=(1, 4), is_each=True)
    }


def test_a_confirmed_half_day_that_cannot_be_completed_stays_alone():
    stands = (Stand(id=10, group=5), Stand(id=11, group=5))
    begun = _company(1, granted=2, present={2: 10}, confirmed=frozenset({2}))
    others = [
        _company(2, granted=1, present={1: 10}, confirmed=frozenset({1})),
        _company(3, granted=1, present={3: 10}, confirmed=frozenset({3})),
    ]
    problem = Problem(half_days=DAYS, stands=stands, exhibitors=(begun, *others), time_limit=60)

    plan = solve(problem)

    assert plan.stays == {1: {2: 10}, 2: {1: 10}, 3: {3: 10}}
    assert plan.unplaced == {
        1: Reason(kind="taken", stands=(10,), half_days=(1, 3), taken_by=(2, 3))
    }
