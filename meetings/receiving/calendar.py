"""The calendar part of a reply -> what it says, as far as it can be read (RFC 5545, RFC 5546).

Line by line: programs send whole events with time zones of their own making, and one bad line
must not cost somebody's answer. Nothing raises.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from icalendar import Timezone, vDuration
from icalendar.parser import Contentline, Contentlines
from icalendar.timezone import tzp

from meetings.receiving.parts import clean
from pavilion.core.ical import PARIS

LONGEST_COMMENT = 1000
MOST_EVENTS = 50
MOST_ATTENDEES = 200
BIGGEST_SEQUENCE = 2**31 - 1
# As many lines of one time zone are read: a 1601 one of Exchange has sixteen.
MOST_ZONE_LINES = 200

_WANTED = frozenset(
    {
        *("UID", "SEQUENCE", "DTSTAMP", "RECURRENCE-ID", "ATTENDEE", "ORGANIZER", "COMMENT"),
        *("DTSTART", "DTEND", "DURATION", "SUMMARY"),
    }
)
_NAME = re.compile(r"[A-Za-z-]+")
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(Z?)", re.ASCII)
_PARAMETER = re.compile(r";([A-Za-z-]+)=([^;:]*)")
# How the zones that programs describe change their clocks. Others could keep us counting for ever.
_YEARLY = re.compile(
    r"FREQ=YEARLY(;(INTERVAL=1|BYMONTH=\d+|BYDAY=[+-]?\d?[A-Z]{2}|WKST=[A-Z]{2}|UNTIL=[\dTZ]+"
    r"|BYMONTHDAY=[\d,]+|BYHOUR=\d+|BYMINUTE=\d+))*",
    re.ASCII | re.IGNORECASE,
)
Line = tuple[str, Mapping[str, object], str]


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """`addresses`: what a program takes for theirs, the one of EMAIL= among them."""

    addresses: frozenset[str]
    partstat: str
    sent_by: str = ""
    delegated_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Event:
    """`sequence` 0 is none or unknown; `starts_at` and `ends_at` only a proposal needs."""

    uid: str
    sequence: int = 0
    stamp: datetime | None = None
    is_one_of_several: bool = False
    organizer: str = ""
    attendees: tuple[Attendee, ...] = ()
    comment: str = ""
    summary: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Calendar:
    method: str
    product: str = ""
    events: tuple[Event, ...] = ()


@dataclass
class _Component:
    """A VEVENT or VTIMEZONE as it is being read."""

    name: str
    lines: list[str] = field(default_factory=list)


def read(text: str, method: str = "") -> Calendar | None:
    """None when there is no calendar in it. `method` is the mail's word, where it has none."""
    said = {"METHOD": method, "PRODID": ""}
    events: list[_Component] = []
    zones: list[_Component] = []
    is_calendar = False
    for component, line in _walk(text):
        if component is None:
            name, _separator, value = line.partition(":")
            name = name.partition(";")[0].strip().upper()
            is_calendar = is_calendar or (name, value.strip().upper()) == ("BEGIN", "VCALENDAR")
            if name in said and value.strip():
                said[name] = value.strip()
        elif not component.lines:
            (events if component.name == "VEVENT" else zones).append(component)
            component.lines.append(line)
        elif len(component.lines) < MOST_ZONE_LINES * 10:
            component.lines.append(line)
        if len(events) > MOST_EVENTS:
            break
    if not is_calendar:
        return None
    return Calendar(
        method=said["METHOD"].upper()[:30],
        product=clean(said["PRODID"])[:100],
        events=tuple(_event(each, zones) for each in events[:MOST_EVENTS]),
    )


def _walk(text: str) -> Iterator[tuple[_Component | None, str]]:
    """Each line, and the event or time zone it is of; not those of alarms within an event."""
    # Mail doubles a CR now and then; what is left is as RFC 5545 §3.1 has it.
    text = re.sub(r"(?<!\r)\r+\n?", "\n", text.lstrip("\ufeff"))
    try:
        lines = Contentlines.from_ical(text)  # type: ignore[no-untyped-call]
    except ValueError:
        return
    stack: list[str] = []
    current: _Component | None = None
    for line in lines:
        name, _separator, value = line.partition(":")
        name, value = name.strip().upper(), value.strip().upper()
        if name == "BEGIN":
            stack.append(value)
            if current is None and value in ("VEVENT", "VTIMEZONE"):
                current = _Component(value)
                yield current, str(line)
                continue
        if current is None:
            yield None, str(line)
        elif current.name == "VTIMEZONE" or stack[-1:] == ["VEVENT"]:
            yield current, str(line)
        if name == "END":
            if stack:
                stack.pop()
            if current is not None and value == current.name:
                current = None


def _event(component: _Component, zones: Iterable[_Component]) -> Event:
    found: dict[str, list[Line]] = {}
    for line in component.lines:
        name = _NAME.match(line)
        if name and name[0].upper() in _WANTED:
            found.setdefault(name[0].upper(), []).append(_parts(line, name[0]))
    starts_at, ends_at = _when(found, zones)
    return Event(
        uid=clean(_value(found, "UID")).strip()[:255],
        sequence=_sequence(_value(found, "SEQUENCE")),
        stamp=_moment(_value(found, "DTSTAMP"), UTC),
        is_one_of_several="RECURRENCE-ID" in found,
        organizer=_address(_value(found, "ORGANIZER")),
        attendees=tuple(
            _attendee(named, value)
            for _name, named, value in found.get("ATTENDEE", [])[:MOST_ATTENDEES]
        ),
        comment=_comment(found.get("COMMENT", [])),
        summary=" ".join(clean(_text(_value(found, "SUMMARY"))).split())[:200],
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _parts(line: str, name: str) -> Line:
    """Parameters in capitals. A line with broken ones keeps its value."""
    try:
        _name, named, value = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
    except (ValueError, AssertionError, IndexError):
        start = found.start() if (found := _MAILTO.search(line)) else line.rfind(":") + 1
        broken = _PARAMETER.findall(line[: min(start, 2000)])
        return name, {key.upper(): text for key, text in broken}, line[start:]
    return name, {key.upper(): text for key, text in named.items()}, value


def _value(found: Mapping[str, list[Line]], name: str) -> str:
    return found[name][0][2].strip() if name in found else ""


def _text(value: str) -> str:
    return re.sub(
        r"\\(.)", lambda escaped: "\n" if escaped[1] in "nN" else escaped[1], value, flags=re.DOTALL
    )


def _comment(lines: Iterable[Line]) -> str:
    texts = (clean(_text(value)).strip() for _name, _named, value in lines)
    return "\n".join(dict.fromkeys(text for text in texts if text))[:LONGEST_COMMENT].strip()


def _sequence(value: str) -> int:
    if not re.fullmatch(r"\d{1,20}", value, re.ASCII):
        return 0
    return min(int(value), BIGGEST_SEQUENCE)


def _attendee(named: Mapping[str, object], value: str) -> Attendee:
    said = _parameter(named, "PARTSTAT")
    theirs = (_address(value), _address(_parameter(named, "EMAIL")))
    return Attendee(
        addresses=frozenset(address for address in theirs if address),
        partstat=said.upper()[:30] or "NEEDS-ACTION",
        sent_by=_address(_parameter(named, "SENT-BY")),
        delegated_to=_address(_parameter(named, "DELEGATED-TO")),
    )


def _parameter(named: Mapping[str, object], name: str) -> str:
    value = named.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value).strip().strip('"')


def _address(value: str) -> str:
    """The e-mail address of a calendar address, in small letters; "" when it has none."""
    bare = clean(_MAILTO.split(value, maxsplit=1)[-1]).strip().strip('<>"').casefold()
    return bare if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", bare) and len(bare) <= 254 else ""


def _when(
    found: Mapping[str, list[Line]], zones: Iterable[_Component]
) -> tuple[datetime | None, datetime | None]:
    starts_at = _point(found, "DTSTART", zones)
    ends_at = _point(found, "DTEND", zones)
    if starts_at and ends_at is None and "DURATION" in found:
        try:
            length = vDuration.from_ical(_value(found, "DURATION")[:50])  # type: ignore[no-untyped-call]
            ends_at = starts_at + length
        except (ValueError, OverflowError, TypeError):
            ends_at = None
    return starts_at, ends_at


def _point(
    found: Mapping[str, list[Line]], name: str, zones: Iterable[_Component]
) -> datetime | None:
    if name not in found:
        return None
    _name, named, value = found[name][0]
    zone = _zone(_parameter(named, "TZID"), zones)
    return _moment(value.strip(), zone)


def _moment(value: str, zone: tzinfo | None) -> datetime | None:
    """In UTC. A day without time, or in a zone nobody knows, is no moment."""
    found = _MOMENT.fullmatch(value)
    if found is None or zone is None:
        return None
    try:
        numbers = [int(digits) for digits in found.groups()[:6]]
        moment = datetime(*numbers, tzinfo=UTC if found[7] else zone)  # type: ignore[misc,arg-type]
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # Beyond these no database tells it in another zone.
    return moment if 1900 < moment.year < 3000 else None


def _zone(name: str, zones: Iterable[_Component]) -> tzinfo | None:
    """By its name, Windows' names among them; else as the message itself describes it."""
    if not name:
        return PARIS
    if len(name) > 100:
        return None
    # "/vendor.example/20070129_1/Europe/Paris": the vendor's prefix says nothing.
    bare = "/".join(name.split("/")[-2:]) if name.startswith("/") else name
    try:
        known = tzp.timezone(bare)
    except (ValueError, OSError):
        known = None
    return known or next((zone for each in zones if (zone := _described(each, name))), None)


def _described(component: _Component, name: str) -> tzinfo | None:
    if not any(line.partition(":")[2].strip() == name for line in component.lines[:5]):
        return None
    rules = [line.partition(":")[2] for line in component.lines if line[:5].upper() == "RRULE"]
    if not all(_YEARLY.fullmatch(rule.strip()) for rule in rules):
        return None
    text = "\r\n".join([*component.lines[:MOST_ZONE_LINES], ""])
    try:
        described: Any = Timezone.from_ical(text)
        zone: tzinfo = described.to_tz(lookup_tzid=False)
        datetime(2030, 6, 12, tzinfo=zone).utcoffset()
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, IndexError):
        return None
    return zone


def in_order(starts_at: datetime | None, ends_at: datetime | None) -> bool:
    """Whether a meeting can be at that time."""
    return bool(starts_at and ends_at and timedelta() < ends_at - starts_at < timedelta(days=1))
