"""From counts to real stands: who of each sort gets which stay, on which stand.

Nothing is decided anew here. Only a loose pool may hold less than was counted; who is then left
over has no place yet. Everything goes by position, so the same counts give the same places.
"""

from collections import defaultdict, deque
from collections.abc import Callable

from ortools.sat.python import cp_model

from startups.allocator.component import Placing
from startups.allocator.model import Expression, Model, Route
from startups.allocator.stays import bits

Waiting = dict[tuple[int, int], deque[int]]  # class and stay → guests
PACKING = 2.0  # what packing a loose pool may spend, by the solver’s own clock


def place(model: Model, value: Callable[[Expression], int]) -> Placing:
    """The places behind one answer of the model."""
    return _Placer(model, value).place()


class _Placer:
    def __init__(self, model: Model, value: Callable[[Expression], int]) -> None:
        self.model = model
        self.component = model.component
        self.value = value
        self.found: Placing = {}

    def place(self) -> Placing:
        for number, homes in enumerate(self.model.homes):
            for home, variable in enumerate(homes):
                guest = self.component.guests[number]
                if guest.stand is not None and self.value(variable):
                    self.found[number] = (guest.stand, guest.homes[home].stay)
        waiting = self._guests_by_flow()
        for index, pool in enumerate(self.model.supply.pools):
            stands = [
                *pool.stands,
                *(key[0] for key in pool.patterns if self.value(self.model.kept[key])),
            ]
            self._fill_pool(index, deque(sorted(stands)), waiting)
        for (kind, stay, route), way in self.model.ways.items():
            if route.stand is not None and self.value(way):
                self.found[waiting[kind, stay].popleft()] = (route.stand, stay)
        return self.found

    def _guests_by_flow(self) -> Waiting:
        """Those who move in, by class of stands and stay; same themes one after the other."""
        guests = self.component.guests
        stays: dict[tuple[int, int], list[int]] = defaultdict(list)  # profile and stay
        for index, (free, at_home) in enumerate(
            zip(self.model.sorts, self.model.movers, strict=True)
        ):
            chosen = free[: self.value(self.model.newcomers[index])]
            chosen = chosen + [row for row in at_home if self.value(self.model.moves[row])]
            queue = deque(sorted(chosen, key=lambda row: (guests[row].exhibitor.theme, row)))
            for stay, variable in self.model.given[index].items():
                for _ in range(self.value(variable)):
                    number = queue.popleft()
                    stays[guests[number].profile, stay].append(number)
        waiting: Waiting = defaultdict(deque)
        queues = {key: deque(numbers) for key, numbers in stays.items()}
        for (profile, stay, kind), flow in self.model.flows.items():
            for _ in range(self.value(flow)):
                waiting[kind, stay].append(queues[profile, stay].popleft())
        return waiting

    def _fill_pool(self, index: int, stands: deque[int], waiting: Waiting) -> None:
        pool = self.model.supply.pools[index]
        if pool.is_loose:
            self._fit(index, list(stands), waiting)
            return
        odd_left = {
            stay: self._way(pool.kind, stay, Route(pool=index, is_odd=True))
            for stay in self.model.supply.wanted[pool.kind]
        }
        for packing, odd in enumerate(pool.odd, start=1):
            mine = [stands.popleft() for _ in range(self.value(self.model.packed[index, packing]))]
            for stand in mine:
                for stay in odd:
                    if odd_left[stay]:
                        odd_left[stay] -= 1
                        self.found[waiting[pool.kind, stay].popleft()] = (stand, stay)
            self._colour(index, packing, mine, waiting)
        self._colour(index, 0, list(stands), waiting)

    def _colour(
        self,
        index: int,
        packing: int,
        stands: list[int],
        waiting: Waiting,
    ) -> None:
        """Intervals by their first half-day, each to a stand whose last one has ended."""
        pool = self.model.supply.pools[index]
        taken = dict.fromkeys(stands, 0)
        stays = [
            stay
            for stay in self.model.supply.wanted[pool.kind]
            for _ in range(self._way(pool.kind, stay, Route(pool=index, packing=packing)))
        ]
        for stay in sorted(stays, key=lambda stay: (stay & -stay, stay)):
            # The fullest that still has room: whole stands stay whole.
            fitting = (stand for stand in stands if not taken[stand] & stay)
            stand = max(fitting, key=lambda stand: (taken[stand].bit_length(), -stand))
            taken[stand] |= stay
            self.found[waiting[pool.kind, stay].popleft()] = (stand, stay)

    def _fit(self, index: int, stands: list[int], waiting: Waiting) -> None:
        """As many as can be of what a loose pool was counted to hold; it may be less than all."""
        pool = self.model.supply.pools[index]
        counts = {
            stay: count
            for stay in self.model.supply.wanted[pool.kind]
            if (count := self._way(pool.kind, stay, Route(pool=index)))
        }
        for stand, stay in packed(stands, counts):
            self.found[waiting[pool.kind, stay].popleft()] = (stand, stay)

    def _way(self, kind: int, stay: int, route: Route) -> int:
        way = self.model.ways.get((kind, stay, route))
        return 0 if way is None else self.value(way)


def packed(stands: list[int], counts: dict[int, int]) -> list[tuple[int, int]]:
    """Stays on stands that are free throughout, as many as the solver finds room for."""
    cp = cp_model.CpModel()
    chosen = {(stand, stay): cp.new_bool_var("") for stay in sorted(counts) for stand in stands}
    for stay, count in counts.items():
        cp.add(sum(chosen[stand, stay] for stand in stands) <= count)
    used = 0
    for stay in counts:
        used |= stay
    for stand in stands:
        for half_day in bits(used):
            through = [chosen[stand, stay] for stay in counts if stay >> half_day & 1]
            cp.add(sum(through) <= 1)
    cp.maximize(sum(chosen.values()))
    for key in _first_fit(stands, counts):
        cp.add_hint(chosen[key], 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = PACKING
    solver.parameters.linearization_level = 2
    status = solver.solve(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return _first_fit(stands, counts)
    return [key for key, variable in chosen.items() if solver.value(variable)]


def _first_fit(stands: list[int], counts: dict[int, int]) -> list[tuple[int, int]]:
    taken = dict.fromkeys(stands, 0)
    found = []
    for stay in sorted(counts, key=lambda stay: (-stay.bit_count(), stay)):
        for _ in range(counts[stay]):
            stand = next((stand for stand in stands if not taken[stand] & stay), None)
            if stand is not None:
                taken[stand] |= stay
                found.append((stand, stay))
    return found
