"""One component from the model to real stands, with what was reached and what was proved."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from startups.allocator.ceiling import ceiling
from startups.allocator.component import Component, Placing
from startups.allocator.control import Control
from startups.allocator.greedy import fill, first_come
from startups.allocator.levels import Levels, Step
from startups.allocator.model import Model
from startups.allocator.neighbourhood import Neighbourhood
from startups.allocator.placing import place
from startups.allocator.problem import LEVELS
from startups.allocator.scores import measure, stays_of

# How much of the time limit the solver may spend by its own clock, which ticks about three times
# slower than ours on a usual machine, and does not depend on the machine.
PROVING = 0.25
# Modelling stand by stand takes long where there are many.
FEW_STANDS = 60
TRIALS_PER_SECOND = 40_000
TRIALS_PER_GUEST = 1500
# Fewer is better.
COSTS = frozenset({"few_moves", "fairness"})
Gap = tuple[int, int]  # objective and bound


@dataclass(frozen=True)
class Part:
    """What is answered about one component: plain values, they travel between processes."""

    stays: Mapping[int, Mapping[int, int]]
    placed: frozenset[int]
    totals: Mapping[str, Gap]
    groups: Mapping[int, Mapping[str, Gap]]
    open: frozenset[tuple[int, str]]  # each group’s levels below good neighbours that may be better
    is_proved: bool
    is_late: bool


@dataclass(frozen=True)
class Share:
    """What a component may spend: by its size, so that the clock has no say."""

    budget: float
    trials: int

    @classmethod
    def of(cls, component: Component, everybody: int) -> "Share":
        limit = component.problem.time_limit
        guests = len(component.guests)
        part = guests / max(1, everybody)
        return cls(
            budget=PROVING * limit * min(1.0, 2 * part + 0.05),
            trials=min(int(TRIALS_PER_SECOND * limit * part), TRIALS_PER_GUEST * guests),
        )


@dataclass(frozen=True)
class Proved:
    """The first half of the work on a component: places, and what nobody can pass."""

    placing: Placing
    bounds: Mapping[Step, int]
    ranks_proved: bool
    is_late: bool


def prove(component: Component, share: Share, control: Control) -> Proved:
    """The levels; for all components before any looks for good neighbours."""
    teller = _Teller(component, control)
    proofs = Proofs(component)
    placing: Placing = {}
    if component.guests and not control.must_stop_proving():
        model = Model(component)
        levels = _solved(model, share.budget, control, teller)
        placing = _placed(model, levels)
        if len(placing) < _counted(model, levels) and len(component.stands) <= FEW_STANDS:
            # A loose pool promised too much: once more, stand by stand.
            model = Model(component, may_be_loose=False)
            levels = _solved(model, share.budget, control, teller)
            placing = _placed(model, levels)
        proofs.take(levels)
    placing = fill(component, placing)
    if control.is_late or control.is_cancelled:
        placing = better_of(component, placing, first_come(component))
    return Proved(placing, proofs.bounds, proofs.ranks_proved, control.is_late)


def settle(component: Component, share: Share, proved: Proved, control: Control) -> Part:
    """Good neighbours, and the account of it all."""
    teller = _Teller(component, control)
    teller.tell_neighbours(proved.placing)
    search = Neighbourhood(component, proved.placing, component.problem.seed)
    placing = search.search(share.trials, control)
    placing = fill(component, placing)  # exchanges may have made room
    teller.tell_neighbours(placing)
    return _part(component, proved, placing, control)


def better_of(component: Component, cut_short: Placing, whole: Placing) -> Placing:
    """What was cut short by the clock only where it is worth more: else what comes out each time.
    Where as many are placed, that better ranks are counts first."""
    return cut_short if _value(component, cut_short) > _value(component, whole) else whole


def _value(component: Component, placing: Placing) -> list[int]:
    reached = measure(component, placing)
    found = []
    for steps in component.levels():
        for name, groups in steps:
            worth = sum(reached[group][name] for group in groups)
            found.append(-worth if name in COSTS else worth)
            if name == "placed":  # the guests stand in the order of their ranks
                found += [
                    int(number in placing)
                    for number, guest in enumerate(component.guests)
                    if guest.exhibitor.group in groups
                ]
    return found


def _solved(model: Model, budget: float, control: Control, teller: "_Teller") -> Levels:
    levels = Levels(model, control, model.component.problem.seed, budget, teller.tell)
    levels.solve()
    return levels


def _placed(model: Model, levels: Levels) -> Placing:
    if not levels.values:
        return {}
    return place(model, lambda variable: levels.values[variable.index])


def _counted(model: Model, levels: Levels) -> int:
    """How many guests the model’s answer places."""
    if not levels.values:
        return 0
    counted = [home for row in model.homes for home in row]
    counted += [given for row in model.given for given in row.values()]
    return sum(int(levels.values[variable.index]) for variable in counted)


class Proofs:
    """Bounds on each level of each group, from what the solver proved or from nothing at all."""

    def __init__(self, component: Component) -> None:
        self.component = component
        self.base = measure(component, {})
        self.bounds: dict[Step, int] = {}
        self.ranks_proved = True
        for steps in component.levels():
            for name, groups in steps:
                if name == "neighbourhood":
                    bound = sum(ceiling(component, group) for group in groups)
                else:
                    best = sum(_best(component, name, group) for group in groups)
                    bound = self._absolute(name, groups, best)
                self.bounds[name, groups] = bound

    def take(self, levels: Levels) -> None:
        for (name, groups), reached in levels.reached.items():
            self.bounds[name, groups] = self._absolute(name, groups, reached.bound)
            self.ranks_proved &= reached.ranks_proved

    def _absolute(self, name: str, groups: frozenset[int], value: int) -> int:
        base = sum(self.base[group][name] for group in groups)
        return base - value if name in COSTS else base + value


def _part(component: Component, proved: Proved, placing: Placing, control: Control) -> Part:
    reached = measure(component, placing)
    totals: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    groups: dict[int, dict[str, Gap]] = {group: {} for group in component.groups}
    for (name, of), bound in proved.bounds.items():
        worth = sum(reached[group][name] for group in of)
        gap = min(0, bound - worth) if name in COSTS else max(0, bound - worth)
        totals[name] += worth
        ends[name] += worth + gap
        for group in of:
            # Between groups that share stands nobody can say whose the gap is.
            groups[group][name] = (reached[group][name], reached[group][name] + gap)
    is_open = _below_open_neighbours(component, groups)
    placed = {component.guests[number].exhibitor.id for number in placing}
    levels = [name for name in LEVELS if name != "neighbourhood"]
    return Part(
        stays=stays_of(component, placing),
        placed=frozenset(placed | {exhibitor.id for exhibitor in component.settled}),
        totals={name: (totals[name], ends[name]) for name in LEVELS},
        groups=groups,
        open=is_open,
        is_proved=proved.ranks_proved
        and all(totals[name] == ends[name] for name in levels)
        and not any(name in levels for _, name in is_open),
        is_late=proved.is_late or control.is_late,
    )


def _below_open_neighbours(
    component: Component, reached: Mapping[int, Mapping[str, Gap]]
) -> frozenset[tuple[int, str]]:
    """The solver proves as if good neighbours came last. Where they come earlier and miss their
    bound, better ones may exist that change what comes after them."""
    found: set[tuple[int, str]] = set()
    if not component.guests:
        return frozenset()
    is_open = False
    for steps in component.levels():
        if is_open:
            found |= {(group, name) for name, of in steps for group in of}
        is_open = is_open or any(
            name == "neighbourhood" and reached[group][name][0] != reached[group][name][1]
            for name, of in steps
            for group in of
        )
    return frozenset(found)


def _best(component: Component, name: str, group: int) -> int:
    """What a group’s guests could reach at most if each had the fair to itself."""
    calendar = component.calendar
    total = 0
    for guest in component.guests:
        if guest.exhibitor.group != group:
            continue
        wished = calendar.mask(guest.exhibitor.wished)
        stays = [*guest.stays, *(home.stay for home in guest.homes)]
        if name == "placed":
            total += 1
        elif name == "wished_days":
            total += max((stay & wished).bit_count() for stay in stays)
        elif name == "few_moves":
            total += guest.loses and any(home.keeps for home in guest.homes)
        else:
            worst = calendar.worst_unevenness(guest.exhibitor.granted)
            total += worst - min(calendar.unevenness(stay) for stay in stays)
    return total


class _Teller:
    """Says where a component is, as absolute values."""

    def __init__(self, component: Component, control: Control) -> None:
        self.component = component
        self.control = control
        self.base = measure(component, {})
        self.told_at = 0.0
        names = [name for steps in component.levels() for name, _ in steps]
        # Below good neighbours nothing is proved before these are.
        self.open = set(names[names.index("neighbourhood") + 1 :])

    def tell(self, name: str, value: int, bound: int) -> None:
        sign = -1 if name in COSTS else 1
        base = sum(row[name] for row in self.base.values())
        self._say(name, base + sign * value, base + sign * bound)

    def tell_neighbours(self, placing: Placing) -> None:
        reached = measure(self.component, placing)
        worth = sum(row["neighbourhood"] for row in reached.values())
        bound = sum(ceiling(self.component, group) for group in self.component.groups)
        self._say("neighbourhood", worth, bound)

    def _say(self, name: str, objective: int, bound: int) -> None:
        now = time.monotonic()
        if objective != bound and now - self.told_at < 0.1:
            return
        self.told_at = now
        groups = sorted(self.component.groups)
        self.control.tell(
            {
                "group": groups[0] if len(groups) == 1 else None,
                "groups": groups,
                "level": name,
                "objective": objective,
                "bound": bound,
                "proved": objective == bound and name not in self.open,
                "gap": round(abs(bound - objective) / max(1, abs(objective)), 4),
                "seconds": round(self.control.seconds(), 1),
            }
        )
