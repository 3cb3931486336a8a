"""Calendar programs that know of meetings by mail only, and read it with parsers of their own.

Each keeps what RFC 5546 §2.1.5 tells it to, as Thunderbird does: per UID the highest sequence and,
within one sequence, the latest stamp. Anything older changes nothing; a CANCEL takes out, and no
older REQUEST brings back.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage

import icalendar
import vobject
from ical.calendar_stream import IcsCalendarStream


@dataclass(frozen=True)
class Item:
    """One event of an iTIP message, as far as a calendar keeps it."""

    method: str
    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    status: str
    organizer: str
    attendee: str


@dataclass
class Client:
    """`asked` are the UIDs for which it asks its owner to answer, since their time is new."""

    address: str
    events: dict[str, Item] = field(default_factory=dict)
    latest: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def receive(self, message: EmailMessage) -> None:
        parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
        attached = [p for p in message.walk() if p.get_content_type() == "application/ics"]
        if not parts:
            self.log.append("mail")
            return
        [part], [copy] = parts, attached
        octets = part.get_payload(decode=True)
        assert copy.get_payload(decode=True) == octets
        item = self.parse(octets)
        assert part.get_param("method") == item.method
        assert message["From"].addresses[0].addr_spec == item.organizer
        self.apply(item)

    def apply(self, item: Item) -> None:
        known = self.latest.get(item.uid)
        if known and (item.sequence, item.stamp) <= known:
            self.log.append("ignored")
            return
        if known and item.method == "CANCEL" and item.sequence < known[0]:
            self.log.append("ignored")
            return
        shown = self.events.get(item.uid)
        # Exchange takes a meeting with another organiser for another meeting.
        assert shown is None or shown.organizer == item.organizer
        self.latest[item.uid] = (item.sequence, item.stamp)
        if item.method == "CANCEL":
            self.log.append("cancelled" if self.events.pop(item.uid, None) else "nothing to cancel")
            return
        assert (item.method, item.status) == ("REQUEST", "CONFIRMED")
        self.events[item.uid] = item
        if known is None or shown is None:
            self.log.append("new")
        else:
            self.log.append("update" if item.sequence > known[0] else "minor update")

    def parse(self, octets: bytes) -> Item:
        raise NotImplementedError


class Thunderbird(Client):
    """With icalendar."""

    def parse(self, octets: bytes) -> Item:
        calendar = icalendar.Calendar.from_ical(octets)
        [event] = calendar.walk("VEVENT")
        return Item(
            method=str(calendar["METHOD"]),
            uid=str(event["UID"]),
            sequence=int(event["SEQUENCE"]),
            stamp=event.decoded("DTSTAMP"),
            starts_at=event.decoded("DTSTART").astimezone(UTC),
            ends_at=event.decoded("DTEND").astimezone(UTC),
            summary=str(event["SUMMARY"]),
            location=str(event.get("LOCATION", "")),
            description=str(event.get("DESCRIPTION", "")),
            status=str(event["STATUS"]),
            organizer=str(event["ORGANIZER"]).removeprefix("mailto:"),
            attendee=str(event["ATTENDEE"]).removeprefix("mailto:"),
        )


class Evolution(Client):
    """With vobject."""

    def parse(self, octets: bytes) -> Item:
        calendar = vobject.readOne(octets.decode())
        event = calendar.vevent

        def text(name: str) -> str:
            return getattr(event, name).value if hasattr(event, name) else ""

        return Item(
            method=calendar.method.value,
            uid=event.uid.value,
            sequence=int(event.sequence.value),
            stamp=event.dtstamp.value,
            starts_at=event.dtstart.value.astimezone(UTC),
            ends_at=event.dtend.value.astimezone(UTC),
            summary=text("summary"),
            location=text("location"),
            description=text("description"),
            status=text("status"),
            organizer=event.organizer.value.removeprefix("mailto:"),
            attendee=event.attendee.value.removeprefix("mailto:"),
        )


class HomeAssistant(Client):
    """With ical."""

    def parse(self, octets: bytes) -> Item:
        calendar = IcsCalendarStream.calendar_from_ics(octets.decode())
        [event] = calendar.events
        return Item(
            method=calendar.method,
            uid=event.uid,
            sequence=event.sequence,
            stamp=event.dtstamp.replace(tzinfo=UTC),
            starts_at=event.dtstart.astimezone(UTC),
            ends_at=event.dtend.astimezone(UTC),
            summary=event.summary,
            location=event.location or "",
            description=event.description or "",
            status=event.status.value,
            organizer=str(event.organizer.uri).removeprefix("mailto:"),
            attendee=str(event.attendees[0].uri).removeprefix("mailto:"),
        )
