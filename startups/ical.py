"""An exhibitor's day on its stand -> calendar Entry, in the active language. Pure: no clock."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Event

from events.models import Edition
from pavilion.core.content_lines import clean
from pavilion.core.ical import Entry
from startups.dates import clock
from startups.floor.relays import Presence, Relay
from startups.floor.spoken import listed, when
from startups.models import StandDay


class DayTexts(NamedTuple):
    """What one day says, beside its times."""

    summary: str
    location: str
    description: str
    url: str


def texts(edition: Edition, presences: Sequence[Presence], note: str) -> DayTexts:
    """`presences` are those of one day; `note` is what the region wants left on its stands.

    As a block keeps them, so that what it says can be compared with what it should say.
    """
    first = presences[0]
    return DayTexts(
        summary=clean(f"{_stands(presences)} · {edition}"),
        location=clean(_location(edition, presences)),
        description="\n".join(_lines(presences, note)),
        url=settings.BASE_URL + reverse("startups:stand", args=[first.stand.number]),
    )


def texts_of(block: str) -> DayTexts:
    """What a block says already."""
    event = Event.from_ical(block)
    names = ("summary", "location", "description", "url")
    return DayTexts(*(str(event.get(name, "")) for name in names))


def before_cancelling(block: str) -> DayTexts:
    """What a block said, or says, of a day that takes place: without the word that it does not."""
    told = texts_of(block)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            told = told._replace(summary=told.summary.removeprefix(_("[Cancelled] ")))
    return told


def entry(day: StandDay, told: DayTexts) -> Entry:
    """A day that was taken away keeps its place and loses what was to be done there."""
    return Entry(
        uid=day.uid,
        sequence=day.sequence,
        stamp=day.changed_at,
        created=day.created_at,
        last_modified=day.changed_at,
        start=day.starts_at,
        end=day.ends_at,
        status="CANCELLED" if day.is_cancelled else "CONFIRMED",
        # In the title too: Outlook ignores STATUS, Google hides what is cancelled.
        summary=_("[Cancelled] ") + told.summary if day.is_cancelled else told.summary,
        location=told.location,
        description="" if day.is_cancelled else told.description,
        url="" if day.is_cancelled else told.url,
        # Somebody on a stand all day can still be met there.
        transparent=True,
    )


def _stands(presences: Sequence[Presence]) -> str:
    numbers = list(dict.fromkeys(each.stand.number for each in presences))
    if len(numbers) == 1:
        return _("Stand %(number)s") % {"number": numbers[0]}
    return _("Stands %(numbers)s") % {"numbers": listed(numbers)}


def _location(edition: Edition, presences: Sequence[Presence]) -> str:
    """ "Stand B03, Hall 7, level 1, Paris Expo"; one after the other where there are two."""
    stands = {each.stand.pk: each.stand for each in presences}
    places: dict[str, list[str]] = {}
    for stand in stands.values():
        level = str(stand.zone.level)
        places.setdefault(level, []).append(_("Stand %(number)s") % {"number": stand.number})
    spoken = [", ".join([listed(numbers), level]) for level, numbers in places.items()]
    return ", ".join([*spoken, edition.venue_name])


def _lines(presences: Sequence[Presence], note: str) -> list[str]:
    lines = []
    day, first = presences[0].half_day.day, presences[0].half_day
    is_in_several = len({each.stand.pk for each in presences}) > 1
    if is_in_several:
        lines += [
            _("Stand %(stand)s %(when)s.")
            % {"stand": each.stand.number, "when": when([each.half_day])}
            for each in presences
        ]
    # Who comes in the afternoon finds the doors open.
    if day.at(day.exhibitor_access_at) < first.starts_at <= day.opens:
        access = clock(day.at(day.exhibitor_access_at))
        lines.append(_("Exhibitors are let in from %(access)s.") % {"access": access})
    for each in presences:
        if each.taken_from:
            lines.append(taking(each, each.taken_from))
        if each.left_to:
            lines.append(leaving(each, each.left_to))
    if note:
        lines.append(_("To leave on the stand: %(note)s") % {"note": note})
    return lines


def taking(presence: Presence, relay: Relay) -> str:
    words = _words(presence, relay, relay.at)
    if relay.is_at_once:
        return _("You take stand %(stand)s over from %(other)s, who leaves it at %(at)s.") % words
    return _("Before you, %(other)s is on stand %(stand)s %(when)s.") % words


def leaving(presence: Presence, relay: Relay) -> str:
    words = _words(presence, relay, relay.at)
    if relay.is_at_once:
        return _("Leave stand %(stand)s at %(at)s: %(other)s takes it over.") % words
    return _("Leave stand %(stand)s empty at %(at)s: %(other)s comes %(when)s.") % words


def _words(presence: Presence, relay: Relay, at: datetime) -> dict[str, object]:
    return {
        "stand": presence.stand.number,
        "other": relay.exhibitor,
        "at": clock(at),
        "when": when([relay.half_day]),
    }
