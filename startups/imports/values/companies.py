"""Company numbers, as spreadsheets mangle them."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.fr import siren as siren_numbers

from startups.imports.cells import in_line
from startups.imports.reading import Cell
from startups.imports.values.words import Unclean, Words
from startups.siret import clean_siret


def siret(cell: Cell, words: Words) -> str:
    number = _long_number(cell, 14)
    # Spreadsheets drop the zeros a number begins with.
    for candidate in (number, number.zfill(14) if 11 <= len(number) < 14 else number):
        try:
            return clean_siret(candidate)
        except ValidationError as error:
            problem = error
    raise Unclean(_sentence(problem.messages[0]))


def siren(cell: Cell, words: Words) -> str:
    number = _long_number(cell, 9)
    number = number.zfill(9) if 7 <= len(number) < 9 else number
    if len(number) == 14:
        number = number[:9]
    if not siren_numbers.is_valid(number):
        raise Unclean(
            _(
                "this is not a SIREN: it has nine digits, the last of which checks the others. "
                "Compare it with the registration certificate."
            )
        )
    return number


_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")


def _long_number(cell: Cell, length: int) -> str:
    """The digits of a number that a spreadsheet may have taken for an amount."""
    text = re.sub(r"[\s'’]", "", in_line(cell))
    if short := _SCIENTIFIC.fullmatch(text):
        first, rest, power = short[1], short[2] or "", int(short[3])
        # Short of two or three digits the end may be zeros; short of more it is lost.
        if power + 1 > length or len(first + rest) < length - 2:
            raise Unclean(
                _(
                    "the spreadsheet has rounded this number: its last digits are lost. Give the "
                    "column the format “Text”, and type or paste the number again."
                )
            )
        return (first + rest).ljust(power + 1, "0")
    # "80001234500012.0" or "80001234500012,00"
    text = re.sub(r"(?<=\d{6})[.,]0{1,2}$", "", text)
    return re.sub(r"[\s.\-_/]|\u00a0", "", text)


def _sentence(message: str) -> str:
    """Our sentences follow a colon; “SIRET” keeps its capitals."""
    return message if message[1:2].isupper() else message[:1].lower() + message[1:]
