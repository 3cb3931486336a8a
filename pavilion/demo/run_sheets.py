"""Run sheets given out, changed since and read by some; briefings for a few meetings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from meetings.models import Briefing, Delegation, Meeting, RunSheetReading, RunSheetVersion
from meetings.run_sheets.comparing import compare
from meetings.run_sheets.lines import Line, as_data
from meetings.run_sheets.reading import read
from meetings.run_sheets.subjects import Subject, as_subjects
from pavilion.core.models import ActivityEntry, User
from pavilion.demo import history
from pavilion.demo.delegation import People
from pavilion.demo.setting import NATIONAL, Setting

NOTE = (
    "Premier échange depuis le salon de l’an dernier. L’interlocuteur suit le dossier depuis six "
    "mois et connaît les chiffres.\n\n"
    "Il pourrait demander où en est le cofinancement : la délibération est inscrite à la "
    "commission permanente de juillet, rien n’est voté.\n\n"
    "À éviter : le calendrier du second site, encore en discussion avec la métropole."
)
POINTS = (
    "La région finance le premier site ; l’État est attendu sur les équipements.\n\n"
    "Dix entreprises du pavillon travaillent déjà avec lui : en citer deux.\n\n"
    "Proposer une visite sur place avant la fin septembre."
)


def write_run_sheets(setting: Setting, people: People) -> None:
    heads = [people.head(code) for code in setting.participations]
    delegations = Delegation.objects.filter(edition=setting.edition)
    delegations = delegations.select_related("participation__region").order_by("pk")
    edition = setting.edition
    for subjects in (
        as_subjects("person", heads, edition),
        as_subjects("delegation", delegations, edition),
        as_subjects("day", setting.days[:1], edition),
    ):
        lines = read(subjects).lines
        shown = [each for each in subjects if sum(line.is_on for line in lines[each.key]) > 1]
        for number, subject in enumerate(shown):
            setting.log.extend(_story(setting, subject, lines[subject.key], number))


def write_briefings(setting: Setting, people: People) -> None:
    """For what the heads who sign in attend: they and whoever prepares it read it."""
    for code in (NATIONAL, *setting.participations):
        head = people.head(code)
        if head.user is None:
            continue
        meetings = Meeting.objects.live().filter(participants__person=head, briefing=None)
        for meeting in meetings.select_related("participation").order_by("starts_at", "pk")[:2]:
            setting.log.append(_briefing(setting, meeting, head.user))


def _briefing(setting: Setting, meeting: Meeting, reader: User) -> ActivityEntry:
    author = setting.actors[meeting.region_code or NATIONAL]
    at = setting.dates.in_days(-2, 17, 40)
    briefing = Briefing.objects.create(
        meeting=meeting, note=NOTE, talking_points=POINTS, author=author, updated_at=at
    )
    briefing.readers.add(reader)
    return history.entry(
        at=at,
        verb="briefing.written",
        target=meeting,
        by=author,
        region_code=meeting.region_code,
        before={"readers": []},
        after={"readers": [str(reader)]},
    )


def _story(
    setting: Setting, subject: Subject, lines: Sequence[Line], number: int
) -> Iterator[ActivityEntry]:
    """In turn: replaced once and up to date, overtaken by changes, or given out just now."""
    by = setting.actors[subject.region_code or NATIONAL]
    before = _as_it_was(lines)
    stories: list[list[Sequence[Line]]] = [[before, lines], [before], [lines]]
    known: Sequence[Line] = []
    for version, said in enumerate(stories[number % 3], start=1):
        at = setting.dates.in_days(version - 3, 18, 20 + number % 30)
        row = _version(subject, version, said, at, by)
        yield history.entry(
            at=at,
            verb="run_sheet.given_out",
            target=row,
            by=by,
            region_code=subject.region_code,
            reason=row.note,
            after={"number": version, "changes": len(compare(known, said))},
        )
        known = said
    if subject.kind == "person" and number % 2 == 0:
        RunSheetReading.objects.create(
            edition=subject.edition,
            subject=subject.key,
            person=subject.row,
            number=1,
            read_at=setting.dates.in_days(-2, 21, 5),
        )


def _version(
    subject: Subject, number: int, lines: Sequence[Line], at: datetime, by: User
) -> RunSheetVersion:
    return RunSheetVersion.objects.create(
        edition=subject.edition,
        subject=subject.key,
        name=subject.name,
        region_code=subject.region_code,
        number=number,
        lines=as_data(lines),
        note="Après l’appel des cabinets" if number > 1 else "",
        made_at=at,
        made_by=by,
    )


def _as_it_was(lines: Sequence[Line]) -> list[Line]:
    """One an hour later, one without a contact, the last not yet there."""
    shown = [line for line in lines if line.is_on]
    hour = timedelta(hours=1)
    first = replace(shown[0], starts_at=shown[0].starts_at + hour, ends_at=shown[0].ends_at + hour)
    second = replace(shown[1], contact_name="", contact_phone="", press="open")
    return [first, second, *(shown[2:-1] if len(shown) > 2 else [])]
