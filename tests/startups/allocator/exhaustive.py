"""The best plan of a small problem, by trying everything.

Exhibitors are taken one after the other, each with every place it could have or with none; what
has been reached with the same cells taken is compared level by level in the region's order.
"""

from functools import cache
from itertools import product
from math import prod
from typing import NamedTuple

from tests.startups.allocator.checker import (
    allowed_stays,
    fixed_cells,
    is_settled,
    neighbourhood,
    placed_of,
    scores,
    unevenness,
    unmet,
    worst_unevenness,
)

ADDITIVE = ("placed", "wished_days", "few_moves", "fairness")


def options(problem, exhibitor):
    """Every stay with its stand; `None`: no place, what is fixed stays."""
    fixed = fixed_cells(problem, exhibitor)
    if is_settled(problem, exhibitor):
        return [fixed]
    found = [None]
    if len(set(fixed.values())) > 1:
        return found
    for stand in problem.stands:
        if stand.group not in (None, exhibitor.group) or unmet(exhibitor, stand):
            continue
        if fixed and stand.id not in fixed.values():
            continue
        for days in allowed_stays(problem, exhibitor):
            if not (days - set(fixed)) & stand.blocked:
                found.append(dict.fromkeys(days, stand.id))
    return found


def worth(problem, exhibitor, stay):
    """Each level’s contribution, the more the better."""
    is_placed = stay is not None
    cells = stay if is_placed else fixed_cells(problem, exhibitor)
    return {
        "placed": int(is_placed),
        "wished_days": len(exhibitor.wished & set(cells)) if is_placed else 0,
        "few_moves": -any(cells.get(day) != on for day, on in exhibitor.present.items()),
        "fairness": -(
            unevenness(problem, set(cells))
            if is_placed
            else worst_unevenness(problem, exhibitor.granted)
        ),
    }


def steps(problem):
    """Level by level: groups that aim at the same at the same step go together."""
    groups = sorted({row.group for row in problem.exhibitors})
    orders = [problem.levels_of(group) for group in groups]
    found = []
    for names in zip(*orders, strict=True):
        for name in dict.fromkeys(names):
            of = {group for group, own in zip(groups, names, strict=True) if own == name}
            if name in ADDITIVE:
                found.append((name, of))
    return found


def vector(problem, exhibitor, stay, everybody):
    """All that counts, the most important first; after the number placed, by rank."""
    worths = worth(problem, exhibitor, stay)
    found = []
    for name, groups in steps(problem):
        found.append(worths[name] if exhibitor.group in groups else 0)
        if name == "placed":
            ranked = sorted(
                (row for row in everybody if row.group in groups),
                key=lambda row: (row.rank, row.group),
            )
            found += [int(row.id == exhibitor.id and worths["placed"]) for row in ranked]
    return tuple(found)


def best(problem):
    """The best vector there is."""
    everybody = problem.exhibitors
    taken = frozenset(
        (stand, day) for row in everybody for day, stand in fixed_cells(problem, row).items()
    )
    choices = []
    for row in everybody:
        fixed = fixed_cells(problem, row)
        choices.append(
            [
                (
                    frozenset(
                        (stand, day) for day, stand in (stay or {}).items() if day not in fixed
                    ),
                    vector(problem, row, stay, everybody),
                )
                for stay in options(problem, row)
            ]
        )
    nothing = (0,) * len(choices[0][0][1])

    @cache
    def after(index, cells):
        if index == len(choices):
            return nothing
        return max(
            tuple(map(sum, zip(value, after(index + 1, cells | stay), strict=True)))
            for stay, value in choices[index]
            if not stay & cells
        )

    return after(0, taken)


def reached(problem, plan):
    """The same vector of a plan."""
    everybody = problem.exhibitors
    vectors = []
    for row in everybody:
        stay = None if row.id in plan.unplaced else plan.stays.get(row.id, {})
        vectors.append(vector(problem, row, stay, everybody))
    return tuple(map(sum, zip(*vectors, strict=True)))


def best_neighbours(problem, group, at_most):
    """The best neighbourhood among all plans with the best vector; None: too many to try."""
    wanted = best(problem)
    choices = [options(problem, row) for row in problem.exhibitors]
    if prod(map(len, choices)) > at_most:
        return None
    found = []
    for stays in product(*choices):
        plan = _plan_of(problem, stays)
        if plan is not None and reached(problem, plan) == wanted:
            found.append(neighbourhood(problem, plan, group))
    return max(found)


def _plan_of(problem, stays):
    """None where two are on a stand at once."""
    chosen = dict(zip((row.id for row in problem.exhibitors), stays, strict=True))
    plan = _Plan(
        stays={
            row.id: fixed_cells(problem, row) if stay is None else stay
            for row, stay in zip(problem.exhibitors, stays, strict=True)
        },
        unplaced={number for number, stay in chosen.items() if stay is None},
    )
    cells = [(on, day) for stay in plan.stays.values() for day, on in stay.items()]
    return plan if len(set(cells)) == len(cells) else None


class _Plan(NamedTuple):
    stays: dict
    unplaced: set


def in_order(problem, plan):
    """What a plan of one region is worth, good neighbours where its order has them."""
    told = scores(problem, plan)[1]
    ranked = sorted(problem.exhibitors, key=lambda row: row.rank)
    placed = placed_of(problem, plan)
    found = []
    for name in problem.levels_of(1):
        found.append(-told[name] if name in ("few_moves", "fairness") else told[name])
        if name == "placed":
            found += [row.id in placed for row in ranked]
    return found


def best_of_all(problem, at_most):
    """The best of all plans, level by level as they are ordered; None: too many to try."""
    choices = [options(problem, row) for row in problem.exhibitors]
    if prod(map(len, choices)) > at_most or {row.group for row in problem.exhibitors} != {1}:
        return None
    found = []
    for stays in product(*choices):
        plan = _plan_of(problem, stays)
        if plan is not None:
            found.append(in_order(problem, plan))
    return max(found)
