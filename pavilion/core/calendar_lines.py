"""A calendar part as people read it: what, when, where, who."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Calendar

from pavilion.core.dates import written


def readable(ics: str) -> list[tuple[str, str]]:
    """Label and value of each thing an invitation says, in its own order."""
    return list(_lines(Calendar.from_ical(ics))) if ics else []


def _lines(calendar: Calendar) -> Iterator[tuple[str, str]]:
    yield _("Method"), str(calendar.get("method", ""))
    for event in calendar.walk("VEVENT"):
        yield _("Subject"), str(event.get("summary", ""))
        for label, name in ((_("From"), "dtstart"), (_("To"), "dtend")):
            if name in event:
                yield label, _moment(event.decoded(name))
        if "location" in event:
            yield _("Place"), str(event["location"])
        if "status" in event:
            yield _("Status"), str(event["status"])
        yield _("Sequence"), str(event.get("sequence", 0))
        if "organizer" in event:
            yield _("Organiser"), _who(event["organizer"])
        attendees = event.get("attendee", [])
        for attendee in attendees if isinstance(attendees, list) else [attendees]:
            yield _("Attendee"), _who(attendee)
        yield "UID", str(event.get("uid", ""))


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return written(localtime(value), pgettext("short moment", "j M Y, H:i"))
    return str(value)


def _who(address: object) -> str:
    name = str(getattr(address, "params", {}).get("CN", ""))
    email = str(address).removeprefix("mailto:").removeprefix("MAILTO:")
    return f"{name} <{email}>" if name else email
