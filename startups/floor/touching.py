"""What a change of the plan touches beyond it: told by whoever knows, asked by the board.

Meetings and visits are above this app and are never imported here: they register themselves.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from pavilion.core.models import User


@dataclass(frozen=True)
class Span:
    """A stand whose occupant changes, from when to when."""

    stand_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Touched:
    """One thing that happens at such a stand at that time, and where to read it."""

    stand_id: int
    starts_at: datetime
    sentence: str
    url: str


# Tells what of it the user may see; None asks for the system itself.
Provider = Callable[[User | None, Collection[Span]], list[Touched]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def touched(user: User | None, spans: Collection[Span]) -> list[Touched]:
    """In the order of time. As many queries as the providers need, whatever the spans."""
    if not spans:
        return []
    found = [each for provider in _providers for each in provider(user, spans)]
    return sorted(found, key=lambda each: (each.starts_at, each.stand_id, each.sentence))
