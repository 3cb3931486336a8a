"""How many, how much, yes or no."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise

from django.utils.translation import gettext as _

from pavilion.core.text import fold
from startups.imports.cells import figures, in_line
from startups.imports.reading import Cell
from startups.imports.values.words import Unclean, Words, labels
from startups.models import Headcount

_BANDS: tuple[tuple[int, str], ...] = (
    (0, Headcount.NONE),
    (1, Headcount.FROM_1),
    (3, Headcount.FROM_3),
    (6, Headcount.FROM_6),
    (10, Headcount.FROM_10),
    (20, Headcount.FROM_20),
    (50, Headcount.FROM_50),
    (100, Headcount.FROM_100),
    (200, Headcount.FROM_200),
    (250, Headcount.FROM_250),
)


_NOBODY = re.compile(
    r"(aucun|sans|0|no|zero)( effectif)?( salaries?| employes?| employees?)?|without employees?"
)


@cache
def _band_words() -> dict[str, str]:
    """Codes but for those that are numbers of employees too, and labels in either language."""
    known = labels(Headcount.choices, fold)
    return {word: band for word, band in known.items() if not re.fullmatch(r"[1-9]\d", word)}


def headcount(cell: Cell, words: Words) -> str:
    if isinstance(cell, date | datetime):
        raise Unclean(
            _(
                "the spreadsheet took this band for a date. Give the column the format “Text” and "
                "write “3 to 5”, or write the number of employees."
            )
        )
    text = fold(figures(cell))
    # INSEE's own codes that no headcount is written like, and every label of ours.
    if band := _band_words().get(text):
        return band
    if text in ("inconnu", "unknown", "inconnue"):
        return Headcount.UNKNOWN
    if _NOBODY.fullmatch(text):
        return Headcount.NONE
    text = re.sub(
        r"\b(salaries?|employes?|employees?|personnes?|people|etp|fte|collaborateurs?|equivalents?"
        r"|temps|plein|pers)\b\.?",
        "",
        text,
    ).strip(" .()")
    if isinstance(cell, str) and re.fullmatch(r"\d{1,3}([.,\s]\d{3})+", text):
        text = re.sub(r"\D", "", text)
    numbers = [float(each.replace(",", ".")) for each in re.findall(r"\d+(?:[.,]\d+)?", text)]
    if re.fullmatch(r"\d+(?:[.,]\d+)?", text) and numbers[0] < 100_000:
        return _band_of(numbers[0])
    if len(numbers) == 2 and (band := _band_between(*numbers)):
        return band
    if len(numbers) == 1 and numbers[0] in (249, 250) and re.search(r"\+|>|plus|more|over", text):
        return Headcount.FROM_250
    raise Unclean(
        _(
            "this is neither a number of employees nor one of the bands: %(bands)s. Write the "
            "number."
        )
        % {"bands": " · ".join(str(band.label) for band in Headcount if band != "NN")}
    )


def _band_of(number: float) -> str:
    return [band for start, band in _BANDS if number >= start][-1]


def _band_between(lowest: float, highest: float) -> str:
    """Only a band that is INSEE's own: “10 to 49” would be two of them."""
    starts = [start for start, _band in _BANDS]
    ends = {start: after - 1 for start, after in pairwise(starts)}
    return _band_of(lowest) if ends.get(int(lowest)) == highest else ""


def readiness(cell: Cell, words: Words) -> int:
    text = fold(figures(cell))
    found = re.fullmatch(r"(?:trl)?\s*:?\s*(\d)(?:\s*/\s*9)?(?:[.,]0)?", text)
    if not found or found[1] == "0":
        raise Unclean(_("a TRL is one whole number from 1 to 9. Keep one number."))
    return int(found[1])


def founders(cell: Cell, words: Words) -> int:
    text = figures(cell)
    if not re.fullmatch(r"\d{1,3}([.,]0)?", text) or int(re.split(r"[.,]", text)[0]) > 50:
        raise Unclean(_("this is not a number of people from 0 to 50. Write the number alone."))
    return int(re.split(r"[.,]", text)[0])


def watts(cell: Cell, words: Words) -> int:
    found = re.fullmatch(r"([\d\s]+(?:[.,]\d+)?)\s*(kw|w|watts?)?", fold(figures(cell)))
    if found:
        number = float(_in_figures(cell, re.sub(r"\s", "", found[1])))
        watts = int(number * 1000) if found[2] == "kw" else int(number)
        if watts <= 20_000:
            return watts
    raise Unclean(_("this is not a power in watts up to 20,000. Write the number alone."))


def load(cell: Cell, words: Words) -> int:
    """What the floor has to bear: kilograms on a square metre."""
    found = re.fullmatch(r"([\d\s]+(?:[.,]\d+)?)\s*(t|kg)?(\s*/\s*m[²2])?", fold(figures(cell)))
    if found:
        number = float(_in_figures(cell, re.sub(r"\s", "", found[1])))
        load = int(number * 1000) if found[2] == "t" else int(number)
        if load <= 10_000:
            return load
    raise Unclean(_("this is not a load in kg/m² up to 10,000. Write the number alone."))


_MULTIPLES = {"": 1, "k": 1000, "m": 1_000_000, "md": 10**9}
_UNITS = (
    (r"\bmilliers?\b|\bkilo[- ]?euros?\b|\bthousands?\b|\bk ?(?:€|euros?\b|eur\b)", "k"),
    (r"€ ?k\b|\bke\b|\(k\)|\ben k\b", "k"),
    (r"\bmillions?\b|\bm ?(?:€|euros?\b|eur\b)|€ ?m\b|\(m\)|\ben m\b|\bme\b", "m"),
    (r"\bmilliards?\b|\bbillions?\b|\bmd ?(?:€|euros?\b|eur\b)", "md"),
)


def multiple_of(heading: str) -> int:
    """How many euros one is in a column headed “CA (k€)” or “CA en milliers d’euros”."""
    text = fold(heading)
    return next((_MULTIPLES[unit] for sign, unit in _UNITS if re.search(sign, text)), 1)


def money(cell: Cell, words: Words) -> Decimal:
    text = fold(figures(cell))
    own = multiple_of(text) if isinstance(cell, str) else 1
    if own == 1 and words.multiple != 1 and re.search(r"€|\beur", text):
        raise Unclean(
            _(
                "the heading says thousands or millions, and the cell euros. Write the number "
                "alone, or the unit of the heading beside it."
            )
        )
    for sign, _unit in _UNITS:
        text = re.sub(sign, "", text)
    text = re.sub(r"\bde\b|d'|euros?|eur\b|\bh\.?t\.?$|\bttc$|[\s€]", "", text)
    found = re.fullmatch(r"(\d[\d.,]*)(k|m|md|)", text)
    if found:
        try:
            own = max(own, _MULTIPLES[found[2]])
            amount = Decimal(_in_figures(cell, found[1])) * (own if own > 1 else words.multiple)
            if amount < Decimal(10) ** 12:
                return amount.quantize(Decimal("0.01"))
        except InvalidOperation:
            pass
    raise Unclean(_("this is not an amount in euros. Write the number alone: 120000."))


def _in_figures(cell: Cell, text: str) -> str:
    """A real number is what it is: signs between thousands are guessed in text alone."""
    return str(cell) if isinstance(cell, int | float) else _plain_decimal(text)


def _plain_decimal(text: str) -> str:
    """“120.000,50” and “120,000.50” alike; a lone sign before three digits parts thousands."""
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        return re.sub(r"[.,]", "", text[:decimal]) + "." + text[decimal + 1 :]
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", text):
        return re.sub(r"[.,]", "", text)
    return text.replace(",", ".")


_YES = frozenset(("oui", "yes", "o", "y", "vrai", "true", "1", "x", "ok"))
_NO = frozenset(("non", "no", "n", "faux", "false", "0"))


def yes_no(cell: Cell, words: Words) -> bool:
    text = fold(in_line(cell)).strip(".!")
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unclean(_("this is neither yes nor no. Write “yes” or “no”."))
