"""CSV in any of the ways it is written: encodings, separators, quotes, breaks inside cells."""

import csv
import io
import re
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
        return decode(content[3:])
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
        return _line_by_line(content)


def _line_by_line(content: bytes) -> str:
    """Not all of it is UTF-8: a single-byte list, or lines of one pasted below lines of another."""
    lines = content.splitlines(keepends=True)
    others = b"".join(line for line in lines if not _is_utf8(line))
    encoding = max(_SINGLE_BYTE, key=lambda each: _looks_french(_in_bytes(others, each)))
    return "".join(
        line.decode("ascii")
        if line.isascii()
        else max(_mixed(line, encoding), _in_bytes(line, encoding), key=_looks_french)
        for line in lines
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _in_bytes(line: bytes, encoding: str) -> str:
    """A few bytes of Windows’ own mean nothing there: they are seen as such."""
    return line.decode(encoding, "replace")


def _mixed(line: bytes, encoding: str) -> str:
    """As UTF-8, and what is none of it byte by byte."""
    text, rest = "", line
    while rest:
        try:
            return text + rest.decode("utf-8")
        except UnicodeDecodeError as error:
            text += rest[: error.start].decode("utf-8")
            text += _in_bytes(rest[error.start : error.end], encoding)
            rest = rest[error.end :]
    return text


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
    yield from _parse(text, separator or _likeliest(text), 2 if separator else 1)


def _announced(line: str) -> str:
    """Excel writes and understands a first line that says “sep=;”."""
    line = line.strip().strip('"').lower()
    return line[4:] if line.startswith("sep=") and line[4:] in SEPARATORS else ""


def _parse(text: str, separator: str, first: int) -> Iterator[list[str]]:
    """A quotation mark that is not closed would swallow rows without a word: it is refused."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=separator)
    records: list[list[str]] = []
    spread: list[tuple[int, list[str]]] = []
    widths: Counter[int] = Counter()
    end = 0
    try:
        for record in reader:
            start, end = end, reader.line_num
            if end - start > 1 or end == len(lines):
                spread.append((len(records), lines[start:end]))
            if end - start == 1 and record:
                widths[len(record)] += 1
            records.append(record)
    except csv.Error as error:
        raise Refused("quotes", row=first + len(records)) from error
    usual = widths.most_common(1)[0][0] if widths else 0
    for place, own in spread:
        if _is_swallowed(records[place], own, separator, usual):
            raise Refused("quotes", row=first + place)
    yield from records


def _is_swallowed(record: list[str], lines: list[str], separator: str, usual: int) -> bool:
    """Whether the lines of one record are more likely several rows, or one that never ends."""
    if _is_open(lines, separator):
        return True
    if len(lines) == 1:
        return False
    try:
        # After its closing mark a cell ends; where it goes on, the mark was another's.
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return True
    return any(
        cell.count("\n") > limits.CELL_LINES
        or (usual > 1 and _holds_rows(cell, column, separator, usual - 1))
        for column, cell in enumerate(record)
    )


def _is_open(lines: list[str], separator: str) -> bool:
    """Whether another line would still belong to the last cell."""
    closed = [*lines[:-1], lines[-1].rstrip("\r\n") + "\n", "end"]
    return len(list(csv.reader(closed, delimiter=separator))) == 1


def _holds_rows(cell: str, column: int, separator: str, most: int) -> bool:
    """Whether a cell’s lines hold separators as rows do, from its own column to the next one’s."""
    first, *further = re.split(r"\r\n|\r|\n", cell)
    if not further:
        return False
    if any(_separators(line, separator) >= most for line in further[:-1]):
        return True
    # The first line begins in the cell’s column, the last one ends there.
    found = _separators(first, separator), _separators(further[-1], separator)
    return any(found) and column + found[0] >= most and found[1] >= column


def _separators(line: str, separator: str) -> int:
    """Those that part cells: in prose a space or a break follows, or digits stand around."""
    if separator == "\t":
        return line.count(separator)
    pattern = r"(?<!\d),(?=\S)|,(?=[^\s\d])" if separator == "," else rf"\{separator}(?=\S)"
    found = len(re.findall(pattern, line))
    return found + line.endswith(separator) if found else 0


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
