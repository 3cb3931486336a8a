"""When people could meet: the best times, and why. Plain values in, a ranked list out.

It knows nothing of Django nor of ours: `meetings.availability` reads the database for it and puts
its reasons into words. The database alone refuses: what is proposed here may be taken meanwhile.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

QUARTER = timedelta(minutes=15)
# Closer than this to something else, somebody has to hurry.
BREATH = timedelta(minutes=10)


@dataclass(frozen=True, order=True)
class Span:
    """[starts_at, ends_at), in UTC or with offsets."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def holds(self, other: "Span") -> bool:
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at

    def wider(self, by: timedelta) -> "Span":
        return Span(self.starts_at - by, self.ends_at + by)


@dataclass(frozen=True)
class Calendar:
    """Spans that were brought together: what overlaps is one."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> "Calendar":
        joined: list[Span] = []
        for span in sorted(spans):
            if joined and span.starts_at <= joined[-1].ends_at:
                joined[-1] = Span(joined[-1].starts_at, max(joined[-1].ends_at, span.ends_at))
            else:
                joined.append(span)
        return cls(tuple(joined))

    @cached_property
    def _ends(self) -> list[datetime]:
        return [span.ends_at for span in self.spans]

    def meets(self, span: Span) -> bool:
        """Whether something of it falls into the span."""
        index = bisect_left(self._ends, span.starts_at)
        return any(each.overlaps(span) for each in self.spans[index : index + 2])

    def holds(self, span: Span) -> bool:
        """Whether the whole span falls into one of its own."""
        index = bisect_left(self._ends, span.ends_at)
        return index < len(self.spans) and self.spans[index].holds(span)


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody expected, or a room that could be taken.

    `taken` refuses (another meeting, its buffers included), `unavailable` is what they said, and
    `hours` are the times outside of which they do not work; None where nobody said.
    """

    key: str
    is_required: bool = True
    taken: Calendar = field(default_factory=Calendar)
    unavailable: Calendar = field(default_factory=Calendar)
    hours: Calendar | None = None

    def is_taken(self, span: Span) -> bool:
        return self.taken.meets(span)

    def is_away(self, span: Span) -> bool:
        return self.unavailable.meets(span) or (
            self.hours is not None and not self.hours.holds(span)
        )


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is wanted. `windows` are the times asked for, `near` the one that would be best.

    `needs_room` where one of the rooms has to be free: elsewhere the lack of one only weighs.
    """

    length: timedelta
    margin: timedelta  # kept free before and after
    opening: Calendar
    guests: Sequence[Guest]
    rooms: Sequence[Guest] = ()
    needs_room: bool = False
    lunch: Calendar = field(default_factory=Calendar)
    windows: Calendar = field(default_factory=Calendar)
    near: datetime | None = None
    not_before: datetime | None = None
    step: timedelta = QUARTER


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A time, the room that is free then, and what speaks for and against it."""

    span: Span
    room: str | None
    taken: tuple[str, ...]  # who has another meeting
    away: tuple[str, ...]  # who said they are not available
    hurried: tuple[str, ...]  # who comes from something else, or goes to it, at once
    is_in_window: bool
    is_at_lunch: bool
    lacks_room: bool
    is_possible: bool  # nothing that refuses stands in the way
    distance: timedelta
    cost: tuple[float, ...]


def best_times(wish: Wish, *, number: int = 3) -> list[Proposal]:
    """The best, most wished for first, each at a time of its own; fewer when there are no more."""
    ranked = sorted(_proposals(wish), key=lambda each: (each.cost, each.span))
    chosen: list[Proposal] = []
    for each in ranked:
        if len(chosen) == number:
            break
        if not any(each.span.overlaps(other.span) for other in chosen):
            chosen.append(each)
    return chosen


def judge(wish: Wish, starts_at: datetime) -> Proposal:
    """The same, of one time that somebody has in mind."""
    return _proposal(wish, Span(starts_at, starts_at + wish.length))


def _proposals(wish: Wish) -> Iterator[Proposal]:
    for open_span in wish.opening.spans:
        start = open_span.starts_at
        while start + wish.length <= open_span.ends_at:
            if wish.not_before is None or start >= wish.not_before:
                yield _proposal(wish, Span(start, start + wish.length))
            start += wish.step


def _proposal(wish: Wish, span: Span) -> Proposal:
    held = span.wider(wish.margin)
    near = held.wider(BREATH)
    taken = tuple(each.key for each in wish.guests if each.is_taken(held))
    away = tuple(each.key for each in wish.guests if each.key not in taken and each.is_away(span))
    hurried = tuple(
        each.key for each in wish.guests if each.key not in taken and each.is_taken(near)
    )
    room = next((room.key for room in wish.rooms if not room.is_taken(held)), None)
    is_in_window = not wish.windows.spans or wish.windows.holds(span)
    is_at_lunch = wish.lunch.meets(span)
    lacks_room = bool(wish.rooms) and room is None
    has_no_place = wish.needs_room and lacks_room
    distance = abs(span.starts_at - wish.near) if wish.near else timedelta()
    required = {each.key for each in wish.guests if each.is_required}
    return Proposal(
        span=span,
        room=room,
        taken=taken,
        away=away,
        hurried=hurried,
        is_in_window=is_in_window,
        is_at_lunch=is_at_lunch,
        lacks_room=lacks_room,
        is_possible=not taken and not has_no_place,
        distance=distance,
        # One after the other: nobody nearer the wanted time makes up for somebody missing.
        cost=(
            len(required.intersection(taken)) + has_no_place,
            len(required.intersection(away)),
            len(taken) + len(away),
            not is_in_window,
            lacks_room,
            is_at_lunch,
            len(hurried),
            distance.total_seconds(),
        ),
    )
