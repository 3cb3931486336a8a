"""As big as the real thing: proved, legal, and better neighbours than first come, first served."""

from dataclasses import replace

from startups.allocator.component import components
from startups.allocator.greedy import first_come
from startups.allocator.running import solve
from startups.allocator.scores import measure
from tests.startups.allocator.checker import broken_rules, false_reasons
from tests.startups.allocator.fair import edition


def _by_hand(problem):
    return sum(
        row["neighbourhood"]
        for component in components(problem)
        for row in measure(component, first_come(component)).values()
    )


def test_eighteen_regions_from_nothing_and_from_a_plan_of_two_thirds():
    nothing = replace(edition(), time_limit=60)
    by_hand = _by_hand(nothing)
    plan = solve(nothing)
    neighbours = plan.levels[-1].objective

    assert (plan.status, broken_rules(nothing, plan), false_reasons(nothing, plan)) == (
        "optimal", [], [],
    )  # fmt: skip
    assert neighbours > 1.3 * by_hand

    begun = replace(
        nothing,
        exhibitors=tuple(
            replace(row, present=plan.stays.get(row.id, {}) if row.id % 3 else {})
            for row in nothing.exhibitors
        ),
    )
    again = solve(begun)

    assert (again.status, broken_rules(begun, again), again.placed) == ("optimal", [], plan.placed)
    assert again.levels[2].objective == 0
