"""Text, within what the column holds."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from startups.imports.cells import in_line, written
from startups.imports.reading import Cell
from startups.imports.values.words import Unclean, Words


def line(most: int) -> Callable[[Cell, Words], str]:
    def cleaned(cell: Cell, words: Words) -> str:
        return _within(in_line(cell), most)

    return cleaned


def paragraphs(most: int) -> Callable[[Cell, Words], str]:
    def cleaned(cell: Cell, words: Words) -> str:
        return _within(written(cell).replace("\r\n", "\n").replace("\r", "\n"), most)

    return cleaned


def _within(text: str, most: int) -> str:
    if len(text) > most:
        raise Unclean(
            _("%(count)s characters, %(most)s at most. Shorten the text.")
            % {"count": len(text), "most": most}
        )
    return text
