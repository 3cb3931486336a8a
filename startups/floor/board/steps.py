"""Steps of the board in words: who moved from where to where, and what one may take back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from events.models import HalfDay, Stand
from pavilion.core.access import Access
from pavilion.core.models import User
from startups.floor.presence import spoken_days
from startups.models import Board, BoardStep, Exhibitor

# What companies agreed on is not undone: `undo_step` refuses it.
_SETTLED = frozenset({BoardStep.Kind.SWAP, BoardStep.Kind.ABSENCE})
NAMED = 3
# How far back one can undo, and how many steps the drawer tells.
REACH, TOLD = 100, 50


@dataclass(frozen=True)
class ToldStep:
    step: BoardStep
    what: str
    details: list[str]
    who: str
    can_be_undone: bool


@dataclass(frozen=True)
class Undoing:
    """The reader's own next steps back and forth; None where there is none.

    An undo that was undone stands for the step it was about: `about` is what the buttons name.
    """

    undo: BoardStep | None = None
    redo: BoardStep | None = None
    about: Mapping[int, BoardStep] = field(default_factory=dict)


def undoing(board: Board, user: User) -> Undoing:
    """One's own steps alone: a colleague's are in the history. One query."""
    steps = list(
        BoardStep.objects.filter(board=board, by=user)
        .exclude(kind__in=_SETTLED)
        .select_related("undone_by")
        .order_by("-serial")[:REACH]
    )
    depth: dict[int, int] = {}
    about: dict[int, BoardStep] = {}
    for step in reversed(steps):
        depth[step.pk] = depth.get(step.undoes_id or 0, 0) + 1 if step.undoes_id else 0
        about[step.pk] = about.get(step.undoes_id or 0, step)
    undo = redo = None
    may_redo = True
    for step in steps:
        is_done = depth[step.pk] % 2 == 0
        is_open = not hasattr(step, "undone_by")
        if is_done:
            undo = undo or (step if is_open else None)
            # Something new since: what was undone before it stays undone.
            may_redo = may_redo and depth[step.pk] > 0
        elif is_open and may_redo:
            redo = redo or step
        # What was undone and not redone hides nothing under it: an older step may come next.
    return Undoing(undo, redo, about)


def named(found: Undoing) -> dict[str, dict[str, Any] | None]:
    """What the buttons say they take back and do again. Two queries, none without steps."""
    ways = {"undo": found.undo, "redo": found.redo}
    about = {name: found.about[step.pk] for name, step in ways.items() if step}
    names, numbers = _names(about.values()) if about else ({}, {})
    return {
        name: {"id": step.pk, "what": _what(about[name], names, numbers)} if step else None
        for name, step in ways.items()
    }


def told(
    steps: Sequence[BoardStep], half_days: Iterable[HalfDay], access: Access
) -> list[ToldStep]:
    """In words, with two queries for all the names in them. `by` and `undone_by` must be read."""
    known = {half_day.pk: half_day for half_day in half_days}
    names, numbers = _names(steps)
    return [
        ToldStep(
            step=step,
            what=_what(step, names, numbers),
            details=list(_details(step, names, numbers, known)),
            who=step.author_for(access) or _("automatically"),
            can_be_undone=not hasattr(step, "undone_by"),
        )
        for step in steps
    ]


def _names(steps: Iterable[BoardStep]) -> tuple[dict[int, str], dict[int, str]]:
    stands, exhibitors = touched(steps)
    rows = Exhibitor.objects.filter(pk__in=exhibitors).select_related("application")
    names = {row.pk: str(row) for row in rows}
    return names, dict(Stand.objects.filter(pk__in=stands).values_list("pk", "number"))


def touched(steps: Iterable[BoardStep]) -> tuple[set[int], set[int]]:
    """Stands and exhibitors that these steps changed."""
    exhibitors: set[int] = set()
    stands: set[int] = set()
    for step in steps:
        for side in (step.before, step.after):
            for pk, stay in side.get("stays", {}).items():
                exhibitors.add(int(pk))
                stands |= {int(cell[0]) for cell in stay.values()}
            stands |= {int(cell.split(":")[0]) for cell in side.get("holds", {})}
    return stands, exhibitors


def _what(step: BoardStep, names: Mapping[int, str], numbers: Mapping[int, str]) -> str:
    """ "Move: Nomverif", "Keep free: A12"."""
    involved = [names.get(int(pk), pk) for pk in step.after.get("stays", {})]
    if not involved:
        held = {int(cell.split(":")[0]) for cell in step.after.get("holds", {})}
        involved = sorted(numbers.get(pk, str(pk)) for pk in held)
    if len(involved) > NAMED:
        more = len(involved) - NAMED + 1
        involved = [*involved[: NAMED - 1], _("%(count)s others") % {"count": more}]
    words = {"verb": step.get_kind_display(), "names": ", ".join(involved)}
    return _("%(verb)s: %(names)s") % words


def _details(
    step: BoardStep,
    names: Mapping[int, str],
    numbers: Mapping[int, str],
    half_days: Mapping[int, HalfDay],
) -> Iterable[str]:
    before, after = step.before.get("stays", {}), step.after.get("stays", {})
    for pk, stay in list(after.items())[:NAMED]:
        was = where(before.get(pk, {}), numbers, half_days)
        now = where(stay, numbers, half_days)
        if was == now:
            yield now
        else:
            who = f"{names.get(int(pk), pk)}: " if len(after) > 1 else ""
            yield f"{who}{was or _('no stand')} → {now or _('no stand')}"
    notes = step.after.get("holds", {})
    if notes:
        stay = {cell.split(":")[1]: [int(cell.split(":")[0]), ""] for cell in notes}
        yield " · ".join(filter(None, [where(stay, numbers, half_days), *set(notes.values())]))


def where(
    stay: Mapping[str, Any], numbers: Mapping[int, str], half_days: Mapping[int, HalfDay]
) -> str:
    """ "A12, mer. 16 – ven. 18"."""
    by_stand: dict[int, list[HalfDay]] = {}
    for day, cell in stay.items():
        if half_day := half_days.get(int(day)):
            by_stand.setdefault(int(cell[0]), []).append(half_day)
    return " + ".join(
        f"{numbers.get(stand, stand)}, "
        + spoken_days(sorted(days, key=lambda one: (one.starts_at, one.pk)))
        for stand, days in by_stand.items()
    )
