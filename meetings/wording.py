"""A meeting in words, in the active language: when, where, with whom.

Mails, calendars, pages and refusals all speak of meetings with these words.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from meetings import precedence
from meetings.models import Meeting, Office, Participant
from meetings.models.meeting import RANKS
from pavilion.core.dates import written

# How many a page names before it says "and 16 others".
NAMED = 4


def local(moment: datetime) -> datetime:
    """In Paris, whatever the reader's clock."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def clock(moment: datetime) -> str:
    """A time as people say it: "9 h 30", "09:30"."""
    moment = local(moment)
    if moment.minute:
        return date_format(moment, pgettext("time of day", "H:i"))
    return date_format(moment, pgettext("time of day, on the hour", "H:i"))


def day(moment: datetime) -> str:
    return written(local(moment), pgettext("day in a sentence", "l j F Y"))


def short_day(moment: datetime) -> str:
    return written(local(moment), pgettext("day in few letters", "D j F"))


def span(starts_at: datetime, ends_at: datetime) -> str:
    """ "Wednesday 12 June 2030, from 10:00 to 10:30", or over midnight with both days."""
    words = {
        "day": day(starts_at),
        "start": clock(starts_at),
        "end_day": day(ends_at),
        "end": clock(ends_at),
    }
    if local(starts_at).date() == local(ends_at).date():
        return _("%(day)s, from %(start)s to %(end)s") % words
    return _("from %(day)s, %(start)s, to %(end_day)s, %(end)s") % words


def when(meeting: Meeting) -> str:
    return when_between(meeting.starts_at, meeting.ends_at)


def when_between(starts_at: datetime, ends_at: datetime) -> str:
    return _("%(span)s (Paris time)") % {"span": span(starts_at, ends_at)}


def short_place(meeting: Meeting) -> str:
    if meeting.room:
        return meeting.room.name
    if meeting.stand:
        return _("Stand %(number)s") % {"number": meeting.stand.number}
    return meeting.place


def place_inside(meeting: Meeting) -> str:
    """For somebody on the spot: "Salon 2, Hall 7, niveau 1"."""
    spot = meeting.room or meeting.stand
    if spot is None:
        return meeting.place
    zone = spot.zone.name if meeting.stand else ""
    return ", ".join(filter(None, [short_place(meeting), zone, str(spot.zone.level)]))


def place(meeting: Meeting) -> str:
    """For somebody who still has to come: the venue too."""
    if meeting.room is None and meeting.stand is None:
        return meeting.place
    return f"{place_inside(meeting)}, {meeting.edition.venue_name}"


def meeting_point(meeting: Meeting) -> str:
    """ "Hall 7, entrance C, 10 minutes before"; empty when everybody goes to the place itself."""
    if not meeting.meeting_point:
        return ""
    minutes = meeting.meeting_point_minutes
    if not minutes:
        return meeting.meeting_point
    before = ngettext("%(minutes)d minute before", "%(minutes)d minutes before", minutes)
    words = {"place": meeting.meeting_point, "before": before % {"minutes": minutes}}
    return _("%(place)s, %(before)s") % words


def press(meeting: Meeting) -> str:
    return str(meeting.get_press_display())


def inviter(meeting: Meeting) -> str:
    """In whose name a letter invites."""
    organizer: str = settings.ORGANIZER_NAME
    if meeting.participation is None:
        return organizer
    words = {"region": meeting.participation.region, "organizer": organizer}
    return _("%(organizer)s, for %(region)s") % words


def salutation(office: Office) -> str:
    """How a letter to it begins, without the comma: "Madame la Ministre"."""
    language = (translation.get_language() or "fr")[:2]
    written = str(getattr(office, f"salutation_{language}", "")).strip().rstrip(",")
    return written or pgettext("salutation of a letter", "Dear Sir or Madam")


def name(participant: Participant) -> str:
    """Who it is, with their title; an office is a title."""
    if participant.office:
        return participant.office.title
    person = participant.person
    return ", ".join(part for part in (str(person), person.title if person else "") if part)


def in_order(participants: Iterable[Participant]) -> list[Participant]:
    """Those expected, in the order of precedence; a position set by hand goes before it.

    Who stands in and keeps the rank sits where the other would have sat.
    """
    return precedence.order_of_names(*_places(participants))


def in_order_of_speeches(participants: Iterable[Participant]) -> list[Participant]:
    """Those expected, as they speak: the first-ranked last."""
    return precedence.order_of_speeches(*_places(participants))


def _places(
    participants: Iterable[Participant],
) -> tuple[list[Participant], Callable[[Participant], precedence.Place]]:
    everybody = {participant.pk: participant for participant in participants}
    # Nothing is asked for what `ranked` has loaded.
    prefetch_related_objects(list(everybody.values()), *RANKS)

    def place(participant: Participant) -> precedence.Place:
        seat = everybody.get(participant.stands_in_for_id or 0) if participant.keeps_rank else None
        rank, since = _rank(seat or participant)
        return precedence.Place(
            name=_sorting_name(participant),
            position=(seat or participant).position,
            rank=rank,
            since=since,
            is_stand_in=seat is not None,
        )

    return [each for each in everybody.values() if not each.removed_at], place


def _rank(participant: Participant) -> tuple[int, date | None]:
    """Of the office they hold on that day, the highest of several; and since when."""
    on = local(participant.meeting.starts_at).date()
    if participant.office:
        terms = [term for term in participant.office.holders.all() if term.is_on(on)]
        return participant.office.precedence, terms[0].starts_on if terms else None
    held = participant.person.offices_held.all() if participant.person else []
    ranks = [(term.office.precedence, term.starts_on) for term in held if term.is_on(on)]
    return min(ranks, default=(precedence.UNRANKED, None))


def _sorting_name(participant: Participant) -> str:
    person = participant.person
    return f"{person.last_name} {person.first_name}" if person else str(participant)


def people(meeting: Meeting, *, besides: Participant | None = None) -> list[str]:
    """Everybody expected, or those whom one of them meets; whoever declined does not come."""
    everybody = meeting.participants.all()
    names = {each.pk: str(each) for each in everybody}
    return [
        _named(participant, names)
        for participant in in_order(everybody)
        if participant != besides and participant.answer != Participant.Answer.DECLINED
    ]


def _named(participant: Participant, names: Mapping[int, str]) -> str:
    principal = names.get(participant.stands_in_for_id or 0)
    if not principal:
        return name(participant)
    words = {"name": name(participant), "principal": principal}
    return _("%(name)s, standing in for %(principal)s") % words


@dataclass(frozen=True)
class Company:
    """Whom one meets: those one reads at once, and those behind "and 16 others"."""

    first: list[str]
    others: list[str]


def company(people: list[str]) -> Company:
    """The first few by name. One person more is named too: a line says who as well as how many."""
    shown = len(people) if len(people) <= NAMED + 1 else NAMED
    return Company(people[:shown], people[shown:])


def contact(meeting: Meeting) -> str:
    return ", ".join(filter(None, [meeting.contact_name, meeting.contact_phone]))


def headline(meeting: Meeting) -> str:
    """What, when, where: enough for a subject line."""
    parts = [
        meeting.subject,
        f"{short_day(meeting.starts_at)}, {clock(meeting.starts_at)}",
        short_place(meeting),
    ]
    return ", ".join(part for part in parts if part)
