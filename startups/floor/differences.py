"""What two states of a plan have not in common, exhibitor by exhibitor, in words. No query here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from events.models import HalfDay
from startups.floor.spoken import when

# One exhibitor's half-days, each with its stand; and a whole plan of those, by exhibitor. Keys all.
Cells = Mapping[int, int]
Plan = Mapping[int, Cells]


def read(stored: Mapping[str, Mapping[str, int]]) -> dict[int, dict[int, int]]:
    """A plan as JSON keeps it, where every key is text."""
    return {
        int(exhibitor): {int(half_day): stand for half_day, stand in cells.items()}
        for exhibitor, cells in stored.items()
    }


def stored(plan: Plan) -> dict[str, dict[str, int]]:
    """In one order for ever: two equal plans are the same text."""
    return {str(pk): stored_cells(cells) for pk, cells in sorted(plan.items()) if cells}


def stored_cells(cells: Cells) -> dict[str, int]:
    return {str(half_day): cells[half_day] for half_day in sorted(cells)}


def changed(before: Plan, after: Plan) -> dict[int, tuple[Cells, Cells]]:
    """Whose cells differ, with what they were and what they are."""
    return {
        exhibitor: (before.get(exhibitor, {}), after.get(exhibitor, {}))
        for exhibitor in sorted({*before, *after})
        if before.get(exhibitor, {}) != after.get(exhibitor, {})
    }


class Names(NamedTuple):
    """What keys are called: half-days by key, and the numbers of stands."""

    half_days: Mapping[int, HalfDay]
    stands: Mapping[int, str]

    def stand(self, key: int) -> str:
        # A version remembers stands that have been deleted since.
        return self.stands.get(key, "?")

    def by_stand(self, cells: Cells) -> list[tuple[str, list[HalfDay]]]:
        """Each stand's number with its half-days, in the order of the fair."""
        found: dict[int, list[HalfDay]] = {}
        for key in self.in_order(cells):
            found.setdefault(cells[key], []).append(self.half_days[key])
        return [(self.stand(stand), half_days) for stand, half_days in found.items()]

    def in_order(self, keys: Iterable[int]) -> list[int]:
        known = [key for key in keys if key in self.half_days]
        return sorted(known, key=lambda key: (self.half_days[key].starts_at, key))


class Move(NamedTuple):
    """Some half-days on which the stand is another one; "" is none."""

    before: str
    after: str
    half_days: list[HalfDay]


@dataclass(frozen=True)
class Difference:
    """What changes for one exhibitor between two states of the plan."""

    exhibitor_id: int
    is_first: bool
    is_last: bool
    moves: list[Move] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """To the exhibitor itself, a sentence for each."""
        return [self._sentence(move) for move in self.moves]

    @property
    def noted(self) -> list[str]:
        """To the organisers, under the exhibitor's name."""
        return [_noted(move) for move in self.moves]

    def _sentence(self, move: Move) -> str:
        words = {"before": move.before, "after": move.after, "when": when(move.half_days)}
        if not move.before and self.is_first:
            return _("You are on stand %(after)s %(when)s.") % words
        if not move.before:
            return _("You also get stand %(after)s %(when)s.") % words
        if not move.after:
            return _("You no longer have stand %(before)s %(when)s.") % words
        return _("You move from stand %(before)s to stand %(after)s %(when)s.") % words


def difference(exhibitor_id: int, before: Cells, after: Cells, names: Names) -> Difference:
    """Moves first, then what is gained, then what is lost; each in the order of the fair."""
    moves: dict[tuple[int, int], list[int]] = {}
    for half_day in names.in_order({*before, *after}):
        pair = (before.get(half_day, 0), after.get(half_day, 0))
        if pair[0] != pair[1]:
            moves.setdefault(pair, []).append(half_day)
    ordered = sorted(moves.items(), key=lambda one: (not all(one[0]), not one[0][1]))
    return Difference(
        exhibitor_id=exhibitor_id,
        is_first=not before,
        is_last=not after,
        moves=[
            Move(
                names.stand(old) if old else "",
                names.stand(new) if new else "",
                [names.half_days[key] for key in keys],
            )
            for (old, new), keys in ordered
        ],
    )


def _noted(move: Move) -> str:
    words = {"before": move.before, "after": move.after, "when": when(move.half_days)}
    if not move.before:
        return _("Gets stand %(after)s %(when)s") % words
    if not move.after:
        return _("Loses stand %(before)s %(when)s") % words
    return _("From stand %(before)s to stand %(after)s %(when)s") % words
