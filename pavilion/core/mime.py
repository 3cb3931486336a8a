"""What an e-mail says -> the message that leaves, and its way through any of Django's backends."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import formataddr
from itertools import groupby
from typing import Any

from django.core import mail

from pavilion.core.content_lines import one_line

Mailbox = tuple[str, str]  # name, which may be empty, and address

_ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+", re.ASCII)  # RFC 5322 §3.2.3
_LOCAL_PART = re.compile(rf"{_ATOM.pattern}(\.{_ATOM.pattern})*", re.ASCII)
_DOMAIN = re.compile(r"[A-Za-z0-9.-]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_LINE = 78  # RFC 5322 §2.1.1


class _Folding(EmailPolicy):
    """Folds the headers itself, since Python 3.11 does it badly.

    There a long quoted name loses its quotes, so that a comma in it makes two addresses, and a
    long message id or link turns into an encoded word that no client decodes.
    """

    def fold(self, name: str, value: Any) -> str:
        if name.lower().startswith(("content-", "mime-", "date")):
            structured: str = super().fold(name, value)
            return structured
        if hasattr(value, "addresses"):
            text = ", ".join(_mailbox(address, name) for address in value.addresses)
        else:
            text = str(value) if value.isascii() else _encoded(value, name)
        lines = [f"{name}:"]
        for word in text.split():
            # The first word stays beside the name: a line of blanks is not allowed (§3.2.2).
            if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1] != f"{name}:":
                lines.append("")
            lines[-1] += f" {word}"
        return "".join(f"{line}{self.linesep}" for line in lines)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


class _Message(EmailMessage):
    def as_bytes(
        self, unixfrom: bool = False, policy: Policy | None = None, linesep: str | None = None
    ) -> bytes:
        """`linesep` is what Django's SMTP backend passes."""
        policy = policy or self.policy
        return super().as_bytes(unixfrom, policy.clone(linesep=linesep) if linesep else policy)


class RenderedEmail(mail.EmailMessage):
    """A finished message for `connection.send_messages`; its envelope is its From and its To."""

    def __init__(self, rendered: EmailMessage, connection: Any = None) -> None:
        self.rendered = rendered
        text = rendered.get_body(("plain",))
        super().__init__(
            subject=str(rendered["Subject"]),
            body=text.get_content() if text else "",
            from_email=rendered["From"].addresses[0].addr_spec,
            to=[rendered["To"].addresses[0].addr_spec],
            connection=connection,
        )

    def message(self) -> EmailMessage:  # type: ignore[override]  # as Django 6.0 has it
        return self.rendered


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
) -> EmailMessage:
    """One message to one person; with `ics`, an invitation (RFC 6047 §2.4).

    Ids carry their angle brackets. `references` falls back to `in_reply_to`, `date` to now.
    """
    if bool(ics) != bool(ics_method) or f"\r\nMETHOD:{ics_method}\r\n" not in (
        ics or "\r\nMETHOD:\r\n"
    ):
        raise ValueError("ics_method must equal the METHOD inside ics (RFC 6047 §2.4).")
    message = _Message(policy=_Folding(linesep="\r\n"))
    message["From"] = _address(sender)
    message["To"] = _address(recipient)
    message["Subject"] = _unencoded(subject)
    message["Date"] = date or datetime.now(UTC)
    message["Message-ID"] = _ids(message_id)
    if in_reply_to:
        message["In-Reply-To"] = _ids(in_reply_to)
    if references or in_reply_to:
        message["References"] = _ids(references or in_reply_to)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no holiday notices, please
    for name, value in (headers or {}).items():
        if not _HEADER_NAME.fullmatch(name) or name in message:
            raise ValueError(f"Not a header to add: {name!r}")
        message[name] = _unencoded(value)
    _fill(message, text=text, html=html, ics=ics.encode(), ics_method=ics_method)
    return message


def _fill(message: EmailMessage, *, text: str, html: str, ics: bytes, ics_method: str) -> None:
    message.set_content(text, cte="quoted-printable")
    if html:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    if not ics:
        return
    # Last, base64 and without Content-Disposition, else some clients show no buttons; once more
    # as an attachment, for those that look only there.
    message.add_alternative(
        ics,
        maintype="text",
        subtype="calendar",
        cte="base64",
        params={"charset": "UTF-8", "method": ics_method},
    )
    message.add_attachment(
        ics,
        maintype="application",
        subtype="ics",
        filename="invite.ics",
        params={"name": "invite.ics"},
    )


def _address(mailbox: Mailbox) -> Address:
    name, email = mailbox
    local, _, domain = email.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(f"Not an e-mail address: {email!r}") from error
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"Not an e-mail address: {email!r}")
    return Address(_unencoded(name), local, domain)


def _ids(text: str) -> str:
    ids = text.split()
    if not ids or not all(_MESSAGE_ID.fullmatch(each) for each in ids):
        raise ValueError(f"Not message ids (RFC 5322 §3.6.4): {text!r}")
    return " ".join(ids)


def _mailbox(address: Address, header: str) -> str:
    if address.display_name.isascii():
        return formataddr((address.display_name, address.addr_spec))
    # Word by word, since Python's own parser puts a blank between two encoded words of a name.
    words = (
        " ".join(group) if is_atom else _encoded(" ".join(group), header)
        for is_atom, group in groupby(address.display_name.split(" "), key=_is_atom)
    )
    return f"{' '.join(words)} <{address.addr_spec}>"


def _encoded(text: str, header: str) -> str:
    """Encoded words (RFC 2047), the first one short enough to follow the header's name."""
    return Header(text, "utf-8", header_name=header).encode(linesep="")


def _is_atom(word: str) -> bool:
    return _ATOM.fullmatch(word) is not None


def _unencoded(text: str) -> str:
    """One line without encoded words, which Python decodes on assignment, CR and LF included."""
    return one_line(text).replace("=?", "= ?")
