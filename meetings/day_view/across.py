"""The columns of a day: people, rooms and stands, offices or delegations across."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Edition, Room
from events.operations import occupations
from meetings.day_view.pieces import (
    ELSEWHERE,
    Block,
    Column,
    Columns,
    Shade,
    Shown,
    Wanted,
    place_of,
    who,
)
from meetings.models import Delegate, Delegation, Office, Person
from pavilion.core.access import access_of
from pavilion.core.models import User


def people(
    user: User,
    edition: Edition,
    day: date,
    shown: dict[int, Shown],
    holders: dict[int, Person],
    wanted: Wanted,
) -> Columns:
    access = access_of(user)
    known: dict[int, Person] = {}
    blocks: dict[int, dict[int, Block]] = defaultdict(dict)
    for one in shown.values():
        for participant in one.participants:
            person = who(participant, holders)
            if person is not None:
                known[person.pk] = person
                blocks[person.pk].setdefault(one.meeting.pk, Block(one, participant))
    chosen = _chosen_people(user, edition, wanted)
    if chosen is not None:
        known = {person.pk: person for person in chosen}
    seen = [
        person
        for person in known.values()
        if access.sees_desk(person.region_id) and wanted.region in ("", person.region_id)
    ]
    return {
        occupations.key("person", person.pk): Column(
            occupations.key("person", person.pk),
            str(person),
            person.title or (str(person.region) if person.region else ""),
            person.region_id or "",
            list(blocks[person.pk].values()),
            list(outside_hours(person, day)),
        )
        for person in sorted(
            seen,
            key=lambda person: (
                person.region.sort_key if person.region else "",
                person.last_name,
                person.first_name,
                person.pk,
            ),
        )
    }


def _chosen_people(user: User, edition: Edition, wanted: Wanted) -> "list[Person] | None":
    """Everybody of a delegation, or of the edition's; None: who has a meeting that day."""
    if wanted.delegation is None and not wanted.is_all:
        return None
    delegates = Delegate.objects.filter(delegation__edition=edition)
    if wanted.delegation is not None:
        delegates = delegates.filter(
            delegation__in=Delegation.objects.visible_to(user).filter(pk=wanted.delegation)
        )
    chosen = Person.objects.visible_to(user).filter(pk__in=delegates.values("person"))
    return list(chosen.select_related("region").distinct())


def outside_hours(person: Person, day: date) -> Iterator[Shade]:
    """Before and after the hours they gave."""
    for start, end in ((time(), person.works_from), (person.works_until, time(23, 59))):
        if start is not None and end is not None:
            yield Shade(
                "busy",
                timezone.make_aware(datetime.combine(day, start)),
                timezone.make_aware(datetime.combine(day, end)),
                _("Outside their hours"),
            )


def places(edition: Edition, shown: dict[int, Shown], wanted: Wanted) -> Columns:
    columns: Columns = {}
    rooms = Room.objects.filter(edition=edition).select_related("zone__level__hall")
    for room in rooms.order_by("name_fr", "pk"):
        key = occupations.key("room", room.pk)
        columns[key] = Column(key, room.name, str(room.zone.level))
    stands = [one.meeting.stand for one in shown.values() if one.meeting.stand]
    for stand in sorted(stands, key=lambda stand: stand.number):
        key = occupations.key("stand", stand.pk)
        columns.setdefault(key, Column(key, _("Stand %(number)s") % {"number": stand.number}))
    columns[ELSEWHERE] = Column(ELSEWHERE, _("Elsewhere"), _("outside the halls"))
    for one in shown.values():
        columns[place_of(one.meeting)].blocks.append(Block(one))
    if not wanted.is_all:
        columns = {
            key: column
            for key, column in columns.items()
            if column.blocks or key.startswith("room:")
        }
    return columns


def offices(shown: dict[int, Shown]) -> Columns:
    found: dict[int, tuple[Office, list[Block]]] = {}
    for one in shown.values():
        for participant in one.participants:
            if participant.office:
                _office, blocks = found.setdefault(participant.office.pk, (participant.office, []))
                blocks.append(Block(one, participant))
    ordered = sorted(found.values(), key=lambda each: (each[0].precedence, each[0].pk))
    return {
        occupations.key("office", office.pk): Column(
            occupations.key("office", office.pk),
            office.title,
            region=office.region_id or "",
            blocks=blocks,
        )
        for office, blocks in ordered
    }


def delegations(
    user: User,
    edition: Edition,
    shown: dict[int, Shown],
    holders: dict[int, Person],
    wanted: Wanted,
) -> Columns:
    rows = Delegation.objects.visible_to(user).filter(edition=edition)
    if wanted.region:
        rows = rows.filter(participation__region=wanted.region)
    if wanted.delegation is not None:
        rows = rows.filter(pk=wanted.delegation)
    ordered = rows.select_related("participation__region").order_by(
        "participation__region__sort_key", "name_fr", "pk"
    )
    columns = {}
    of_person: dict[int, list[int]] = defaultdict(list)
    for delegation in ordered:
        region = delegation.participation.region_id if delegation.participation else ""
        columns[delegation.pk] = Column(f"delegation:{delegation.pk}", delegation.name, "", region)
    members = Delegate.objects.filter(delegation__in=list(columns)).order_by("pk")
    for person_id, delegation_id in members.values_list("person", "delegation"):
        of_person[person_id].append(delegation_id)
    for one in shown.values():
        expected = filter(None, (who(each, holders) for each in one.participants))
        for pk in dict.fromkeys(pk for person in expected for pk in of_person[person.pk]):
            columns[pk].blocks.append(Block(one))
    kept = (column for column in columns.values() if column.blocks or wanted.is_all)
    return {column.key: column for column in kept}
