"""Days, written in French, in English, in figures or counted by Excel."""

import re
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.text import fold
from startups.imports.cells import figures
from startups.imports.reading import Cell
from startups.imports.values.words import Unclean, Words

_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "janvier janv jan january",
        "fevrier fevr fev february feb",
        "mars mar march",
        "avril avr april apr",
        "mai may",
        "juin jun june",
        "juillet juil jul july",
        "aout aou august aug",
        "septembre sept sep september",
        "octobre oct october",
        "novembre nov november",
        "decembre dec december",
    ),
    start=1,
):
    _MONTHS |= dict.fromkeys(_names.split(), _number)

_NUMERIC_DAY = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})(?:[ T].*)?")
_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?")
_FRENCH_DAY = re.compile(
    r"(?:[a-z]+ )?(\d{1,2})(?:er|st|nd|rd|th)?[ \-]([a-z]+)\.?[ \-,]+(\d{4}|\d{2})"
)
_ENGLISH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
# Excel counts days from here, with a 29 February 1900 that never was.
_EXCEL_START = date(1899, 12, 30)


def founded(cell: Cell, words: Words) -> date:
    day = _day(cell)
    if day > timezone.localdate():
        raise Unclean(_("this day is in the future. Type the day the company was registered."))
    if day.year < 1800:
        raise Unclean(_("no company of this list is that old. Type the year with four digits."))
    return day


def _day(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = fold(figures(cell)).strip(" .")
    if isinstance(cell, int | float) or re.fullmatch(r"\d{4,6}([.,]\d+)?", text):
        return _serial_day(float(text.replace(",", ".")))
    try:
        if found := _ISO_DAY.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _NUMERIC_DAY.fullmatch(text):
            return date(_year(found[3]), int(found[2]), int(found[1]))
        if (found := _FRENCH_DAY.fullmatch(text)) and found[2] in _MONTHS:
            return date(_year(found[3]), _MONTHS[found[2]], int(found[1]))
        if (found := _ENGLISH_DAY.fullmatch(text)) and found[1] in _MONTHS:
            return date(int(found[3]), _MONTHS[found[1]], int(found[2]))
    except ValueError as error:
        raise Unclean(
            _("this day does not exist. Dates are read day first: 31/12/2024 or 31 December 2024.")
        ) from error
    raise Unclean(
        _("this is not a full date. Write day, month and year: 12/03/2021 or 12 March 2021.")
    )


def _serial_day(number: float) -> date:
    if 1800 <= number < 2200:
        raise Unclean(
            _("this is a year alone. Write day, month and year: 12/03/2021 or 12 March 2021.")
        )
    # 1927 to 2119: outside, a number is hardly a day.
    if not 10_000 <= number <= 80_000:
        raise Unclean(_("this number is not a date. Give the column the format “Date”."))
    return _EXCEL_START + timedelta(days=int(number))


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if year <= timezone.localdate().year % 100 else 1900)
