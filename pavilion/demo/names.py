"""Invented names: first names of everyday, surnames that nobody bears."""

import unicodedata
from collections.abc import Iterator
from random import Random

from pavilion.demo.facts import load


def full_names(random: Random) -> Iterator[tuple[str, str]]:
    """First and last names without end; the pair is never the same twice."""
    words = load("names")
    surnames = [
        start + end for start in words["last_name_starts"] for end in words["last_name_ends"]
    ]
    seen: set[tuple[str, str]] = set()
    while True:
        pair = (random.choice(words["first_names"]), random.choice(surnames))
        if pair not in seen:
            seen.add(pair)
            yield pair


def plain(text: str) -> str:
    """ASCII letters for an address: "Éléonore Kerlandry" → "eleonore.kerlandry"."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    letters = decomposed.encode("ascii", "ignore").decode("ascii")
    return ".".join("".join(char if char.isalnum() else " " for char in letters).split())
