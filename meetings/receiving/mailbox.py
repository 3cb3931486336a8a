"""Fetch what came to a mailbox on an IMAP server (RFC 3501). Nothing there is ever deleted.

A message is marked as seen, or moved, once its row is committed and not before; a connection that
breaks at any moment costs a second look, never a message. Any number of pollers may run: each
message is taken in once, whoever comes second only marks it.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from meetings.receiving.taking_in import BIGGEST, take_in

logger = logging.getLogger(__name__)

TIMEOUT = 30.0
# How often one call connects again before it leaves the rest to the next.
ATTEMPTS = 3
AT_ONCE = 200
# As much of what is too big is taken in: enough to know from whom it is.
TOP = 100_000

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_HERE = ("localhost", "127.0.0.1", "::1")
Broken = (OSError, imaplib.IMAP4.abort, imaplib.IMAP4.error)


@dataclass(frozen=True)
class Mailbox:
    """imaps://user:password@host:port/Folder?moved=Folder. With "imap:", encryption begins later
    (STARTTLS); only a server on this machine goes without.
    """

    host: str
    port: int
    user: str
    password: str
    folder: str
    moved_to: str
    is_encrypted: bool

    def __str__(self) -> str:
        return f"{self.user} at {self.host}"


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

    Safe to call at any time, from anywhere. A server that does not answer is for the next call.
    """
    taken: set[bytes] = set()
    failed: set[bytes] = set()
    for _attempt in range(ATTEMPTS):
        try:
            with _opened(mailbox) as server:
                for uid in _unseen(server):
                    if uid not in failed:
                        _take(server, mailbox, uid, taken, failed)
            break
        except Broken as error:
            logger.warning("The mailbox of %s: %s", mailbox, type(error).__name__)
    return len(taken)


def _take(
    server: imaplib.IMAP4, mailbox: Mailbox, uid: bytes, taken: set[bytes], failed: set[bytes]
) -> None:
    """One message, whose trouble is nobody else's."""
    fetched = _fetch(server, uid)
    if fetched is None:
        return  # moved by another poller meanwhile
    octets, received_at, is_top = fetched
    try:
        take_in(octets, received_at=received_at, is_top=is_top)
    except Exception:  # it stays unseen, and the others are taken in
        logger.exception("A message of the mailbox could not be taken in")
        failed.add(uid)
        return
    taken.add(uid)
    _mark(server, mailbox, uid)


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
        server.login(mailbox.user, mailbox.password)
        _expect(server.select(_quoted(mailbox.folder)))
        yield server
    finally:
        # Not `close`: that would delete what somebody else has marked as deleted.
        with suppress(*Broken):
            server.logout()
        with suppress(*Broken):
            server.shutdown()


def _unseen(server: imaplib.IMAP4) -> list[bytes]:
    [found] = _expect(server.uid("SEARCH", "UNSEEN"))[:1]
    return found.split()[:AT_ONCE] if isinstance(found, bytes) else []


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


def _mark(server: imaplib.IMAP4, mailbox: Mailbox, uid: bytes) -> None:
    _expect(server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)"))
    # Without MOVE (RFC 6851) one would copy and delete: then it stays, seen.
    if mailbox.moved_to and "MOVE" in server.capabilities:
        _expect(server.uid("MOVE", uid.decode(), _quoted(mailbox.moved_to)))


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
