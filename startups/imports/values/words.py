"""What every cleaner shares: its refusal, and the words that cells refer to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from startups.models import Theme


class Unclean(Exception):
    """A sentence: why this cell cannot come in, and how to mend it."""


@dataclass
class Words:
    """What the database knows that cells refer to; read once for a whole list."""

    themes: Mapping[str, Theme] = field(default_factory=dict)
