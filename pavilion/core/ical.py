"""Entry -> iCalendar text (RFC 5545). No clock, no database: same entry, same octets."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, cast
from zoneinfo import ZoneInfo

from icalendar import (
    Alarm,
    Calendar,
    Component,
    Event,
    Timezone,
    vCalAddress,
    vDuration,
    vText,
    vUri,
)

from pavilion.core.content_lines import clean, one_line, parameter, serialise, uri

PARIS = ZoneInfo("Europe/Paris")

Method = Literal["REQUEST", "CANCEL", "DECLINECOUNTER"]
Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
PartStat = Literal["NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"]
Role = Literal["CHAIR", "REQ-PARTICIPANT", "OPT-PARTICIPANT", "NON-PARTICIPANT"]

# Constant on purpose: the icalendar package generates the onset of summer time in the new offset,
# one hour late. An onset is written in TZOFFSETFROM (RFC 5545 §3.6.5).
_VTIMEZONE = Timezone.from_ical(
    """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19810329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")
)
_END = "END:VCALENDAR\r\n"
_EVENT_END = "END:VEVENT\r\n"


class MissingLocalTime(ValueError):
    """The clocks jumped over this local time."""


@dataclass(frozen=True, kw_only=True)
class Attendee:
    email: str
    name: str = ""
    partstat: PartStat = "NEEDS-ACTION"
    rsvp: bool = True  # without it, clients show no buttons
    role: Role = "REQ-PARTICIPANT"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event. Moments are aware; `start` and `end` are written in Paris time."""

    uid: str  # one for the life of the meeting, at most 255 octets (RFC 7986 §5.3)
    sequence: int  # raised by the organiser only (RFC 5546 §2.1.4)
    stamp: datetime  # feed: last change of the data; invitation: when it was made (§3.8.7.2)
    created: datetime
    last_modified: datetime
    start: datetime
    end: datetime
    summary: str  # a cancelled title already carries its prefix, in the reader's language
    status: Status
    location: str = ""
    description: str = ""
    url: str = ""
    transparent: bool = False
    is_private: bool = False  # a display hint, no protection
    organizer_email: str = ""  # one mailbox for the life of the uid; invitations only
    organizer_name: str = ""
    attendee: Attendee | None = None  # the recipient himself; invitations only
    alarms: tuple[timedelta, ...] = ()  # lead times, positive
    categories: tuple[str, ...] = ()
    geo: tuple[float, float] | None = None  # latitude, longitude
    colour: str = ""  # a CSS3 name, never #rrggbb (RFC 7986 §5.9)

    def __post_init__(self) -> None:
        moments = (self.stamp, self.created, self.last_modified, self.start, self.end)
        if any(moment.utcoffset() is None for moment in moments):
            raise ValueError("An entry's moments must be aware.")
        # In UTC, since Python compares two Paris times by their wall clocks.
        if self.end.astimezone(UTC) <= self.start.astimezone(UTC):
            raise ValueError("An entry must end after it starts.")
        if any(lead < timedelta() for lead in self.alarms):
            raise ValueError("An alarm's lead time must not be negative.")


def localise(naive: datetime) -> datetime:
    """Read what a person typed as Paris time; refuse a time that the clocks jumped over.

    In the hour that autumn repeats, the first one (summer time) is meant.
    """
    if naive.tzinfo is not None:
        raise ValueError("Expected a local time without an offset.")
    aware = naive.replace(tzinfo=PARIS, fold=0)
    if aware.astimezone(UTC).astimezone(PARIS).replace(tzinfo=None) != naive.replace(fold=0):
        raise MissingLocalTime(f"{naive:%Y-%m-%d %H:%M} does not exist: the clocks went forward.")
    return aware


def render_event(entry: Entry) -> str:
    """The VEVENT block of a feed, to be stored and joined by `render_calendar`.

    Names neither organiser nor attendee: a feed is read by others.
    """
    return serialise(_event(entry))


def add_alarms(block: str, entry: Entry, leads: Iterable[timedelta]) -> str:
    """The same VEVENT with an alarm for each lead time; none when it is cancelled."""
    if entry.status == "CANCELLED":
        return block
    alarms = "".join(serialise(_alarm(entry, lead)) for lead in sorted(set(leads), reverse=True))
    return block.removesuffix(_EVENT_END) + alarms + _EVENT_END


def strike_through(
    block: str, *, prefix: str, without: Iterable[str], sequence: int, stamp: datetime
) -> str:
    """What a calendar keeps of an event that left it: title, hour and place as they were.

    Of the title's former prefixes (`without`) none stays. May be several blocks, one after another.
    """
    events = (f"{part}{_EVENT_END}" for part in block.split(_EVENT_END) if part)
    return "".join(
        serialise(_stricken(event, prefix, tuple(without), sequence, stamp)) for event in events
    )


def _stricken(
    block: str, prefix: str, without: tuple[str, ...], sequence: int, stamp: datetime
) -> Event:
    event = cast(Event, Event.from_ical(block))
    event.subcomponents = []
    summary = str(event.pop("summary", ""))
    for former in without:
        summary = summary.removeprefix(former)
    for name in ("sequence", "dtstamp", "last-modified", "description", "status", "transp"):
        event.pop(name, None)
    _add_text(event, "summary", prefix + summary)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("last-modified", stamp.astimezone(UTC))
    event.add("status", "CANCELLED")
    event.add("transp", "TRANSPARENT")
    return event


def render_calendar(
    blocks: Iterable[str],
    *,
    name: str,
    colour_name: str | None = None,
    colour_hex: str | None = None,
    url: str | None = None,
    source: str | None = None,
    refresh: timedelta = timedelta(hours=1),
) -> str:
    """A feed (RFC 7986) made of stored VEVENT blocks, which may be none.

    `source` is the feed's own address, hence a secret: only for the feed itself. `colour_name` is
    a CSS3 name, `colour_hex` is #rrggbb, for Apple. `refresh` is the suggested minimum delay.
    """
    calendar = _calendar()
    _add_text(calendar, "name", one_line(name))
    _add_text(calendar, "x-wr-calname", one_line(name))
    _add_text(calendar, "x-wr-timezone", PARIS.key)
    if url:
        calendar.add("url", uri(url))
    if source:
        calendar.add("source", uri(source), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    # As text: the package writes a timedelta of an unknown property as 1:00:00.
    duration = vDuration(refresh).to_ical().decode()  # type: ignore[no-untyped-call]
    calendar.add("x-published-ttl", duration)
    _add_colour(calendar, colour_name or "")
    _add_text(calendar, "x-apple-calendar-color", colour_hex or "")
    calendar.add_component(_VTIMEZONE)
    return "".join([serialise(calendar).removesuffix(_END), *blocks, _END])


def render_invitation(entry: Entry, *, method: Method) -> str:
    """An iTIP message for one attendee (RFC 5546 §3.2.2, §3.2.5 and §3.2.8)."""
    if (method == "CANCEL") != (entry.status == "CANCELLED"):
        raise ValueError(f"{method} does not go with STATUS:{entry.status}.")
    if entry.attendee is None or not entry.organizer_email:
        raise ValueError("An invitation needs an organiser and an attendee.")
    event = _event(entry)
    event.add("organizer", _address(entry.organizer_email, entry.organizer_name))
    attendee = _address(entry.attendee.email, entry.attendee.name)
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = entry.attendee.role
    attendee.params["PARTSTAT"] = entry.attendee.partstat
    if entry.attendee.rsvp and method == "REQUEST":
        attendee.params["RSVP"] = "TRUE"
    event.add("attendee", attendee)
    calendar = _calendar()
    calendar.add("method", method)
    calendar.add_component(_VTIMEZONE)
    calendar.add_component(event)
    return serialise(calendar)


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Pavilion//Calendar//EN")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _event(entry: Entry) -> Event:
    cancelled = entry.status == "CANCELLED"
    zone = _zone(entry)
    event = Event()
    event.add("uid", one_line(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("created", entry.created.astimezone(UTC))
    event.add("last-modified", entry.last_modified.astimezone(UTC))
    event.add("dtstart", entry.start.astimezone(zone))
    event.add("dtend", entry.end.astimezone(zone))
    _add_text(event, "summary", entry.summary)
    _add_text(event, "location", entry.location)
    _add_text(event, "description", entry.description)
    if entry.url:
        event.add("url", uri(entry.url))
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT" if cancelled or entry.transparent else "OPAQUE")
    if entry.is_private:
        event.add("class", "PRIVATE")
    if categories := [text for category in entry.categories if (text := one_line(category))]:
        event.add("categories", categories)
    if entry.geo:
        event.add("geo", entry.geo)
        if place := parameter(entry.location):
            # Without it, Apple's calendar neither draws a map nor proposes a time to leave.
            pin = vUri("geo:{:.6f},{:.6f}".format(*entry.geo))
            pin.params.update({"VALUE": "URI", "X-TITLE": place})
            event.add("x-apple-structured-location", pin)
    _add_colour(event, entry.colour)
    if not cancelled:
        for lead in sorted(set(entry.alarms), reverse=True):
            event.add_component(_alarm(entry, lead))
    return event


def _zone(entry: Entry) -> tzinfo:
    """UTC when either end falls in the repeated hour of autumn, which parsers read differently."""
    for moment in (entry.start, entry.end):
        local = moment.astimezone(PARIS)
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            return UTC
    return PARIS


def _alarm(entry: Entry, lead: timedelta) -> Alarm:
    alarm = Alarm()
    # Derived, so that a client recognises an alarm it has shown (RFC 9074 §4).
    alarm.add("uid", str(uuid.uuid5(uuid.NAMESPACE_URL, f"{entry.uid}#{lead.total_seconds():.0f}")))
    alarm.add("action", "DISPLAY")
    alarm.add("description", clean(entry.summary) or "-")
    alarm.add("trigger", -lead)
    return alarm


def _address(email: str, name: str) -> vCalAddress:
    if not re.fullmatch(r"[^\s\x00-\x1f\x7f<>\",;]+@[^\s\x00-\x1f\x7f<>\",;]+", email):
        raise ValueError(f"Not an e-mail address: {email!r}")
    address = vCalAddress(f"mailto:{email}")
    if name := parameter(name):
        address.params["CN"] = name
    return address


def _add_text(component: Component, name: str, value: str) -> None:
    """An empty property is left out: libical refuses it."""
    if text := clean(value):
        component.add(name, vText(text))


def _add_colour(component: Component, name: str) -> None:
    if name and not name.isalpha():
        raise ValueError(f"Not a CSS3 colour name: {name!r}")
    _add_text(component, "color", name)
