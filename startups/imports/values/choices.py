"""Words out of a list: themes and languages."""

import re
from typing import Any

from django.utils.translation import gettext as _

from pavilion.core.text import fold, sort_key
from startups.imports.cells import in_line
from startups.imports.reading import Cell
from startups.imports.values.words import Unclean, Words
from startups.models import Theme

_THEME_SYNONYMS = {
    "ai": ("ia", "machine learning", "deep learning", "genai", "ia generative"),
    "greentech": ("green tech", "transition ecologique", "environnement", "ecologie"),
    "health": ("sante", "e sante", "esante", "medtech", "biotech", "healthtech", "health"),
    "mobility": ("mobilite", "mobilites", "transport", "transports", "mobility"),
    "cyber": ("cybersecurite", "cyber securite", "securite numerique", "security"),
    "cleantech": ("clean tech", "energie", "energies", "energy"),
    "tourism": ("tourisme", "etourisme", "e tourisme", "tourism"),
    "data": ("donnees", "big data", "donnee"),
    "digital_twin": ("jumeau numerique", "smart city", "territoire intelligent"),
    "govtech": ("civictech", "service public", "services publics"),
}


def theme_words(themes: Any) -> dict[str, Theme]:
    """Every way a theme may be written, folded; what two themes share means neither."""
    words: dict[str, Theme] = {}
    known = list(themes)
    for theme in known:
        for name in (theme.name_fr, theme.name_en):
            for part in name.split("/"):
                words.setdefault(sort_key(part), theme)
        for synonym in _THEME_SYNONYMS.get(theme.code, ()):
            words.setdefault(sort_key(synonym), theme)
    for theme in known:  # the very name or code goes before any synonym
        words |= {sort_key(each): theme for each in (theme.code, theme.name_fr, theme.name_en)}
    return words


def theme(cell: Cell, words: Words) -> Theme:
    text = in_line(cell)
    if theme := words.themes.get(sort_key(text)):
        return theme
    named = {words.themes.get(sort_key(part)) for part in re.split(r"[,;/|+&]| et | and ", text)}
    found = {theme for theme in named if theme}
    if len(found) == 1 and None not in named:
        return found.pop()
    if len(found) > 1:
        raise Unclean(_("this names several themes. Keep the main one."))
    known = dict.fromkeys(str(theme) for theme in words.themes.values())
    raise Unclean(
        _("no such theme. Write one of these: %(themes)s.") % {"themes": " · ".join(known)}
    )


_LANGUAGES = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en"}
_LANGUAGES |= {"english": "en", "fra": "fr", "eng": "en"}


def language(cell: Cell, words: Words) -> str:
    language = _LANGUAGES.get(fold(in_line(cell)))
    if language is None:
        raise Unclean(_("the language is French or English. Write “fr” or “en”."))
    return language
