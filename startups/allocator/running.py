"""A whole run: components solved one by one or by two processes, then one answer."""

import time
from collections import Counter
from collections.abc import Iterable

from startups.allocator.answer import Json, Plan, Reason, Score
from startups.allocator.component import Component, components, is_settled
from startups.allocator.control import Control
from startups.allocator.problem import LEVELS, Problem
from startups.allocator.reasons import Reasons
from startups.allocator.solving import Part, Share, prove, settle
from startups.allocator.stays import unmet_needs


def solve(problem: Problem) -> Plan:
    """In this process, to the end."""
    control = Control(ends_at=time.monotonic() + problem.time_limit)
    work = shares(problem)
    proved = [prove(row, share, control) for row, share in work]
    parts = [
        settle(row, share, done, control) for (row, share), done in zip(work, proved, strict=True)
    ]
    return answer(problem, parts, control)


def shares(problem: Problem) -> list[tuple[Component, Share]]:
    found = components(problem)
    everybody = sum(len(row.guests) for row in found)
    return [(row, Share.of(row, everybody)) for row in found]


def answer(problem: Problem, parts: Iterable[Part], control: Control) -> Plan:
    parts = list(parts)
    stays = {exhibitor: stay for part in parts for exhibitor, stay in part.stays.items()}
    placed = frozenset[int]().union(*(part.placed for part in parts))
    reasons = Reasons(problem, stays)
    unplaced: dict[int, Reason] = {
        exhibitor.id: reasons.why(exhibitor)
        for exhibitor in sorted(problem.exhibitors, key=lambda row: (row.group, row.rank))
        if exhibitor.id not in placed
    }
    is_late = control.is_late or any(part.is_late for part in parts)
    is_proved = all(part.is_proved for part in parts)
    status = "cancelled" if control.is_cancelled else "optimal" if is_proved else "feasible"
    return Plan(
        status=status,
        levels=_totals(parts),
        groups=_groups(problem, parts),
        seconds=control.seconds(),
        placed=len(placed),
        stays={exhibitor: stays[exhibitor] for exhibitor in sorted(stays)},
        unplaced=unplaced,
        warnings=(*_warnings(problem), *([{"kind": "clock"}] if is_late else [])),
    )


def _totals(parts: list[Part]) -> tuple[Score, ...]:
    objectives: Counter[str] = Counter()
    bounds: Counter[str] = Counter()
    is_open = {name for part in parts for _, name in part.open}
    for part in parts:
        for name, (objective, bound) in part.totals.items():
            objectives[name] += objective
            bounds[name] += bound
    return tuple(
        Score(name=name, objective=objectives[name], bound=bounds[name], is_open=name in is_open)
        for name in LEVELS
    )


def _groups(problem: Problem, parts: list[Part]) -> dict[int, tuple[Score, ...]]:
    found = {group: gaps for part in parts for group, gaps in part.groups.items()}
    is_open = {level for part in parts for level in part.open}
    return {
        group: tuple(
            Score(
                name=name,
                objective=found[group][name][0],
                bound=found[group][name][1],
                is_open=(group, name) in is_open,
            )
            for name in problem.levels_of(group)
        )
        for group in sorted(found)
    }


def _warnings(problem: Problem) -> list[Json]:
    """Rules that what is fixed breaks already: it stays, and people should know."""
    by_id = {stand.id: stand for stand in problem.stands}
    found: list[Json] = []
    for exhibitor in problem.exhibitors:
        fixed = problem.fixed(exhibitor)
        base: Json = {"exhibitor": exhibitor.id, "stands": sorted(set(fixed.values()))}
        if len(base["stands"]) > 1:
            found.append({"kind": "several_stands", **base})
        for stand in base["stands"]:
            needs = sorted(unmet_needs(exhibitor, by_id[stand])) if stand in by_id else []
            if needs:
                found.append({"kind": "needs", **base, "needs": needs})
            if stand not in by_id or by_id[stand].group not in (None, exhibitor.group):
                found.append({"kind": "zone", **base})
        if days := sorted(fixed.keys() & exhibitor.impossible):
            found.append({"kind": "impossible", **base, "half_days": days})
        if is_settled(exhibitor, fixed) and len(fixed) > exhibitor.granted:
            found.append({"kind": "more_than_granted", **base})
    return found
