"""The files of a call from the best mean down, and who would be in if the line were drawn here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from startups.jury.marks import DISAGREEMENT, SCALE, average, deviation
from startups.models import Application, Call, Decision, Review
from startups.operations.judging.reviewing import READABLE

Status = Application.Status
HELD = (Status.SELECTED, Status.CONFIRMED, Status.NO_SHOW)
# Neither drafts nor what was taken back or found ineligible stand in the order.
RANKED = (*READABLE, *HELD, Status.WAITLISTED, Status.REJECTED, Status.DECLINED)


class File(NamedTuple):
    """What the order and the balance need of an application."""

    pk: int
    name: str
    legal_name: str
    sort_name: str
    status: str
    theme: str
    department: str
    founded_on: date | None
    founders: int | None
    women: int | None
    prepared: str


@dataclass
class Row:
    file: File
    means: list[Decimal] = field(default_factory=list)
    # Reviews given out, those handed in among them; nobody who stepped back.
    assigned: int = 0
    reviews_each: int = 1
    mean: Decimal | None = None
    rank: int | None = None
    is_tied: bool = False
    theme_name: str = ""

    @property
    def pk(self) -> int:
        return self.file.pk

    @property
    def name(self) -> str:
        return self.file.name or self.file.legal_name

    @property
    def status_label(self) -> str:
        return str(Status(self.file.status).label)

    @property
    def prepared_label(self) -> str:
        return str(Decision.Outcome(self.file.prepared).label) if self.file.prepared else ""

    @property
    def is_open(self) -> bool:
        """Still to be decided."""
        return self.file.status in READABLE

    @property
    def is_held(self) -> bool:
        """Has its place already."""
        return self.file.status in HELD

    @property
    def done(self) -> int:
        return len(self.means)

    @property
    def lacks_reviews(self) -> bool:
        return self.is_open and self.done < self.reviews_each

    @property
    def spread(self) -> Decimal | None:
        return deviation(self.means) if len(self.means) > 1 else None

    @property
    def disagrees(self) -> bool:
        spread = self.spread
        return spread is not None and spread >= DISAGREEMENT

    @property
    def low(self) -> Decimal:
        return min(self.means)

    @property
    def high(self) -> Decimal:
        return max(self.means)

    @property
    def range(self) -> "Range | None":
        return Range.of(self.means) if self.means else None


@dataclass(frozen=True)
class Range:
    """From the lowest to the highest review, in hundredths of the scale, as drawings need it."""

    left: str
    width: str
    dots: Sequence[str]

    @classmethod
    def of(cls, means: Collection[Decimal]) -> "Range":
        low, high = _hundredths(min(means)), _hundredths(max(means))
        dots = [_text(_hundredths(mean)) for mean in means]
        return cls(left=_text(low), width=_text(high - low), dots=dots)


def _hundredths(mean: Decimal) -> Decimal:
    return mean * 100 / SCALE


def _text(value: Decimal) -> str:
    # As text, so that no language writes "1,5".
    return f"{value:.1f}"


def rows_of(call: Call) -> list[Row]:
    """Every file in the order, best first. Two queries, whatever the size."""
    files = (
        Application.objects.filter(call=call, status__in=RANKED)
        .order_by("sort_name", "pk")
        .values_list(
            "pk",
            "display_name",
            "legal_name",
            "sort_name",
            "status",
            "theme",
            "department",
            "founded_on",
            "founders",
            "women_founders",
            "decision__outcome",
            "decision__released_at",
        )
    )
    rows = {
        values[0]: Row(_file(values), reviews_each=call.reviews_each) for values in files.iterator()
    }
    reviews = Review.objects.filter(application__call=call, application__status__in=RANKED).exclude(
        status=Review.Status.RECUSED
    )
    for pk, mean in reviews.order_by("pk").values_list("application", "mean").iterator():
        rows[pk].assigned += 1
        if mean is not None:
            rows[pk].means.append(mean)
    return ranked(rows.values())


def _file(values: Sequence[Any]) -> File:
    *known, outcome, released_at = values
    known[5] = known[5] or ""
    return File._make([*known, outcome if outcome and released_at is None else ""])


def ranked(rows: Iterable[Row]) -> list[Row]:
    """By mean, equals under the same rank and by name; files nobody read yet come last."""
    known = list(rows)
    for row in known:
        row.mean = average(row.means) if row.means else None
    known.sort(key=lambda row: (row.mean is None, -(row.mean or 0), row.file.sort_name, row.pk))
    for place, row in enumerate(known):
        before = known[place - 1] if place else None
        if row.mean is None:
            continue
        if before is not None and before.mean == row.mean:
            row.rank = before.rank
            row.is_tied = before.is_tied = True
        else:
            row.rank = place + 1
    return known


@dataclass(frozen=True)
class Cut:
    """Who would be in. `line` is the last row above it, `tied` who shares its mean across it."""

    chosen: frozenset[int]
    line: int | None
    tied: frozenset[int]


def cut_at(rows: Sequence[Row], places: int) -> Cut:
    """Those who have a place keep it; the rest goes to the best still to be decided."""
    held = {row.pk for row in rows if row.is_held}
    candidates = [row for row in rows if row.is_open and row.mean is not None]
    best = candidates[: max(0, places - len(held))]
    rest = candidates[len(best) :]
    tied: set[int] = set()
    if best and rest and best[-1].mean == rest[0].mean:
        tied = {row.pk for row in candidates if row.mean == best[-1].mean}
    return Cut(
        chosen=frozenset(held | {row.pk for row in best}),
        line=best[-1].pk if best else None,
        tied=frozenset(tied),
    )


def as_prepared(rows: Iterable[Row]) -> Cut:
    """Who is in by the decisions prepared so far."""
    wanted = Decision.Outcome.SELECTED
    chosen = {row.pk for row in rows if row.is_held or row.file.prepared == wanted}
    return Cut(chosen=frozenset(chosen), line=None, tied=frozenset())


def with_changes(
    cut: Cut, rows: Iterable[Row], *, taken: Collection[int], left: Collection[int]
) -> frozenset[int]:
    """The choice after what was ticked by hand: only what is still to be decided moves."""
    movable = {row.pk for row in rows if row.is_open}
    return (cut.chosen - (movable & set(left))) | (movable & set(taken))


@dataclass(frozen=True)
class Plan:
    """Which decision each file still to be decided would get; the waiting list in its order."""

    selected: list[Row]
    waitlisted: list[Row]
    rejected: list[Row]


def plan(rows: Sequence[Row], chosen: Collection[int], *, waiting: int, refuse: bool) -> Plan:
    """The chosen, the next best `waiting`, and the rest. Files nobody read are left alone."""
    selected = [row for row in rows if row.is_open and row.pk in chosen]
    others = [row for row in rows if row.is_open and row.pk not in chosen and row.mean is not None]
    rest = others[waiting:] if refuse else []
    return Plan(selected=selected, waitlisted=others[:waiting], rejected=rest)


def counts_of_reviews(rows: Iterable[Row]) -> Mapping[str, int]:
    known = list(rows)
    return {
        "files": len(known),
        "unread": sum(1 for row in known if row.is_open and not row.done),
        "lacking": sum(1 for row in known if row.lacks_reviews),
        "disagreeing": sum(1 for row in known if row.disagrees),
    }
