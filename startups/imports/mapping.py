"""Which sheet holds the list, which row its headings, and what each column means.

A proposal, from the headings and from what stands under them; whoever imports corrects it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum.fr import siren, siret

from pavilion.core.text import sort_key
from startups.imports import fields
from startups.imports.cells import digits, in_line, is_empty, shortened
from startups.imports.headings import Heading, beside, is_text, read
from startups.imports.reading import Broken, Cell, Row, Sheet
from startups.imports.values.numbers import multiple_of

SAMPLES = 3
# How sure a heading must be, and how many of its cells must look alike, to mean a field.
_EXACT, _WITHIN, _LOOKS = 100, 50, 0.6
# Too common to decide anything beside another word.
_WEAK = frozenset(
    {"entreprise", "societe", "company", "start up", "startup", "contact", "projet", "structure"}
    | {"dirigeant", "responsable", "referent", "candidat", "activite", "ca", "site", "en", "siege"}
    | {"etablissement", "organisation", "solution", "reserve", "field", "position", "lien"}
    | {"selection", "creation", "ordre", "titre", "taille", "etat"}
)
# Of two headings that mean the same field, the one that says it outright.
_PLAINER = frozenset({"decision", "resultat", "decision jury", "decision comite", "raison sociale"})


@dataclass(frozen=True)
class Layout:
    """How one sheet is read. Row 0: it has no headings. Mapping: column (from 0) to field."""

    sheet: str
    header_row: int
    mapping: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column as it is offered for mapping."""

    index: int
    letters: str
    heading: str
    samples: Sequence[str]
    why_left_out: str = ""
    # What its heading says of the amounts in it.
    unit: str = ""


def propose(sheets: Sequence[Sheet]) -> Layout:
    """The likeliest sheet and its layout."""
    layouts = [(sheet, propose_for(sheet)) for sheet in sheets if sheet.rows]

    def likelihood(each: tuple[Sheet, Layout]) -> tuple[int, int, int]:
        sheet, layout = each
        named = set(layout.mapping.values())
        return (int(not sheet.is_hidden), len(named & _TELLING) * 3 + len(named), sheet.rows)

    return max(layouts, key=likelihood)[1]


# A list of start-ups has these; one of hotels or of jurors does not.
_TELLING = frozenset({"legal_name", "display_name", "siret", "siren", "contact_email", "pitch_fr"})


def propose_for(sheet: Sheet, header_row: int | None = None) -> Layout:
    """The headings' row (unless given) and the fields."""
    if header_row is None:
        header_row = find_header_row(sheet.first)
    return Layout(sheet.name, header_row, propose_mapping(sheet.first, header_row))


def find_header_row(rows: Sequence[Row]) -> int:
    """The first of the rows that know most headings; 0 when the list begins at once."""
    best, most = 0, 0
    above: Row = (0, [])
    for number, row in rows:
        texts = [in_line(cell) for cell in row if is_text(cell)]
        score = sum(1 + (found[1] >= _EXACT) for text in texts if (found := _known(text)))
        if _is_second_line(row):
            both = beside(above[1] if above[0] == number - 1 else [], row)
            score = max(score, sum(2 for heading in both if _meaning(heading)))
        above = (number, row)
        # A title says one thing; a row of headings several, or the list has one column.
        if score > most and (len(texts) > 1 or len(row) == 1):
            best, most = number, score
    if best:
        return best
    # No word is known: the first row as wide as most, unless what stands there is a value.
    widths = [sum(not is_empty(cell) for cell in row) for _number, row in rows]
    for (number, row), width in zip(rows, widths, strict=True):
        if width * 2 >= max(widths):
            return 0 if any(_look(cell) for cell in row) else number
    return 0


def _is_second_line(row: Sequence[Cell]) -> bool:
    """Headings below merged ones: most of what stands there is known as one."""
    filled = [cell for cell in row if not is_empty(cell)]
    if not filled or not all(is_text(cell) and not _look(cell) for cell in filled):
        return False
    names = [in_line(cell) for cell in filled]
    told = [name for name in names if (fields.words(name) in _BARE or _is_exact(_known(name)))]
    return len(told) * 2 > len(names)


def propose_mapping(rows: Sequence[Row], header_row: int) -> dict[int, str]:
    """Each field once: to the column whose heading says it best, then to one that looks so."""
    names = read(rows, header_row)
    cells = _cells(rows, header_row)
    claims: list[tuple[int, int, int, str]] = []
    for index, (name, column) in enumerate(zip_longest(names, cells, fillvalue=None)):
        heading, below = name or Heading(""), column or []
        looks = _looks(below)
        said = fields.words(heading.text)
        if heading.text and said in _ANSWERS:
            continue
        known = _meaning(heading)
        if known and known[0] in _CORRECTED and looks in _CORRECTED[known[0]]:
            known = (looks, known[1])
        if known:
            claims.append((-known[1], -_recency(known[0], heading), index, known[0]))
        elif looks and (not heading.text or said not in fields.LEFT_OUT):
            claims.append((-10, 0, index, looks))
    mapping: dict[int, str] = {}
    for _score, _year, index, meant in sorted(claims):
        if meant not in mapping.values():
            mapping[index] = meant
    _settle_names(mapping, [heading.text for heading in names])
    return dict(sorted(mapping.items()))


def named(headings: Sequence[Heading]) -> list[str]:
    """Headings as people are shown them: with what stands above where they need it."""
    texts = [heading.text for heading in headings]
    return [
        str(heading)
        if texts.count(heading.text) > 1
        or (not _is_exact(_known(heading.text)) and _meaning(heading) != _known(heading.text))
        else heading.text
        for heading in headings
    ]


def columns(sheet: Sheet, header_row: int) -> list[Column]:
    """Every column that holds something, with its heading and a few of its values."""
    headings = read(sheet.first, header_row)
    names = named(headings)
    cells = _cells(sheet.first, header_row)
    found = []
    for index in range(max(len(names), len(cells))):
        heading = names[index] if index < len(names) else ""
        below = cells[index] if index < len(cells) else []
        filled = [shortened(cell) for cell in below if not is_empty(cell)]
        if heading or filled:
            why = fields.LEFT_OUT.get(fields.words(heading), "")
            samples = list(dict.fromkeys(filled))[:SAMPLES]
            unit = unit_of(headings[index]) if index < len(headings) else ""
            found.append(Column(index, letters(index), heading, samples, str(why), unit))
    return found


def unit_of(heading: Heading) -> str:
    return {
        1000: _("in thousands of euros: multiplied by 1,000"),
        10**6: _("in millions of euros: multiplied by 1,000,000"),
        10**9: _("in billions of euros: multiplied by 1,000,000,000"),
    }.get(multiple_of(str(heading)), "")


def letters(index: int) -> str:
    """A, B … Z, AA: as spreadsheets head their columns."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


# Our own column of reasons, in a file that comes back mended.
_ANSWERS = frozenset(fields.words(heading) for heading in fields.REASON_HEADINGS)
# Headings that are taken for one thing and often hold another.
_CORRECTED: Mapping[str, frozenset[str]] = {
    "siret": frozenset({"siren"}),
    "siren": frozenset({"siret"}),
    "contact_name": frozenset({"contact_email", "contact_phone"}),
    "address": frozenset({"contact_email", "website"}),
    "website": frozenset({"contact_email"}),
}


# Headings that mean something beside others, or below them.
_BARE = frozenset({"nom", "name", "noms"})
_PEOPLE = frozenset(
    {"contact", "contacts", "dirigeant", "dirigeante", "dirigeants", "referent", "interlocuteur"}
    | {"representant", "responsable", "personne", "person", "people", "ceo"}
)
_YEAR = re.compile(r"\b20\d\d\b")
_FORECAST = re.compile(r"\b(prev|budget|objectif|forecast|estim|plan)")


def _is_exact(known: tuple[str, int] | None) -> bool:
    return known is not None and known[1] >= _EXACT


def _meaning(heading: Heading) -> tuple[str, int] | None:
    """The field a heading means, with what stands above it, and how surely."""
    known = _known(heading.text)
    if not heading.parent or fields.words(heading.text) in fields.LEFT_OUT:
        return known
    above = set(fields.words(heading.parent).split())
    if fields.words(heading.text) in _BARE and above & _PEOPLE:
        known = "contact_name", _EXACT
    elif not _is_exact(known):
        own = frozenset(fields.words(heading.text).split())
        if _YEAR.fullmatch(heading.text):
            own = frozenset(fields.words(heading.parent).split())
        together = _known(f"{heading.parent} {heading.text}", own)
        known = max(known, together, key=lambda each: each[1] if each else 0)
    if known is None:
        return None
    # Of two columns “Mail” the contact's, of two “Adresse” the company's.
    if known[0].startswith("contact_"):
        return known[0], known[1] + 2 * bool(above & _PEOPLE) + ("contact" in above)
    return known[0], known[1] - 2 * bool(above & _PEOPLE)


def _recency(name: str, heading: Heading) -> int:
    """Of several years the last that is over or running."""
    text = sort_key(str(heading))
    years = [int(year) for year in _YEAR.findall(text)]
    if name not in ("revenue", "headcount_band") or not years:
        return 0
    is_past = max(years) <= timezone.localdate().year and not _FORECAST.search(text)
    return max(years) if is_past else -max(years)


def _known(heading: str, own: frozenset[str] = frozenset()) -> tuple[str, int] | None:
    """The field a heading means, and how surely; by one of its `own` words, if there are any."""
    text = fields.words(heading)
    if not text or text in fields.LEFT_OUT:
        return None
    known = fields.headings()
    if name := known.get(text):
        return name, _EXACT + (text in _PLAINER)
    said = text.split()
    if len(said) > 8:
        return None
    best: tuple[int, int, str] | None = None
    for synonym, name in known.items():
        parts = synonym.split()
        if len(parts) > len(said) or not set(parts) <= set(said) or (own and not own & set(parts)):
            continue
        # More words say more; of equals the one that comes first, as French puts it.
        rank = (0 if synonym in _WEAK else 10 * len(parts), -said.index(parts[0]), name)
        best = max(best, rank) if best else rank
    return (best[2], _WITHIN + min(best[0], 40)) if best else None


def _cells(rows: Sequence[Row], header_row: int) -> list[list[Cell]]:
    """The columns below the headings."""
    below = [row for number, row in rows if number > header_row]
    return [list(column) for column in zip_longest(*below, fillvalue="")]


def _looks(column: Sequence[Cell]) -> str:
    """What most cells of a column look like, whatever its heading."""
    filled = [cell for cell in column if not is_empty(cell)]
    if not filled:
        return ""
    found = [_look(cell) for cell in filled]
    likeliest = max(set(found), key=found.count)
    return likeliest if found.count(likeliest) / len(found) >= _LOOKS else ""


def _look(cell: Cell) -> str:
    if isinstance(cell, Broken | bool):
        return ""
    text = in_line(cell)
    return next((name for name, looks in _LOOKS_LIKE.items() if looks(text)), "")


def _is_long_number(text: str, count: int) -> bool:
    return len(digits(text)) == count and re.fullmatch(r"[\d\s.]+", text) is not None


_LOOKS_LIKE: Mapping[str, Callable[[str], bool]] = {
    "contact_email": lambda text: re.fullmatch(r"\S+@\S+\.\w+", text) is not None,
    "website": lambda text: re.match(r"(?i)(https?://|www\.)\S+$", text) is not None,
    "siret": lambda text: _is_long_number(text, 14) and siret.is_valid(digits(text)),
    "siren": lambda text: _is_long_number(text, 9) and siren.is_valid(digits(text)),
    "contact_phone": lambda text: (
        re.fullmatch(r"(\+33|0033|0)?[\s.(0)]*[1-9]([\s.-]?\d\d){4}", text) is not None
    ),
    "postcode": lambda text: re.fullmatch(r"(0[1-9]|[1-8]\d|9[0-58])\d{3}", text) is not None,
}


def _settle_names(mapping: dict[int, str], names: Sequence[str]) -> None:
    """“Nom” alone is the company’s, beside “Prénom” somebody’s."""
    meant = {name: index for index, name in mapping.items()}
    has_first_name = "contact_first_name" in meant and "contact_last_name" not in meant
    if has_first_name and "contact_name" in meant:
        index = meant["contact_name"]
        said = set(fields.words(names[index]).split()) if index < len(names) else set()
        # “Nom du contact” beside “Prénom du contact”; “Nom et prénom” says both.
        if said & _BARE and not said & {"prenom", "prenoms", "complet", "full", "first"}:
            mapping[index] = "contact_last_name"
            return
    bare = next(
        (
            index
            for index, name in enumerate(names)
            if fields.words(name) in _BARE and index not in mapping
        ),
        None,
    )
    if bare is None:
        return
    if has_first_name:
        mapping[bare] = "contact_last_name"
    elif not meant.keys() & {"legal_name", "display_name"}:
        mapping[bare] = "legal_name"
    elif "contact_name" not in meant:
        mapping[bare] = "contact_name"
