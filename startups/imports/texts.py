"""CSV in any of the ways it is written: encodings, separators, quotes, breaks inside cells."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from startups.imports import limits
from startups.imports.refusing import Refused

SEPARATORS = (";", ",", "\t", "|")
# Single-byte encodings French lists come in, the likeliest first: Windows, old Macs, DOS.
_SINGLE_BYTE = ("cp1252", "mac_roman", "cp850")
_FRENCH = frozenset("éèêëàâäùûüôöîïçœæñáíóúÉÈÊËÀÂÄÙÛÜÔÖÎÏÇŒÆ’‘“”«»–—…€°²·№\xa0\u202f")
_MARKS = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"{\\rtf": "document",
}


def refuse_others(content: bytes) -> None:
    """Name what people send by mistake: a PDF, a picture, a web page called .xls."""
    for mark, kind in _MARKS.items():
        if content.startswith(mark):
            raise Refused(kind)
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")):
        raise Refused("page")


def decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16")
    if content.startswith(b"\xef\xbb\xbf"):
        return _strictly(content, "utf-8-sig")
    if b"\0" in content[:4000]:
        # Latin letters in two bytes: the empty ones stand all on the same side.
        sides = Counter(place % 2 for place, byte in enumerate(content[:4000]) if not byte)
        side, count = sides.most_common(1)[0]
        if count < len(content[:4000]) / 5 or sides[1 - side] > count / 10:
            raise Refused("binary")
        return _strictly(content, "utf-16-le" if side else "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return max(_guesses(content), key=_looks_french)


def _guesses(content: bytes) -> Iterator[str]:
    """Of equals the first wins."""
    for encoding in _SINGLE_BYTE:
        try:
            yield content.decode(encoding)
        except UnicodeDecodeError:
            continue


def _looks_french(text: str) -> int:
    beyond = Counter(sign for sign in text[:200_000] if sign > "\x7f")
    return sum(
        count * (3 if sign in "éèà" else 1 if sign in _FRENCH else -1)
        for sign, count in beyond.items()
    )


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("binary") from error


def rows(content: bytes) -> Iterator[list[str]]:
    """Every record, empty ones too: a spreadsheet numbers them the same."""
    refuse_others(content)
    text = decode(content)
    if text and sum(sign < " " and sign not in "\t\r\n\f\v" for sign in text[:20_000]) > 2:
        raise Refused("binary")
    csv.field_size_limit(limits.CELL_CHARACTERS * 4)
    first, _, rest = text.partition("\n")
    separator = _announced(first)
    if separator:
        text = rest
        yield []
    for number, record in enumerate(_parse(text, separator or _likeliest(text)), start=1):
        for cell in record:
            if cell.count("\n") > limits.CELL_LINES:
                raise Refused("quotes", row=number)
        yield record


def _announced(line: str) -> str:
    """Excel writes and understands a first line that says “sep=;”."""
    line = line.strip().strip('"').lower()
    return line[4:] if line.startswith("sep=") and line[4:] in SEPARATORS else ""


def _parse(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from reader
    except csv.Error as error:
        raise Refused("quotes", row=reader.line_num) from error


def _likeliest(text: str) -> str:
    """The one that cuts the first records into the same number of cells, several, most often."""
    beginning = text[:100_000]

    def order(separator: str) -> tuple[float, int]:
        widths: Counter[int] = Counter()
        try:
            for record in csv.reader(io.StringIO(beginning, newline=""), delimiter=separator):
                if record:
                    widths[len(record)] += 1
        except csv.Error:
            return (0, 0)
        wide = [(width, count) for width, count in widths.items() if width > 1]
        if not wide:
            return (0, 0)
        width, count = max(wide, key=lambda each: each[1] * each[0])
        return (count / sum(widths.values()) * min(width, 8), width)

    return max(SEPARATORS, key=order)
