"""Cells as people see them in their spreadsheet."""

import re
from datetime import date, datetime

from django.utils.translation import gettext as _

from startups.imports.reading import Broken, Cell

# What people write into a cell that has nothing to say.
_NOTHING = frozenset(
    {"-", "--", "---", "–", "—", "/", "?", ".", "n/a", "n.a.", "#n/a", "nc", "n.c."}
    | {"néant", "neant", "non renseigné", "non renseigne", "non communiqué", "à compléter"}
)
# Joiners and marks without width that copying from web pages leaves behind.
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))


def shown(cell: Cell) -> str:
    """A cell in words, for samples and sentences."""
    if isinstance(cell, Broken):
        return _("(error)") if cell.is_error else _("(formula without result)")
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return str(cell)


def shortened(cell: Cell, most: int = 60) -> str:
    text = " ".join(shown(cell).split())
    return text if len(text) <= most else text[: most - 1] + "…"


def written(cell: Cell) -> str:
    """The text of a cell, breaks inside it kept; numbers without the “.0” programs add."""
    text = "" if isinstance(cell, Broken) else shown(cell)
    text = text.translate(_INVISIBLE)
    # An apostrophe before a sign is how exports keep a text from being taken for a formula.
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\uff1d\uff0b\uff0d\uff20\t\r\n":
        text = text[1:]
    return text.strip()


def in_line(cell: Cell) -> str:
    """The same on one line."""
    return " ".join(written(cell).split())


def figures(cell: Cell) -> str:
    """The same of a number: an apostrophe before it says that it is to stay as typed."""
    return in_line(cell).lstrip("'\u2019 ")


def is_empty(cell: Cell) -> bool:
    return not isinstance(cell, Broken) and in_line(cell) == ""


def says_nothing(text: str) -> bool:
    return text.casefold() in _NOTHING


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)
