"""What differs between two versions of a run sheet. Pure: lines in, changes out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from meetings.run_sheets.lines import Line, Who


class Kind(StrEnum):
    ADDED = "added"
    MOVED = "moved"
    CANCELLED = "cancelled"
    # It takes place, but no longer for whoever has this run sheet.
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """`aspects` names what differs of a line that stays, in the order one tells it."""

    kind: Kind
    old: Line | None
    new: Line | None
    aspects: tuple[str, ...] = ()
    joined: tuple[Who, ...] = ()
    left: tuple[Who, ...] = ()

    @property
    def line(self) -> Line:
        line = self.new or self.old
        if line is None:
            raise ValueError("A change is of a line.")
        return line

    @property
    def at(self) -> datetime:
        return self.line.starts_at


def compare(old: Sequence[Line], new: Sequence[Line]) -> list[Change]:
    """In the order of time. Nothing differs exactly when nobody would read anything else."""
    before = {line.meeting: line for line in old}
    after = {line.meeting: line for line in new}
    changes = []
    for key in before.keys() | after.keys():
        change = _change(before.get(key), after.get(key))
        if change:
            changes.append(change)
    return sorted(changes, key=lambda change: (change.at, change.line.meeting))


def _change(old: Line | None, new: Line | None) -> Change | None:
    was_on, is_on = old is not None and old.is_on, new is not None and new.is_on
    if not was_on:
        return Change(Kind.ADDED, old, new) if is_on else None
    if not is_on:
        return Change(Kind.CANCELLED if new is not None else Kind.GONE, old, new)
    if old is None or new is None:
        return None
    aspects = tuple(name for name, of in ASPECTS.items() if of(old) != of(new))
    if not aspects:
        return None
    known, known_after = _keys(old.people), _keys(new.people)
    return Change(
        Kind.MOVED if "time" in aspects else Kind.CHANGED,
        old,
        new,
        aspects,
        joined=tuple(who for who in new.people if _as(who) not in known),
        left=tuple(who for who in old.people if _as(who) not in known_after),
    )


def _keys(people: Sequence[Who]) -> set[Any]:
    return {_as(who) for who in people}


def _as(who: Who) -> Any:
    """The same office with another holder is somebody else."""
    return who.key, who.name.get("fr")


def _order(line: Line) -> Any:
    return [_as(who) for who in line.people]


# Which parts of a line are compared, and how: every part is in one of them.
ASPECTS: Mapping[str, Callable[[Line], Any]] = {
    "time": lambda line: (line.starts_at, line.ends_at),
    # That it took place is no news on paper.
    "firm": lambda line: line.status != "option",
    "place": lambda line: (line.place, line.way),
    "travel": lambda line: line.travel_minutes,
    "meeting_point": lambda line: (
        (line.meeting_point, line.meeting_point_minutes) if line.meeting_point else None
    ),
    "people": lambda line: sorted(map(str, _order(line))),
    "order": _order,
    "subject": lambda line: (line.subject, line.format),
    "contact": lambda line: (line.contact_name, line.contact_phone),
    "press": lambda line: line.press,
    "photographer": lambda line: line.photographer,
    "languages": lambda line: line.languages,
    "route": lambda line: line.stops,
    "details": lambda line: (
        line.speakers,
        [(who.title, who.instead_of, who.name) for who in line.people],
    ),
}
