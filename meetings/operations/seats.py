"""Who sits at a meeting in which quality: written down, and judged."""

from collections.abc import Iterable
from dataclasses import dataclass

from meetings.models import Meeting, Office, Participant, Person
from meetings.quorum import Quorum, quorum
from meetings.quorum import Seat as PureSeat
from pavilion.core.access import ensure_manages
from pavilion.core.models import User


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A person or an office to expect: required, optional, or one of those with the same word."""

    person_id: int | None = None
    office_id: int | None = None
    is_required: bool = True
    either_of: str = ""


def bring_together(meeting: Meeting, seats: Iterable[Seat], *, by: User | None) -> None:
    """Offices first, then people, each once, in the order given."""
    chosen = {(seat.person_id, seat.office_id): seat for seat in seats}
    people = Person.objects.in_bulk([seat.person_id for seat in chosen.values() if seat.person_id])
    offices = Office.objects.in_bulk([seat.office_id for seat in chosen.values() if seat.office_id])
    for person in people.values():
        # People of another region, or of none: the national team's to bring in.
        ensure_manages(by, person.region_id)
    Participant.objects.bulk_create(
        Participant(
            meeting=meeting,
            person=people[seat.person_id] if seat.person_id else None,
            office=offices[seat.office_id] if seat.office_id else None,
            is_required=seat.is_required,
            either_of=seat.either_of.strip(),
        )
        for seat in sorted(chosen.values(), key=lambda seat: seat.office_id is None)
    )


def quorum_of(participants: Iterable[Participant]) -> Quorum:
    """Of those still expected."""
    return quorum(
        PureSeat(
            key=each.pk,
            answer=each.answer,
            is_required=each.is_required,
            either_of=each.either_of,
            stands_in_for=each.stands_in_for_id,
        )
        for each in participants
        if each.removed_at is None
    )
