"""Versions given out and who has read them, as a page or a paper asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from meetings.models import Person, RunSheetReading, RunSheetVersion
from meetings.run_sheets.lines import from_data
from meetings.run_sheets.marking import marks_of
from meetings.run_sheets.reading import read
from meetings.run_sheets.sheet import Sheet, sheet_as_given_out, sheet_of
from meetings.run_sheets.subjects import Subject
from pavilion.core.models import User


@dataclass(frozen=True)
class Reader:
    """Who reads: an account, or a person by their link. `is_desk`: what is open is theirs to see;
    `sees_working`: not only what was given out."""

    user: User | None = None
    person: Person | None = None
    is_desk: bool = False
    sees_working: bool = True


def given_out(subject: Subject) -> list[RunSheetVersion]:
    """The latest first, without their lines."""
    rows = RunSheetVersion.objects.filter(edition=subject.edition, subject=subject.key)
    return list(rows.defer("lines").select_related("made_by").order_by("-number"))


def reading_of(subject: Subject, reader: Reader) -> RunSheetReading | None:
    mine = Q(person=reader.person) if reader.person else Q(user=reader.user)
    rows = RunSheetReading.objects.filter(mine, edition=subject.edition, subject=subject.key)
    return rows.first()


def readings(subject: Subject) -> list[RunSheetReading]:
    """Everybody who said they have read a version, the latest first."""
    rows = RunSheetReading.objects.filter(edition=subject.edition, subject=subject.key)
    return list(rows.select_related("user", "person").order_by("-number", "read_at", "pk"))


def sheet_for(
    subject: Subject, reader: Reader, *, wanted: int | None, now: datetime
) -> Sheet | None:
    """The working state, or the version wanted. None: no such version, or none given out yet."""
    numbers = _numbers(subject)
    last_number = numbers[0] if numbers else 0
    if wanted is None and not reader.sees_working:
        wanted = last_number
    if wanted is not None:
        if wanted not in numbers:
            return None
        earlier = next((number for number in numbers if number < wanted), None)
        found = _found(subject, [wanted, earlier])
        return sheet_as_given_out(
            subject, found[wanted], last_number=last_number, now=now, before=found.get(earlier or 0)
        )
    reading = reading_of(subject, reader)
    read_number = reading.number if reading else None
    found = _found(subject, [last_number, read_number])
    known = found.get(read_number or 0)
    made = read([subject])
    lines = made.lines[subject.key]
    is_of_one = subject.kind == "person"
    return sheet_of(
        subject,
        lines,
        last=found.get(last_number),
        now=now,
        read_number=read_number,
        read_lines=from_data(known.lines) if known else None,
        marks=marks_of(lines, made.meetings, is_of_one=is_of_one) if reader.is_desk else None,
    )


def _numbers(subject: Subject) -> list[int]:
    rows = RunSheetVersion.objects.filter(edition=subject.edition, subject=subject.key)
    return list(rows.order_by("-number").values_list("number", flat=True))


def _found(subject: Subject, numbers: Sequence[int | None]) -> dict[int, RunSheetVersion]:
    rows = RunSheetVersion.objects.filter(
        edition=subject.edition, subject=subject.key, number__in=[n for n in numbers if n]
    )
    return {row.number: row for row in rows.select_related("made_by")}
