"""Rows of a list that are about no company: they are passed over, and the report says so."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from pavilion.core.text import sort_key
from startups.columns import NEEDS
from startups.imports.cells import in_line, is_empty, says_nothing
from startups.imports.lines import Line
from startups.imports.mapping import Layout
from startups.imports.reading import Broken, Cell, Row

# What tells of a company; a rank or a “no” filled down a column in advance does not.
_FILLED_IN_ADVANCE = frozenset(
    {"waiting_rank", "has_exhibited", "language", "standing"}
    | {name for name in NEEDS if name.startswith("needs_")}
)
_IDENTIFYING = ("siret", "siren", "contact_email")
_SUM = re.compile(
    r"(nombre |nb )?(sous )?(total|totaux|somme|moyenne|sum|average|subtotal|grand total)( .*)?"
)
_FIGURES = re.compile(r"[\d\s.,%€/()+-]+")


def why_passed_over(line: Line, layout: Layout, upper: Sequence[Row]) -> str:
    """Empty for a row that is to be read. `upper` holds the rows down to the headings."""
    filled = [cell for cell in line.cells if not is_empty(cell)]
    if not filled:
        return _("It holds nothing that can be seen.")
    if any(_is_same(line.cells, row) for _number, row in upper):
        return _("It repeats the headings.")
    if not any(name in line.values for name in _IDENTIFYING) and _is_sum(filled):
        return _("It sums up the list.")
    told = {name: _cell(line.cells, index) for index, name in layout.mapping.items()}
    if not any(_says(cell) for name, cell in told.items() if name not in _FILLED_IN_ADVANCE):
        return _("It holds nothing in the columns of the list.")
    return ""


def _cell(cells: Sequence[Cell], index: int) -> Cell:
    return cells[index] if index < len(cells) else ""


def _says(cell: Cell) -> bool:
    return isinstance(cell, Broken) or not (is_empty(cell) or says_nothing(in_line(cell)))


def _is_same(cells: Sequence[Cell], row: Sequence[Cell]) -> bool:
    said = _folded(cells)
    return bool(said) and said == _folded(row)


def _folded(cells: Sequence[Cell]) -> list[str]:
    words = [sort_key(in_line(cell)) for cell in cells]
    while words and not words[-1]:
        words.pop()
    return words


def _is_sum(filled: Sequence[Cell]) -> bool:
    """“Total | 12”, “Nombre total : 12”: one text and figures."""
    texts = [cell for cell in filled if isinstance(cell, str) and not _FIGURES.fullmatch(cell)]
    return len(texts) == 1 and _SUM.fullmatch(sort_key(in_line(texts[0]))) is not None
