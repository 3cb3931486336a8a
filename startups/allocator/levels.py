"""The levels of one component, one after the other, each fixed at its best before the next.

`placed` is strict about ranks: first the greatest number of exhibitors, then, of all ways to place
so many, the one that places rank 1 if any does, then rank 2, and so on; between groups that share
stands, equal ranks go by the group's number. What each level reached becomes a constraint, so a
level is never paid for with a later one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ortools.sat.python import cp_model

from startups.allocator.control import Control
from startups.allocator.model import Expression, Model
from startups.allocator.relaxation import UNBOUNDED, Relaxation, Relaxed, Terms

# How often the relaxation is asked for a whole answer before the search begins.
CORNERS, FEW_CORNERS = 16, 6
WEIGHT = 1000  # of the best rank, against a chance of 1 to 99 that grows with each corner
# What may be spent, by the solver’s own clock: on the search among the counts of those corners,
# on one question about ranks, and on all of these as a part of what is left.
NARROW = 0.3
QUESTION = 1.0
FOR_RANKS = 0.4
Step = tuple[str, frozenset[int]]


@dataclass
class Reached:
    """What the solver reached, without the constants of those who are settled or hopeless."""

    value: int
    bound: int
    ranks_proved: bool = True


@dataclass
class Levels:
    model: Model
    control: Control
    seed: int
    budget: float  # of the solver's own clock, which the machine's speed does not change
    tell: Callable[[str, int, int], None] = lambda name, value, bound: None
    reached: dict[Step, Reached] = field(default_factory=dict)
    values: Sequence[int] = ()  # of all variables, in the best answer so far
    spent: float = 0.0
    for_ranks: float = 0.0
    relaxation: Relaxation = field(init=False)
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311
        self.relaxation = Relaxation(self.model)

    def solve(self) -> None:
        for steps in self.model.component.levels():
            for name, groups in steps:
                if name == "neighbourhood" or self.control.must_stop_proving():
                    continue
                self._solve_level(name, groups)

    def _solve_level(self, name: str, groups: frozenset[int]) -> None:
        aim = self.model.level(name, groups)
        if isinstance(aim, int):  # nothing depends on what is decided
            self.reached[name, groups] = Reached(0, 0)
            return
        found = self._best(aim, name)
        if found is None:
            return
        self.reached[name, groups] = found
        self._hold(aim, found.value, found.bound)
        if name == "placed":
            self._by_rank(groups, found)

    def _hold(self, aim: Expression, value: int, bound: int | None = None) -> None:
        self.model.cp.add(aim >= value)
        # That nothing passes the bound is news to the relaxation.
        self.relaxation.add(terms_of(aim), value, UNBOUNDED if bound is None else bound)

    def _relaxed(self, terms: Terms) -> Relaxed | None:
        def remember(stop: Callable[[], None]) -> None:
            self.control.on_stop = stop

        if self.control.must_stop_proving():
            return None
        found = self.relaxation.maximise(
            terms,
            budget=self.budget,
            seconds=self.control.seconds_to_prove(),
            on_stop=remember,
        )
        self.control.on_stop = None
        return found

    def _whole(self, aim: Expression, value: int, towards: Terms = ()) -> bool:
        """Look for a whole answer with at least that value at other corners of the relaxation,
        then among all that uses no more than those corners do."""
        used: set[int] = set()
        with self.relaxation.asking(terms_of(aim), value):
            for turn in range(1, (CORNERS if not towards else FEW_CORNERS) + 1):
                chance = [
                    (variable, turn * self.random.randint(1, 99)) for variable in self.model.inputs
                ]
                relaxed = self._relaxed([*chance, *towards])
                if relaxed is None:
                    return False
                if relaxed.values is not None:
                    self.values = relaxed.values
                    return True
                used |= relaxed.used
        return self._among(used, aim, value)

    def _among(self, used: set[int], aim: Expression, value: int) -> bool:
        narrow = self.model.cp.clone()
        for index, variable in enumerate(narrow.proto.variables):
            if index not in used and self.relaxation.lows[index] == 0:
                variable.domain.clear()
                variable.domain.extend([0, 0])
        flat = [narrow.get_int_var_from_proto_index(index) for index, _ in terms_of(aim)]
        factors = [factor for _, factor in terms_of(aim)]
        narrow.add(cp_model.LinearExpr.weighted_sum(flat, factors) >= value)
        solver, status = self._run(narrow, NARROW)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return False
        self.values = list(solver.response_proto.solution)
        return True

    def _best(self, aim: Expression, name: str) -> Reached | None:
        relaxed = self._relaxed(terms_of(aim))
        cp = self.model.cp
        if relaxed is not None:
            if relaxed.values is not None:
                self.values = relaxed.values
            if relaxed.values is not None or self._whole(aim, relaxed.bound):
                value = self._worth(aim)
                self.tell(name, value, relaxed.bound)
                if value == relaxed.bound:
                    return Reached(value, value)
            cp.add(aim <= relaxed.bound)
        cp.maximize(aim)
        solver, status = self._run(cp, name=name)
        cp.clear_objective()  # type: ignore[no-untyped-call]
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        self.values = list(solver.response_proto.solution)
        value = round(solver.objective_value)
        bound = value if status == cp_model.OPTIMAL else int(solver.best_objective_bound + 1e-6)
        return Reached(value, bound)

    def _worth(self, aim: Expression) -> int:
        return sum(factor * self.values[variable] for variable, factor in terms_of(aim))

    def _run(self, cp: Any, most: float = float("inf"), name: str = "") -> tuple[Any, Any]:
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = 1
        parameters.random_seed = self.seed % 2**31
        limit = min(most, max(0.01, self.budget - self.spent))
        parameters.max_deterministic_time = limit
        parameters.max_time_in_seconds = max(0.01, self.control.seconds_to_prove() / 2)
        parameters.catch_sigint_signal = False
        parameters.linearization_level = 2
        cp.clear_hints()
        for index, value in enumerate(self.values):
            cp.add_hint(cp.get_int_var_from_proto_index(index), value)
        watch = _Watch(lambda value, bound: self.tell(name, value, bound)) if name else None
        if watch is not None:
            solver.best_bound_callback = watch.on_bound
        self.control.on_stop = solver.stop_search
        status = solver.solve(cp, watch)
        self.control.on_stop = None
        spent = solver.response_proto.deterministic_time
        self.spent += spent
        if status not in (cp_model.OPTIMAL, cp_model.INFEASIBLE) and spent < 0.9 * limit:
            self.control.is_late = True  # the clock stopped it
        return solver, status

    def _by_rank(self, groups: frozenset[int], found: Reached) -> None:
        """Whoever could be placed in somebody’s stead of lower rank is.

        Guests stand in the order of their ranks. Those placed so far are held to it; for the next
        who is not, one question: is there an answer that also places this one?
        """
        mine = [
            number
            for number, guest in enumerate(self.model.component.guests)
            if guest.exhibitor.group in groups
        ]
        if found.value == len(mine):
            return
        # First something close, so that few questions remain.
        aim = self.model.level("placed", groups)
        towards = self._by_weight(mine)
        self._whole(aim, found.value, towards)
        self.for_ranks = self.spent + FOR_RANKS * (self.budget - self.spent)
        full: set[int] = set()  # sorts of which nobody more can be placed
        for number in mine:
            variables, need, sort = self.model.placed(number)
            if sort not in full and not self._holds(variables, need, towards, found):
                full |= {sort} - {-1}

    def _by_weight(self, mine: list[int]) -> Terms:
        """Better ranks weigh more; of a sort, its middle one speaks for all."""
        weights: dict[int, int] = {}
        for position, number in enumerate(mine):
            weight = round(WEIGHT * (1 - position / len(mine)) ** 2)
            variables, need, sort = self.model.placed(number)
            if sort < 0 or need == (len(self.model.sorts[sort]) + 1) // 2:
                weights |= {variable.index: weight for variable in variables}
        return list(weights.items())

    def _holds(
        self, variables: list[Expression], need: int, towards: Terms, found: Reached
    ) -> bool:
        """Ask for so many of these from now on, if that can be."""
        aim = sum(variables)
        if self._worth(aim) < need and not self._can_be(aim, need, towards, found):
            return False
        self._hold(aim, need)
        return True

    def _can_be(self, aim: Expression, need: int, towards: Terms, found: Reached) -> bool:
        relaxed = self._relaxed(terms_of(aim))
        if relaxed is not None:
            if relaxed.bound < need:
                return False
            if relaxed.values is None and self._whole(aim, need, towards):
                return True
            if relaxed.values is not None:
                before, self.values = self.values, relaxed.values
                if self._worth(aim) >= need:
                    return True
                self.values = before
        asked = self.model.cp.add(aim >= need)
        status = cp_model.UNKNOWN
        if self.spent < self.for_ranks and not self.control.must_stop_proving():
            solver, status = self._run(self.model.cp, QUESTION)
        asked.proto.clear_linear()
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.values = list(solver.response_proto.solution)
            return True
        found.ranks_proved &= bool(status == cp_model.INFEASIBLE)
        return False


def terms_of(aim: Expression) -> list[tuple[int, int]]:
    flat = cp_model.FlatIntExpr(aim)
    return [
        (variable.index, factor) for variable, factor in zip(flat.vars, flat.coeffs, strict=True)
    ]


class _Watch(cp_model.CpSolverSolutionCallback):
    """Tells each better answer and each better bound."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        super().__init__()
        self._tell = tell
        self._value: int | None = None

    def on_solution_callback(self) -> None:
        self._value = round(self.objective_value)
        self.on_bound(self.best_objective_bound)

    def on_bound(self, bound: float) -> None:
        if self._value is not None and abs(bound) < 2**60:
            self._tell(self._value, int(bound + 1e-6))
