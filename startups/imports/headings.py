"""The row of headings, and the row of merged parents that may stand above it.

“Entreprise | Contact” over “Nom, SIRET, Ville, Nom, Prénom, Mail”: programs keep the text of merged
cells in the first of them, so a parent reaches to the right as far as empty cells do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from startups.imports.cells import in_line, is_empty
from startups.imports.reading import Cell, Row

# Longer texts are sentences, not headings.
LONGEST = 80


@dataclass(frozen=True)
class Heading:
    """What stands over a column; `parent` when the heading alone does not say it."""

    text: str
    parent: str = ""

    def __str__(self) -> str:
        return f"{self.parent} – {self.text}" if self.parent else self.text


def is_text(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) <= LONGEST


def read(rows: Sequence[Row], header_row: int) -> list[Heading]:
    """The headings of one row, with the parents of the row right above it."""
    found = dict(rows)
    if header_row not in found:
        return []
    return beside(found.get(header_row - 1, []), found[header_row])


def beside(above: Sequence[Cell], row: Sequence[Cell]) -> list[Heading]:
    names = [in_line(cell) for cell in row]
    parents = _parents(above)
    if not parents:
        return [Heading(name) for name in names]
    width = max(len(names), len(parents))
    names += [""] * (width - len(names))
    parents += [parents[-1]] * (width - len(parents))
    own = [in_line(cell) for cell in above] + [""] * (width - len(above))
    # Over an empty heading stands the column's own, merged downwards.
    return [
        Heading(name, parent) if name else Heading(alone)
        for name, parent, alone in zip(names, parents, own, strict=True)
    ]


def _parents(above: Sequence[Cell]) -> list[str]:
    """Each column's; none where the row above is a title or holds anything but headings."""
    filled = [cell for cell in above if not is_empty(cell)]
    if len(filled) < 2 or not all(is_text(cell) for cell in filled):
        return []
    parents, last = [], ""
    for cell in above:
        last = in_line(cell) or last
        parents.append(last)
    return parents
