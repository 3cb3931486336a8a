"""Against the rules and against trying everything, on problems full of trouble."""

from collections import Counter
from dataclasses import replace

import pytest

from startups.allocator.running import solve
from tests.startups.allocator.checker import broken_rules, false_reasons, scores
from tests.startups.allocator.exhaustive import (
    best,
    best_neighbours,
    best_of_all,
    in_order,
    options,
    reached,
)
from tests.startups.allocator.trouble import troubled


@pytest.mark.parametrize("tens", range(20))
def test_no_rule_is_broken_and_every_reason_is_true(tens):
    for seed in range(10 * tens, 10 * tens + 10):
        problem = troubled(seed, most_exhibitors=14, most_stands=6, most_half_days=8)

        plan = solve(problem)

        assert (seed, broken_rules(problem, plan), false_reasons(problem, plan)) == (seed, [], [])
        told = {
            group: {score.name: score.objective for score in levels}
            for group, levels in plan.groups.items()
        }
        assert told == {group: dict(row) for group, row in scores(problem, plan).items()}


@pytest.mark.parametrize("tens", range(10))
def test_the_optimum_is_that_of_trying_everything(tens):
    for seed in range(1000 + 10 * tens, 1010 + 10 * tens):
        problem = troubled(seed)

        plan = solve(problem)
        proved = solve(_neighbours_last(problem))

        assert (seed, reached(problem, plan)) == (seed, best(problem))
        assert (seed, proved.status) == (seed, "optimal")
        is_same = _neighbours_last(problem) == problem
        assert plan.status in (("optimal",) if is_same else ("optimal", "feasible"))


def _neighbours_last(problem):
    levels = {
        group: (*(name for name in names if name != "neighbourhood"), "neighbourhood")
        for group, names in problem.levels.items()
    }
    return replace(problem, levels=levels)


def test_what_stands_below_good_neighbours_is_never_called_proved_where_they_might_be_better():
    statuses = Counter()
    order = ("placed", "neighbourhood", "wished_days", "few_moves", "fairness")
    for seed in range(5000, 5150):
        problem = troubled(seed, most_exhibitors=4, most_stands=3, most_half_days=4)
        problem = replace(problem, levels=dict.fromkeys((1, 2, 3), order))
        optimum = best_of_all(problem, 1500)
        if optimum is None or len({row.group for row in problem.exhibitors}) > 1:
            continue

        plan = solve(problem)

        worth = in_order(problem, plan)
        statuses[plan.status, worth == optimum] += 1
        assert (seed, plan.status) == (seed, "feasible") or worth == optimum
        if plan.status == "feasible":
            assert [score.proved for score in plan.levels if score.name == "fairness"] == [False]
            assert not [row.proved for row in plan.groups[1][2:] if row.proved]
    assert statuses["optimal", True] > 30
    assert statuses["feasible", False] > 3


def test_nobody_is_hopeless_but_who_has_no_place_in_an_empty_fair():
    for seed in range(2000, 2050):
        problem = troubled(seed)
        plan = solve(problem)
        hopeless = {
            number
            for number, reason in plan.unplaced.items()
            if reason.kind in ("no_stand", "no_stay")
        }

        assert all(
            options(problem, row) == [None] for row in problem.exhibitors if row.id in hopeless
        )


def test_good_neighbours_are_as_good_as_can_be_on_small_problems_and_never_pass_their_bound():
    ours, theirs, tried = 0, 0, 0
    for seed in range(3000, 3200):
        problem = replace(
            troubled(seed, most_exhibitors=4, most_stands=4, most_half_days=4), levels={}
        )
        groups = {row.group for row in problem.exhibitors}
        optimum = best_neighbours(problem, 1, 2000) if groups == {1} else None
        if optimum is None:
            continue
        tried += 1

        score = solve(problem).groups[1][-1]

        assert (seed, score.name) == (seed, "neighbourhood")
        assert score.objective <= optimum <= score.bound, (seed, score, optimum)
        ours, theirs = ours + (score.objective == optimum), theirs + 1
    assert (tried > 30, ours) == (True, theirs)
