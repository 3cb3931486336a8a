"""How far the run sheets of a list are: given out, changed since, read by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max

from meetings.models import RunSheetReading, RunSheetVersion
from meetings.run_sheets import mailing
from meetings.run_sheets.comparing import Change, compare
from meetings.run_sheets.lines import from_data
from meetings.run_sheets.mailing import Copy
from meetings.run_sheets.reading import read, read_one
from meetings.run_sheets.sheet import News, told
from meetings.run_sheets.subjects import Subject
from meetings.run_sheets.versions import given_out, readings


@dataclass(frozen=True)
class Standing:
    """One run sheet in a list."""

    subject: Subject
    meetings: int
    last: RunSheetVersion | None
    changes: Sequence[Change]
    readers: int

    @property
    def is_new(self) -> bool:
        """Something is planned and nothing was given out."""
        return self.last is None and self.meetings > 0

    @property
    def is_to_give_out(self) -> bool:
        return self.is_new or bool(self.last and self.changes)


def standings(subjects: Sequence[Subject]) -> list[Standing]:
    """As many queries for fifty as for one."""
    if not subjects:
        return []
    lines = read(subjects).lines
    last = last_versions(subjects)
    readers = _readers(subjects, last)
    found = []
    for subject in subjects:
        version = last.get(subject.key)
        mine = lines[subject.key]
        found.append(
            Standing(
                subject=subject,
                meetings=sum(line.is_on for line in mine),
                last=version,
                changes=compare(from_data(version.lines) if version else [], mine),
                readers=readers.get(subject.key, 0),
            )
        )
    return found


@dataclass(frozen=True)
class Overview:
    """One run sheet on its own page of the desk."""

    subject: Subject
    meetings: int
    versions: Sequence[RunSheetVersion]
    changes: Sequence[News]
    readings: Sequence[RunSheetReading]
    copies: Sequence[Copy]

    @property
    def last(self) -> RunSheetVersion | None:
        return self.versions[0] if self.versions else None

    @property
    def next_number(self) -> int:
        return self.last.number + 1 if self.last else 1

    @property
    def is_to_give_out(self) -> bool:
        return bool(self.changes)


def overview(subject: Subject) -> Overview:
    versions = given_out(subject)
    lines = read_one(subject)
    known = from_data(versions[0].lines) if versions else []
    return Overview(
        subject=subject,
        meetings=sum(line.is_on for line in lines),
        versions=versions,
        changes=told(compare(known, lines)),
        readings=readings(subject),
        copies=mailing.copies(subject),
    )


def last_versions(subjects: Sequence[Subject]) -> Mapping[str, RunSheetVersion]:
    """By key. One query."""
    if not subjects:
        return {}
    rows = RunSheetVersion.objects.filter(
        edition=subjects[0].edition, subject__in=[each.key for each in subjects]
    )
    newest = rows.values("subject").annotate(newest=Max("pk")).order_by().values("newest")
    return {row.subject: row for row in RunSheetVersion.objects.filter(pk__in=newest)}


def _readers(subjects: Sequence[Subject], last: Mapping[str, RunSheetVersion]) -> Mapping[str, int]:
    """How many have read the last version."""
    rows = RunSheetReading.objects.filter(
        edition=subjects[0].edition, subject__in=[each.key for each in subjects]
    )
    counts: dict[str, int] = {}
    for subject, number in rows.values_list("subject", "number"):
        if subject in last and number >= last[subject].number:
            counts[subject] = counts.get(subject, 0) + 1
    return counts
