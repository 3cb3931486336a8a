"""A run sheet as somebody reads it: which version, what changed for them, day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.text import capfirst

from meetings import wording
from meetings.models import RunSheetReading, RunSheetVersion
from meetings.run_sheets import telling
from meetings.run_sheets.comparing import Change, Kind, compare
from meetings.run_sheets.lines import Line, from_data, said
from meetings.run_sheets.marking import Mark
from meetings.run_sheets.subjects import Subject


@dataclass(frozen=True)
class Row:
    """One line, in the active language."""

    line: Line
    change: Change | None = None
    marks: Sequence[Mark] = ()

    @property
    def starts(self) -> str:
        return telling.minute(self.line.starts_at)

    @property
    def ends(self) -> str:
        return telling.minute(self.line.ends_at)

    @property
    def subject(self) -> str:
        return said(self.line.subject)

    @property
    def format(self) -> str:
        return telling.format_name(self.line)

    @property
    def place(self) -> str:
        return said(self.line.place)

    @property
    def way(self) -> str:
        return said(self.line.way)

    @property
    def is_option(self) -> bool:
        return self.line.status == "option"

    @property
    def leaves(self) -> str:
        return telling.minute(self.line.leaves_at) if self.line.travel_minutes else ""

    @property
    def gathers(self) -> str:
        """When one is at the meeting point."""
        return telling.minute(self.line.meeting_point_at) if self.line.meeting_point else ""

    @property
    def people(self) -> list[dict[str, str]]:
        return [
            {
                "name": said(who.name),
                "title": said(who.title),
                "instead_of": said(who.instead_of),
            }
            for who in self.line.people
        ]

    @property
    def speeches(self) -> str:
        return telling.speeches(self.line)

    @property
    def press(self) -> str:
        return telling.press(self.line)

    @property
    def phone(self) -> str:
        return self.line.contact_phone.replace(" ", "\u00a0")

    @property
    def stops(self) -> list[dict[str, Any]]:
        return [
            {
                "at": telling.minute(stop.at),
                "minutes": stop.minutes,
                "stand": stop.stand,
                "company": stop.company,
                "note": stop.note,
            }
            for stop in self.line.stops
        ]

    @property
    def change_word(self) -> str:
        return telling.word(self.change) if self.change else ""

    @property
    def change_text(self) -> str:
        if self.change is None or self.change.kind == Kind.ADDED:
            return ""
        return " ".join(telling.sentences(self.change))


@dataclass(frozen=True)
class SheetDay:
    date: date
    name: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class News:
    """One change in words."""

    kind: str
    word: str
    when: str
    subject: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """`version` is what was given out last; `is_newer` when this shows what came since.

    `since` is the version whose reader sees `news`: the one they last read, or none.
    """

    subject: Subject
    days: Sequence[SheetDay]
    version: RunSheetVersion | None
    is_newer: bool
    at: datetime
    since: int | None = None
    news: Sequence[News] = field(default_factory=list)
    # What came since the last version was given out; the same as `news` for its readers.
    ungiven: Sequence[News] = field(default_factory=list)
    last_number: int = 0

    @property
    def number(self) -> int:
        return self.version.number if self.version else 0

    @property
    def is_old(self) -> bool:
        """A later version was given out."""
        return self.number < self.last_number

    @property
    def is_empty(self) -> bool:
        return not self.days


def sheet_of(
    subject: Subject,
    lines: Sequence[Line],
    *,
    last: RunSheetVersion | None,
    now: datetime,
    read_number: int | None = None,
    read_lines: Sequence[Line] | None = None,
    marks: Mapping[int, Sequence[Mark]] | None = None,
) -> Sheet:
    """The working state, told as the last version where nothing has changed since.

    `read_lines` is what the reader read last; without it, nothing is new to them.
    """
    given = from_data(last.lines) if last else []
    ungiven = compare(given, lines) if last else []
    news = compare(read_lines, lines) if read_lines is not None else []
    return Sheet(
        subject=subject,
        days=days_of(lines, news, marks or {}),
        version=last,
        is_newer=last is None or bool(ungiven),
        at=now,
        since=read_number if read_lines is not None else None,
        news=told(news),
        ungiven=told(ungiven),
        last_number=last.number if last else 0,
    )


def sheet_as_given_out(
    subject: Subject,
    version: RunSheetVersion,
    *,
    last_number: int,
    now: datetime,
    before: RunSheetVersion | None = None,
) -> Sheet:
    """A version as it was; `before` is the one whose differences are marked."""
    lines = from_data(version.lines)
    news = compare(from_data(before.lines), lines) if before else []
    return Sheet(
        subject=subject,
        days=days_of(lines, news, {}),
        version=version,
        is_newer=False,
        at=now,
        since=before.number if before else None,
        news=told(news),
        last_number=last_number,
    )


def days_of(
    lines: Sequence[Line], changes: Sequence[Change], marks: Mapping[int, Sequence[Mark]]
) -> list[SheetDay]:
    by_meeting = {change.line.meeting: change for change in changes}
    shown = sorted(
        (line for line in lines if line.is_on),
        key=lambda line: (line.starts_at, line.ends_at, line.meeting),
    )
    return [
        SheetDay(
            day,
            capfirst(telling.day(rows[0].starts_at)),
            [Row(line, by_meeting.get(line.meeting), marks.get(line.meeting, ())) for line in rows],
        )
        for day, group in groupby(shown, key=lambda line: wording.local(line.starts_at).date())
        if (rows := list(group))
    ]


def told(changes: Sequence[Change]) -> list[News]:
    return [
        News(
            kind=str(change.kind),
            word=telling.word(change),
            when=telling.when(change.line),
            subject=said(change.line.subject),
            sentences=telling.sentences(change),
        )
        for change in changes
    ]


def read_by(reading: RunSheetReading | None) -> int | None:
    return reading.number if reading else None
