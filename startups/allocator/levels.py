"""The levels of one component, one after the other, each fixed at its best before the next.

`placed` is strict about ranks: first the greatest number of exhibitors, then, of all ways to place
so many, the one that places rank 1 if any does, then rank 2, and so on; between groups that share
stands, equal ranks go by the group's number. What each level reached becomes a constraint, so a
level is never paid for with a later one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from startups.allocator.control import Control
from startups.allocator.model import Expression, Model

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
        self.model.cp.add(aim >= found.value)
        if name == "placed":
            self._by_rank(groups, found)

    def _best(self, aim: Expression, name: str) -> Reached | None:
        cp = self.model.cp
        cp.maximize(aim)
        solver, status = self._run(name)
        cp.clear_objective()  # type: ignore[no-untyped-call]
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        self.values = list(solver.response_proto.solution)
        value = round(solver.objective_value)
        bound = value if status == cp_model.OPTIMAL else int(solver.best_objective_bound + 1e-6)
        return Reached(value, bound)

    def _run(self, name: str) -> tuple[Any, Any]:
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = 1
        parameters.random_seed = self.seed % 2**31
        parameters.max_deterministic_time = max(0.01, self.budget - self.spent)
        parameters.max_time_in_seconds = max(0.01, self.control.seconds_to_prove())
        parameters.catch_sigint_signal = False
        parameters.linearization_level = 2
        cp = self.model.cp
        cp.clear_hints()  # type: ignore[no-untyped-call]
        for index, value in enumerate(self.values):
            cp.add_hint(cp.get_int_var_from_proto_index(index), value)
        self.control.on_stop = solver.stop_search
        watch = _Watch(lambda value, bound: self.tell(name, value, bound))
        solver.best_bound_callback = watch.on_bound
        status = solver.solve(cp, watch)
        self.control.on_stop = None
        self.spent += solver.response_proto.deterministic_time
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
        full: set[int] = set()  # sorts of which nobody more can be placed
        for number in mine:
            variables, need, sort = self.model.placed(number)
            if sort not in full and not self._holds(variables, need, found):
                full |= {sort} - {-1}

    def _holds(self, variables: list[Expression], need: int, found: Reached) -> bool:
        """Ask for so many of these from now on, if that can be."""
        asked = self.model.cp.add(sum(variables) >= need)
        if sum(self.values[variable.index] for variable in variables) >= need:
            return True
        status = cp_model.UNKNOWN
        if not self.control.must_stop_proving():
            solver, status = self._run("placed")
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.values = list(solver.response_proto.solution)
            return True
        asked.proto.clear_linear()
        found.ranks_proved &= bool(status == cp_model.INFEASIBLE)
        return False


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
