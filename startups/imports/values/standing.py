"""What a list says was decided."""

import re
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from pavilion.core.text import sort_key
from startups.imports.cells import in_line
from startups.imports.reading import Cell
from startups.imports.values.words import Unclean, Words, labels
from startups.models import Application, Decision


@dataclass(frozen=True)
class Standing:
    """What a list says was decided: an outcome to prepare, or a status it tells again."""

    outcome: str = ""
    rank: int | None = None
    status: str = ""


_SELECTED = re.compile(
    r"(retenue?s?|selectionnee?s?|acceptee?s?|admise?s?|laureate?s?|selected|accepted|oui|yes)"
)
_REJECTED = re.compile(
    r"(refusee?s?|rejetee?s?|ecartee?s?|(?:non|pas) (?:retenue?s?|selectionnee?s?|acceptee?s?)"
    r"|rejected|refused|not selected|non)"
)
_WAITING = re.compile(
    r"(?:(?:sur |on )?(?:la |the )?liste (?:d attente|complementaire)|en liste d attente|la"
    r"|(?:on )?(?:the )?waiting list|wait ?listed|suppleante?s?|waitlist)"
    r"(?: (?:n|no|numero|rang|rank|position))?(?: (\d{1,3}))?"
)
_UNDECIDED = re.compile(
    r"(soumise?|deposee?|recue?|candidate|submitted|received|a etudier|en cours.*|a l etude"
    r"|nouvelle|nouveau|new|a examiner|complete?|complet|under review|instruction|en instruction)"
)


def standing(cell: Cell, words: Words) -> Standing | None:
    key = sort_key(in_line(cell))
    if status := _status_words().get(key):
        if status in (Application.Status.SUBMITTED, Application.Status.DRAFT):
            return None
        is_outcome = status in Decision.Outcome.values
        return Standing(outcome=status) if is_outcome else Standing(status=status)
    if _UNDECIDED.fullmatch(key):
        return None
    if _SELECTED.fullmatch(key):
        return Standing(outcome="selected")
    if _REJECTED.fullmatch(key):
        return Standing(outcome="rejected")
    if found := _WAITING.fullmatch(key):
        return Standing(outcome="waitlisted", rank=int(found[1]) if found[1] else None)
    raise Unclean(
        _(
            "no such status. Write “selected”, “waiting list” or “not selected”, or leave "
            "the cell empty."
        )
    )


@cache
def _status_words() -> dict[str, str]:
    """As pages and exports say them, in either language."""
    return labels(Application.Status.choices, sort_key) | labels(Decision.Outcome.choices, sort_key)


def rank(cell: Cell, words: Words) -> int:
    found = re.findall(r"\d+", in_line(cell))
    # “3e”, “n° 3”; neither “2,5” nor “3/20”.
    if len(found) != 1 or len(found[0]) > 4 or not int(found[0]):
        raise Unclean(_("a rank is a whole number from 1. Write the number alone."))
    return int(found[0])
