"""The French of the interface, where a rule can tell right from wrong."""

import re
from pathlib import Path

import polib
import pytest

CATALOGUE = Path(__file__).parents[1] / "pavilion/locale/fr/LC_MESSAGES/django.po"
ENTRIES = [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]
TAG = re.compile(r"<[^>]*>")
NARROW, WIDE = "\u202f", "\u00a0"

# What must not be found in a text, its tags, entities and addresses taken out.
FAULTS = {
    "straight apostrophe": r"\w'\w",
    "straight quotes": r"\"",
    "English quotes": "[“”]",
    "three dots": r"\.\.\.",
    "space before an ellipsis": r"\s…",
    "no narrow space before ; ! ?": rf"(?<!{NARROW})[;!?]",
    "no space before a colon": rf"(?<!{WIDE}):(?=\s|$)",
    "no narrow space after «": rf"«(?!{NARROW})",
    "no narrow space before »": rf"(?<!{NARROW})»",
    "a unit parts from its number": (
        r"[\dX] (W|kg|Mo|ans?|mois|jours?)\b|\d (heures|minutes|pixels|caract|chiffres|millions|%)"
    ),
    "two spaces": r"\S[ \u00a0\u202f]{2,}\S",
    "tutoiement": r"(?i)\b(tu|te|toi|ton|ta|tes)\b",
    "capital without its accent": r"\b(Etat|Edition|Editer|Elue?|Ecran|Equipe|Evaluation|Echec)",
    "anglicism": (
        r"(?i)\b(e-?mails?|mails?|corner|website|feed|meetings?|slots?|pitchs?|start-?ups?|badger)\b"
    ),
    "another word is ours": r"(?i)\b(lien personnel|site web|marge|attribu\w+|sélectionnée?s?)\b",
    "another word is ours: jury and decisions": (
        r"(?i)\b(lecteurs?|ex æquo|révoqu\w+|caduque?s?|échues?|décisions (?:\w+ )?publiées)\b"
        r"|code d’(?!inscription)\w+ tardi"
    ),
    "another word is ours: lists": r"(?i)\b(intitulés?|feuilles? de calcul|accréditer)\b",
    "another word is ours: notice": r"(?i)\b(mentions d’information|notice de confidentialité)\b",
    "masculine for all": (
        r"(?i)\b(participants|visiteurs|délégués|élus|organisateurs|candidats|fondateurs"
        r"|administrateurs)\b(?! et )"
    ),
    "two genders in brackets": r"\w\((e|s|es|ne|trice)\)",
    "capital of the region": r"\b[Ll]a Région\b",
}


def texts(entry) -> list[str]:
    """What is translated; `make check` says what is not."""
    found = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return [text for text in found if text]


def prose(text: str) -> str:
    """Without tags, entities, addresses, and names of things in code."""
    return re.sub(r"&\w+;|https?://\S+|--\w+|%\(\w+\)[sd]", "X", TAG.sub("", text))


def is_format(entry) -> bool:
    """A date's format, in Django's letters."""
    return "format" in (entry.msgctxt or "") or re.fullmatch(r"[DlFjMNYHi ,.:]+", entry.msgid)


@pytest.mark.parametrize("fault", FAULTS)
def test_french_has_no(fault):
    pattern = re.compile(FAULTS[fault])

    assert [
        (entry.msgid, text)
        for entry in ENTRIES
        if not is_format(entry)
        for text in texts(entry)
        if pattern.search(prose(text))
    ] == []


def test_french_keeps_every_placeholder_and_tag():
    def parts(text: str) -> list[str]:
        return sorted({*re.findall(r"%\(\w+\)[sd]|%[sd]|%%", text), *TAG.findall(text)})

    changed = []
    for entry in ENTRIES:
        wanted = parts(entry.msgid_plural or entry.msgid)
        singular = parts(entry.msgid)
        for number, text in enumerate(texts(entry)):
            # A singular may say "one" without its number.
            if parts(text) != wanted and not (number == 0 and parts(text) == singular):
                changed.append((entry.msgid, text))

    assert changed == []


def test_french_begins_and_ends_as_the_english_does():
    """Pieces put together on a page keep their spaces, sentences their full stop."""

    def ends(text: str) -> tuple[bool, bool, bool]:
        return text[:1] == " ", text[-1:] == " ", text.rstrip().endswith(".")

    assert [
        (entry.msgid, text)
        for entry in ENTRIES
        if not is_format(entry) and entry.msgctxt != "between a label and its error"
        for text in texts(entry)[:1]
        if ends(text) != ends(entry.msgid) and not entry.msgid.endswith("...")
    ] == []
