"""Rows as a spreadsheet: XLSX or CSV, that no program takes for formulas."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

StrOrPromise = Any  # gettext, lazy or not

# What spreadsheet programs take for the beginning of a formula (OWASP, "CSV injection").
_DANGEROUS = frozenset("=+-@")
_BREAKS = frozenset("\t\r\n")
# Not in any XML 1.0 document, hence in no XLSX file.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
# As many characters as a cell of Excel holds.
LONGEST = 32_767


@dataclass(frozen=True)
class Column:
    """A heading, and what a row has under it: text, a number, a date, yes or no, or nothing."""

    heading: StrOrPromise
    value: Callable[[Any], Any]
    width: int = 18


def neutral(text: str) -> str:
    """The text, led by an apostrophe where a program might calculate it.

    Also after spaces and marks without width, and in the wide forms of the signs.
    """
    for sign in text:
        if sign in _BREAKS or unicodedata.normalize("NFKC", sign) in _DANGEROUS:
            return f"'{text}"
        if not (sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc")):
            return text
    return text


def write_xlsx(
    stream: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Any]
) -> int:
    """One sheet: headings that stay in sight, real numbers and dates. Returns how many rows."""
    return write_book(stream, [(title, columns, rows)])


def write_book(
    stream: IO[bytes], sheets: Iterable[tuple[str, Sequence[Column], Iterable[Any]]]
) -> int:
    """Several such sheets, each with its title. Returns how many rows they have together."""
    book = Workbook(write_only=True)
    count = 0
    for title, columns, rows in sheets:
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or "1")
        sheet.freeze_panes = "A2"
        for number, column in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        headings = []
        for column in columns:
            cell = WriteOnlyCell(sheet, neutral(str(column.heading)))
            cell.font = Font(bold=True)
            headings.append(cell)
        sheet.append(headings)
        for row in rows:
            sheet.append([_excel(sheet, column.value(row)) for column in columns])
            count += 1
    book.save(stream)
    return count


def write_csv(stream: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> int:
    """As the spreadsheets of the reader's country open it. Returns how many rows."""
    is_french = (get_language() or "fr").startswith("fr")
    # Excel takes UTF-8 for what it is only after a byte order mark.
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", errors="replace")
    writer = csv.writer(text, delimiter=";" if is_french else ",", lineterminator="\r\n")
    writer.writerow([neutral(str(column.heading)) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_plain(column.value(row), is_french) for column in columns])
        count += 1
    text.flush()
    text.detach()
    return count


def _excel(sheet: Any, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return _yes_no(value)
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, _local(value))
        cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(value, datetime) else "dd/mm/yyyy"
        return cell
    # Written as a text, whatever it begins with: a cell of its own would guess.
    cell = WriteOnlyCell(sheet, neutral(_CONTROL.sub("", _text(value)))[:LONGEST])
    cell.data_type = "s"
    return cell


def _plain(value: Any, is_french: bool) -> str:
    if value is None or isinstance(value, bool):
        return _yes_no(value)
    if isinstance(value, int | float | Decimal):
        return str(value).replace(".", ",") if is_french else str(value)
    if isinstance(value, datetime):
        local: datetime = _local(value)
        return local.strftime("%d/%m/%Y %H:%M" if is_french else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y" if is_french else "%Y-%m-%d")
    return neutral(_text(value).replace("\x00", ""))


def _local(value: date) -> Any:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.make_naive(value, timezone.get_default_timezone())
    return value


def _yes_no(value: bool | None) -> str:
    if value is None:
        return ""
    return str(_("yes") if value else _("no"))


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
