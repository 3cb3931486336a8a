"""What each of those concerned is told of a new version: what changed since the one they know."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from meetings import reminding, wording
from meetings.models import Person, RunSheetVersion
from meetings.reminding import DayList
from meetings.run_sheets import telling
from meetings.run_sheets.comparing import compare
from meetings.run_sheets.lines import Line, from_data
from meetings.run_sheets.sheet import Row, days_of, told
from meetings.run_sheets.subjects import Subject
from pavilion.core.models import OutboxMessage

KIND = "meetings.run_sheet"
SOON = timedelta(hours=2)


@dataclass(frozen=True)
class Copy:
    """One mailbox that is told: a person's own, or one that receives their mail.

    Only a person's own gets their private link: it answers for them and opens their calendar.
    """

    person: Person
    email: str
    name: str
    thread: str
    is_own: bool


def people_concerned(subject: Subject) -> list[Person]:
    """Whose run sheet it is: the delegate, or everybody of the delegation."""
    if not subject.concerns:
        return []
    people = Person.objects.prefetch_related("secretariats").order_by("last_name", "pk")
    if subject.kind == "person":
        return list(people.filter(pk=subject.row.pk))
    return list(people.filter(delegate_of__delegation=subject.row))


def copies(subject: Subject) -> list[Copy]:
    """Everybody to tell, each mailbox once: as its owner's before as one that receives."""
    people = people_concerned(subject)
    threads = {
        person.pk: f"run_sheet:{subject.edition.year}:{subject.key}:{person.public_id}"
        for person in people
    }
    mailboxes = [
        Copy(person, person.email, str(person), threads[person.pk], is_own=True)
        for person in people
        if person.email
    ]
    mailboxes += [
        Copy(
            person,
            each.email,
            each.name or str(person),
            f"{threads[person.pk]}:s{each.pk}",
            is_own=False,
        )
        for person in people
        for each in person.secretariats.all()
        if each.receives
    ]
    found: dict[str, Copy] = {}
    for each in mailboxes:
        found.setdefault(each.email.casefold(), each)
    return list(found.values())


def messages(
    subject: Subject,
    version: RunSheetVersion,
    to: Iterable[Copy],
    known: Mapping[str, RunSheetVersion],
) -> Iterable[OutboxMessage]:
    """`known` is, by thread, the last version that mailbox was told of; without it, all is new."""
    lines = from_data(version.lines)
    for copy in to:
        with translation.override(copy.person.language):
            yield _message(subject, version, lines, copy, known.get(copy.thread))


def address(subject: Subject, person: Person) -> str:
    """Where this person reads it without an account."""
    if subject.kind == "person":
        return reverse("meetings:day_sheet", args=[person.token])
    return reverse("meetings:day_sheet_of", args=[person.token, subject.kind, subject.pk])


def _message(
    subject: Subject,
    version: RunSheetVersion,
    lines: Sequence[Line],
    copy: Copy,
    known: RunSheetVersion | None,
) -> OutboxMessage:
    changes = compare(from_data(known.lines), lines) if known else []
    words = {"number": version.number, "name": subject.name}
    title = _("Version %(number)d of the run sheet · %(name)s") % words
    context = {
        "subject": title,
        "is_own": subject.kind == "person" and copy.is_own,
        "copy_of": "" if copy.is_own else str(copy.person),
        "name": subject.name,
        "number": version.number,
        "known": known.number if known else None,
        "news": told(changes),
        "summary": telling.summary(changes),
        "note": version.note,
        "sheet_url": settings.BASE_URL + address(subject, copy.person) if copy.is_own else "",
        # Without a page of theirs to read it on, it stands in the mail.
        "days": [] if copy.is_own else _days(lines),
        "organizer": settings.ORGANIZER_NAME,
        "language": copy.person.language,
    }
    return OutboxMessage(
        kind=KIND,
        region_code=version.region_code,
        recipient=copy.email,
        recipient_name=copy.name[:150],
        language=copy.person.language,
        subject=title[:250],
        body=render_to_string("meetings/emails/run_sheet.txt", context),
        html=render_to_string("meetings/emails/run_sheet.html", context),
        thread=copy.thread,
        told={"number": version.number},
        by=version.made_by,
        # Not kept for the morning when the day it is about has begun, or is about to.
        is_urgent=any(
            line.starts_at - SOON < version.made_at < line.ends_at for line in lines if line.is_on
        ),
        expires_at=max((line.ends_at for line in lines if line.is_on), default=None),
    )


def _days(lines: Sequence[Line]) -> list[DayList]:
    return [DayList(day.name, [_told(row) for row in day.rows]) for day in days_of(lines, [], {})]


def _told(row: Row) -> reminding.Line:
    line = row.line
    words = {"start": wording.clock(line.starts_at), "end": wording.clock(line.ends_at)}
    gathers = [line.meeting_point, row.gathers] if line.meeting_point else []
    return reminding.Line(
        hours=_("%(start)s – %(end)s") % words,
        subject=row.subject,
        place=telling.place(line),
        meeting_point=", ".join(gathers),
        office="",
        instead_of="",
        people=[telling.person(who) for who in line.people],
        contact=", ".join(filter(None, [line.contact_name, row.phone])),
        is_unanswered=False,
        notes=[_("Option, to be confirmed")] if row.is_option else [],
        is_off=False,
    )
