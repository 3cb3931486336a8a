"""Mail of ours that comes back: a report (RFC 3464), or the words of a server without one."""

import re
from dataclasses import dataclass
from enum import Enum

from meetings.receiving import letter as letters
from meetings.receiving import parts
from meetings.receiving.letter import Letter

LONGEST_REASON = 500
# As much of a returned message as is searched for what it was, in characters.
SEARCHED = 200_000

_FIELD = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_SENDERS = re.compile(r"(mailer-daemon|mail-daemon|postmaster|mdaemon)@", re.IGNORECASE)
_SUBJECTS = re.compile(
    r"undeliver|delivery (status notification|failure|has failed)|returned mail|mail delivery"
    r"|failure notice|failed mail|could not be delivered|non remis|non distribu"
    r"|échec de (la )?remise",
    re.IGNORECASE,
)
_QMAIL = re.compile(r"^<([^<>\s]+@[^<>\s]+)>:\s*$", re.MULTILINE)
_INDENTED = re.compile(r"^ {2}([^\s<>]+@[^\s<>]+)$", re.MULTILINE)
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b|\b[45]\d\d[ -]")


class Fate(Enum):
    FAILED = "failed"
    # Not yet, or yes: it has not come back.
    UNDERWAY = "underway"


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What came back: by the ids it may have, and by whom it was for."""

    fate: Fate
    ids: tuple[str, ...]
    recipients: tuple[str, ...]
    reason: str


def read(letter: Letter) -> Returned | None:
    """None when it is no message about another one that did not arrive."""
    reports = [
        part.text[:SEARCHED]
        for part in letter.message.parts
        if part.kind in ("message/delivery-status", "message/global-delivery-status")
        and not part.is_enclosed
    ]
    if reports:
        return _reported(letter, reports)
    if _is_from_a_server(letter):
        return _told_in_words(letter)
    return None


def is_receipt(letter: Letter) -> bool:
    """That somebody opened a message (RFC 8098): nothing to do."""
    kinds = {part.kind for part in letter.message.parts if not part.is_enclosed}
    return "message/disposition-notification" in kinds


def _is_from_a_server(letter: Letter) -> bool:
    headers = letter.message.headers
    if parts.first(headers, "x-failed-recipients"):
        return True
    is_null = parts.first(headers, "return-path").replace(" ", "") == "<>"
    says_so = bool(_SUBJECTS.search(letter.subject))
    is_server = bool(_SENDERS.match(letter.sender))
    return (is_null and (says_so or is_server)) or (is_server and says_so)


def _reported(letter: Letter, reports: list[str]) -> Returned:
    fields = [(name.lower(), " ".join(v.split())) for r in reports for name, v in _FIELD.findall(r)]
    actions = {value.lower().split()[0] for name, value in fields if name == "action" and value}
    recipients = [
        address
        for name, value in fields
        if name in ("final-recipient", "original-recipient")
        for address in letters.addresses(value.rpartition(";")[2].strip())
    ]
    said = [value.partition(";")[2] for name, value in fields if name == "diagnostic-code"]
    codes = [value for name, value in fields if name == "status"]
    return Returned(
        # A report without action is about a failure: that is what most are about.
        fate=Fate.FAILED if not actions or "failed" in actions else Fate.UNDERWAY,
        ids=tuple(_ids(letter)),
        recipients=tuple(dict.fromkeys([*_failed_recipients(letter), *recipients])),
        reason=_short(" ".join([*codes[:1], *said[:1]]) or letter.subject),
    )


def _told_in_words(letter: Letter) -> Returned:
    text = letter.text
    named = [*_failed_recipients(letter), *_QMAIL.findall(text), *_INDENTED.findall(text)]
    recipients = [address for each in named[:20] for address in letters.addresses(each)]
    lines = [line.strip() for line in text.split("\n") if _STATUS.search(line)]
    is_delay = re.search(r"\bdelayed\b|has not been delivered yet|will (be )?retr", text[:3000])
    return Returned(
        fate=Fate.UNDERWAY if is_delay and "X-Failed" not in text else Fate.FAILED,
        ids=tuple(_ids(letter)),
        recipients=tuple(dict.fromkeys(recipients)),
        reason=_short(lines[0] if lines else letter.subject),
    )


def _failed_recipients(letter: Letter) -> list[str]:
    return letters.addresses(parts.first(letter.message.headers, "x-failed-recipients"))


def _ids(letter: Letter) -> list[str]:
    """Every Message-ID in it but its own: that of what came back is among them."""
    texts = [parts.first(head, "message-id") for head in letter.message.enclosed]
    texts += [
        part.text[:SEARCHED]
        for part in letter.message.parts
        if part.kind in ("text/rfc822-headers", "text/plain")
    ]
    found = [*letters.ids("\n".join(texts)[:SEARCHED]), *letter.answered_ids]
    return [each for each in dict.fromkeys(found) if each != letter.message_id]


def _short(text: str) -> str:
    return " ".join(parts.clean(text).split())[:LONGEST_REASON]
