"""A proposal beside the plan as it is now: who is placed, moves or loses a place, and with whom."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import HalfDay, Stand
from startups.floor.presence import spoken_days
from startups.models import Allocation, AllocationRun, Exhibitor

Cells = dict[int, int]  # half-day → stand

PLACED, MOVED, SHIFTED, FREED = "placed", "moved", "shifted", "freed"
KINDS = {
    PLACED: pgettext_lazy("proposal", "Placed"),
    MOVED: pgettext_lazy("proposal", "Moved"),
    SHIFTED: pgettext_lazy("proposal", "Other half-days"),
    FREED: pgettext_lazy("proposal", "Freed"),
}
# Why a line of the difference can no longer be applied.
LEFT, CHANGED, IN_THE_WAY = "left", "changed", "in_the_way"
HINDRANCES = {
    LEFT: _("It has left the pavilion since."),
    CHANGED: _("Its half-days were changed on the board since."),
    IN_THE_WAY: _("Somebody else has been placed there since."),
}


@dataclass
class Words:
    """Stays in words; most exhibitors stay on the same days as others, said once."""

    half_days: Sequence[HalfDay]
    stands: Mapping[int, str]
    known: dict[tuple[int, ...], str] = field(default_factory=dict)

    def of(self, cells: Cells) -> str:
        """ "A12 · mer. 12, jeu. 13"; several stands one after the other."""
        by_stand: dict[int, list[HalfDay]] = {}
        for half_day in self.half_days:
            if half_day.pk in cells:
                by_stand.setdefault(cells[half_day.pk], []).append(half_day)
        return ", ".join(
            f"{self.stands.get(stand, '?')} · {self._days(days)}"
            for stand, days in by_stand.items()
        )

    def _days(self, days: Sequence[HalfDay]) -> str:
        key = tuple(day.pk for day in days)
        if key not in self.known:
            self.known[key] = spoken_days(days)
        return self.known[key]


@dataclass
class Change:
    """One exhibitor whose half-days would be others."""

    exhibitor: Exhibitor
    kind: str
    now: Cells
    target: Cells
    words: "Words | None" = None
    # Those who have to make room first, by key; together they are applied or not at all.
    with_others: set[int] = field(default_factory=set)
    hindrance: str = ""

    @property
    def pk(self) -> int:
        return self.exhibitor.pk

    @property
    def before(self) -> str:
        return self.words.of(self.now) if self.words else ""

    @property
    def after(self) -> str:
        return self.words.of(self.target) if self.words else ""

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind])

    @property
    def hindrance_label(self) -> str:
        return str(HINDRANCES[self.hindrance]) if self.hindrance else ""

    @property
    def is_open(self) -> bool:
        return not self.hindrance


@dataclass
class Difference:
    """Everything a run would change now, by exhibitor, in the order of regions and names."""

    changes: dict[int, Change]
    exhibitors: Mapping[int, Exhibitor]
    half_days: Sequence[HalfDay]
    stands: Mapping[int, str]
    # In the proposal as they are now.
    unchanged: int = 0

    @property
    def open(self) -> list[Change]:
        """What can be applied, each with all it needs."""
        return [change for change in self.changes.values() if change.is_open]

    @property
    def hindered(self) -> list[Change]:
        return [change for change in self.changes.values() if not change.is_open]

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(change.kind for change in self.changes.values())

    def needed_by(self, chosen: Collection[int]) -> set[int]:
        """The chosen and all who have to make room for them."""
        found: set[int] = set()
        waiting = list(chosen)
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting += self.changes[pk].with_others
        return found

    def stays(self, chosen: Iterable[int]) -> dict[int, Cells]:
        return {pk: self.changes[pk].target for pk in chosen}


def read(run: AllocationRun, now: datetime) -> Difference:
    """Four queries, whatever the size. Half-days that have begun stay as they are."""
    half_days = list(HalfDay.objects.filter(edition=run.edition_id).order_by("starts_at", "pk"))
    begun = {each.pk for each in half_days if each.starts_at <= now}
    plan = _stays(run.plan.get("stays", {}))
    plan |= {row["exhibitor"]: {} for row in run.plan.get("unplaced", ())}
    as_read = _stays(run.problem.get("aside", {}).get("cells", {}))
    board = _board(run.edition_id)
    stands = dict(Stand.objects.filter(edition=run.edition_id).values_list("pk", "number"))

    targets: dict[int, Cells] = {}
    for pk, stay in plan.items():
        held = board.get(pk, {})
        past = {each: stand for each, stand in held.items() if each in begun}
        coming = {each: stand for each, stand in stay.items() if each not in begun}
        targets[pk] = past | coming
    differing = [pk for pk, target in targets.items() if target != board.get(pk, {})]
    exhibitors = _exhibitors([*plan])
    difference = Difference({}, exhibitors, half_days, stands)
    words = Words(half_days, stands)
    for pk in sorted(differing, key=lambda pk: _order(exhibitors[pk])):
        held, target = board.get(pk, {}), targets[pk]
        change = Change(exhibitors[pk], _kind(held, target), now=held, target=target, words=words)
        was = {each: stand for each, stand in as_read.get(pk, {}).items() if each not in begun}
        if exhibitors[pk].left_at is not None:
            change.hindrance = LEFT
        elif was != {each: stand for each, stand in held.items() if each not in begun}:
            change.hindrance = CHANGED
        difference.changes[pk] = change
    difference.unchanged = len(plan) - len(differing)
    _relate(difference, board)
    return difference


def _stays(told: Mapping[str, Mapping[str, int]]) -> dict[int, Cells]:
    return {
        int(pk): {int(half_day): stand for half_day, stand in stay.items()}
        for pk, stay in told.items()
    }


def _board(edition_id: int) -> dict[int, Cells]:
    rows = Allocation.objects.filter(half_day__edition=edition_id)
    board: dict[int, Cells] = {}
    for pk, half_day, stand in rows.values_list("exhibitor_id", "half_day_id", "stand_id"):
        board.setdefault(pk, {})[half_day] = stand
    return board


def _exhibitors(keys: Collection[int]) -> dict[int, Exhibitor]:
    rows = Exhibitor.objects.filter(pk__in=keys).select_related(
        "application", "participation__region"
    )
    return {
        row.pk: row
        for row in rows.only(
            *("slug", "left_at", "application__display_name", "application__legal_name"),
            *("application__contact_email", "application__sort_name", "application__power_watts"),
            *("application__heavy_load", "kind_needed", "granted_half_days"),
            *("participation__edition", "participation__region"),
        )
    }


def _order(exhibitor: Exhibitor) -> tuple[Any, ...]:
    participation = exhibitor.participation
    return participation.region.sort_key, exhibitor.application.sort_name, exhibitor.pk


def _kind(now: Cells, target: Cells) -> str:
    if not now:
        return PLACED
    if not target:
        return FREED
    return SHIFTED if set(now.values()) == set(target.values()) else MOVED


def _relate(difference: Difference, board: Mapping[int, Cells]) -> None:
    """Whose move has to come first; and what cannot be done any more, with all that hangs on it."""
    holders = {
        (stand, half_day): pk for pk, cells in board.items() for half_day, stand in cells.items()
    }
    for change in difference.changes.values():
        for half_day, stand in change.target.items():
            holder = holders.get((stand, half_day))
            if holder is None or holder == change.pk:
                continue
            other = difference.changes.get(holder)
            if other is None or other.target.get(half_day) == stand:
                change.hindrance = change.hindrance or IN_THE_WAY
            else:
                change.with_others.add(holder)
    for change in difference.changes.values():
        if change.is_open and any(
            not difference.changes[pk].is_open for pk in difference.needed_by([change.pk])
        ):
            change.hindrance = IN_THE_WAY
