"""Reads one spreadsheet and prints it as JSON lines, in a process that may die of it.

    python -m startups.imports.child FILE [SHEET]

Without a sheet: one line that describes every sheet by its first rows. With one: that line for it
alone, then a line for each row that is not empty. A file that cannot be read is one line with the
reason's code. Nothing of Django, no database and no secret is within reach here.
"""

import contextlib
import json
import math
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import python_calamine
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from startups.imports import archives, broken_cells, limits, texts
from startups.imports.refusing import Refused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
# What a cell that is no plain value is written as.
Cell = Any
Row = tuple[int, list[Cell]]


def main(path: str, wanted: str | None) -> None:
    try:
        with open(path, "rb") as file:
            for line in read(file, wanted):
                print(json.dumps(line, ensure_ascii=False))  # noqa: T201  # its way of answering
    except Refused as refusal:
        print(json.dumps({"refused": refusal.code, **refusal.words}))  # noqa: T201
    except MemoryError:
        print(json.dumps({"refused": "memory"}))  # noqa: T201


def read(file: BinaryIO, wanted: str | None) -> Iterator[Any]:
    start = file.read(8)
    file.seek(0)
    if not start:
        raise Refused("empty")
    if start.startswith(_ZIP):
        parts = archives.check(file)
        kind = _kind(parts)
        yield from _workbook(file, wanted, kind)
    elif start == _OLE:
        content = file.read()
        file.seek(0)
        if any(mark in content for mark in _ENCRYPTED):
            raise Refused("locked")
        yield from _workbook(file, wanted, "xls")
    else:
        yield from _one_sheet("", _numbered(texts.rows(file.read())), wanted is not None)


def _kind(parts: list[str]) -> str:
    if any(name.startswith("xl/workbook.") for name in parts):
        return "xlsx" if "xl/workbook.xml" in parts else "xlsb"
    if "content.xml" in parts:
        return "ods"
    if any(name.startswith(("word/", "ppt/")) for name in parts):
        raise Refused("document")
    raise Refused("archive")


def _workbook(file: BinaryIO, wanted: str | None, kind: str) -> Iterator[Any]:
    file.seek(0)
    try:
        with CalamineWorkbook.from_filelike(file) as workbook:
            sheets = [
                each for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet
            ]
            if not sheets:
                raise Refused("nothing")
            if len(sheets) > limits.SHEETS:
                raise Refused("sheets")
            if wanted is not None:
                if wanted not in {each.name for each in sheets}:
                    raise Refused("gone", sheet=wanted)
                rows = _rows(file, workbook, wanted, kind)
                yield from _one_sheet(wanted, rows, True)
                return
            described = []
            most = limits.DESCRIPTION_BYTES // len(sheets)
            for each in sheets:
                rows = _rows(file, workbook, each.name, kind)
                about = _described(each.name, rows, most)
                about["is_hidden"] = each.visible != SheetVisibleEnum.Visible
                described.append(about)
            yield {"sheets": described}
    except python_calamine.PasswordError as error:
        raise Refused("locked") from error
    except python_calamine.CalamineError as error:
        raise Refused("damaged") from error


def _rows(file: BinaryIO, workbook: CalamineWorkbook, name: str, kind: str) -> Iterator[Row]:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return
    left = sheet.start[1]
    broken: broken_cells.Broken = {}
    if kind == "xlsx":
        broken = broken_cells.in_workbook(file, name)
    elif kind == "ods":
        broken = broken_cells.in_document(file, name)
    broken_rows: dict[int, list[tuple[int, str]]] = {}
    for (at, column), what in broken.items():
        broken_rows.setdefault(at, []).append((column, what))
    # Rows come from the first one of the sheet, columns from the first that is used.
    number = 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row: list[Cell] = [""] * left + [_plain(cell) for cell in cells]
        yield number, _with_broken(row, broken_rows.pop(number, []))
    for beyond in sorted(broken_rows):
        if beyond > number:
            yield beyond, _with_broken([], broken_rows[beyond])


def _with_broken(row: list[Cell], broken: list[tuple[int, str]]) -> list[Cell]:
    for column, what in broken:
        if column <= limits.COLUMNS:
            row += [""] * (column - len(row))
            if row[column - 1] == "":
                row[column - 1] = {what: True}
    return row


def _numbered(records: Iterator[list[str]]) -> Iterator[Row]:
    for number, record in enumerate(records, start=1):
        yield number, [_plain(cell) for cell in record]


def _one_sheet(name: str, rows: Iterator[Row], is_whole: bool) -> Iterator[Any]:
    if not is_whole:
        yield {"sheets": [_described(name, rows, limits.DESCRIPTION_BYTES)]}
        return
    for number, row in _used(rows):
        yield [number, row]


def _described(name: str, rows: Iterator[Row], most: int) -> dict[str, Any]:
    """A sheet by its first rows, in so many bytes at most: cells are cut first, then rows."""
    first: list[Row] = []
    count = width = 0
    for number, row in _used(rows):
        count += 1
        width = max(width, len(row))
        if len(first) < limits.FIRST_ROWS:
            first.append((number, _cut(row, limits.FIRST_CHARACTERS)))
    if _bytes(first) > most:
        first = [(number, _cut(row, limits.FIRST_CHARACTERS // 5)) for number, row in first]
    while _bytes(first) > most:
        first.pop()
    return {"name": name, "rows": count, "columns": width, "first": first, "is_hidden": False}


def _cut(row: list[Cell], most: int) -> list[Cell]:
    return [cell[:most] if isinstance(cell, str) else cell for cell in row]


def _bytes(rows: list[Row]) -> int:
    return len(json.dumps(rows))


def _used(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows that hold something, without the empty cells at their end, within the limits."""
    count = characters = 0
    for number, row in rows:
        while row and row[-1] == "":
            row.pop()
        if not row:
            continue
        count += 1
        if count > limits.ROWS:
            raise Refused("rows")
        if len(row) > limits.COLUMNS:
            raise Refused("columns", row=number)
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if characters > limits.TEXT_CHARACTERS:
            raise Refused("bomb")
        yield number, row


def _plain(cell: object) -> Cell:
    if isinstance(cell, str):
        if len(cell) > limits.CELL_CHARACTERS:
            raise Refused("cell")
        # Neither half a letter nor a zero byte goes into a database.
        return cell.replace("\0", "").encode("utf-8", "ignore").decode().strip()
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        if isinstance(cell, float) and not math.isfinite(cell):
            return ""
        return int(cell) if cell == int(cell) and abs(cell) < 1e15 else cell
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return {"date": cell.date().isoformat() if midnight else cell.isoformat(" ")}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time | timedelta):
        return str(cell)
    return ""


def _limit() -> None:
    """What kills this process is not to kill another."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  # not on every system

        for what, most in (
            (resource.RLIMIT_AS, limits.MEMORY_BYTES),
            (resource.RLIMIT_CPU, limits.CPU_SECONDS),
            (resource.RLIMIT_FSIZE, limits.OUTPUT_BYTES),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    _limit()
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
