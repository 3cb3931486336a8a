"""The counted model of one component: how many of each sort go where, exactly.

Guests that nothing but their rank distinguishes are one sort and are counted; stands that no guest
can tell apart are one class. Who of a sort is placed is a matter of ranks: the better ones. So the
model knows no single stand where many are alike, and the solver proves its levels quickly.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ortools.sat.python import cp_model

from startups.allocator.component import Component
from startups.allocator.stays import bits, is_run
from startups.allocator.supply import Pool, supply

Expression = Any  # cp_model's linear expressions carry no usable types


@dataclass(frozen=True)
class Route:
    """How a stay gets onto stands of a class: into a pool, as part of its packings, or alone."""

    pool: int | None = None
    packing: int = 0  # of the pool: 0 is “no odd stay”
    is_odd: bool = False
    stand: int | None = None


class Model:
    def __init__(self, component: Component, *, may_be_loose: bool = True) -> None:
        self.component = component
        self.supply = supply(component, may_be_loose=may_be_loose)
        self.cp = cp_model.CpModel()
        self.homes: list[list[Expression]] = []  # guest → home → whether it is taken
        self.moves: dict[int, Expression] = {}  # guest with a home → placed elsewhere
        self.sorts: list[list[int]] = []  # guests without a home that are alike, by rank
        self.movers: list[list[int]] = []  # guests with a home, of the same sort
        self.newcomers: list[Expression] = []  # of each sort, how many without a home are placed
        self.given: list[dict[int, Expression]] = []  # sort → stay → how many get it
        self.flows: dict[tuple[int, int, int], Expression] = {}  # profile, stay, class
        self.ways: dict[tuple[int, int, Route], Expression] = {}  # class, stay, route
        self.kept: dict[tuple[int, int], Expression] = {}  # stand, pattern
        self.packed: dict[tuple[int, int], Expression] = {}  # pool, packing (from 1)
        self._add_guests()
        self._add_stands()

    # Guests ---------------------------------------------------------------------------------

    def _add_guests(self) -> None:
        sorts: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for number, guest in enumerate(self.component.guests):
            name = f"home_{number}_"
            self.homes.append(
                [self.cp.new_bool_var(f"{name}{index}") for index in range(len(guest.homes))]
            )
            if guest.homes:
                options = list(self.homes[number])
                if guest.stays:
                    self.moves[number] = self.cp.new_bool_var(f"moves_{number}")
                    options.append(self.moves[number])
                self.cp.add(sum(options) <= 1)
            if guest.stays:
                sorts[self._sort_key(number)].append(number)
        for members in sorts.values():
            self._add_sort(members)

    def _sort_key(self, number: int) -> tuple[object, ...]:
        guest = self.component.guests[number]
        wished = self.component.calendar.mask(guest.exhibitor.wished)
        worth = tuple((stay & wished).bit_count() for stay in guest.stays)
        return (guest.profile, tuple(guest.stays), worth, guest.exhibitor.granted)

    def _add_sort(self, members: list[int]) -> None:
        index = len(self.sorts)
        at_home = [number for number in members if number in self.moves]
        free = [number for number in members if number not in self.moves]
        self.sorts.append(free)
        self.movers.append(at_home)
        self.newcomers.append(self.cp.new_int_var(0, len(free), f"new_{index}"))
        stays = self.component.guests[members[0]].stays
        self.given.append(
            {stay: self.cp.new_int_var(0, len(members), f"given_{index}_{stay}") for stay in stays}
        )
        self.cp.add(
            sum(self.given[index].values())
            == self.newcomers[index] + sum(self.moves[number] for number in at_home)
        )

    @cached_property
    def _sorts_of_profile(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for index, (free, at_home) in enumerate(zip(self.sorts, self.movers, strict=True)):
            found[self.component.guests[[*free, *at_home][0]].profile].append(index)
        return found

    @cached_property
    def _sort_of(self) -> dict[int, int]:
        return {number: index for index, members in enumerate(self.sorts) for number in members}

    # Stands ---------------------------------------------------------------------------------

    def _add_stands(self) -> None:
        for stand, patterns in self.supply.patterns.items():
            self._add_patterns(stand, [pattern.kept for pattern in patterns])
        routes: dict[tuple[int, int], list[Route]] = defaultdict(list)
        for index, pool in enumerate(self.supply.pools):
            self._add_pool(index, pool, routes)
        for stand in self.supply.alone:
            self._add_alone(stand, routes)
        self._add_flows(routes)
        for index, pool in enumerate(self.supply.pools):
            self._limit_pool(index, pool)
        for stand in self.supply.alone:
            self._limit_alone(stand)

    def _add_patterns(self, stand: int, patterns: list[tuple[tuple[int, int], ...]]) -> None:
        taken: dict[tuple[int, int], list[Expression]] = defaultdict(list)
        for index, pattern in enumerate(patterns):
            chosen = self.cp.new_bool_var(f"kept_{stand}_{index}")
            self.kept[stand, index] = chosen
            for place in pattern:
                taken[place].append(chosen)
        self.cp.add(sum(self.kept[stand, index] for index in range(len(patterns))) == 1)
        for number in self.supply.guests[stand]:
            for home, variable in enumerate(self.homes[number]):
                self.cp.add(sum(taken[number, home]) == variable)

    def _add_pool(self, index: int, pool: Pool, routes: dict[tuple[int, int], list[Route]]) -> None:
        size = len(pool.stands) + len(pool.patterns)
        for packing in range(1, len(pool.odd) + 1):
            self.packed[index, packing] = self.cp.new_int_var(0, size, f"packed_{index}_{packing}")
        for stay in self.supply.wanted[pool.kind]:
            if stay & ~pool.free:
                continue
            if not pool.is_loose and not is_run(stay, pool.free):
                routes[pool.kind, stay].append(Route(pool=index, is_odd=True))
                continue
            for packing, odd in enumerate([(), *pool.odd]):
                if not any(stay & other for other in odd):
                    routes[pool.kind, stay].append(Route(pool=index, packing=packing))

    def _add_alone(self, stand: int, routes: dict[tuple[int, int], list[Route]]) -> None:
        kind = self.component.profile_of_stand[stand]
        for stay in self.supply.wanted[kind]:
            if stay & ~self.component.free[stand] == 0:
                routes[kind, stay].append(Route(stand=stand))

    def _add_flows(self, routes: dict[tuple[int, int], list[Route]]) -> None:
        """Sorts → profiles → classes → ways onto stands; only counts flow."""
        into: dict[tuple[int, int], list[Expression]] = defaultdict(list)
        for profile, sorts in self._sorts_of_profile.items():
            out: dict[int, list[Expression]] = defaultdict(list)
            for index in sorts:
                for stay, variable in self.given[index].items():
                    out[stay].append(variable)
            most = sum(len(self.sorts[index]) + len(self.movers[index]) for index in sorts)
            for stay, variables in out.items():
                parts = []
                for kind, wanted in routes:
                    if wanted == stay and kind >> profile & 1:
                        flow = self.cp.new_int_var(0, most, f"flow_{profile}_{stay}_{kind}")
                        self.flows[profile, stay, kind] = flow
                        parts.append(flow)
                        into[kind, stay].append(flow)
                self.cp.add(sum(variables) == sum(parts))
        for (kind, stay), ways in routes.items():
            flows = into[kind, stay]
            if not flows:
                continue
            for route in ways:
                most = 1 if route.stand is not None else len(self.component.guests)
                self.ways[kind, stay, route] = self.cp.new_int_var(0, most, "")
            self.cp.add(sum(flows) == sum(self.ways[kind, stay, route] for route in ways))

    def _limit_pool(self, index: int, pool: Pool) -> None:
        size = len(pool.stands) + sum(self.kept[key] for key in pool.patterns)
        odd_used: dict[int, list[Expression]] = defaultdict(list)
        counts: list[Expression] = []
        for packing, stays in enumerate(pool.odd, start=1):
            counts.append(self.packed[index, packing])
            for stay in stays:
                odd_used[stay].append(self.packed[index, packing])
        plain = size - sum(counts)
        if counts:
            self.cp.add(plain >= 0)
        through: dict[tuple[int, int], list[Expression]] = defaultdict(list)
        for stay in self.supply.wanted[pool.kind]:
            odd = self.ways.get((pool.kind, stay, Route(pool=index, is_odd=True)))
            if odd is not None:
                self.cp.add(odd <= sum(odd_used[stay]))
            for packing in range(len(pool.odd) + 1):
                way = self.ways.get((pool.kind, stay, Route(pool=index, packing=packing)))
                if way is not None:
                    for half_day in bits(stay):
                        through[packing, half_day].append(way)
        seen: set[tuple[int, ...]] = set()
        for (packing, _), ways in through.items():
            key = (packing, *(way.index for way in ways))
            if key not in seen:
                seen.add(key)
                limit = self.packed[index, packing] if packing else plain
                self.cp.add(sum(ways) <= limit)

    def _limit_alone(self, stand: int) -> None:
        kind = self.component.profile_of_stand[stand]
        taken: dict[int, list[Expression]] = defaultdict(list)
        for stay in self.supply.wanted[kind]:
            way = self.ways.get((kind, stay, Route(stand=stand)))
            if way is not None:
                for half_day in bits(stay):
                    taken[half_day].append(way)
        for number in self.supply.guests.get(stand, []):
            guest = self.component.guests[number]
            for home, variable in zip(guest.homes, self.homes[number], strict=True):
                for half_day in bits(home.stay & ~guest.held):
                    taken[half_day].append(variable)
        for users in taken.values():
            self.cp.add(sum(users) <= 1)

    # What counts ----------------------------------------------------------------------------

    def placed(self, number: int) -> tuple[list[Expression], int, int]:
        """The guest is placed as soon as these variables add up to so much; its sort, or -1.

        Of guests without a home that are alike, the better ranks are placed.
        """
        if self.homes[number]:
            moved = [self.moves[number]] if number in self.moves else []
            return [*self.homes[number], *moved], 1, -1
        sort = self._sort_of[number]
        return [self.newcomers[sort]], self.sorts[sort].index(number) + 1, sort

    @property
    def inputs(self) -> list[int]:
        """The variables that say who gets what; the others follow."""
        chosen = [variable for row in self.homes for variable in row]
        chosen += [variable for row in self.given for variable in row.values()]
        return [variable.index for variable in chosen]

    def level(self, name: str, groups: frozenset[int]) -> Expression:
        """To be maximised; what is settled or hopeless adds a constant that is not in it."""
        terms: list[Expression] = []
        guests = self.component.guests
        for number, guest in enumerate(guests):
            if guest.exhibitor.group in groups:
                for home, variable in zip(guest.homes, self.homes[number], strict=True):
                    worth = self._worth(name, number, home.stay)
                    if name == "few_moves":
                        worth = int(home.keeps and guest.loses)
                    if worth:
                        terms.append(worth * variable)
        for free, at_home, given in zip(self.sorts, self.movers, self.given, strict=True):
            number = [*free, *at_home][0]
            if guests[number].exhibitor.group in groups:
                for stay, variable in given.items():
                    if worth := self._worth(name, number, stay):
                        terms.append(worth * variable)
        return sum(terms)

    def _worth(self, name: str, number: int, stay: int) -> int:
        exhibitor = self.component.guests[number].exhibitor
        calendar = self.component.calendar
        if name == "placed":
            return 1
        if name == "wished_days":
            return (stay & calendar.mask(exhibitor.wished)).bit_count()
        if name == "fairness":
            return calendar.worst_unevenness(exhibitor.granted) - calendar.unevenness(stay)
        return 0
