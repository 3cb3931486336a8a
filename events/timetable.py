"""A day's sessions as the drawn programme needs them: one track per room, places as class names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from events.models import Day, Room, Session

# The grid of the stylesheet: five-minute rows, hours from six to midnight.
STEP = 5
READABLE_WHEN_DENSE = 30
FIRST_HOUR, LATEST_OPENING = 6, 14
EARLIEST_CLOSING, LAST_HOUR = 12, 24


@dataclass(frozen=True)
class Slot:
    session: Session
    place: str


@dataclass(frozen=True)
class Track:
    room: Room
    slots: list[Slot]


@dataclass(frozen=True)
class Grid:
    first_hour: int
    last_hour: int
    tracks: list[Track]
    now: str
    is_dense: bool

    @property
    def hours(self) -> range:
        return range(self.first_hour, self.last_hour)


def grid_of(day: Day, sessions: Iterable[Session], now: datetime) -> Grid:
    """Stages first, then rooms by name; hours as the day opens, wider if a session needs it."""
    tracks: dict[int, Track] = {}
    first, last = _minutes(day.opens, day.date), _minutes(day.closes, day.date)
    shortest = LAST_HOUR * 60
    for session in sessions:
        starts, ends = _span(session, day.date)
        first, last = min(first, starts), max(last, ends)
        shortest = min(shortest, ends - starts)
        track = tracks.setdefault(session.room_id, Track(session.room, []))
        track.slots.append(Slot(session, _place(starts, ends)))
    first_hour = max(FIRST_HOUR, min(first // 60, LATEST_OPENING))
    last_hour = min(LAST_HOUR, max(-(-last // 60), EARLIEST_CLOSING))
    return Grid(
        first_hour=first_hour,
        last_hour=last_hour,
        tracks=sorted(tracks.values(), key=lambda track: _rank(track.room)),
        now=_now_line(now, day.date, first_hour, last_hour),
        is_dense=shortest >= READABLE_WHEN_DENSE,
    )


def _rank(room: Room) -> tuple[bool, str, int]:
    return (room.kind != Room.Kind.STAGE, room.name, room.pk)


def _minutes(moment: datetime, day: date) -> int:
    """Paris minutes since this day's midnight, kept within the day, on the grid's rows."""
    local = timezone.localtime(moment)
    if local.date() != day:
        return 0 if local.date() < day else LAST_HOUR * 60
    return (local.hour * 60 + local.minute) // STEP * STEP


def _span(session: Session, day: date) -> tuple[int, int]:
    starts = max(_minutes(session.starts_at, day), FIRST_HOUR * 60)
    # A session shorter than a row still shows.
    return starts, max(_minutes(session.ends_at, day), starts + STEP)


def _place(starts: int, ends: int) -> str:
    return f"h-{starts // 60} m-{starts % 60:02d} eh-{ends // 60} em-{ends % 60:02d}"


def _now_line(now: datetime, day: date, first_hour: int, last_hour: int) -> str:
    """Where the line of the present runs; empty on another day or outside the hours."""
    local = timezone.localtime(now)
    if local.date() != day or not first_hour <= local.hour < last_hour:
        return ""
    return f"h-{local.hour} m-{local.minute // STEP * STEP:02d}"
