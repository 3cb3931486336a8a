"""One day as it stands: who is where when, what is held around it, and what one should mind.

As many queries for three meetings as for three hundred.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Day, Edition, Occupation, Participation, Room
from events.operations import occupations
from meetings import wording
from meetings.models import (
    Availability,
    Delegate,
    Delegation,
    Meeting,
    Office,
    OfficeHolder,
    Participant,
    Person,
)
from meetings.quorum import Seat, Standing, quorum
from pavilion.core.access import Access, access_of
from pavilion.core.models import User

Answer = Participant.Answer
VIEWS = {
    "people": gettext_lazy("People"),
    "rooms": gettext_lazy("Rooms and stands"),
    "offices": gettext_lazy("Offices"),
    "delegations": gettext_lazy("Delegations"),
}
OFF = (Meeting.Status.CANCELLED, Meeting.Status.NOT_HELD)
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What its reader chose to see."""

    view: str = "people"
    region: str = ""
    delegation: int | None = None
    # Also who and what has nothing that day: where there is room.
    is_all: bool = False


@dataclass
class Shown:
    """A meeting, and what one should mind about it."""

    meeting: Meeting
    participants: list[Participant]
    is_mine: bool
    # In words: first those that stop it, then those to look into.
    clashes: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        meeting = self.meeting
        if meeting.status in OFF:
            return "cancelled"
        if meeting.status == Meeting.Status.HELD:
            return "held"
        if self.clashes:
            return "conflict"
        if meeting.status == Meeting.Status.OPTION:
            return "option"
        return "waiting" if self.unanswered else "confirmed"

    @property
    def can_move(self) -> bool:
        return self.is_mine and self.meeting.is_live


@dataclass(frozen=True)
class Block:
    """A meeting in one column; of a person or an office, with what they answered."""

    shown: Shown
    participant: Participant | None = None

    @property
    def state(self) -> str:
        own = self.shown.state
        if self.participant is None or own in ("cancelled", "held"):
            return own
        if self.participant.answer == Answer.DECLINED:
            return "cancelled"
        if own == "waiting" and self.participant.answer != Answer.NEEDS_ACTION:
            return "confirmed"
        return own


@dataclass(frozen=True)
class Shade:
    """A stretch of a column that something else has: not available, or taken by what is no
    business of its reader."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    label: str


@dataclass
class Column:
    key: str
    name: str
    under: str = ""
    region: str = ""
    blocks: list[Block] = field(default_factory=list)
    shades: list[Shade] = field(default_factory=list)


@dataclass
class Reading:
    day: date
    starts_at: datetime
    ends_at: datetime
    columns: list[Column]
    shown: dict[int, Shown]

    @property
    def hours(self) -> range:
        first = wording.local(self.starts_at).hour
        return range(first, first + round((self.ends_at - self.starts_at).total_seconds() / 3600))

    def count(self, *states: str) -> int:
        return sum(each.state in states for each in self.shown.values())


def read_day(user: User, edition: Edition, day: date, wanted: Wanted) -> Reading:
    begins = timezone.make_aware(datetime.combine(day, time()))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    access = access_of(user)
    shown = _shown(user, access, edition, (begins, ends), wanted)
    expected = [each for one in shown.values() for each in one.participants]
    holders = _holders(expected, day)
    columns = {
        "people": lambda: _people(user, edition, day, shown, holders, wanted),
        "rooms": lambda: _places(edition, shown, wanted),
        "offices": lambda: _offices(shown),
        "delegations": lambda: _delegations(user, edition, shown, holders, wanted),
    }[wanted.view]()
    _add_overlaps(shown, holders)
    _add_availability(user, shown, holders, columns, (begins, ends))
    _add_taken(columns, shown, (begins, ends))
    first, last = _span(edition, day, shown, (begins, ends))
    return Reading(day, first, last, list(columns.values()), shown)


def day_of(edition: Edition, day: date) -> Day | None:
    return Day.objects.filter(edition=edition, date=day).first()


# --- Meetings ---


def _shown(
    user: User,
    access: Access,
    edition: Edition,
    span: tuple[datetime, datetime],
    wanted: Wanted,
) -> dict[int, Shown]:
    meetings = (
        Meeting.objects.visible_to(user)
        .filter(edition=edition, starts_at__lt=span[1], ends_at__gt=span[0])
        .select_related("edition", "participation__region", "room", "stand")
        .order_by("starts_at", "pk")
        .distinct()
    )
    found = {
        meeting.pk: Shown(meeting, [], access.manages(meeting.region_code)) for meeting in meetings
    }
    rows = Participant.objects.present().filter(meeting__in=list(found))
    for row in rows.ranked().select_related("person__region").order_by("position", "pk"):
        row.meeting = found[row.meeting_id].meeting
        found[row.meeting_id].participants.append(row)
    for one in found.values():
        one.participants = wording.in_order(one.participants)
        _mind(one)
    if wanted.region:
        found = {pk: one for pk, one in found.items() if _is_of(one, wanted.region)}
    return found


def _is_of(shown: Shown, region: str) -> bool:
    return shown.meeting.region_code == region or any(
        each.person is not None and each.person.region_id == region for each in shown.participants
    )


def _mind(shown: Shown) -> None:
    """What the answers say of it."""
    if not shown.meeting.is_live:
        return
    names = {each.pk: str(each) for each in shown.participants}
    found = quorum(
        Seat(
            key=each.pk,
            answer=each.answer,
            is_required=each.is_required,
            either_of=each.either_of,
            stands_in_for=each.stands_in_for_id,
        )
        for each in shown.participants
    )
    for need in found.needs:
        if need.standing == Standing.LOST:
            who = ", ".join(names[key] for key in need.seats if key in names)
            shown.clashes.append(_("Declined: %(names)s") % {"names": who})
    if shown.meeting.status == Meeting.Status.CONFIRMED:
        shown.unanswered = [
            names[each.pk] for each in shown.participants if each.answer == Answer.NEEDS_ACTION
        ]


def _holders(participants: Iterable[Participant], day: date) -> dict[int, Person]:
    """Who holds each office expected, on that day."""
    offices = {each.office_id for each in participants} - {None}
    rows = OfficeHolder.objects.on(day).filter(office__in=offices)
    return {row.office_id: row.person for row in rows.select_related("person__region")}


def _who(participant: Participant, holders: dict[int, Person]) -> Person | None:
    if participant.office_id:
        return holders.get(participant.office_id)
    return participant.person


# --- Columns ---

Columns = dict[str, Column]


def _people(
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
            person = _who(participant, holders)
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
            list(_outside_hours(person, day)),
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
    people = Person.objects.visible_to(user).filter(pk__in=delegates.values("person"))
    return list(people.select_related("region").distinct())


def _outside_hours(person: Person, day: date) -> Iterator[Shade]:
    """Before and after the hours they gave."""
    for start, end in ((time(), person.works_from), (person.works_until, time(23, 59))):
        if start is not None and end is not None:
            yield Shade(
                "busy",
                timezone.make_aware(datetime.combine(day, start)),
                timezone.make_aware(datetime.combine(day, end)),
                _("Outside their hours"),
            )


def _places(edition: Edition, shown: dict[int, Shown], wanted: Wanted) -> Columns:
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


def place_of(meeting: Meeting) -> str:
    """The key of the column of places it stands in."""
    if meeting.room_id:
        return occupations.key("room", meeting.room_id)
    if meeting.stand_id:
        return occupations.key("stand", meeting.stand_id)
    return ELSEWHERE


def _offices(shown: dict[int, Shown]) -> Columns:
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


def _delegations(
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
        people = filter(None, (_who(each, holders) for each in one.participants))
        for pk in dict.fromkeys(pk for person in people for pk in of_person[person.pk]):
            columns[pk].blocks.append(Block(one))
    kept = (column for column in columns.values() if column.blocks or wanted.is_all)
    return {column.key: column for column in kept}


# --- What one should mind ---


def _add_overlaps(shown: dict[int, Shown], holders: dict[int, Person]) -> None:
    """Somebody in two places. The database keeps it from happening; offices change hands."""
    diaries: dict[int, tuple[Person, list[Shown]]] = {}
    for one in shown.values():
        for participant in one.participants:
            person = _who(participant, holders)
            if person and one.meeting.is_live and participant.answer != Answer.DECLINED:
                _person, diary = diaries.setdefault(person.pk, (person, []))
                if one not in diary:
                    diary.append(one)
    for person, diary in diaries.values():
        for earlier, later in pairwise(diary):
            if later.meeting.starts_at < earlier.meeting.ends_at:
                words = {"name": person, "first": earlier.meeting, "second": later.meeting}
                sentence = _("%(name)s is expected at “%(first)s” and “%(second)s”") % words
                for one in (earlier, later):
                    one.clashes.append(sentence)


def _add_availability(
    user: User,
    shown: dict[int, Shown],
    holders: dict[int, Person],
    columns: Columns,
    span: tuple[datetime, datetime],
) -> None:
    expected = [
        (one, each, _who(each, holders))
        for one in shown.values()
        for each in one.participants
        if one.meeting.is_live and each.answer != Answer.DECLINED
    ]
    people = {person.pk for _one, _each, person in expected if person}
    people |= {int(key.split(":")[1]) for key in columns if key.startswith("person:")}
    offices = {each.office_id for _one, each, _person in expected} - {None}
    rows = (
        Availability.objects.filter(Q(person__in=people) | Q(office__in=offices))
        .filter(starts_at__lt=span[1], ends_at__gt=span[0])
        .visible_to(user)
    )
    said: dict[str, list[Availability]] = defaultdict(list)
    for row in rows.order_by("starts_at", "pk"):
        kind, pk = ("person", row.person_id) if row.person_id else ("office", row.office_id)
        said[occupations.key(kind, pk)].append(row)
    away = {key: list(_away(stretches, span)) for key, stretches in said.items()}
    for key, shades in away.items():
        if key in columns:
            columns[key].shades += shades
    for one, each, person in expected:
        keys = [occupations.key("office", each.office_id)] if each.office_id else []
        keys += [occupations.key("person", person.pk)] if person else []
        shades = [shade for key in keys for shade in away.get(key, [])]
        if person:
            shades += _outside_hours(person, wording.local(one.meeting.starts_at).date())
        clash = next((shade for shade in shades if _meet(shade, one.meeting)), None)
        if clash:
            words = {
                "name": each,
                "from": wording.clock(clash.starts_at),
                "to": wording.clock(clash.ends_at),
            }
            one.cautions.append(_("%(name)s: not available from %(from)s to %(to)s") % words)


def _meet(shade: Shade, meeting: Meeting) -> bool:
    return shade.starts_at < meeting.ends_at and shade.ends_at > meeting.starts_at


def _away(said: list[Availability], span: tuple[datetime, datetime]) -> Iterator[Shade]:
    """Busy then; and all but then, for who is available only then."""
    for row in said:
        if row.kind == Availability.Kind.BUSY:
            yield Shade("busy", row.starts_at, row.ends_at, row.note or _("Not available"))
    free = [row for row in said if row.kind == Availability.Kind.FREE]
    if free:
        edges = [span[0], *(edge for row in free for edge in (row.starts_at, row.ends_at)), span[1]]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if start < end:
                yield Shade("busy", start, end, _("Not available"))


def _add_taken(columns: Columns, shown: dict[int, Shown], span: tuple[datetime, datetime]) -> None:
    """What else holds these people and places: other teams' meetings, the programme's sessions."""
    holders = [occupations.key("meeting", pk) for pk in shown]
    rows = (
        Occupation.objects.filter(resource__in=list(columns))
        .overlapping(*span)
        .exclude(holder__in=holders)
        .order_by("starts_at", "pk")
    )
    for row in rows:
        kind = row.holder.partition(":")[0]
        label = _("Another meeting") if kind == "meeting" else _("Programme")
        columns[row.resource].shades.append(Shade("taken", row.starts_at, row.ends_at, label))


def _span(
    edition: Edition, day: date, shown: dict[int, Shown], whole: tuple[datetime, datetime]
) -> tuple[datetime, datetime]:
    """From the hour it begins to the hour it ends: the fair, and whatever lies outside it."""
    fair = day_of(edition, day)
    starts = [one.meeting.occupied_from for one in shown.values()]
    ends = [one.meeting.occupied_until for one in shown.values()]
    if fair:
        starts.append(fair.opens)
        ends.append(fair.closes)
    noon = whole[0] + timedelta(hours=12)
    first = max(whole[0], min(starts, default=noon - timedelta(hours=3)))
    last = min(whole[1], max(ends, default=noon + timedelta(hours=6)))
    first = wording.local(first).replace(minute=0, second=0, microsecond=0)
    last = wording.local(last)
    if (last.minute, last.second) != (0, 0):
        last = last.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return first, last


def regions(edition: Edition, user: User) -> list[Participation]:
    """Those one may narrow the day to."""
    access = access_of(user)
    rows = Participation.objects.filter(edition=edition)
    if not access.is_national:
        rows = rows.filter(region__in=access.desk_codes)
    return list(rows.select_related("region").order_by("region__sort_key"))
