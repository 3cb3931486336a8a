"""What people typed -> iCalendar content lines that every parser reads alike (RFC 5545 §3.1)."""

import re
from urllib.parse import quote

from icalendar import Component

_NEWLINES = re.compile("\r\n|[\r\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """Printable lines; a backslash becomes a slash, since several parsers misread it."""
    text = _NEWLINES.sub("\n", text).replace("\t", " ").replace("\\", "/")
    return _CONTROLS.sub("", text).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def parameter(text: str) -> str:
    """A parameter value that needs no RFC 6868 escape: few clients know them."""
    return one_line(text.replace('"', "'").replace("^", ""))


def uri(text: str) -> str:
    return quote(one_line(text), safe=":/?#[]@!$&'()*+,;=%~")


def serialise(component: Component) -> str:
    return "".join(f"{_fold(line)}\r\n" for line in component.content_lines() if line)


def _fold(line: str) -> str:
    r"""Lines of at most 75 octets, several times faster than the package's own folding.

    Cuts neither a character nor an escape such as \n: some parsers unescape before they unfold.
    """
    octets = line.encode()
    if len(octets) <= 75:
        return line
    pieces = []
    start, end = 0, 75
    while end < len(octets):
        while octets[end] & 0xC0 == 0x80 or octets[end - 1 : end] == b"\\":
            end -= 1
        pieces.append(octets[start:end])
        start, end = end, end + 74
    return b"\r\n ".join([*pieces, octets[start:]]).decode()
