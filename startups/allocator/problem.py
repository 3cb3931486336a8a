"""What the allocator is asked: half-days, stands, exhibitors, and what counts in which order.

Plain values only, as they are kept with each proposal. `from_json` reads what `to_json` writes and
says where a problem is malformed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, TypeVar, get_type_hints

PACES = ("quiet", "usual", "busy")
LEVELS = ("placed", "wished_days", "few_moves", "fairness", "neighbourhood")
Json = dict[str, Any]


class Malformed(ValueError):
    """The problem cannot be read; the message says where."""


@dataclass(frozen=True, kw_only=True)
class HalfDay:
    id: int
    pace: str = "usual"


@dataclass(frozen=True, kw_only=True)
class Stand:
    id: int
    number: str = ""
    group: int | None = None  # whose zone it is in; None: shared by all
    kind: str = "pod"
    watts: int = 0
    screen: bool = False
    network: bool = False
    storage: bool = False
    water: bool = False
    load: int = 250  # what its floor bears, kg/m²
    accessible: bool = True
    blocked: frozenset[int] = frozenset()  # half-days it cannot be given for
    neighbours: frozenset[int] = frozenset()  # stands side by side with it


@dataclass(frozen=True, kw_only=True)
class Exhibitor:
    id: int
    group: int
    rank: int  # 1 is served first; all different within a group
    granted: int
    wished: frozenset[int] = frozenset()
    impossible: frozenset[int] = frozenset()
    kind: str = ""  # needed; empty: any
    watts: int = 0
    screen: bool = False
    network: bool = False
    storage: bool = False
    water: bool = False
    load: int = 0
    accessible: bool = False
    theme: str = ""
    apart: frozenset[int] = frozenset()  # competitors; one side saying so is enough
    # Half-day → stand; a stand that is not among those given is out of reach, not an error.
    present: Mapping[int, int] = field(default_factory=dict)
    confirmed: frozenset[int] = frozenset()  # those of its present half-days nobody touches


@dataclass(frozen=True, kw_only=True)
class Problem:
    half_days: tuple[HalfDay, ...]  # in the order of the fair
    stands: tuple[Stand, ...]
    exhibitors: tuple[Exhibitor, ...]
    levels: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # by group
    only_gaps: bool = False
    seed: int = 1
    time_limit: float = 60.0

    def levels_of(self, group: int) -> tuple[str, ...]:
        """All levels in its order; those it does not name come last, in the usual order."""
        named = self.levels.get(group, ())
        return (*named, *(level for level in LEVELS if level not in named))

    def fixed(self, exhibitor: Exhibitor) -> dict[int, int]:
        """Its cells that stay whatever comes: the confirmed ones; all it has when only gaps."""
        return {
            half_day: stand
            for half_day, stand in exhibitor.present.items()
            if self.only_gaps or half_day in exhibitor.confirmed
        }

    def to_json(self) -> Json:
        return {
            "half_days": [{"id": row.id, "pace": row.pace} for row in self.half_days],
            "stands": [_plain(row) for row in self.stands],
            "exhibitors": [_plain(row) for row in self.exhibitors],
            "levels": {str(group): list(levels) for group, levels in self.levels.items()},
            "only_gaps": self.only_gaps,
            "seed": self.seed,
            "time_limit": self.time_limit,
        }

    @classmethod
    def from_json(cls, data: Any) -> "Problem":
        if not isinstance(data, dict):
            raise Malformed("The problem is not an object.")
        try:
            problem = cls(
                half_days=tuple(_typed(HalfDay(**row)) for row in data["half_days"]),
                stands=tuple(_stand(row) for row in data["stands"]),
                exhibitors=tuple(_exhibitor(row) for row in data["exhibitors"]),
                levels={
                    int(group): tuple(levels) for group, levels in data.get("levels", {}).items()
                },
                only_gaps=_is_a(bool, data.get("only_gaps", False), "only_gaps"),
                seed=_is_a(int, data.get("seed", 1), "seed"),
                time_limit=_seconds(data.get("time_limit", 60)),
            )
        except Malformed:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise Malformed(f"{type(error).__name__}: {error}") from error
        _check(problem)
        return problem


Row = TypeVar("Row", HalfDay, Stand, Exhibitor)
_TYPES: dict[type, dict[str, Any]] = {
    row: {**get_type_hints(row), "group": int} for row in (HalfDay, Stand, Exhibitor)
}


def _plain(row: Stand | Exhibitor) -> Json:
    plain: Json = {}
    for name, value in vars(row).items():
        if isinstance(value, frozenset):
            plain[name] = sorted(value)
        elif name == "present":
            plain[name] = {str(half_day): stand for half_day, stand in sorted(value.items())}
        else:
            plain[name] = value
    return plain


def _stand(row: Json) -> Stand:
    sets = {name: frozenset(row.get(name) or ()) for name in ("blocked", "neighbours")}
    return _typed(Stand(**{**row, **sets}))


def _exhibitor(row: Json) -> Exhibitor:
    names = ("wished", "impossible", "apart", "confirmed")
    sets = {name: frozenset(row.get(name) or ()) for name in names}
    present = {int(half_day): int(stand) for half_day, stand in (row.get("present") or {}).items()}
    return _typed(Exhibitor(**{**row, **sets, "present": present}))


def _typed(row: Row) -> Row:
    """As it is, once each value is of the type its field says: JSON knows no fields."""
    what = type(row).__name__
    for name, value in vars(row).items():
        where = f"{what} {row.id!r}: {name}"
        if name == "present":
            continue  # read as whole numbers already
        if isinstance(value, frozenset):
            for each in value:
                _is_a(int, each, where)
        elif name == "group" and value is None and isinstance(row, Stand):
            continue
        else:
            _is_a(_TYPES[type(row)][name], value, where)
    return row


def _is_a(kind: type, value: Any, where: str) -> Any:
    """Exactly of that type: `True` is no number here, and 2.0 no whole one."""
    if type(value) is not kind:
        raise Malformed(f"{where} is {value!r}: no {kind.__name__}.")
    return value


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not isfinite(value) or value <= 0:
        raise Malformed(f"time_limit is {value!r}: no number of seconds.")
    return float(value)


def _check(problem: Problem) -> None:
    half_days = _ids("half-day", problem.half_days)
    _ids("stand", problem.stands)
    _ids("exhibitor", problem.exhibitors)
    for half_day in problem.half_days:
        if half_day.pace not in PACES:
            raise Malformed(f"Half-day {half_day.id}: no pace “{half_day.pace}”.")
    for group, levels in problem.levels.items():
        if len(set(levels)) != len(levels) or not set(levels) <= set(LEVELS):
            raise Malformed(f"Group {group}: the levels are not some of {', '.join(LEVELS)}, once.")
    for row in problem.exhibitors:
        if row.granted < 1:
            raise Malformed(f"Exhibitor {row.id}: no half-day granted.")
        if not {*row.wished, *row.impossible, *row.present} <= half_days:
            raise Malformed(f"Exhibitor {row.id}: a half-day that is not of this edition.")
        if not row.confirmed <= set(row.present):
            raise Malformed(f"Exhibitor {row.id}: confirmed where it is not present.")
    _check_once(problem)


def _check_once(problem: Problem) -> None:
    taken: dict[tuple[int, int], int] = {}
    ranks: dict[tuple[int, int], int] = {}
    for row in problem.exhibitors:
        other = ranks.setdefault((row.group, row.rank), row.id)
        if other != row.id:
            raise Malformed(f"Exhibitor {row.id}: rank {row.rank} is also that of {other}.")
        for half_day, stand in problem.fixed(row).items():
            other = taken.setdefault((stand, half_day), row.id)
            if other != row.id:
                raise Malformed(f"Exhibitor {row.id}: stand {stand} is also fixed for {other}.")


def _ids(what: str, rows: tuple[HalfDay, ...] | tuple[Stand, ...] | tuple[Exhibitor, ...]) -> Any:
    ids = {row.id for row in rows}
    if len(ids) != len(rows):
        raise Malformed(f"A {what} is given twice.")
    return ids
