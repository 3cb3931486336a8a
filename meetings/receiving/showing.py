"""A message and what was understood of it, for its reviewer: plain text, and nobody's key."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from meetings import wording
from meetings.models import IncomingMail
from meetings.receiving import parts
from meetings.receiving.letter import Letter
from pavilion.core.dates import written
from pavilion.core.logs import redact

LONGEST_CALENDAR = 6000
_HEADERS = ("from", "sender", "to", "cc", "date", "subject", "auto-submitted")
_LABELS = {
    "from": gettext_lazy("From"),
    "sender": gettext_lazy("Sent by"),
    "to": gettext_lazy("To"),
    "cc": gettext_lazy("Copy"),
    "date": gettext_lazy("Date"),
    "subject": gettext_lazy("Subject"),
    "auto-submitted": gettext_lazy("Sent by a program"),
}
# Part of the organiser's address: who replies to it holds the invitation.
_MAIL_TOKEN = re.compile(r"\+[a-z2-7]{26}(?=@|%40)", re.IGNORECASE)
_PARTSTATS = {
    "ACCEPTED": gettext_lazy("Accepted"),
    "TENTATIVE": gettext_lazy("Perhaps"),
    "DECLINED": gettext_lazy("Declined"),
    "DELEGATED": gettext_lazy("Delegated"),
    "NEEDS-ACTION": gettext_lazy("No answer yet"),
}
_METHODS = {
    "REPLY": gettext_lazy("An answer"),
    "COUNTER": gettext_lazy("A proposal of another time"),
    "REFRESH": gettext_lazy("Asks for the invitation again"),
}
_WORDS = {
    "pass": gettext_lazy("The mail server vouches for the sender."),
    "fail": gettext_lazy("The mail server says that the sender is forged."),
    "none": gettext_lazy("The mail server says nothing about the sender."),
}


@dataclass(frozen=True)
class Shown:
    """`headers` and `enclosed`: label and value; `calendar` is the calendar part as it stands."""

    headers: list[tuple[str, str]]
    text: str
    calendar: str
    enclosed: list[tuple[str, str]]


def shown(letter: Letter) -> Shown:
    headers = [
        (str(_LABELS[name]), without_keys(parts.words(value)))
        for name in _HEADERS
        for value in parts.every(letter.message.headers, name)[:3]
    ]
    calendars = [part.text for part in letter.calendars[:1]]
    sizes = [
        (name, _("%(size)s kB") % {"size": -(-size // 1000)}) for name, size in letter.enclosed
    ]
    return Shown(
        headers=headers,
        text=without_keys(letter.text),
        calendar=without_keys("".join(calendars)[:LONGEST_CALENDAR]),
        enclosed=sizes,
    )


def understood(mail: IncomingMail) -> list[tuple[str, str]]:
    """Label and value of each thing the calendar part says, and of what vouches for it."""
    facts = mail.facts
    lines: list[tuple[str, object]] = []
    if method := facts.get("method"):
        lines.append((_("What it is"), _METHODS.get(method, method)))
    for each in facts.get("attendees", []):
        said = _PARTSTATS.get(each["partstat"], each["partstat"])
        lines.append((_("Guest"), f"{each['address']} · {said}"))
        lines += [(_("In their name"), each["sent_by"])] if each.get("sent_by") else []
        lines += [(_("To come instead"), each["delegated_to"])] if each.get("delegated_to") else []
    if times := proposed(mail):
        lines.append((_("Time proposed"), wording.when_between(*times)))
    if mail.meeting:
        lines.append((_("Time of the meeting"), wording.when(mail.meeting)))
    lines += [(_("Comment"), facts["comment"])] if facts.get("comment") else []
    lines += [(_("Version answered"), facts["sequence"])] if facts.get("sequence") else []
    if stamp := _moment(facts.get("stamp")):
        lines.append(
            (_("Written"), written(localtime(stamp), pgettext("short moment", "j M Y, H:i")))
        )
    lines += [(_("Came back from"), each) for each in facts.get("recipients", [])]
    lines += [(_("Because"), facts["why"])] if facts.get("why") else []
    if "word" in facts:
        lines.append((_("Sender"), _WORDS.get(facts["word"], "")))
        if facts.get("has_token"):
            lines.append((_("Invitation"), _("It answers to the address of an invitation.")))
    lines += [(_("Program"), facts["product"])] if facts.get("product") else []
    return [(label, without_keys(str(value))) for label, value in lines]


def proposed(mail: IncomingMail) -> tuple[datetime, datetime] | None:
    starts_at, ends_at = _moment(mail.facts.get("starts_at")), _moment(mail.facts.get("ends_at"))
    return (starts_at, ends_at) if starts_at and ends_at else None


def without_keys(text: str) -> str:
    """Neither links that answer nor addresses that prove somebody holds an invitation."""
    return _MAIL_TOKEN.sub("+…", redact(text))


def _moment(value: object) -> datetime | None:
    return parse_datetime(value) if isinstance(value, str) else None
