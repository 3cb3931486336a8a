"""Whether a meeting has those it cannot do without. Pure: plain values in, a verdict out."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    MET = "met"  # somebody has said yes
    OPEN = "open"  # it may still be
    LOST = "lost"  # everybody asked has said no


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One place at the meeting: who is expected there, what they answered, and who stands in."""

    key: int
    answer: str  # an iCalendar PARTSTAT, in small letters
    is_required: bool = True
    either_of: str = ""
    stands_in_for: int | None = None


@dataclass(frozen=True, kw_only=True)
class Need:
    """Somebody needed, or several of whom one is enough (`either_of`)."""

    either_of: str
    seats: tuple[int, ...]
    standing: Standing


@dataclass(frozen=True)
class Quorum:
    needs: tuple[Need, ...]

    @property
    def standing(self) -> Standing:
        standings = {need.standing for need in self.needs}
        if Standing.LOST in standings:
            return Standing.LOST
        return Standing.OPEN if Standing.OPEN in standings else Standing.MET

    def need_of(self, key: int) -> Need | None:
        """What depends on this seat, or on whom it stands in for."""
        return next((need for need in self.needs if key in need.seats), None)


def quorum(seats: Iterable[Seat]) -> Quorum:
    """The needs of a meeting, in the order of its seats.

    Those sharing a word make one need; who stands in belongs to the need of whom they stand in
    for. A delegated answer counts as yes: somebody comes.
    """
    seats = list(seats)
    by_key = {seat.key: seat for seat in seats}
    grouped: dict[tuple[str, int], list[Seat]] = {}
    for seat in seats:
        head = _head(seat, by_key)
        if head.either_of:
            grouped.setdefault((head.either_of, 0), []).append(seat)
        elif head.is_required:
            # Of whoever was taken off, the place remains with all who stand in for them.
            gone = head.stands_in_for if head.stands_in_for not in by_key else None
            place = head.key if gone is None else gone
            grouped.setdefault(("", place), []).append(seat)
    return Quorum(
        tuple(
            Need(
                either_of=word,
                seats=tuple(seat.key for seat in members),
                standing=_standing(member.answer for member in members),
            )
            for (word, _key), members in grouped.items()
        )
    )


def _head(seat: Seat, by_key: dict[int, Seat]) -> Seat:
    """Whose place it is in the end, among those expected."""
    seen = {seat.key}
    while seat.stands_in_for in by_key and seat.stands_in_for not in seen:
        seat = by_key[seat.stands_in_for]
        seen.add(seat.key)
    return seat


def _standing(answers: Iterable[str]) -> Standing:
    answers = set(answers)
    if answers & {"accepted", "delegated"}:
        return Standing.MET
    return Standing.LOST if answers == {"declined"} else Standing.OPEN
