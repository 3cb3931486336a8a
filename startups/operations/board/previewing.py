"""All a change of the board would touch, told before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.models import Edition
from pavilion.core.models import User
from startups.floor.touching import Span, Touched, touched
from startups.operations.board.mails import mails
from startups.operations.board.planning import Change, Holds, plan
from startups.operations.board.warnings import BoardWarning, warnings


@dataclass(frozen=True)
class Cell:
    half_day: int
    label: str
    stand: int
    number: str


@dataclass(frozen=True)
class StayChange:
    """One exhibitor's stay before and after, in the order of the fair."""

    exhibitor: int
    name: str
    region: str
    before: list[Cell]
    after: list[Cell]


@dataclass(frozen=True)
class Preview:
    changes: list[StayChange] = field(default_factory=list)
    meetings: list[Touched] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    warnings: list[BoardWarning] = field(default_factory=list)


def preview(
    *,
    edition_id: int,
    stays: Mapping[int, Mapping[int, int]],
    by: User | None,
    holds: Mapping[tuple[int, int], str | None] | None = None,
    seen: Mapping[int, int] | None = None,
    statuses: Mapping[int, str] | None = None,
    over_confirmed: bool = False,
    seen_holds: Holds | None = None,
) -> Preview:
    """What `change_board` would do with the same arguments, or its refusal. Writes nothing."""
    change = plan(
        edition=Edition.objects.get(pk=edition_id),
        stays=stays,
        holds=holds or {},
        by=by,
        seen=seen,
        statuses=statuses,
        over_confirmed=over_confirmed,
        seen_holds=seen_holds,
    )
    # A half-day says its date in words, which is slow: once, not for each of thousands of cells.
    labels = {pk: str(half_day) for pk, half_day in change.half_days.items()}
    return Preview(
        changes=[_stay_change(change, pk, labels) for pk in change.after],
        meetings=touched(by, _spans(change)),
        mails=mails(change),
        warnings=warnings(change),
    )


def _stay_change(change: Change, pk: int, labels: Mapping[int, str]) -> StayChange:
    exhibitor = change.exhibitors[pk]

    def cells(stay: Mapping[int, tuple[int, str]]) -> list[Cell]:
        return [
            Cell(day, label, stay[day][0], change.stands[stay[day][0]].number)
            for day, label in labels.items()
            if day in stay
        ]

    return StayChange(
        exhibitor=pk,
        name=str(exhibitor),
        region=exhibitor.region_code,
        before=cells(change.before[pk]),
        after=cells(change.after[pk]),
    )


def _spans(change: Change) -> list[Span]:
    """Where somebody else will be, or nobody."""
    cells = {(stand.pk, day.pk) for _who, stand, day in [*change.added(), *change.removed()]}
    return [
        Span(stand, change.half_days[day].starts_at, change.half_days[day].ends_at)
        for stand, day in sorted(cells)
    ]
