"""A plan that was good yesterday: what moves today is what has to."""

from dataclasses import replace

from startups.allocator.answer import Score
from startups.allocator.problem import Exhibitor, HalfDay, Problem, Stand
from startups.allocator.running import solve
from tests.startups.allocator.checker import broken_rules
from tests.startups.allocator.fair import edition


def _with_present(problem, plan):
    return tuple(
        replace(row, present=dict(plan.stays.get(row.id, {}))) for row in problem.exhibitors
    )


def _moved(before, after):
    return {number for number, stay in before.items() if after.get(number) != stay}


def test_after_five_leave_and_a_stand_loses_its_power_only_those_it_served_move():
    problem = replace(edition(only=10, seed=3), time_limit=60)
    first = solve(problem)
    leaving = {2, 9, 17, 25, 33}
    dead = next(
        stand.id
        for stand in problem.stands
        if sum(stand.id in stay.values() for stay in first.stays.values()) == 2
        and not any(stand.id in first.stays[number].values() for number in leaving)
    )
    served = {number for number, stay in first.stays.items() if dead in stay.values()}
    second = replace(
        problem,
        stands=tuple(
            replace(stand, watts=0) if stand.id == dead else stand for stand in problem.stands
        ),
        exhibitors=tuple(row for row in _with_present(problem, first) if row.id not in leaving),
    )

    plan = solve(second)

    stayed = {number: stay for number, stay in first.stays.items() if number not in leaving}
    assert (plan.status, plan.placed, broken_rules(second, plan)) == ("optimal", 35, [])
    assert _moved(stayed, plan.stays) == served


def test_nothing_moves_when_nothing_has_changed():
    problem = replace(edition(only=10, seed=3), time_limit=60)
    first = solve(problem)

    plan = solve(replace(problem, exhibitors=_with_present(problem, first)))

    assert plan.stays == first.stays


def test_filling_gaps_moves_nobody_though_a_move_would_place_one_more():
    days = (HalfDay(id=1), HalfDay(id=2))
    stands = (Stand(id=10, group=5, screen=True), Stand(id=11, group=5))
    guest = Exhibitor(id=1, group=5, rank=2, granted=2, present={1: 10, 2: 10})
    needy = Exhibitor(id=2, group=5, rank=1, granted=2, screen=True)
    problem = Problem(half_days=days, stands=stands, exhibitors=(guest, needy), time_limit=60)

    assert solve(replace(problem, only_gaps=True)).stays == {1: {1: 10, 2: 10}}
    assert solve(problem).stays == {1: {1: 11, 2: 11}, 2: {1: 10, 2: 10}}


def test_the_region_says_what_comes_first():
    days = tuple(HalfDay(id=number) for number in (1, 2, 3, 4))
    guest = Exhibitor(
        id=1, group=5, rank=1, granted=2, wished=frozenset({3, 4}), present={1: 10, 2: 10}
    )
    problem = Problem(
        half_days=days, stands=(Stand(id=10, group=5),), exhibitors=(guest,), time_limit=60
    )

    wishes_first = solve(problem)
    moves_first = solve(replace(problem, levels={5: ("placed", "few_moves", "wished_days")}))

    assert (wishes_first.stays, moves_first.stays) == ({1: {3: 10, 4: 10}}, {1: {1: 10, 2: 10}})
    assert wishes_first.groups[5] == (
        Score(name="placed", objective=1, bound=1),
        Score(name="wished_days", objective=2, bound=2),
        Score(name="few_moves", objective=1, bound=1),
        Score(name="fairness", objective=0, bound=0),
        Score(name="neighbourhood", objective=0, bound=0),
    )


def test_good_neighbours_cost_a_move_only_where_the_region_puts_them_first():
    stands = tuple(
        Stand(id=number, group=5, neighbours=frozenset({number - 1, number + 1}))
        for number in (10, 11, 12)
    )
    exhibitors = tuple(
        Exhibitor(id=number, group=5, rank=number, granted=1, theme=theme, present={1: 9 + number})
        for number, theme in ((1, "health"), (2, "data"), (3, "health"))
    )
    problem = Problem(
        half_days=(HalfDay(id=1),), stands=stands, exhibitors=exhibitors, time_limit=60
    )
    first = ("placed", "neighbourhood", "few_moves")

    as_usual = solve(problem)
    together = solve(replace(problem, levels={5: first}))

    assert [(row.name, row.objective) for row in as_usual.groups[5][2:]] == [
        ("few_moves", 0),
        ("fairness", 0),
        ("neighbourhood", 0),
    ]
    assert [(row.name, row.objective) for row in together.groups[5][1:3]] == [
        ("neighbourhood", 1),
        ("few_moves", 2),
    ]
