"""Names and words compared as people compare them, the same on every database."""

import re
import unicodedata

# Letters that Unicode does not take apart, and what is typed for them.
_SPELT_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss", "’": "'", "\u2010": "-"})
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Small letters without accents, for searching: "Énergie" and "energie" are one.

    Databases disagree on accents and on capitals outside ASCII; a stored fold ends the matter.
    """
    apart = unicodedata.normalize("NFKD", text).lower().translate(_SPELT_OUT)
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())


def sort_key(name: str) -> str:
    """The words of a name, folded: collations disagree on punctuation too."""
    return " ".join(_WORD.findall(fold(name)))
