"""What a cell means, once its column is known: the value an application holds, or why it cannot.

Each reason is a sentence for whoever keeps the list: what is wrong, and how to mend it.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from startups.imports.cells import in_line, says_nothing
from startups.imports.reading import Broken, Cell
from startups.imports.values import (
    addresses,
    choices,
    companies,
    days,
    numbers,
    plain,
    standing,
)
from startups.imports.values.standing import Standing
from startups.imports.values.words import Unclean, Words
from startups.models import Theme

__all__ = ["Standing", "Unclean", "Words", "clean", "read_words"]


def read_words() -> Words:
    return Words(themes=choices.theme_words(Theme.objects.order_by("position", "pk")))


def clean(name: str, cell: Cell, words: Words) -> Any:
    """The value of one field. None: the cell says nothing, and changes nothing."""
    if isinstance(cell, Broken):
        if cell.is_error:
            raise Unclean(
                _("the cell shows an error. Mend the formula or type the value in its place.")
            )
        raise Unclean(
            _(
                "the cell holds a formula whose result was not saved. Open the file in your "
                "spreadsheet program, save it and send it again, or type the value in its place."
            )
        )
    text = in_line(cell)
    if not text or says_nothing(text):
        return None
    if "\ufffd" in text:
        raise Unclean(_("letters of this cell are lost (“�”). Type them again."))
    return _CLEANERS[name](cell, words)


_CLEANERS: dict[str, Callable[[Cell, Words], Any]] = {
    "legal_name": plain.line(200),
    "display_name": plain.line(40),
    "siret": companies.siret,
    "siren": companies.siren,
    "founded_on": days.founded,
    "headcount_band": numbers.headcount,
    "revenue": numbers.money,
    "address": plain.line(200),
    "postcode": addresses.postcode,
    "city": plain.line(100),
    "founders": numbers.founders,
    "women_founders": numbers.founders,
    "has_exhibited": numbers.yes_no,
    "theme": choices.theme,
    "trl": numbers.readiness,
    "pitch_fr": plain.paragraphs(300),
    "pitch_en": plain.paragraphs(300),
    "website": addresses.website,
    "contact_name": plain.line(150),
    "contact_first_name": plain.line(75),
    "contact_last_name": plain.line(75),
    "contact_role": plain.line(100),
    "contact_email": addresses.email,
    "contact_phone": addresses.phone,
    "language": choices.language,
    "power_watts": numbers.watts,
    "needs_screen": numbers.yes_no,
    "needs_wired_network": numbers.yes_no,
    "needs_storage": numbers.yes_no,
    "needs_water": numbers.yes_no,
    "heavy_load": numbers.load,
    "needs_accessible_stand": numbers.yes_no,
    "wifi_network": plain.line(32),
    "technical_notes": plain.paragraphs(1000),
    "standing": standing.standing,
    "waiting_rank": standing.rank,
    "decision_reason": plain.paragraphs(2000),
}
