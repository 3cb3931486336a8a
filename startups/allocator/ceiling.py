"""A bound on good neighbours that no plan can pass, whoever stands where and when.

Exhibitors of one theme on n stands make no more pairs than the best n stands of the plan have side
by side. Each theme also needs a piece of its own at each half-day it is there: where stands form
rows, n stands in p pieces have n − p pairs. Competitors and hand-overs are supposed to cost
nothing, so the bound is generous.
"""

from collections import defaultdict
from itertools import accumulate, pairwise

from startups.allocator.component import Component
from startups.allocator.scores import everybody


def ceiling(component: Component, group: int) -> int:
    pairs = _most_pairs(component, group)
    half_days = len(component.calendar)
    stays: dict[str, list[int]] = defaultdict(list)
    for exhibitor in everybody(component):
        if exhibitor.group == group and exhibitor.theme:
            fixed = len(component.problem.fixed(exhibitor))
            stays[exhibitor.theme].append(min(half_days, max(fixed, exhibitor.granted)))
    # Those fixed on somebody else's stand are counted as if they stood here.
    by_theme = [
        _shared_out(sum(mine), half_days, pairs[: len(mine) + 1]) for mine in stays.values()
    ]
    everywhere = _shared_out(sum(map(sum, stays.values())), half_days, pairs)
    return min(sum(by_theme), everywhere)


def _most_pairs(component: Component, group: int) -> list[int]:
    """At each number of stands, the most pairs of neighbours they can make."""
    shapes, degrees = _shapes(component, group)
    if all(pairs < size for size, pairs in shapes):  # rows and trees: a pair less per piece
        found = [0]
        for size in sorted((size for size, _ in shapes), reverse=True):
            found += [found[-1] + more for more in range(size)]
        return found
    most = sum(pairs for _, pairs in shapes)
    reach = [0, *accumulate(sorted(degrees, reverse=True))]
    return [min(most, sides // 2, n * (n - 1) // 2) for n, sides in enumerate(reach)]


def _shared_out(cells: int, half_days: int, pairs: list[int]) -> int:
    """The most pairs that so many cells make over the half-days: no better than evenly spread."""
    if not half_days or len(pairs) < 2:
        return 0
    each = min(cells / half_days, len(pairs) - 1)
    hull: list[int] = []
    for number in range(len(pairs)):
        while len(hull) > 1 and _is_below(pairs, hull[-2], hull[-1], number):
            hull.pop()
        hull.append(number)
    for low, high in pairwise(hull):
        if each <= high:
            slope = (pairs[high] - pairs[low]) / (high - low)
            return int(half_days * (pairs[low] + slope * (each - low)) + 1e-6)
    return half_days * pairs[-1]


def _is_below(pairs: list[int], low: int, middle: int, high: int) -> bool:
    return (pairs[middle] - pairs[low]) * (high - low) <= (pairs[high] - pairs[low]) * (
        middle - low
    )


def _shapes(component: Component, group: int) -> tuple[list[tuple[int, int]], list[int]]:
    """Stands that hang together within a group’s reach, how many and how many pairs; degrees."""
    mine = {
        position for position, stand in enumerate(component.stands) if stand.group in (None, group)
    }
    found, degrees, seen = [], [], set()
    for first in sorted(mine):
        if first in seen:
            continue
        piece, stack = {first}, [first]
        while stack:
            for beside in component.neighbours[stack.pop()]:
                if beside in mine and beside not in piece:
                    piece.add(beside)
                    stack.append(beside)
        seen |= piece
        sides = [sum(beside in piece for beside in component.neighbours[at]) for at in piece]
        found.append((len(piece), sum(sides) // 2))
        degrees += sides
    return found, degrees
