"""Rows of the grid as HTML.

Not a template: there are thousands of bars, and the engine took four fifths of the page's time.
Everything that comes from a person goes through `escape`.
"""

from collections.abc import Mapping

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from startups.floor.board.drawing import DrawnArea, DrawnPiece, DrawnRow


class Rows:
    """`words`: what is said of cells that nobody has, and where an exhibitor's page is."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.hole = f'<div role="gridcell" class="hole"><i>{escape(words["free"])}</i></div>'
        self.held = escape(words["held"])
        self.address = escape(words["stay_url"])

    def area(self, area: DrawnArea) -> SafeString:
        return mark_safe("".join(map(self.row, area.rows)))  # noqa: S308 - rows are safe

    def row(self, row: DrawnRow) -> SafeString:
        equipment = escape(row.equipment)
        pieces = "".join(map(self._piece, row.pieces))
        return mark_safe(  # noqa: S308 - every value is escaped above or a number
            f'<div role="row" class="board-row {row.css}" data-s="{row.pk}" '
            f'data-r="{escape(row.region)}" data-has="{escape(row.has)}">'
            f'<div role="rowheader" class="stand" title="{equipment}"><b>{escape(row.number)}</b>'
            f"<small>{equipment}</small></div>{pieces}</div>"
        )

    def _piece(self, piece: DrawnPiece) -> str:
        if piece.who is not None:
            key = piece.who.pk
            return (
                f'<div role="gridcell" class="{piece.css}" aria-colspan="{piece.span}" '
                f'data-x="{key}" title="{escape(piece.title)}">'
                f'<a href="{self.address}{key}/">{escape(piece.who.name)}</a>'
                f"<small>{escape(piece.under)}</small></div>"
            )
        if piece.note is None:
            return self.hole
        return (
            f'<div role="gridcell" class="{piece.css}" aria-colspan="{piece.span}">'
            f"<span>{self.held}</span><small>{escape(piece.note)}</small></div>"
        )
