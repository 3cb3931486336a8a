"""Which calendars show a meeting: followed after each change, with a tombstone where it left.

A calendar is a person's, a region's, a room's or a stand's. What it shows is stored, so that
leaving it is noticed whatever made the meeting leave: somebody taken off, an office that changed
hands, another room, another route.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import Any, Literal, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from events.models import Participation
from meetings import ical
from meetings.expecting import of_people, with_expected
from meetings.models import Appearance, CalendarBlock, Feed, Meeting, Participant, Person, Stop
from pavilion.core.ical import add_alarms, render_event, strike_through
from pavilion.core.models import Language

TOMBSTONES_KEPT = timedelta(days=30)
AUDIENCES = list(product(Feed.Level.values, Language.values))
Kind = Literal["person", "participation", "room", "stand"]
KINDS: tuple[Kind, ...] = ("person", "participation", "room", "stand")


class Place(NamedTuple):
    """Whose or what's calendar."""

    kind: Kind
    pk: int


def audience(level: str, language: str, *, has_alarms: bool = False) -> str:
    """The key of a text in `Appearance.own`."""
    return f"{level}.{language}{'.alarms' if has_alarms else ''}"


def place_of(row: Appearance | Feed) -> Place:
    for kind in KINDS:
        if (pk := getattr(row, f"{kind}_id")) is not None:
            return Place(kind, pk)
    raise ValueError("A calendar of nothing.")


def showing(meeting_ids: Collection[int]) -> set[Place]:
    """The calendars in which these meetings are, as meetings or as tombstones. One query."""
    rows = Appearance.objects.filter(meeting__in=meeting_ids, left_at__isnull=True)
    return {place_of(row) for row in rows.defer("own")}


def follow(meeting_ids: Collection[int]) -> set[Place]:
    """Note where these meetings appear now, and leave tombstones where they did before.

    Returns the calendars that show something else for it. As many queries for many meetings as for
    one. A meeting's new text is stored afterwards: a tombstone says what its calendar knew.
    """
    # Whoever follows the same meeting waits: it is in a calendar once.
    rows = Meeting.objects.filter(pk__in=meeting_ids).select_for_update(of=("self",))
    meetings = {row.pk: row for row in rows.select_related("edition").order_by("pk")}
    change = _Change(meetings, _wanted(meetings.values()), _own_of_stops(meetings))
    known: dict[int, dict[Place, Appearance]] = defaultdict(dict)
    for row in Appearance.objects.filter(meeting__in=meetings).order_by("pk"):
        known[row.meeting_id][place_of(row)] = row
    for pk in meetings:
        change.compare(pk, known[pk])
    change.write()
    return change.touched


def unsettled(people: QuerySet[Person]) -> set[int]:
    """Meetings that these people's calendars show otherwise than they are expected there."""
    expected = {key for key, state in _states(of_people(people)).items() if state == "there"}
    pks = set(people.values_list("pk", flat=True))
    shown = Appearance.objects.filter(person__in=people, left_at__isnull=True)
    there = {(meeting, person) for meeting, person in expected if person in pks}
    return {meeting for meeting, _pk in there ^ set(shown.values_list("meeting", "person"))}


State = Literal["there", "removed", "declined"]
_STRONGER: list[State] = ["declined", "removed", "there"]


def _states(participants: QuerySet[Participant]) -> dict[tuple[int, int], State]:
    """By meeting and person: expected by name, or holding an office that is, on that day."""
    states: dict[tuple[int, int], State] = {}
    rows = with_expected(participants).values_list(  # type: ignore[misc]  # annotated there
        "meeting", "expected_id", "answer", "removed_at"
    )
    for meeting, person, answer, removed_at in rows:
        state: State = "removed" if removed_at else "there"
        if answer == Participant.Answer.DECLINED:
            state = "declined"
        if person is not None:
            known = states.get((meeting, person), "declined")
            states[meeting, person] = max(known, state, key=_STRONGER.index)
    return states


def _wanted(meetings: Iterable[Meeting]) -> dict[int, dict[Place, State]]:
    """Where each meeting is, was until somebody was taken off, or is not since they declined."""
    meetings = list(meetings)
    participants = Participant.objects.filter(meeting__in=[each.pk for each in meetings])
    states = _states(participants)
    regions = dict(
        Person.objects.filter(pk__in={person for _meeting, person in states}).values_list(
            "pk", "region"
        )
    )
    participations = {
        (edition, region): pk
        for edition, region, pk in Participation.objects.filter(
            edition__in={each.edition_id for each in meetings}
        ).values_list("edition", "region", "pk")
    }
    editions = {each.pk: each.edition_id for each in meetings}
    wanted: dict[int, dict[Place, State]] = {each.pk: {} for each in meetings}
    for (meeting, person), state in states.items():
        wanted[meeting][Place("person", person)] = state
        participation = participations.get((editions[meeting], regions.get(person) or ""))
        if participation is not None and state != "removed":
            place = Place("participation", participation)
            known = wanted[meeting].get(place, "declined")
            wanted[meeting][place] = max(known, state, key=_STRONGER.index)
    for each in meetings:
        for kind in KINDS[1:]:
            if (pk := getattr(each, f"{kind}_id")) is not None:
                wanted[each.pk][Place(kind, pk)] = "there"
    return wanted


def _own_of_stops(meetings: Mapping[int, Meeting]) -> dict[int, dict[int, list[Stop]]]:
    """By meeting and stand: the stops of a visit that goes there."""
    stops: dict[int, dict[int, list[Stop]]] = defaultdict(lambda: defaultdict(list))
    rows = Stop.objects.filter(visit__meeting__in=meetings).select_related(
        "visit", "stand__zone__level__hall"
    )
    for stop in rows.order_by("visit", "position"):
        meeting = meetings[stop.visit.meeting_id]
        if stop.stand_id != meeting.stand_id:
            stops[meeting.pk][stop.stand_id].append(stop)
    return stops


@dataclass
class _Change:
    meetings: Mapping[int, Meeting]
    wanted: Mapping[int, Mapping[Place, State]]
    stops: Mapping[int, Mapping[int, list[Stop]]]
    now: datetime = field(default_factory=timezone.now)
    touched: set[Place] = field(default_factory=set)
    new: list[Appearance] = field(default_factory=list)
    changed: list[Appearance] = field(default_factory=list)
    leaving: list[Appearance] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def compare(self, pk: int, known: Mapping[Place, Appearance]) -> None:
        wanted: dict[Place, State] = dict(self.wanted[pk])
        stops = self.stops.get(pk, {})
        wanted |= {Place("stand", stand): "there" for stand in stops}
        for place in [*wanted, *(each for each in known if each not in wanted)]:
            state, row = wanted.get(place), known.get(place)
            if state == "there":
                self._appear(
                    place, row, pk, stops.get(place.pk, []) if place.kind == "stand" else []
                )
            elif row is None:
                if state == "removed" and not self._is_long_over(pk):
                    self.leaving.append(self._row(place, pk))
            elif row.left_at is None and state == "declined":
                self.gone.append(row.pk)
                self.touched.add(place)
            elif row.left_at is None:
                self.leaving.append(row)

    def write(self) -> None:
        self._leave()
        Appearance.objects.filter(pk__in=self.gone).delete()
        Appearance.objects.bulk_create(self.new, batch_size=500)
        fields = ["own", "sequence", "left_at"]
        Appearance.objects.bulk_update(self.changed, fields, batch_size=200)

    def _appear(self, place: Place, row: Appearance | None, pk: int, stops: list[Stop]) -> None:
        before = (row.left_at, row.own) if row else None
        row = row or self._row(place, pk)
        row.left_at = None
        if stops:
            self._stop_here(row, stops)
        else:
            row.own = {}
        if before is None:
            self._add(place, row)
        elif before != (row.left_at, row.own):
            self.changed.append(row)
            self.touched.add(place)

    def _stop_here(self, row: Appearance, stops: list[Stop]) -> None:
        """Its SEQUENCE is its own: the route changes while the meeting stays."""
        meeting = self.meetings[row.meeting_id]
        sequence = max(row.sequence, meeting.sequence)
        own = _texts(meeting, stops, sequence)
        if row.own and row.own != own and sequence == row.sequence:
            sequence += 1
            own = _texts(meeting, stops, sequence)
        row.own, row.sequence = own, sequence

    def _leave(self) -> None:
        blocks = _blocks([row.meeting_id for row in self.leaving if not row.own])
        for row in self.leaving:
            meeting, place = self.meetings[row.meeting_id], place_of(row)
            known = row.own or blocks[row.meeting_id]
            row.sequence = max(meeting.sequence, row.sequence + 1)
            row.own = _stricken(known, row.sequence, self.now)
            row.left_at = self.now
            if row.pk is None:
                self._add(place, row)
            else:
                self.changed.append(row)
                self.touched.add(place)

    def _add(self, place: Place, row: Appearance) -> None:
        self.new.append(row)
        self.touched.add(place)

    def _row(self, place: Place, meeting_id: int) -> Appearance:
        ours: dict[str, Any] = {f"{place.kind}_id": place.pk}
        return Appearance(meeting_id=meeting_id, **ours)

    def _is_long_over(self, pk: int) -> bool:
        return self.meetings[pk].edition.ends_on < (self.now - TOMBSTONES_KEPT).date()


def _texts(meeting: Meeting, stops: list[Stop], sequence: int) -> dict[str, str]:
    own: dict[str, str] = {}
    for level, language in AUDIENCES:
        with translation.override(language):
            entries = [
                ical.stop_entry(meeting, stop, number, level=level, sequence=sequence)
                for number, stop in enumerate(stops)
            ]
            blocks = [(render_event(entry), entry) for entry in entries]
        own[audience(level, language)] = "".join(text for text, _entry in blocks)
        with_alarms = [add_alarms(text, entry, ical.lead_times(meeting)) for text, entry in blocks]
        own[audience(level, language, has_alarms=True)] = "".join(with_alarms)
    return own


def _blocks(meeting_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """What calendars show of these meetings until now, by audience."""
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    if meeting_ids:
        for block in CalendarBlock.objects.filter(meeting__in=meeting_ids, has_alarms=False):
            texts[block.meeting_id][audience(block.level, block.language)] = block.text
    return texts


def _stricken(texts: Mapping[str, str], sequence: int, now: datetime) -> dict[str, str]:
    """The tombstone: what the calendar knew last, without the people and the alarms."""
    own: dict[str, str] = {}
    for level, language in AUDIENCES:
        if text := texts.get(key := audience(level, language)):
            with translation.override(language):
                prefixes = (_("[Option] "), _("[Not held] "), _("[Cancelled] "))
                own[key] = strike_through(
                    text, prefix=_("[Cancelled] "), without=prefixes, sequence=sequence, stamp=now
                )
    return own
