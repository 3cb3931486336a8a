"""A calendar part as people read it: what it does, when, where, whom it asks."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from icalendar import Calendar

from pavilion.core.dates import written
from pavilion.core.logs import redact

_METHODS = {
    "REQUEST": gettext_lazy("Puts the meeting into the calendar, or changes it there"),
    "CANCEL": gettext_lazy("Takes the meeting off the calendar"),
    "DECLINECOUNTER": gettext_lazy("Declines the other time that was proposed"),
}
_STATUSES = {
    "TENTATIVE": pgettext_lazy("meeting in a calendar", "option"),
    "CONFIRMED": pgettext_lazy("meeting in a calendar", "confirmed"),
    "CANCELLED": pgettext_lazy("meeting in a calendar", "cancelled"),
}


def readable(ics: str) -> list[tuple[str, str]]:
    """Label and value of each thing an invitation says, in its own order, without keys."""
    return list(_lines(Calendar.from_ical(ics))) if ics else []


def _lines(calendar: Calendar) -> Iterator[tuple[str, str]]:
    method = str(calendar.get("method", ""))
    yield _("What it does"), str(_METHODS.get(method, method))
    for event in calendar.walk("VEVENT"):
        yield _("Subject"), redact(str(event.get("summary", "")))
        for label, name in ((_("From"), "dtstart"), (_("To"), "dtend")):
            if name in event:
                yield label, _moment(event.decoded(name))
        if "location" in event:
            yield _("Place"), redact(str(event["location"]))
        if "status" in event:
            yield _("Status"), str(_STATUSES.get(str(event["status"]), event["status"]))
        attendees = event.get("attendee", [])
        for attendee in attendees if isinstance(attendees, list) else [attendees]:
            yield _("Attendee"), _who(attendee)
            asked = str(getattr(attendee, "params", {}).get("RSVP", "")).upper() == "TRUE"
            yield _("Asks for an answer"), _("yes") if asked else _("no")
        if "organizer" in event:
            yield _("Organiser"), _who(event["organizer"])
        yield _("Sequence"), str(event.get("sequence", 0))
        yield "UID", str(event.get("uid", ""))


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return written(localtime(value), pgettext("short moment", "j M Y, H:i"))
    return str(value)


def _who(address: object) -> str:
    name = str(getattr(address, "params", {}).get("CN", ""))
    email = redact(str(address).removeprefix("mailto:").removeprefix("MAILTO:"))
    return f"{name} <{email}>" if name else email
