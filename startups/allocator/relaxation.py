"""The model without whole numbers: quick to solve, and mostly whole all the same.

Counts of intervals on alike stands make a nearly integral polytope, so the optimum of this linear
program usually is an answer of the model, and its bound closes the level at once. Nothing rests on
floating point: the answer is checked in whole numbers, and the bound is computed again in whole
numbers from the program's prices (weak duality: any prices give a bound that holds).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from startups.allocator.model import Model

Integers = NDArray[np.int64]
Terms = Sequence[tuple[int, int]]  # variable and factor
UNBOUNDED = 2**60
# Prices are rounded to this part of one: fine enough to hit a whole number, exact in 64 bits.
GRAIN = 2**24
WHOLE = 1e-6
SIMPLEX = "max_deterministic_time: {budget}"


@dataclass(frozen=True)
class Relaxed:
    """The bound holds for every answer of the model; values when they are one."""

    bound: int
    values: list[int] | None
    used: set[int]  # the variables that are not zero


@dataclass
class Row:
    terms: Terms
    low: int
    high: int
    row: Any


class Relaxation:
    def __init__(self, model: Model) -> None:
        self.solver: Any = pywraplp.Solver.CreateSolver("GLOP")
        proto = model.cp.proto
        domains = [list(variable.domain) for variable in proto.variables]
        self.lows: Integers = np.array([row[0] for row in domains], dtype=np.int64)
        self.highs: Integers = np.array([row[-1] for row in domains], dtype=np.int64)
        self.variables = [self.solver.NumVar(row[0], row[-1], "") for row in domains]
        self.rows: list[Row] = []
        for constraint in proto.constraints:
            linear = constraint.linear
            domain = list(linear.domain)
            terms = list(zip(linear.vars, linear.coeffs, strict=True))
            self.add(terms, domain[0], domain[-1])
        self._matrix: tuple[Integers, Integers, Integers, Integers, Integers] | None = None

    def add(self, terms: Terms, low: int, high: int = UNBOUNDED) -> None:
        infinity = self.solver.infinity()
        row = self.solver.Constraint(
            low if low > -UNBOUNDED else -infinity, high if high < UNBOUNDED else infinity
        )
        for variable, factor in terms:
            row.SetCoefficient(self.variables[variable], factor)
        self.rows.append(Row(terms, low, high, row))
        self._matrix = None

    @contextmanager
    def asking(self, terms: Terms, low: int) -> Iterator[None]:
        """With one row more, for a while."""
        self.add(terms, low)
        try:
            yield
        finally:
            # Rows cannot be taken back; one without bounds asks nothing.
            self.rows[-1].row.SetBounds(-self.solver.infinity(), self.solver.infinity())
            self.rows[-1] = Row((), -UNBOUNDED, UNBOUNDED, self.rows[-1].row)
            self._matrix = None

    def maximise(
        self,
        terms: Terms,
        *,
        budget: float,
        seconds: float,
        on_stop: Callable[[Callable[[], None]], None],
    ) -> Relaxed | None:
        """None: not solved within the budget of its own clock or ours, or stopped."""
        objective = self.solver.Objective()
        objective.Clear()
        total: Counter[int] = Counter()
        for variable, factor in terms:
            total[variable] += factor
        for variable, factor in total.items():
            objective.SetCoefficient(self.variables[variable], factor)
        objective.SetMaximization()
        self.solver.SetSolverSpecificParametersAsString(SIMPLEX.format(budget=budget))
        self.solver.SetTimeLimit(max(1, int(1000 * seconds)))
        on_stop(self.solver.InterruptSolve)
        status = self.solver.Solve()
        if status != pywraplp.Solver.OPTIMAL:
            return None
        bound = self._bound(terms, [row.row.dual_value() for row in self.rows])
        found = [variable.solution_value() for variable in self.variables]
        whole = [round(value) for value in found]
        is_whole = all(abs(value - near) < WHOLE for value, near in zip(found, whole, strict=True))
        used = {number for number, value in enumerate(found) if value > WHOLE}
        return Relaxed(bound, whole if is_whole and self._holds(whole) else None, used)

    def _arrays(self) -> tuple[Integers, Integers, Integers, Integers, Integers]:
        """Row, variable and factor of each entry; the rows' lows and highs."""
        if self._matrix is None:
            entries = [
                (number, variable, factor)
                for number, row in enumerate(self.rows)
                for variable, factor in row.terms
            ]
            table = np.array(entries, dtype=np.int64).reshape(-1, 3)
            self._matrix = (
                table[:, 0],
                table[:, 1],
                table[:, 2],
                np.array([max(row.low, -UNBOUNDED) for row in self.rows], dtype=np.int64),
                np.array([min(row.high, UNBOUNDED) for row in self.rows], dtype=np.int64),
            )
        return self._matrix

    def _holds(self, whole: list[int]) -> bool:
        rows, variables, factors, lows, highs = self._arrays()
        values = np.array(whole, dtype=np.int64)
        sums = np.zeros(len(self.rows), dtype=np.int64)
        np.add.at(sums, rows, factors * values[variables])
        return bool(
            (sums >= lows).all()
            and (sums <= highs).all()
            and (values >= self.lows).all()
            and (values <= self.highs).all()
        )

    def _bound(self, terms: Terms, prices: list[float]) -> int:
        """What no answer passes: each row paid at its price, what is left at its best end."""
        rows, variables, factors, lows, highs = self._arrays()
        price = np.rint(np.array(prices) * GRAIN).astype(np.int64)
        price[(price > 0) & (highs >= UNBOUNDED)] = 0
        price[(price < 0) & (lows <= -UNBOUNDED)] = 0
        paid = np.where(price > 0, highs, np.where(price < 0, lows, 0))
        left = np.zeros(len(self.variables), dtype=np.int64)
        for variable, factor in terms:
            left[variable] += factor * GRAIN
        np.subtract.at(left, variables, factors * price[rows])
        ends = np.where(left > 0, self.highs, self.lows)
        # Python's whole numbers: the sums may pass 64 bits.
        total = sum(map(int, price.astype(object) * paid)) + sum(
            map(int, left.astype(object) * ends)
        )
        return total // GRAIN
