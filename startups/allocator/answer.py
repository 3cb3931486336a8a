"""What the allocator answers: who stands where and when, how good that is, and why not better."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Score:
    """One level: what was reached, and what nobody could pass.

    `is_open`: good neighbours stand above it and might still be better, at the cost of this level
    or by way of it; then it is not proved even where it reaches its bound.
    """

    name: str
    objective: int
    bound: int
    is_open: bool = False

    @property
    def proved(self) -> bool:
        return self.objective == self.bound and not self.is_open

    def to_json(self) -> Json:
        return {
            "name": self.name,
            "objective": self.objective,
            "bound": self.bound,
            "proved": self.proved,
        }


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why somebody has no place; the smallest reason that is true of the proposal.

    no_stand: no stand of theirs meets `needs`. no_stay: no stay is allowed for them at all
    (`half_days`: the impossible ones). taken: every stand that meets `needs` (`stands`) is taken
    or kept free on `half_days`, by `taken_by`; outranked: by better ranks only.

    A stay is a run of half-days (see `stays.allowed_stays`): a stand may have enough of them left
    and yet no place. `is_scattered` says that this is so on one of `stands`. `is_each`: not all
    the stands are taken on all of `half_days`, but each on at least one in every allowed stay.
    """

    kind: str
    needs: tuple[str, ...] = ()
    stands: tuple[int, ...] = ()
    half_days: tuple[int, ...] = ()
    taken_by: tuple[int, ...] = ()
    is_each: bool = False
    is_scattered: bool = False

    def to_json(self) -> Json:
        return {
            "kind": self.kind,
            "needs": list(self.needs),
            "stands": list(self.stands),
            "half_days": list(self.half_days),
            "taken_by": list(self.taken_by),
            "is_each": self.is_each,
            "is_scattered": self.is_scattered,
        }


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`optimal`: placed, wished days, few moves and fairness are proved, by ranks included.

    Never where good neighbours stand above one of these and do not reach their own bound.
    """

    status: str
    levels: tuple[Score, ...]  # sums over all groups
    groups: Mapping[int, tuple[Score, ...]]  # each in its own order
    seconds: float
    placed: int
    stays: Mapping[int, Mapping[int, int]]  # exhibitor → half-day → stand; who has none is absent
    unplaced: Mapping[int, Reason]
    warnings: tuple[Json, ...] = field(default=())

    def to_json(self) -> Json:
        return {
            "status": self.status,
            "levels": [score.to_json() for score in self.levels],
            "groups": {
                str(group): [score.to_json() for score in scores]
                for group, scores in self.groups.items()
            },
            "seconds": round(self.seconds, 2),
            "placed": self.placed,
            "stays": {
                str(exhibitor): {str(half_day): stand for half_day, stand in stay.items()}
                for exhibitor, stay in self.stays.items()
            },
            "unplaced": [
                {"exhibitor": exhibitor, "reason": reason.to_json()}
                for exhibitor, reason in self.unplaced.items()
            ],
            "warnings": list(self.warnings),
        }
