"""Fetch what came to a mailbox on an IMAP server (RFC 3501). Nothing there is ever deleted.

A message is marked as seen, or moved, once its row is committed and not before; a connection that
breaks at any moment costs a second look, never a message. Any number of pollers may run: each
message is taken in once, whoever comes second only marks it. What somebody has opened in a program
of their own before we came is taken in, too.
"""

import imaplib
import logging
import re
import ssl
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from meetings.models import IncomingMail
from meetings.receiving import letter as letters
from meetings.receiving import trouble
from meetings.receiving.taking_in import BIGGEST, take_in

logger = logging.getLogger(__name__)

TIMEOUT = 30.0
# How often one call connects again before it leaves the rest to the next.
ATTEMPTS = 3
AT_ONCE = 200
# As much of what is too big is taken in: enough to know from whom it is.
TOP = 100_000
# How long after it came a message that somebody else has opened is still looked for.
OPENED_WITHIN = timedelta(days=3)
OPENED_AT_MOST = 500

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_HERE = ("localhost", "127.0.0.1", "::1")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Broken = (OSError, imaplib.IMAP4.abort, imaplib.IMAP4.error)


class Refused(Exception):
    """The server answers, and lets us do nothing: another try would be refused as well."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(code)


@dataclass(frozen=True)
class Mailbox:
    """imaps://user:password@host:port/Folder?moved=Folder. With "imap:", encryption begins later
    (STARTTLS); only a server on this machine goes without.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    moved_to: str
    is_encrypted: bool

    def __str__(self) -> str:
        return f"{self.user} at {self.host}"


@dataclass
class _Round:
    """What has become of the messages met so far, by UID."""

    mailbox: Mailbox
    begun: Counter[bytes] = field(default_factory=Counter)
    taken: set[bytes] = field(default_factory=set)
    failed: set[bytes] = field(default_factory=set)
    is_stuck: bool = False  # what was taken in cannot be moved


def mailbox_at(url: str) -> Mailbox:
    parsed = urlsplit(url)
    if parsed.scheme not in ("imap", "imaps") or not parsed.hostname or not parsed.username:
        # The address holds a password: it is not repeated.
        raise ImproperlyConfigured("IMAP_URL must read imaps://user:password@host/folder")
    is_encrypted = parsed.scheme == "imaps"
    return Mailbox(
        host=parsed.hostname,
        port=parsed.port or (993 if is_encrypted else 143),
        user=unquote(parsed.username),
        password=unquote(parsed.password or ""),
        folder=unquote(parsed.path.strip("/")) or "INBOX",
        moved_to=parse_qs(parsed.query).get("moved", [""])[0],
        is_encrypted=is_encrypted,
    )


def poll(mailbox: Mailbox) -> int:
    """Take in what nobody has seen yet; returns how many messages were new to us or to them.

    Safe to call at any time, from anywhere. A server that does not answer is for the next call;
    what keeps us from reading is remembered until a call reads everything (`trouble`).
    """
    found = _Round(mailbox)
    why = ("", "")
    for _attempt in range(ATTEMPTS):
        try:
            with _opened(mailbox) as server:
                _take_all(server, found)
            why = _left_over(found)
            break
        except Refused as refusal:
            why = (refusal.code, refusal.detail)
            break
        except Broken as error:
            why = ("connection", type(error).__name__)
            logger.warning("The mailbox of %s: %s", mailbox, type(error).__name__)
    trouble.note(*why)
    return len(found.taken)


def _take_all(server: imaplib.IMAP4, found: _Round) -> None:
    # One at which the connection has broken twice comes last: the others are not to blame.
    for uid in sorted(_search(server, "UNSEEN")[:AT_ONCE], key=lambda uid: found.begun[uid] > 1):
        if uid not in found.failed:
            _take(server, found, uid)
    try:
        opened = _opened_by_others(server)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        # The unseen are in; a server that cannot do this loses nothing else.
        logger.warning("What others have opened at %s: %s", found.mailbox, error)
        return
    for uid in opened:
        if uid not in found.taken | found.failed:
            _take(server, found, uid)


def _take(server: imaplib.IMAP4, found: _Round, uid: bytes) -> None:
    """One message, whose trouble is nobody else's."""
    found.begun[uid] += 1
    try:
        fetched = _fetch(server, uid)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        logger.warning("The mailbox of %s does not give out a message: %s", found.mailbox, error)
        found.failed.add(uid)
        return
    if fetched is None:
        return  # moved by another poller meanwhile
    octets, received_at, is_top = fetched
    try:
        take_in(octets, received_at=received_at, is_top=is_top)
    except Exception:  # it stays unseen, and the others are taken in
        logger.exception("A message of the mailbox could not be taken in")
        found.failed.add(uid)
        return
    found.taken.add(uid)
    _mark(server, found, uid)


def _left_over(found: _Round) -> tuple[str, str]:
    if found.failed:
        return "left", str(len(found.failed))
    return ("moved", found.mailbox.moved_to) if found.is_stuck else ("", "")


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    if mailbox.is_encrypted:
        context = ssl.create_default_context()
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=context, timeout=TIMEOUT
        )
    else:
        server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
    try:
        if not mailbox.is_encrypted and mailbox.host not in _HERE:
            server.starttls(ssl.create_default_context())
        with _or_refused("user", mailbox.user):
            server.login(mailbox.user, mailbox.password)
        with _or_refused("folder", mailbox.folder):
            _expect(server.select(_quoted(mailbox.folder)))
        yield server
    finally:
        # Not `close`: that would delete what somebody else has marked as deleted.
        with suppress(*Broken):
            server.logout()
        with suppress(*Broken):
            server.shutdown()


@contextmanager
def _or_refused(code: str, detail: str) -> Iterator[None]:
    try:
        yield
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError) as error:
        logger.warning("The mailbox does not let us in: %s", code)
        raise Refused(code, detail) from error


def _search(server: imaplib.IMAP4, *criteria: str) -> list[bytes]:
    [found] = _expect(server.uid("SEARCH", *criteria))[:1]
    return found.split() if isinstance(found, bytes) else []


def _opened_by_others(server: imaplib.IMAP4) -> list[bytes]:
    """Those of the last days that are marked as seen and that we have not: by their Message-ID."""
    since = timezone.now() - OPENED_WITHIN
    day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
    seen = _search(server, "SEEN", "SINCE", day)[-OPENED_AT_MOST:]
    if not seen:
        return []
    wanted = "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
    ids: dict[str, bytes] = {}
    pieces = [*_expect(server.uid("FETCH", b",".join(seen).decode(), wanted)), b""]
    for piece, after in pairwise(pieces):
        if isinstance(piece, tuple):
            told = piece[0] + (after if isinstance(after, bytes) else b"")
            message_id = letters.read(piece[1]).message_id
            if message_id and (uid := _UID.search(told)):
                ids[message_id] = uid[1]
    known = IncomingMail.objects.filter(message_id__in=ids)
    for message_id in known.values_list("message_id", flat=True):
        del ids[message_id]
    return list(ids.values())


def _fetch(server: imaplib.IMAP4, uid: bytes) -> tuple[bytes, datetime | None, bool] | None:
    """The octets, when the server received them, and whether that is only the top of them.

    Fetching leaves the message unseen.
    """
    facts = b" ".join(
        _flat(_expect(server.uid("FETCH", uid.decode(), "(RFC822.SIZE INTERNALDATE)")))
    )
    size = _SIZE.search(facts)
    if size is None:
        return None
    # What is too big stays where it is; its beginning tells somebody to look for it there.
    is_too_big = int(size[1]) > BIGGEST
    what = f"(BODY.PEEK[]<0.{TOP}>)" if is_too_big else "(BODY.PEEK[])"
    for piece in _expect(server.uid("FETCH", uid.decode(), what)):
        if isinstance(piece, tuple):
            return piece[1], _received(facts), is_too_big
    return None


def _received(facts: bytes) -> datetime | None:
    found = _DATE.search(facts)
    if found is None:
        return None
    try:
        said = datetime.strptime(found[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
    except (ValueError, UnicodeDecodeError):
        return None
    return said.astimezone(UTC)


def _mark(server: imaplib.IMAP4, found: _Round, uid: bytes) -> None:
    _expect(server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)"))
    # Without MOVE (RFC 6851) one would copy and delete: then it stays, seen.
    if not found.mailbox.moved_to or "MOVE" not in server.capabilities:
        return
    try:
        _expect(server.uid("MOVE", uid.decode(), _quoted(found.mailbox.moved_to)))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        found.is_stuck = True


def _expect(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data


def _flat(data: Sequence[object]) -> Iterator[bytes]:
    for piece in data:
        if isinstance(piece, bytes):
            yield piece
        elif isinstance(piece, tuple):
            yield from (each for each in piece if isinstance(each, bytes))


def _quoted(name: str) -> str:
    """A mailbox's name as the protocol wants it (RFC 3501 §5.1.3), in quotes."""
    encoded = "".join(
        each if each.isascii() and each != "&" else "&-" if each == "&" else _modified(each)
        for each in name
    )
    return '"{}"'.format(encoded.replace("\\", r"\\").replace('"', r"\""))


def _modified(letter: str) -> str:
    """One letter in modified UTF-7."""
    return "&" + letter.encode("utf-7").decode()[1:-1].replace("/", ",") + "-"
