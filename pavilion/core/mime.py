"""What an e-mail says -> the octets that leave, and their way through any of Django's backends.

Put together by hand: Python's own email package takes milliseconds for a message, and a whole
delegation is invited at once.
"""

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import groupby
from typing import Any, cast

from django.core import mail

from pavilion.core.content_lines import one_line

Mailbox = tuple[str, str]  # name, which may be empty, and address

_ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+", re.ASCII)  # RFC 5322 §3.2.3
_LOCAL_PART = re.compile(rf"{_ATOM.pattern}(\.{_ATOM.pattern})*", re.ASCII)
_DOMAIN = re.compile(r"[A-Za-z0-9.-]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_LINE = 78  # RFC 5322 §2.1.1
_OURS = frozenset(
    {
        *("from", "to", "subject", "date", "message-id", "in-reply-to", "references"),
        *("auto-submitted", "mime-version", "content-type", "content-transfer-encoding"),
    }
)


@dataclass(frozen=True)
class Rendered:
    """A finished message: its envelope, and the octets that leave."""

    sender: str
    recipient: str
    subject: str
    text: str
    octets: bytes = field(repr=False)

    def as_bytes(self) -> bytes:
        return self.octets

    @cached_property
    def message(self) -> "Verbatim":
        """As a parser reads it, for whoever asks for a header or a part."""
        message: Any = message_from_bytes(self.octets, Verbatim, policy=policy.SMTP)
        message.octets = self.octets
        return cast(Verbatim, message)

    def __getitem__(self, name: str) -> Any:
        return self.message[name]


class Verbatim(EmailMessage):
    """A message that was read and is written exactly as it was."""

    octets = b""

    def as_bytes(self, *args: Any, **kwargs: Any) -> bytes:
        return self.octets


class RenderedEmail(mail.EmailMessage):
    """A finished message for `connection.send_messages`."""

    def __init__(self, rendered: Rendered, connection: Any = None) -> None:
        self.rendered = rendered
        super().__init__(
            subject=rendered.subject,
            body=rendered.text,
            from_email=rendered.sender,
            to=[rendered.recipient],
            connection=connection,
        )

    def message(self) -> EmailMessage:  # type: ignore[override]  # as Django 6.0 has it
        return self.rendered.message


def build_message(
    *,
    sender: Mailbox,
    recipient: Mailbox,
    subject: str,
    text: str,
    message_id: str,
    html: str = "",
    ics: str = "",
    ics_method: str = "",
    in_reply_to: str = "",
    references: str = "",
    date: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> Rendered:
    """One message to one person; with `ics`, an invitation (RFC 6047 §2.4).

    Ids carry their angle brackets. `references` falls back to `in_reply_to`, `date` to now.
    """
    if bool(ics) != bool(ics_method) or f"\r\nMETHOD:{ics_method}\r\n" not in (
        ics or "\r\nMETHOD:\r\n"
    ):
        raise ValueError("ics_method must equal the METHOD inside ics (RFC 6047 §2.4).")
    from_address, to_address = address(sender[1]), address(recipient[1])
    subject, text = _unencoded(subject), _lines(text)
    head = [
        _folded("From", (_mailbox("From", _unencoded(sender[0]), from_address),)),
        _folded("To", (_mailbox("To", _unencoded(recipient[0]), to_address),)),
        _unstructured("Subject", subject),
        _date((date or datetime.now(UTC)).replace(microsecond=0)),
        _folded("Message-ID", _ids(message_id)),
    ]
    if in_reply_to:
        head.append(_folded("In-Reply-To", _ids(in_reply_to)))
    if references or in_reply_to:
        head.append(_folded("References", _ids(references or in_reply_to)))
    head.append("Auto-Submitted: auto-generated\r\n")  # RFC 3834 §5: no holiday notices, please
    for name, value in (headers or {}).items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
            raise ValueError(f"Not a header to add: {name!r}")
        head.append(_unstructured(name, _unencoded(value)))
    head.append("MIME-Version: 1.0\r\n")
    # No quoted-printable and no base64 text holds "=_" (RFC 2045 §6.7).
    boundary = f"=_{blake2b(message_id.encode(), digest_size=12).hexdigest()}"
    body = _body(text, html, ics.encode(), ics_method, boundary)
    octets = "".join(head).encode("ascii") + body
    return Rendered(from_address, to_address, subject, text, octets)


@lru_cache(maxsize=4096)
def address(email: str) -> str:
    """The address as it is written in a header and an envelope; ValueError when it is none."""
    local, _, domain = email.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(f"Not an e-mail address: {email!r}") from error
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"Not an e-mail address: {email!r}")
    return f"{local}@{domain}"


def _body(text: str, html: str, ics: bytes, ics_method: str, boundary: str) -> bytes:
    parts = [_text_part("plain", text)]
    if html:
        parts.append(_text_part("html", _lines(html)))
    if not ics:
        return parts[0] if not html else _multipart("alternative", parts, boundary)
    # Last, base64 and without Content-Disposition, else some clients show no buttons; once more
    # as an attachment, for those that look only there.
    encoded = _base64(ics)
    kind = f'text/calendar; charset="UTF-8"; method="{ics_method}"'
    parts.append(_part(kind, "base64", encoded))
    attachment = _part(
        'application/ics; name="invite.ics"',
        "base64",
        encoded,
        'Content-Disposition: attachment; filename="invite.ics"\r\n',
    )
    alternative = _multipart("alternative", parts, f"{boundary}.a")
    return _multipart("mixed", [alternative, attachment], boundary)


def _text_part(subtype: str, text: str) -> bytes:
    encoded = b2a_qp(text.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")
    return _part(f'text/{subtype}; charset="utf-8"', "quoted-printable", encoded)


def _base64(octets: bytes) -> bytes:
    """In lines of 76 (RFC 2045 §6.8), several times faster than the standard library's own."""
    encoded = b2a_base64(octets, newline=False)
    lines = [encoded[start : start + 76] for start in range(0, len(encoded), 76)]
    return b"\r\n".join([*lines, b""])


def _part(kind: str, encoding: str, content: bytes, more: str = "") -> bytes:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n{more}\r\n"
    return head.encode("ascii") + content


def _multipart(subtype: str, parts: Iterable[bytes], boundary: str) -> bytes:
    mark = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(b"%s\r\n%s\r\n" % (mark, part) for part in parts) + mark + b"--\r\n"


@lru_cache(maxsize=4)
def _date(moment: datetime) -> str:
    return f"Date: {format_datetime(moment)}\r\n"


def _lines(text: str) -> str:
    """Lines that end in a line feed each, the last one too."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else f"{text}\n"


def _ids(text: str) -> list[str]:
    ids = text.split()
    if not ids or not all(_MESSAGE_ID.fullmatch(each) for each in ids):
        raise ValueError(f"Not message ids (RFC 5322 §3.6.4): {text!r}")
    return ids


def _mailbox(header: str, name: str, addr_spec: str) -> str:
    if name.isascii():
        return formataddr((name, addr_spec))
    return f"{_encoded_name(header, name)} <{addr_spec}>"


@lru_cache(maxsize=4096)
def _encoded_name(header: str, name: str) -> str:
    # Word by word, since Python's own parser puts a blank between two encoded words of a name.
    words = (
        " ".join(group) if is_atom else _encoded(" ".join(group), header)
        for is_atom, group in groupby(name.split(" "), key=_is_atom)
    )
    return " ".join(words)


@lru_cache(maxsize=1024)
def _unstructured(name: str, value: str) -> str:
    text = value if value.isascii() else _encoded(value, name)
    return _folded(name, text.split())


def _folded(name: str, words: Iterable[str]) -> str:
    """Folded between words, since Python 3.11 does it badly.

    There a long quoted name loses its quotes, so that a comma in it makes two addresses, and a
    long message id or link turns into an encoded word that no client decodes.
    """
    words = list(words)
    whole = f"{name}: {' '.join(words)}\r\n"
    if len(whole) <= _LINE + 2:
        return whole
    lines = [f"{name}:"]
    for text in words:
        for word in text.split():
            # The first word stays beside the name: a line of blanks is not allowed (§3.2.2).
            if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1] != f"{name}:":
                lines.append("")
            lines[-1] += f" {word}"
    return "".join(f"{line}\r\n" for line in lines)


def _encoded(text: str, header: str) -> str:
    """Encoded words (RFC 2047), the first one short enough to follow the header's name."""
    return Header(text, "utf-8", header_name=header).encode(linesep="")


def _is_atom(word: str) -> bool:
    return _ATOM.fullmatch(word) is not None


@lru_cache(maxsize=4096)
def _unencoded(text: str) -> str:
    """One line without encoded words, which parsers decode, CR and LF included."""
    return one_line(text).replace("=?", "= ?")
