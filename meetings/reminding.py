"""What reminders and programmes say, in their reader's language. Sends nothing.

Each goes to a person, whatever office they come for, and a copy to whoever receives their mail.
Every function reads participants whose meetings came through `with_everything`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Edition
from meetings import wording
from meetings.addressees import Addressee
from meetings.models import Meeting, Participant, Person
from pavilion.core.models import OutboxMessage

REMINDER, PROGRAMME, NEWS = "meetings.reminder", "meetings.programme", "meetings.news"


@dataclass(frozen=True)
class Line:
    """One meeting as a list of a day tells it."""

    hours: str
    subject: str
    place: str
    meeting_point: str
    office: str
    instead_of: str
    people: list[str]
    contact: str
    is_unanswered: bool
    notes: list[str]
    is_off: bool


@dataclass(frozen=True)
class DayList:
    day: str
    lines: list[Line]


def mailboxes(person: Person) -> list[Addressee]:
    """Theirs first, then whoever receives their mail; each address once."""
    own = [Addressee(person.email, str(person))] if person.email else []
    known = {each.email.casefold() for each in own}
    for each in sorted(person.secretariats.all(), key=lambda each: each.pk):
        if each.receives and each.email.casefold() not in known:
            known.add(each.email.casefold())
            own.append(Addressee(each.email, each.name or str(person), f"s{each.pk}"))
    return own


def thread(person: Person, mark: str, to: Addressee | None = None) -> str:
    """Newer mails of the same day or start replace what has not left."""
    copy = f":{to.mark}" if to and to.mark else ""
    return f"reminder:{person.public_id}:{mark}{copy}"


def family(thread: str) -> str:
    """The thread and those of its copies begin with it."""
    return ":".join(thread.split(":")[:3])


def reminder(
    person: Person, participants: Sequence[Participant], *, to: Addressee
) -> OutboxMessage:
    """Of one meeting or of a day's. Of no use once the last of them has begun."""
    meetings = [participant.meeting for participant in participants]
    with translation.override(person.language):
        if len(meetings) == 1:
            headline = wording.headline(meetings[0])
            lead = _("A reminder: you are expected at the following meeting.")
        else:
            headline = ngettext(
                "%(count)d meeting on %(day)s", "%(count)d meetings on %(day)s", len(meetings)
            ) % {"count": len(meetings), "day": wording.day(meetings[0].starts_at)}
            lead = _("A reminder: you are expected at the following meetings.")
        return _message(
            person,
            to,
            kind=REMINDER,
            subject=_("Reminder: %(headline)s") % {"headline": headline},
            lead=lead,
            days=days(participants),
            expires_at=max(meeting.starts_at for meeting in meetings),
        )


def programme(
    person: Person, participants: Sequence[Participant], *, edition: Edition, to: Addressee
) -> OutboxMessage:
    """All of their meetings at an edition. Of no use once the first has begun."""
    first = min(each.meeting.starts_at for each in participants)
    with translation.override(person.language):
        lead = ngettext(
            "You are expected at %(count)d meeting at %(edition)s. Here it is; you will be told of "
            "every change.",
            "You are expected at %(count)d meetings at %(edition)s. Here they are; you will be "
            "told of every change.",
            len(participants),
        ) % {"count": len(participants), "edition": edition}
        return _message(
            person,
            to,
            kind=PROGRAMME,
            subject=_("Your programme: %(edition)s") % {"edition": edition},
            lead=lead,
            days=days(participants),
            expires_at=first,
        )


def news(
    person: Person,
    participants: Iterable[Participant],
    *,
    notes: Callable[[Participant], list[str]],
    mailboxes: Sequence[Addressee],
    expires_at: datetime,
) -> list[OutboxMessage]:
    """What changed overnight: nothing where nothing did."""
    with translation.override(person.language):
        told = {each: found for each in participants if (found := notes(each))}
        if not told:
            return []
        headline = ngettext(
            "%(count)d change in your programme", "%(count)d changes in your programme", len(told)
        ) % {"count": len(told)}
        return [
            _message(
                person,
                to,
                kind=NEWS,
                subject=_("Overnight: %(headline)s") % {"headline": headline},
                lead=_(
                    "Since seven yesterday evening, the following has changed. Everything else is "
                    "as it was."
                ),
                days=days(told, {each.meeting_id: found for each, found in told.items()}),
                expires_at=expires_at,
            )
            for to in mailboxes
        ]


def days(
    participants: Iterable[Participant], notes: dict[int, list[str]] | None = None
) -> list[DayList]:
    """By day, in the order of time. `notes`: what else is said of a meeting, by its key."""
    rows = sorted(participants, key=lambda each: (each.meeting.starts_at, each.meeting_id))
    return [
        DayList(day, [_line(each, (notes or {}).get(each.meeting_id, [])) for each in group])
        for day, group in groupby(rows, key=lambda each: wording.day(each.meeting.starts_at))
    ]


def _line(participant: Participant, notes: list[str]) -> Line:
    meeting = participant.meeting
    principal = participant.stands_in_for
    return Line(
        hours=_("%(start)s – %(end)s")
        % {"start": wording.clock(meeting.starts_at), "end": wording.clock(meeting.ends_at)},
        subject=meeting.subject,
        place=wording.place(meeting),
        meeting_point=wording.meeting_point(meeting),
        office=participant.office.title if participant.office else "",
        instead_of=str(principal) if principal else "",
        people=wording.people(meeting, besides=participant),
        # A number is never broken over two lines.
        contact=", ".join(
            filter(None, [meeting.contact_name, meeting.contact_phone.replace(" ", "\u00a0")])
        ),
        is_unanswered=participant.answer == Participant.Answer.NEEDS_ACTION
        and participant.removed_at is None
        and meeting.status == Meeting.Status.CONFIRMED,
        notes=notes,
        is_off=participant.removed_at is not None or meeting.status == Meeting.Status.CANCELLED,
    )


def _message(
    person: Person,
    to: Addressee,
    *,
    kind: str,
    subject: str,
    lead: str,
    days: list[DayList],
    expires_at: datetime,
    **extra: Any,
) -> OutboxMessage:
    # A copy's reader acts by a link of their own, if they may act at all.
    link = "" if to.is_copy else settings.BASE_URL + person.get_absolute_url()
    wishes = "" if to.is_copy else settings.BASE_URL + wishes_url(person)
    context = {
        "subject": subject,
        "lead": lead,
        "days": days,
        "day_url": link,
        "wishes_url": wishes,
        "copy_of": str(person) if to.is_copy else "",
        "organizer": settings.ORGANIZER_NAME,
        "language": person.language,
        **extra,
    }
    name = kind.removeprefix("meetings.")
    return OutboxMessage(
        kind=kind,
        region_code=person.region_id or "",
        recipient=to.email,
        recipient_name=to.name[:150],
        language=person.language,
        subject=subject[:250],
        body=render_to_string(f"meetings/emails/{name}.txt", context),
        html=render_to_string(f"meetings/emails/{name}.html", context),
        expires_at=expires_at,
    )


def wishes_url(person: Person) -> str:
    return reverse("meetings:day_wishes", args=[person.token])
