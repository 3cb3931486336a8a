"""Octets of a message -> its headers and parts (RFC 5322, RFC 2045). Nothing raises, ever.

The standard library's parser is not used: it recurses into whatever is nested, and takes minutes
for what somebody made on purpose.
"""

import binascii
import codecs
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from urllib.parse import unquote_to_bytes

MOST_PARTS = 50
DEEPEST = 10
# As much of a message's head as is read, in octets and in lines.
LONGEST_HEAD = 200_000
MOST_HEADERS = 1000
LONGEST_VALUE = 4000

Headers = tuple[tuple[str, str], ...]

_HEADER = re.compile(r"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_END_OF_HEAD = re.compile(rb"\n\r*\n")
_PARAMETER = re.compile(r';\s*([\w*.-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s"]*)', re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CHARSET = re.compile(
    r"utf-?(8|16(le|be)?)|us-ascii|ascii|iso-?8859-\d+|(windows-|cp)\d+|latin-?\d|koi8-[ru]|big5"
    r"|gb(2312|k|18030)|shift_jis|euc-(jp|kr)|iso-2022-jp|mac-?roman|macintosh",
    re.IGNORECASE,
)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass(frozen=True)
class Part:
    """One leaf. `is_enclosed` when it belongs to a message within the message."""

    headers: Headers
    body: bytes = field(repr=False)
    is_enclosed: bool = False

    @property
    def kind(self) -> str:
        return content_type(self.headers)[0]

    @property
    def parameters(self) -> Mapping[str, str]:
        return content_type(self.headers)[1]

    @property
    def file_name(self) -> str:
        disposition = parameters(first(self.headers, "content-disposition"))
        return words(disposition.get("filename", "") or self.parameters.get("name", ""))

    @property
    def octets(self) -> bytes:
        """As they were before the mail encoded them; damaged ones as far as they go."""
        how = first(self.headers, "content-transfer-encoding").strip().lower()
        if how == "base64":
            return _base64(self.body)
        return quopri.decodestring(self.body) if how == "quoted-printable" else self.body

    @property
    def text(self) -> str:
        return as_text(self.octets, self.parameters.get("charset", ""))


@dataclass(frozen=True)
class Message:
    """`is_cut` when it had more parts, or deeper ones, than are read."""

    headers: Headers
    parts: tuple[Part, ...]
    # The heads of messages within the message.
    enclosed: tuple[Headers, ...] = ()
    is_cut: bool = False


def read(octets: bytes) -> Message:
    headers, body = split(octets)
    parts: list[Part] = []
    heads: list[Headers] = []
    is_cut = False
    # What is left to look at, last first: a stack, since nesting may be hostile.
    left = [(headers, body, 0, False)]
    while left:
        head, content, depth, is_enclosed = left.pop()
        inside = _inside(head, content)
        if inside is None:
            if len(parts) == MOST_PARTS:
                return Message(headers, tuple(parts), tuple(heads), is_cut=True)
            parts.append(Part(head, content, is_enclosed))
        elif depth == DEEPEST:
            is_cut = True
        else:
            pieces, encloses = inside
            is_cut = is_cut or len(pieces) > MOST_PARTS
            for piece in reversed(pieces[:MOST_PARTS]):
                inner_head, inner_body = split(piece)
                left.append((inner_head, inner_body, depth + 1, is_enclosed or encloses))
                heads += [inner_head] if encloses else []
    return Message(headers, tuple(parts), tuple(heads), is_cut)


def split(octets: bytes) -> tuple[Headers, bytes]:
    """The head's fields, their names in small letters, and the rest."""
    if octets[:1] in (b"\n", b"\r"):
        return (), octets.lstrip(b"\r\n")
    end = _END_OF_HEAD.search(octets)
    head = octets[: end.start()] if end else octets
    body = octets[end.end() :] if end else b""
    text = head[:LONGEST_HEAD].decode("utf-8", "surrogateescape")
    fields = []
    for line in re.split(r"\r?\n(?![ \t])|\r(?![\n \t])", text)[:MOST_HEADERS]:
        if found := _HEADER.fullmatch(line[:LONGEST_VALUE]):
            fields.append((found[1].lower(), _unfolded(found[2])))
    return tuple(fields), body


def first(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key == name), "")


def every(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key == name]


def content_type(headers: Headers) -> tuple[str, Mapping[str, str]]:
    value = first(headers, "content-type")
    kind = value.partition(";")[0].strip().lower()
    return kind if "/" in kind else "text/plain", parameters(value)


def parameters(value: str) -> dict[str, str]:
    """By name in small letters; those in pieces or with a charset (RFC 2231) as plain text."""
    found: dict[str, str] = {}
    for name, text in _PARAMETER.findall(value):
        text = re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] == '"' else text
        name, star, rest = name.lower().partition("*")
        if star and (not rest or rest.endswith("*")):
            text = as_text(unquote_to_bytes(text.rpartition("'")[2]), text.partition("'")[0])
        found[name] = found[name] + text if rest and name in found else found.get(name, text)
    return found


def words(value: str) -> str:
    """A header as people read it: encoded words decoded, one line, nothing unprintable."""
    try:
        pieces = decode_header(value) if "=?" in value else [(value, None)]
    except (HeaderParseError, ValueError, binascii.Error):
        pieces = [(value, None)]
    text = "".join(
        piece if isinstance(piece, str) else as_text(piece, charset or "")
        for piece, charset in pieces
    )
    return " ".join(clean(text).split())


def as_text(octets: bytes, charset: str) -> str:
    """In the charset it says, in UTF-8, or in the one that takes everything."""
    wanted = charset if _CHARSET.fullmatch(charset) else "utf-8"
    for name in (wanted, "utf-8"):
        try:
            return clean(codecs.decode(octets, name))
        except (UnicodeError, LookupError):
            continue
    return clean(octets.decode("latin-1"))


def clean(text: str) -> str:
    """Without what no database or page takes: NUL, other controls, halves of characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _unfolded(value: str) -> str:
    return re.sub(r"[\r\n]+[ \t]*", " ", value).strip()


def _inside(headers: Headers, body: bytes) -> tuple[list[bytes], bool] | None:
    """The pieces of a multipart or of an enclosed message; None for a leaf."""
    kind, named = content_type(headers)
    if kind == "message/rfc822":
        return [body.lstrip(b"\r\n")], True
    boundary = named.get("boundary", "")
    if not kind.startswith("multipart/") or not boundary or len(boundary) > 200:
        return None
    pieces = list(_between(body, boundary.encode("utf-8", "surrogateescape")))
    return (pieces, False) if pieces else None


def _between(body: bytes, boundary: bytes) -> Iterator[bytes]:
    line = re.compile(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    start = None
    for number, found in enumerate(line.finditer(body)):
        if start is not None:
            # A blank line, or a first header: RFC 2046 §5.1.1 has the break before it belong here.
            yield re.sub(rb"\A\r?\n", b"", body[start : found.start()])
        start = found.end()
        if found[1] or number > MOST_PARTS:
            return
    if start is not None:
        yield re.sub(rb"\A\r?\n", b"", body[start:])


def _base64(body: bytes) -> bytes:
    octets = _NOT_BASE64.sub(b"", body)
    # What a damaged end leaves over decodes to nothing.
    octets = octets[: len(octets) - (len(octets) % 4 == 1)]
    return binascii.a2b_base64(octets + b"=" * (-len(octets) % 4))
