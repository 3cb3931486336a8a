"""Who comes first: the order of names and the order of speeches, as plain values.

Decree no. 89-655 of 13 September 1989, by analogy: it governs public ceremonies, and a meeting at a
fair is not always one. So a place given by hand, with its reason, always prevails.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

T = TypeVar("T")

# Of those who neither hold nor represent an office that has a rank.
UNRANKED = 100_000


@dataclass(frozen=True, kw_only=True)
class Place:
    """What decides on somebody's place.

    `position` is the seat given by hand, the first being 1; 0 lets the rest decide. `rank` is that
    of the office they hold, or of the one they represent where ranks are delegated (articles 13 and
    14): smallest first. Of one rank, the oldest mandate (`since`), then the name.
    """

    name: str
    position: int = 0
    rank: int = UNRANKED
    since: date | None = None
    # After whom they stand in for, should both come.
    is_stand_in: bool = False


def order_of_names(people: Iterable[T], place: Callable[[T], Place]) -> list[T]:
    """The first-ranked first; whoever was given a seat by hand sits there."""
    placed = [(place(each), each) for each in people]
    by_rank = sorted((row for row in placed if not row[0].position), key=lambda row: _key(row[0]))
    by_hand = sorted(
        (row for row in placed if row[0].position),
        key=lambda row: (row[0].position, _key(row[0])),
    )
    seats = [each for _place, each in by_rank]
    for given, each in by_hand:
        seats.insert(given.position - 1, each)
    return seats


def order_of_speeches(people: Iterable[T], place: Callable[[T], Place]) -> list[T]:
    """The first-ranked speaks last (article 19)."""
    return order_of_names(people, place)[::-1]


def _key(place: Place) -> tuple[int, date, bool, str]:
    return place.rank, place.since or date.max, place.is_stand_in, _plain(place.name)


def _plain(name: str) -> str:
    """For sorting: É beside E."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
