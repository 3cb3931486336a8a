"""Why somebody has no place: the smallest reason that is true of the plan as it is proposed."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from startups.allocator.answer import Reason
from startups.allocator.problem import Exhibitor, Problem, Stand
from startups.allocator.stays import NEEDS, Calendar, allowed_stays, unmet_needs

# Beyond so many half-days the smallest set is looked for step by step.
FEW_HALF_DAYS = 12


class Reasons:
    def __init__(self, problem: Problem, stays: Mapping[int, Mapping[int, int]]) -> None:
        self.problem = problem
        self.calendar = Calendar(problem.half_days)
        self.ranks = {row.id: (row.group, row.rank) for row in problem.exhibitors}
        self.holders: dict[tuple[int, int], int] = {
            (stand, half_day): exhibitor
            for exhibitor, stay in stays.items()
            for half_day, stand in stay.items()
        }
        self.taken = {stand.id: self.calendar.mask(stand.blocked) for stand in problem.stands}
        for stand, half_day in self.holders:
            if stand in self.taken:
                self.taken[stand] |= self.calendar.mask([half_day])

    def why(self, exhibitor: Exhibitor) -> Reason:
        fixed = self.problem.fixed(exhibitor)
        stays = allowed_stays(exhibitor, fixed, self.calendar)
        if not stays or len(set(fixed.values())) > 1:
            impossible = self.calendar.mask(exhibitor.impossible)
            days = [*self.calendar.ids(impossible), *fixed]
            return Reason(
                kind="no_stay",
                stands=tuple(sorted(set(fixed.values()))),
                half_days=tuple(day for day in self._in_order(days)),
            )
        reach = [
            stand
            for stand in self.problem.stands
            if stand.group in (None, exhibitor.group) and (not fixed or stand.id in fixed.values())
        ]
        unmet = {stand.id: unmet_needs(exhibitor, stand) for stand in reach}
        for needs in _subsets(need for need in NEEDS if _has(exhibitor, need)):
            if all(unmet[stand.id] & needs for stand in reach):
                return Reason(
                    kind="no_stand",
                    needs=self._named(needs),
                    stands=tuple(sorted(fixed.values()))[:1],
                )
        return self._taken(exhibitor, stays, reach, unmet)

    def _taken(
        self,
        exhibitor: Exhibitor,
        stays: list[int],
        reach: list[Stand],
        unmet: Mapping[int, set[str]],
    ) -> Reason:
        held = self.calendar.mask(self.problem.fixed(exhibitor))
        asked = [stay & ~held for stay in stays]
        for needs in _subsets(need for need in NEEDS if _has(exhibitor, need)):
            stands = [stand.id for stand in reach if not unmet[stand.id] & needs]
            if all(self.taken[stand] & stay for stand in stands for stay in asked):
                mask, is_each = self._half_days(stands, asked)
                by = {
                    self.holders[stand, half_day]
                    for stand in stands
                    for half_day in self.calendar.ids(mask)
                    if (stand, half_day) in self.holders
                } - {exhibitor.id}
                is_outranked = by and all(self._outranks(other, exhibitor) for other in by)
                return Reason(
                    kind="outranked" if is_outranked else "taken",
                    needs=self._named(needs),
                    stands=tuple(sorted(stands)),
                    half_days=tuple(self.calendar.ids(mask)),
                    taken_by=tuple(sorted(by)),
                    is_each=is_each,
                    is_scattered=not held and self._is_scattered(exhibitor, stands),
                )
        raise RuntimeError(f"Exhibitor {exhibitor.id} was left out though a stand is free for it.")

    def _is_scattered(self, exhibitor: Exhibitor, stands: list[int]) -> bool:
        """Whether a stand has as many half-days left as it is granted, though not in a row."""
        possible = self.calendar.full & ~self.calendar.mask(exhibitor.impossible)
        return any(
            (possible & ~self.taken[stand]).bit_count() >= exhibitor.granted for stand in stands
        )

    def _half_days(self, stands: list[int], stays: list[int]) -> tuple[int, bool]:
        """The fewest on which all of these stands are taken and that no allowed stay avoids; if
        there are none such, the fewest on which each stand is taken somewhere in each stay: then
        a stand may well be free on some of them."""
        everywhere = self.calendar.full
        for stand in stands:
            everywhere &= self.taken[stand]
        if all(stay & everywhere for stay in stays):
            return self._fewest([stay & everywhere for stay in stays]), False
        return self._fewest([self.taken[stand] & stay for stand in stands for stay in stays]), True

    def _fewest(self, clashes: list[int]) -> int:
        """The smallest set of half-days that has one of each clash."""
        clashes = sorted(set(clashes))
        if len(self.calendar) <= FEW_HALF_DAYS:
            every = range(1, self.calendar.full + 1)
            return min(
                (mask for mask in every if all(mask & clash for clash in clashes)),
                key=lambda mask: (mask.bit_count(), mask),
            )
        chosen = 0
        while left := [clash for clash in clashes if not clash & chosen]:
            chosen |= max(
                (1 << at for at in range(len(self.calendar))),
                key=lambda bit: (sum(bool(bit & clash) for clash in left), -bit),
            )
        return chosen

    def _outranks(self, other: int, exhibitor: Exhibitor) -> bool:
        group, rank = self.ranks[other]
        return group == exhibitor.group and rank < exhibitor.rank

    def _in_order(self, half_days: Iterable[int]) -> list[int]:
        return self.calendar.ids(self.calendar.mask(half_days))

    def _named(self, needs: set[str]) -> tuple[str, ...]:
        return tuple(need for need in NEEDS if need in needs)


def _has(exhibitor: Exhibitor, need: str) -> bool:
    return bool(getattr(exhibitor, need))


def _subsets(needs: Iterable[str]) -> Iterator[set[str]]:
    """The smallest first."""
    everything = list(needs)
    for size in range(len(everything) + 1):
        for chosen in combinations(everything, size):
            yield set(chosen)
