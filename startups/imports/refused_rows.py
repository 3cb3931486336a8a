"""Refused rows as a list of their own: the reason first, then every column as it was sent.

Mended and sent again it is read like the first: the column of reasons is known and left out.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from python_calamine import CalamineWorkbook

from startups.imports.cells import shown
from startups.imports.fields import REASON_HEADINGS
from startups.imports.lines import Line
from startups.imports.reading import Broken, Cell

# What spreadsheet programs take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Digits beyond these are rounded when a number is shown.
_SAFE_NUMBER = 10**11


def heading() -> str:
    """In the reader's language; both are known when the list comes back."""
    french, english = REASON_HEADINGS
    return french if _("Why the row was refused") == french else english


def workbook(headings: Sequence[str], lines: Iterable[Line]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("Rows refused"))
    sheet.append([_text(sheet, each) for each in [heading(), *headings]])
    for line in lines:
        cells = [_text(sheet, line.why)]
        for cell in line.cells:
            cells.append(_cell(sheet, cell))
        sheet.append(cells)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def as_csv(content: bytes) -> bytes:
    """The same rows for programs that read CSV: with a byte order mark, `;` and quotes."""
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        rows = book.get_sheet_by_index(0).to_python()
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_neutral(_plain(cell)) for cell in row])
    return b"\xef\xbb\xbf" + output.getvalue().encode()


def _plain(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return shown(cell) if isinstance(cell, str | bool | date | datetime) else str(cell)


def _neutral(text: str) -> str:
    """A leading apostrophe keeps a text a text; reading takes it off again."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cell(sheet: Any, cell: Cell) -> Any:
    if isinstance(cell, Broken):
        return _text(sheet, "")
    if isinstance(cell, str):
        return _text(sheet, cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= _SAFE_NUMBER:
        return _text(sheet, str(cell))
    return cell


def _text(sheet: Any, text: str) -> Any:
    """Always a text, also where it begins like a formula."""
    cell = WriteOnlyCell(sheet, value=None)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    return cell
