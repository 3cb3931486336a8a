"""One part of the problem that can be solved alone: groups linked by shared stands.

Everything is numbered here: exhibitors and stands by their position, half-days by bits.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from startups.allocator.problem import Exhibitor, Problem
from startups.allocator.stays import Calendar, allowed_stays, may_use

# Exhibitor's position → the stand's position and the stay's mask.
Placing = dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Home:
    """A stay on the stand an exhibitor has now."""

    stay: int
    keeps: bool  # all its present cells


@dataclass
class Guest:
    """An exhibitor whose stay is to be decided."""

    exhibitor: Exhibitor
    stays: list[int]
    profile: int  # who shares it may use the same stands
    stand: int | None  # the one it is on now and may stay on
    homes: list[Home]
    held: int  # its fixed half-days, on `stand`: it goes nowhere else
    loses: bool  # a present cell, if it does not keep its home

    @property
    def is_bound(self) -> bool:
        return bool(self.held)


class Component:
    """Guests, stands, and what is free; those whose place is settled are left out."""

    def __init__(self, problem: Problem, groups: frozenset[int]) -> None:
        self.problem = problem
        self.groups = groups
        self.calendar = Calendar(problem.half_days)
        self.stands = [row for row in problem.stands if row.group is None or row.group in groups]
        self.stand_at = {row.id: position for position, row in enumerate(self.stands)}
        self.free = [self.calendar.full & ~self.calendar.mask(row.blocked) for row in self.stands]
        self._take_fixed(problem)
        self._profiles: dict[tuple[object, ...], int] = {}
        self.accepts: list[list[int]] = []  # profile → stands
        self.settled: list[Exhibitor] = []  # placed as they are by what is fixed
        self.hopeless: list[Exhibitor] = []  # no stay or no stand, whoever else comes
        self.guests: list[Guest] = []
        mine = (row for row in problem.exhibitors if row.group in groups)
        for exhibitor in sorted(mine, key=lambda row: (row.rank, row.group)):
            self._sort_in(exhibitor)

    def _take_fixed(self, problem: Problem) -> None:
        for exhibitor in problem.exhibitors:
            for half_day, stand in problem.fixed(exhibitor).items():
                if stand in self.stand_at:
                    self.free[self.stand_at[stand]] &= ~self.calendar.mask([half_day])

    def _sort_in(self, exhibitor: Exhibitor) -> None:
        fixed = self.problem.fixed(exhibitor)
        if is_settled(exhibitor, fixed):
            self.settled.append(exhibitor)
            return
        guest = self._guest(exhibitor, fixed)
        if guest is None:
            self.hopeless.append(exhibitor)
        else:
            self.guests.append(guest)

    def _guest(self, exhibitor: Exhibitor, fixed: Mapping[int, int]) -> Guest | None:
        stays = allowed_stays(exhibitor, fixed, self.calendar)
        held = self.calendar.mask(fixed)
        present = self.calendar.mask(exhibitor.present)
        on = set(fixed.values() if fixed else exhibitor.present.values())
        stand = self.stand_at.get(next(iter(on))) if len(on) == 1 else None
        if stand is not None and not may_use(exhibitor, self.stands[stand]):
            stand = None
        if fixed and stand is None:
            return None
        homes = []
        if stand is not None:
            on_one = set(exhibitor.present.values()) <= on
            homes = [
                Home(stay, keeps=on_one and stay & present == present)
                for stay in stays
                if (stay & ~held) & ~self.free[stand] == 0
            ]
            if not fixed:
                homes = [home for home in homes if home.keeps]
        profile = self._profile(exhibitor)
        if not fixed:
            widest = {self.free[position] for position in self.accepts[profile]}
            stays = [stay for stay in stays if any(stay & ~free == 0 for free in widest)]
        if not (homes if fixed else stays):
            return None
        return Guest(
            exhibitor=exhibitor,
            stays=[] if fixed else stays,
            profile=profile,
            stand=stand if homes else None,
            homes=homes,
            held=held,
            loses=any(half_day not in fixed for half_day in exhibitor.present),
        )

    def _profile(self, exhibitor: Exhibitor) -> int:
        key = needs_key(exhibitor)
        if key not in self._profiles:
            self._profiles[key] = len(self.accepts)
            self.accepts.append(
                [at for at, stand in enumerate(self.stands) if may_use(exhibitor, stand)]
            )
        return self._profiles[key]

    def is_within_reach(self, exhibitor: Exhibitor, stand: int) -> bool:
        """Whether a stand’s id is one of its zone or a shared one."""
        position = self.stand_at.get(stand)
        return position is not None and self.stands[position].group in (None, exhibitor.group)

    @cached_property
    def profile_of_stand(self) -> list[int]:
        """For each stand, the mask of the profiles that may use it: its class."""
        masks = [0] * len(self.stands)
        for profile, stands in enumerate(self.accepts):
            for stand in stands:
                masks[stand] |= 1 << profile
        return masks

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """Positions, both ways round, of this component only."""
        found: list[set[int]] = [set() for _ in self.stands]
        for at, stand in enumerate(self.stands):
            for other in stand.neighbours:
                position = self.stand_at.get(other)
                if position is not None and position != at:
                    found[at].add(position)
                    found[position].add(at)
        return [sorted(row) for row in found]

    def levels(self) -> list[list[tuple[str, frozenset[int]]]]:
        """What to aim at, step by step: the groups of a step that aim at the same go together."""
        orders = {group: self.problem.levels_of(group) for group in sorted(self.groups)}
        steps = []
        for names in zip(*orders.values(), strict=True):
            together: dict[str, set[int]] = defaultdict(set)
            for group, name in zip(orders, names, strict=True):
                together[name].add(group)
            steps.append([(name, frozenset(of)) for name, of in together.items()])
        return steps


def is_settled(exhibitor: Exhibitor, fixed: Mapping[int, int]) -> bool:
    """Whether what is fixed is all it is granted, on one stand: whoever fixed it decided."""
    return len(fixed) >= exhibitor.granted and len(set(fixed.values())) == 1


def needs_key(exhibitor: Exhibitor) -> tuple[object, ...]:
    return (
        exhibitor.group,
        exhibitor.kind,
        exhibitor.watts,
        exhibitor.screen,
        exhibitor.network,
        exhibitor.storage,
        exhibitor.water,
        exhibitor.load,
        exhibitor.accessible,
    )


def components(problem: Problem) -> list[Component]:
    """The problem cut where nothing is shared, the biggest first."""
    leader = {row.group: row.group for row in problem.exhibitors}

    def find(group: int) -> int:
        while leader[group] != group:
            group = leader[group]
        return group

    for stand in problem.stands:
        if stand.group is None:
            users = sorted(
                {
                    find(row.group)
                    for row in problem.exhibitors
                    if may_use(row, stand) or stand.id in problem.fixed(row).values()
                }
            )
            leader.update(dict.fromkeys(users, users[0]) if users else {})
    groups: dict[int, set[int]] = defaultdict(set)
    for group in leader:
        groups[find(group)].add(group)
    found = [Component(problem, frozenset(group)) for group in groups.values()]
    return sorted(found, key=lambda row: (-len(row.guests), min(row.groups)))
