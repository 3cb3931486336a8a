"""A message as somebody who answers mail would read it: from whom, to whom, what is in it."""

import re
from dataclasses import dataclass
from email.utils import getaddresses
from functools import cached_property
from html import unescape

from meetings.receiving import parts
from meetings.receiving.parts import Message, Part

BIGGEST_CALENDAR = 256_000
# As much of the text as is kept for whoever reviews it, in characters.
LONGEST_TEXT = 10_000
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
# Printable ASCII: heads are read octet by octet, and what else they hold no database takes.
_IDS = re.compile(r"<[!-;=?A-~]{3,250}@[!-;=?A-~]{1,250}>")
_OWN_ID = re.compile(r"<[!-;=?-~]{5,990}>")
_CALENDARS = frozenset({"text/calendar", "application/ics", "application/calendar"})
_TAG = re.compile(r"<[^<>]*>")
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/h\d|/li)\b[^<>]*>", re.IGNORECASE)
_DELIVERED_TO = (
    *("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to"),
    *("to", "cc"),
)


@dataclass(frozen=True)
class Letter:
    """`envelope_recipient` is whom the mail server was told; "" when nobody told us."""

    message: Message
    envelope_recipient: str = ""

    @cached_property
    def sender(self) -> str:
        """The one address in From, in small letters; empty when there is none, or several."""
        written = parts.every(self.message.headers, "from")
        found = addresses(written[0]) if len(written) == 1 else []
        return found[0] if len(found) == 1 else ""

    @cached_property
    def shown_sender(self) -> str:
        return parts.words(parts.first(self.message.headers, "from"))[:320]

    @cached_property
    def subject(self) -> str:
        return parts.words(parts.first(self.message.headers, "subject"))[:250]

    @cached_property
    def message_id(self) -> str:
        """Empty where it tells no message from another: "<>", a word of somebody's program."""
        found = parts.first(self.message.headers, "message-id").strip()
        return found if _OWN_ID.fullmatch(found) else ""

    @cached_property
    def answered_ids(self) -> list[str]:
        """The messages it says it answers."""
        named = (parts.first(self.message.headers, name) for name in ("in-reply-to", "references"))
        return ids(" ".join(named))

    @cached_property
    def recipients(self) -> list[str]:
        written = [
            value
            for name in _DELIVERED_TO
            for value in parts.every(self.message.headers, name)[:20]
        ]
        found = [*addresses(self.envelope_recipient), *(a for w in written for a in addresses(w))]
        return list(dict.fromkeys(found))[:200]

    @cached_property
    def calendars(self) -> list[Part]:
        """Wherever they are and whatever they are called, but for those of enclosed messages."""
        return [part for part in self.message.parts if not part.is_enclosed and _is_calendar(part)]

    @cached_property
    def is_winmail(self) -> bool:
        """Outlook's own format, which nobody else reads."""
        return any(
            part.kind in ("application/ms-tnef", "application/vnd.ms-tnef")
            or part.file_name.lower() == "winmail.dat"
            for part in self.message.parts
        )

    @cached_property
    def is_automatic(self) -> bool:
        """A holiday notice and the like (RFC 3834), or what older programs send instead."""
        said = parts.first(self.message.headers, "auto-submitted").partition(";")[0].strip()
        if said and said.lower() != "no":
            return True
        names = {name for name, _value in self.message.headers}
        if names & {"x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from"}:
            return True
        precedence = parts.first(self.message.headers, "precedence").strip().lower()
        return precedence in ("auto_reply", "bulk", "junk", "list")

    @cached_property
    def text(self) -> str:
        """What it says in words."""
        for kind in ("text/plain", "text/html"):
            for part in self.message.parts:
                is_shown = part.kind == kind and not part.is_enclosed and not _is_calendar(part)
                if is_shown and (text := _in_words(part)):
                    return text[:LONGEST_TEXT]
        return ""

    @cached_property
    def enclosed(self) -> list[tuple[str, int]]:
        """What else is in it: its name or kind, and how many octets."""
        return [
            ((part.file_name or part.kind)[:100], len(part.body)) for part in self.message.parts
        ]


def read(octets: bytes, envelope_recipient: str = "") -> Letter:
    return Letter(parts.read(octets), envelope_recipient)


def ids(text: str) -> list[str]:
    """Message-IDs, each once."""
    return list(dict.fromkeys(_IDS.findall(text)))[:50]


def addresses(value: str) -> list[str]:
    """The addresses in a header, in small letters; display names are never taken for one."""
    # Comments may nest (RFC 5322 §3.2.2), which the library follows by recursion.
    if value.count("(") > 20 or len(value) > parts.LONGEST_VALUE:
        return []
    found = (parts.clean(address).casefold() for _name, address in getaddresses([value]))
    return [address for address in found if len(address) <= 254 and _ADDRESS.fullmatch(address)]


def _is_calendar(part: Part) -> bool:
    return part.kind in _CALENDARS or part.file_name.lower().endswith((".ics", ".ical"))


def _in_words(part: Part) -> str:
    text = parts.as_text(part.octets[: 20 * LONGEST_TEXT], part.parameters.get("charset", ""))
    if part.kind == "text/html":
        for name in ("style", "script", "title"):
            text = _without(text, name)
        text = unescape(_TAG.sub(" ", _BREAKS.sub("\n", text)))
    lines = (" ".join(line.split()) for line in parts.clean(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without(text: str, name: str) -> str:
    """HTML without these elements and what stands in them."""
    lower, kept, end = text.lower(), [], 0
    while (start := lower.find(f"<{name}", end)) >= 0:
        kept.append(text[end:start])
        end = lower.find(f"</{name}", start)
        if end < 0:
            return "".join(kept)
    return "".join([*kept, text[end:]])
