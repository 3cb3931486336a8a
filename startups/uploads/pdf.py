"""Whether a PDF is one, and does nothing by itself.

A scan of names, no reader of the format: what cannot be looked into is refused, not guessed at.
"""

import re
import zlib

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?%PDF-")
HEADER = re.compile(rb"%PDF-[12]\.\d")
BLANK = b"\0\t\n\x0c\r "
# Each runs something, or carries another file, when the document is opened or clicked.
ACTIVE = (
    "JavaScript",
    "Launch",
    "Rendition",
    "RichMedia",
    "ImportData",
    "SubmitForm",
    "GoToE",
    "EmbeddedFile",
    "EmbeddedFiles",
    "FileAttachment",
    "XFA",
)
# Objects packed together, names included; none is near this large in a real document.
MAX_PACKED = 8_000_000
MAX_PACKED_TOGETHER = 64_000_000
END_OF_A_ZIP = b"PK\x05\x06"
END = b"%%EOF"
# What old programs and servers leave after the end: a mark, or one line that is no markup.
LEFT_BEHIND = re.compile(
    rb"[\0\t\n\f\r ]*(?:[\r\n](?:<!--[^<>]{0,200}-->|[\t\x20-;=?-~]{1,100}))?[\0\t\n\f\r \x1a]*"
)


def _name(*words: str) -> re.Pattern[bytes]:
    """These names, each character as itself or hex-escaped (ISO 32000-1 §7.3.5)."""
    spelled = "|".join(
        "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in word) for word in words
    )
    return re.compile(rf"/(?:{spelled})(?=[\0\t\n\f\r ()<>\[\]{{}}/%]|$)".encode())


ACTIVE_NAME = _name(*ACTIVE)
ENCRYPT_NAME = _name("Encrypt")
PACKED_NAME = _name("ObjStm")
# How packed objects begin wherever they are written by a real program. One plain filter or none,
# no string, no comment: nothing that readers could take for another beginning than we do.
PACKED_BEGINNING = re.compile(
    rb"""<<(?:\s*+/(?:
        Type\s*+/ObjStm
        | (?:N|First|Length|Extends)\s*+\d{1,10}(?:\s++\d{1,5}\s++R)?+
        | (?P<filter>Filter)\s*+(?:/FlateDecode|\[\s*+/FlateDecode\s*+\])
        | DecodeParms\s*+(?:null|\[\s*+null\s*+\])
    ))++\s*+>>\s*+stream[ \t]*+(?:\r\n|\n|\r)""",
    re.VERBOSE,
)
LONGEST_BEGINNING = 1000


def clean(data: bytes) -> bytes:
    """The document as it was sent, but for a byte order mark before it or a line left after it.

    Refuses, with a ValidationError, what is no PDF, is protected, or acts by itself.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    end = data.rfind(END, -1024) + len(END)
    left_behind = data[end:]
    if end >= len(END) and left_behind.strip(BLANK) and LEFT_BEHIND.fullmatch(left_behind):
        data = data[:end] + b"\n"
    ensure_harmless(data)
    return data


def ensure_harmless(data: bytes) -> None:
    """Refuse, with a ValidationError, what is no PDF, is protected, or acts by itself."""
    if not HEADER.match(data) or not _is_whole(data):
        raise _unreadable()
    if ENCRYPT_NAME.search(data):
        message = _(
            "This PDF is protected: nobody could read it here. Save it without password and "
            "without restrictions, for example by printing it to a new PDF."
        )
        raise ValidationError(message, code="encrypted")
    if ACTIVE_NAME.search(data) or _hides_something_active(data):
        message = _(
            "This PDF contains a program, a form or another file. Print it to a new PDF and send "
            "that one."
        )
        raise ValidationError(message, code="active")


def _is_whole(data: bytes) -> bool:
    """Its end is there, and nothing comes after it: neither junk nor a second file."""
    end = data.rstrip(BLANK)
    return end.endswith(END) and b"startxref" in end[-2048:] and END_OF_A_ZIP not in end[-70_000:]


def _hides_something_active(data: bytes) -> bool:
    """Since PDF 1.5 most objects are packed and deflated, where a plain scan does not see them."""
    left = MAX_PACKED_TOGETHER
    for name in PACKED_NAME.finditer(data):
        opening = data.rfind(b"<<", max(0, name.start() - LONGEST_BEGINNING), name.start())
        beginning = PACKED_BEGINNING.match(data, opening) if opening >= 0 else None
        if beginning is None or beginning.end() < name.end():
            raise _unreadable()
        if beginning["filter"] is None:
            continue  # in the open: seen by the plain scan
        unpacked = _inflated(data, beginning.end(), min(left, MAX_PACKED))
        left -= len(unpacked)
        if ACTIVE_NAME.search(unpacked):
            return True
    return False


def _inflated(data: bytes, start: int, limit: int) -> bytes:
    packed = zlib.decompressobj()
    try:
        # A view: the rest of the document is not copied for each of its streams.
        unpacked = packed.decompress(memoryview(data)[start:], limit + 1)
    except zlib.error as error:
        raise _unreadable() from error
    if len(unpacked) > limit or not packed.eof:
        raise _unreadable()
    return unpacked


def _unreadable() -> ValidationError:
    message = _("This file cannot be read as a PDF. Open it, print it to a new PDF and send that.")
    return ValidationError(message, code="content")
