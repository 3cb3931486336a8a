"""What the page of one proposal tells: its levels, its difference to the board, its reasons."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from startups.floor.proposal.difference import KINDS, Change, Difference, read
from startups.floor.proposal.reasons import Unplaced, unplaced, warnings
from startups.models import AllocationRun, GoalLevel
from startups.operations import proposals

# With more changes than this, the page shows one region's at a time.
AT_ONCE = 400
# The width of a level's bar, in its own units.
BAR = 200
# What stands for every exhibitor in a form.
ALL = "all"


@dataclass(frozen=True)
class Level:
    """How good one level is, and how much better it could be at most."""

    name: str
    objective: int | None
    bound: int | None
    # Below good neighbours that might be better, a level is open even where it reaches its bound.
    is_open: bool = False

    @property
    def label(self) -> str:
        return str(GoalLevel(self.name).label) if self.name in GoalLevel.values else self.name

    @property
    def unit(self) -> str:
        """What is counted; for some, the fewer the better."""
        units: dict[str, str] = {
            GoalLevel.PLACED: _("exhibitors"),
            GoalLevel.WISHED: _("half-days"),
            GoalLevel.MOVES: _("who move: the fewer, the better"),
            GoalLevel.FAIRNESS: _("unevenness: the less, the better"),
            GoalLevel.NEIGHBOURS: _("points"),
        }
        return units.get(self.name, "")

    @property
    def is_proved(self) -> bool:
        return self.objective is not None and self.objective == self.bound and not self.is_open

    @property
    def gap(self) -> float | None:
        """In hundredths of what was reached; None while there is nothing to compare."""
        if self.objective is None or self.bound is None:
            return None
        return 100 * abs(self.bound - self.objective) / max(1, abs(self.objective))

    @property
    def proof(self) -> str:
        if self.objective is None:
            return _("not looked at yet")
        if self.is_proved:
            return _("proved: nothing better exists")
        if self.gap is None:
            return ""
        if self.objective == self.bound:
            return _("not proved: better neighbours, which count more, might change it")
        return _("gap %(gap)s %%: %(bound)s at best") % {
            "gap": number_format(self.gap, 1),
            "bound": self.bound,
        }

    @property
    def share(self) -> int:
        """How much of its bar is proved to be reached."""
        if self.objective is None or self.bound is None:
            return 0
        if self.objective == self.bound:
            return BAR
        small, big = sorted((abs(self.objective), abs(self.bound)))
        has_one_sign = (self.objective >= 0) == (self.bound >= 0)
        return BAR * small // big if has_one_sign and big else 0

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": self.label,
            "objective": "" if self.objective is None else str(self.objective),
            "proof": self.proof,
            "share": self.share,
            "is_proved": self.is_proved,
        }


@dataclass
class RegionPart:
    """One region's part of the difference."""

    code: str
    name: str
    changes: list[Change] = field(default_factory=list)

    @property
    def open(self) -> int:
        return sum(1 for change in self.changes if change.is_open)

    @property
    def summary(self) -> list[tuple[str, int]]:
        counted = [
            (str(label), sum(1 for change in self.changes if change.kind == kind))
            for kind, label in KINDS.items()
        ]
        return [(label, count) for label, count in counted if count]


def levels(told: Mapping[str, Any]) -> list[Level]:
    """In the order they are aimed at; a level not reached yet has no numbers.

    Of several regions, each with its own order, in the usual one.
    """
    groups = list(told.get("groups", {}).values())
    rows = groups[0] if len(groups) == 1 else told.get("levels", ())
    known = {row["name"]: row for row in rows}
    order = [row["name"] for row in groups[0]] if len(groups) == 1 else GoalLevel.values
    names = [*order, *(name for name in known if name not in order)]
    rows = [known.get(name, {}) for name in names]
    return [
        Level(name, row.get("objective"), row.get("bound"), row.get("proved") is False)
        for name, row in zip(names, rows, strict=True)
    ]


def progress_of(run: AllocationRun) -> dict[str, Any]:
    """How far it is: the page shows it once, its script asks again every second."""
    is_dead = is_abandoned(run)
    seconds = (timezone.now() - run.at).total_seconds()
    return {
        "status": run.status,
        "status_label": run.get_status_display(),
        "is_over": run.status not in proposals.UNDER_WAY or is_dead,
        "is_stopping": run.cancel_asked_at is not None,
        "seconds": int(run.progress.get("seconds", seconds)),
        "time_limit": run.time_limit,
        "done": run.progress.get("done", 0),
        "of": run.progress.get("of", 0),
        "levels": [level.as_json() for level in levels(run.progress)],
    }


def is_abandoned(run: AllocationRun) -> bool:
    """Its worker stopped for good, and nobody told the run."""
    over = ("done", "failed")
    return run.status in proposals.UNDER_WAY and run.job is not None and run.job.state in over


def context_of(run: AllocationRun, region: str) -> dict[str, Any]:
    context: dict[str, Any] = {"progress": progress_of(run)}
    if not context["progress"]["is_over"]:
        return context
    if is_abandoned(run):
        context["error"] = run.job.result.get("error") if run.job else ""
    context["error"] = run.error or context.get("error", "")
    if not run.plan:
        return context
    difference = read(run, timezone.now())
    lacking = unplaced(run, difference)
    parts = _parts(difference)
    is_long = len(difference.changes) > AT_ONCE
    shown = [part for part in parts if part.code == region] if is_long else parts
    steps = list(run.steps.select_related("by", "undone_by").order_by("-serial"))
    return context | {
        "levels": levels(run.plan),
        "bar": BAR,
        "groups": _groups(run),
        "placed": run.plan.get("placed", 0),
        "seconds": number_format(run.plan.get("seconds", 0), 1),
        "difference": difference,
        "parts": parts,
        "shown": {part.code for part in shown},
        "is_long": is_long,
        "unplaced": lacking,
        "warnings": warnings(run, difference),
        "unplaced_parts": _by_region(lacking),
        "steps": steps,
        "can_roll_back": any(not hasattr(step, "undone_by") for step in steps),
    }


def _groups(run: AllocationRun) -> int:
    return len(run.plan.get("groups", ()))


def _parts(difference: Difference) -> list[RegionPart]:
    parts: dict[str, RegionPart] = {}
    for change in difference.changes.values():
        region = change.exhibitor.participation.region
        part = parts.setdefault(region.code, RegionPart(region.code, str(region)))
        part.changes.append(change)
    return list(parts.values())


def _by_region(lacking: Iterable[Unplaced]) -> list[tuple[str, str, list[Unplaced]]]:
    parts: dict[str, tuple[str, str, list[Unplaced]]] = {}
    for row in lacking:
        region = row.exhibitor.participation.region
        parts.setdefault(region.code, (region.code, str(region), []))[2].append(row)
    return list(parts.values())


def chosen(run: AllocationRun, typed: QueryDict) -> set[int] | None:
    """Which exhibitors were ticked; None for everything. A region's button takes all of it."""
    if "everything" in typed:
        return None
    if "open" in typed:
        return {change.pk for change in read(run, timezone.now()).open}
    if code := typed.get("region"):
        difference = read(run, timezone.now())
        of_region = [change for change in difference.open if change.exhibitor.region_code == code]
        return difference.needed_by([change.pk for change in of_region])
    if typed.get("exhibitors") == ALL:
        return None
    told = [*typed.getlist("exhibitor"), *typed.get("exhibitors", "").split(",")]
    return {int(key) for key in told if key.isdecimal() and len(key) < 19}


def lines(run: AllocationRun, chosen: Collection[int] | None) -> list[Change]:
    """What is about to be applied, to be looked at once more."""
    changes = read(run, timezone.now()).changes
    return [change for pk, change in changes.items() if chosen is None or pk in chosen]
