"""What every cleaner shares: its refusal, and the words that cells refer to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from startups.models import Theme


class Unclean(Exception):
    """A sentence: why this cell cannot come in, and how to mend it."""


@dataclass
class Words:
    """What cells refer to, from the database or their heading; read once for a whole list."""

    themes: Mapping[str, Theme] = field(default_factory=dict)
    # How many euros one is in the column of amounts.
    multiple: int = 1


def labels(choices: Iterable[tuple[Any, Any]], key: Callable[[str], str]) -> dict[str, str]:
    """Codes by themselves and by their labels in every language, as `key` writes them."""
    known: dict[str, str] = {}
    for code, label in choices:
        known[key(str(code))] = str(code)
        for language in ("fr", "en"):
            with translation.override(language):
                known[key(str(label))] = str(code)
    return known
