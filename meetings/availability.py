"""Who is free when: read from the database for `meetings.planner`, and told in words.

Other meetings make people taken; what an office wrote, or the hours somebody works, only speaks
against a time. As many queries for a whole delegation as for one person.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Day, Edition, Occupation, Room, Stand
from events.operations import occupations
from meetings import wording
from meetings.models import Availability, Meeting, Office, OfficeHolder, Person
from meetings.operations import slots
from meetings.planner import Calendar, Guest, Proposal, Span, Wish, best_times, judge
from pavilion.core.ical import PARIS
from pavilion.core.models import User

LUNCH = (time(12, 30), time(14))
# Of a day on which the fair is closed: a preparation, a video call.
OFFICE_HOURS = (time(8), time(20))


@dataclass(frozen=True)
class Bar:
    """Something in somebody's day; `kind` is how it is drawn: taken, away, or off (their hours)."""

    kind: str
    span: Span
    what: str

    @property
    def words(self) -> str:
        times = {
            "start": wording.clock(self.span.starts_at),
            "end": wording.clock(self.span.ends_at),
        }
        return _("%(what)s, from %(start)s to %(end)s") % {"what": self.what, **times}


@dataclass
class Line:
    """One of those expected, or a place, and what is in their days."""

    key: str
    name: str
    is_required: bool = True
    is_place: bool = False
    bars: list[Bar] = field(default_factory=list)

    def on(self, day: Span) -> list[Bar]:
        return [bar for bar in self.bars if bar.span.overlaps(day)]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What somebody is about to plan. `besides` is the meeting that moves."""

    edition: Edition
    reader: User
    people: Sequence[Person] = ()
    offices: Sequence[Office] = ()
    optional: frozenset[str] = frozenset()  # keys, as in "person:3"
    rooms: Sequence[Room] = ()
    stand: Stand | None = None
    needs_place: bool = False  # one of the rooms, or the stand: chosen already
    minutes: int = 30
    margin_minutes: int = 10
    is_lunch: bool = False
    near: datetime | None = None
    windows: Sequence[tuple[datetime, datetime]] = ()
    days: Sequence[date] = ()  # none: those of the fair
    besides: Meeting | None = None


@dataclass(frozen=True)
class Told:
    """A proposal in words."""

    proposal: Proposal
    room: Room | None
    reasons: list[str]


@dataclass(frozen=True)
class Sight:
    lines: list[Line]
    days: list[Span]
    best: list[Told]
    wanted: Told | None  # the very time asked about

    @property
    def people(self) -> list[Line]:
        return [line for line in self.lines if not line.is_place]


def look(question: Question) -> Sight:
    """Everybody's days and the three best times, in as many queries however many they are."""
    days = _days(question)
    reach = Span(min(day.starts_at for day in days), max(day.ends_at for day in days))
    reach = reach.wider(timedelta(hours=12))
    lines = _lines(question)
    guests = _guests(question, lines, days, reach)
    places = {line.key for line in lines if line.is_place}
    wish = Wish(
        length=timedelta(minutes=question.minutes),
        margin=timedelta(minutes=question.margin_minutes),
        opening=Calendar.of(days),
        guests=[each for each in guests if each.key not in places],
        rooms=[each for each in guests if each.key in places],
        needs_room=question.needs_place,
        lunch=Calendar() if question.is_lunch else Calendar.of(_lunch(day) for day in days),
        windows=Calendar.of(Span(*window) for window in question.windows),
        near=question.near,
        not_before=timezone.now(),
    )
    names = {line.key: line.name for line in lines}
    rooms = {occupations.key("room", room.pk): room for room in question.rooms}
    return Sight(
        lines=lines,
        days=days,
        best=[_told(wish, each, names, rooms) for each in best_times(wish)],
        wanted=(_told(wish, judge(wish, question.near), names, rooms) if question.near else None),
    )


def _days(question: Question) -> list[Span]:
    """When the fair is open; a day outside it has office hours."""
    rows = {day.date: day for day in Day.objects.filter(edition=question.edition)}
    wanted = set(question.days) or set(rows) or {question.edition.starts_on}
    if question.near:
        wanted.add(wording.local(question.near).date())
    return [
        _hours(day, *((rows[day].opens_at, rows[day].closes_at) if day in rows else OFFICE_HOURS))
        for day in sorted(wanted)
    ]


def _hours(day: date, start: time, end: time) -> Span:
    # In UTC, since Python compares two Paris times by their wall clocks.
    first, last = (datetime.combine(day, each, PARIS).astimezone(UTC) for each in (start, end))
    return Span(first, last)


def _lunch(day: Span) -> Span:
    return _hours(wording.local(day.starts_at).date(), *LUNCH)


def _lines(question: Question) -> list[Line]:
    rows: list[tuple[str, Any]] = [
        *(("office", each) for each in question.offices),
        *(("person", each) for each in question.people),
    ]
    lines = [Line(occupations.key(kind, row.pk), str(row)) for kind, row in rows]
    for line in lines:
        line.is_required = line.key not in question.optional
    if question.stand:
        name = _("Stand %(number)s") % {"number": question.stand.number}
        lines.append(Line(occupations.key("stand", question.stand.pk), name, is_place=True))
    lines += [
        Line(occupations.key("room", room.pk), room.name, is_place=True) for room in question.rooms
    ]
    return lines


def _guests(
    question: Question, lines: Sequence[Line], days: Sequence[Span], reach: Span
) -> list[Guest]:
    alike = _alike(question, reach)
    taken = _taken(question, {key for line in lines for key in _keys(line, alike)}, reach)
    said = _said(question, alike, reach)
    people = {occupations.key("person", each.pk): each for each in question.people}
    guests = []
    for line in lines:
        keys = _keys(line, alike)
        found = [
            bar
            for key, terms in keys.items()
            for bar in taken.get(key, [])
            if terms is None or _falls_in(bar.span, terms)
        ]
        # A function and its holder are taken together: shown once.
        line.bars = list(dict.fromkeys(found))
        busy, free = _split(said.get(line.key, []))
        line.bars += [Bar("away", row.span, row.what) for row in busy]
        own = people.get(line.key)
        terms = [term for found in alike.get(line.key, {}).values() for term in found]
        works = _works(days, free, partial(_whose_hours, own, terms))
        if works is not None:
            line.bars += [Bar("off", span, _("not available")) for span in _gaps(days, works)]
        line.bars.sort(key=lambda bar: (bar.span, bar.kind))
        guests.append(
            Guest(
                key=line.key,
                is_required=line.is_required,
                taken=Calendar.of(bar.span for bar in line.bars if bar.kind == "taken"),
                unavailable=Calendar.of(row.span for row in busy),
                hours=works,
            )
        )
    return guests


# Other keys that make somebody taken, with the days on which they do; None is always.
Alike = dict[str, dict[str, list[OfficeHolder]]]


def _alike(question: Question, reach: Span) -> Alike:
    """Offices held by these people, and whoever holds these offices, in those days."""
    first, last = (wording.local(each).date() for each in (reach.starts_at, reach.ends_at))
    terms = (
        OfficeHolder.objects.filter(Q(person__in=question.people) | Q(office__in=question.offices))
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)
        .select_related("person")
        .order_by("pk")
    )
    alike: Alike = defaultdict(lambda: defaultdict(list))
    for term in terms:
        person = occupations.key("person", term.person_id)
        office = occupations.key("office", term.office_id)
        alike[person][office].append(term)
        alike[office][person].append(term)
    return alike


def _keys(line: Line, alike: Alike) -> dict[str, list[OfficeHolder] | None]:
    return {line.key: None, **alike.get(line.key, {})}


def _falls_in(span: Span, terms: Iterable[OfficeHolder]) -> bool:
    on = wording.local(span.starts_at).date()
    return any(term.is_on(on) for term in terms)


def _taken(question: Question, keys: set[str], reach: Span) -> dict[str, list[Bar]]:
    rows = Occupation.objects.filter(resource__in=keys).overlapping(reach.starts_at, reach.ends_at)
    if question.besides:
        rows = rows.exclude(holder=occupations.key("meeting", question.besides.pk))
    found = list(rows.order_by("starts_at", "pk"))
    titles = slots.titles_of({row.holder for row in found}, question.reader)
    taken: dict[str, list[Bar]] = defaultdict(list)
    for row in found:
        span = Span(row.starts_at, row.ends_at)
        taken[row.resource].append(Bar("taken", span, titles[row.holder]))
    return taken


@dataclass(frozen=True)
class Said:
    is_free: bool
    span: Span
    what: str


def _said(question: Question, alike: Alike, reach: Span) -> dict[str, list[Said]]:
    """What was noted for them, and for the office they hold or whoever holds it."""
    wanted: dict[str, dict[str, list[OfficeHolder] | None]] = {
        occupations.key(kind, row.pk): {}
        for kind, rows in (("person", question.people), ("office", question.offices))
        for row in rows
    }
    for key, found in wanted.items():
        found |= {key: None, **alike.get(key, {})}
    pks: dict[str, set[int]] = {"person": set(), "office": set()}
    for found in wanted.values():
        for each in found:
            kind, _separator, pk = each.partition(":")
            pks[kind].add(int(pk))
    rows = Availability.objects.filter(
        Q(person__in=pks["person"]) | Q(office__in=pks["office"]),
        starts_at__lt=reach.ends_at,
        ends_at__gt=reach.starts_at,
    ).order_by("starts_at", "pk")
    by_key: dict[str, list[Said]] = defaultdict(list)
    for row in rows:
        key = (
            occupations.key("person", row.person_id)
            if row.person_id
            else occupations.key("office", row.office_id)
        )
        # A note about somebody the reader did not choose is for others to read.
        what = row.note if key in wanted and row.note else str(row.get_kind_display())
        is_free = row.kind == Availability.Kind.FREE
        by_key[key].append(Said(is_free, Span(row.starts_at, row.ends_at), what))
    return {
        key: [
            said
            for other, terms in found.items()
            for said in by_key[other]
            if terms is None or _falls_in(said.span, terms)
        ]
        for key, found in wanted.items()
    }


def _split(said: Iterable[Said]) -> tuple[list[Said], list[Said]]:
    said = list(said)
    return [each for each in said if not each.is_free], [each for each in said if each.is_free]


def _whose_hours(own: Person | None, terms: Iterable[OfficeHolder], day: date) -> Person | None:
    """Their own, or those of whoever holds the office on that day."""
    return own or next((term.person for term in terms if term.is_on(day)), None)


def _works(
    days: Sequence[Span], free: Sequence[Said], who: Callable[[date], Person | None]
) -> Calendar | None:
    """Outside of what they would rather not; None where nobody said anything.

    `who` tells whose hours count on a day.
    """
    spans, is_said = [], bool(free)
    for day in days:
        on = wording.local(day.starts_at).date()
        said = [each.span for each in free if wording.local(each.span.starts_at).date() == on]
        person = who(on)
        start, end = (person.works_from, person.works_until) if person else (None, None)
        is_said = is_said or start is not None or end is not None
        spans += said or [_hours(on, start or time(0), end or time(23, 59))]
    return Calendar.of(spans) if is_said else None


def _gaps(days: Iterable[Span], works: Calendar) -> list[Span]:
    """The parts of the days in which they do not work."""
    gaps = []
    for day in days:
        start = day.starts_at
        for span in works.spans:
            if span.overlaps(day):
                if start < span.starts_at:
                    gaps.append(Span(start, span.starts_at))
                start = max(start, span.ends_at)
        if start < day.ends_at:
            gaps.append(Span(start, day.ends_at))
    return gaps


def _told(wish: Wish, proposal: Proposal, names: dict[str, str], rooms: dict[str, Room]) -> Told:
    room = rooms.get(proposal.room or "")
    return Told(proposal, room, list(_reasons(wish, proposal, names, room)))


def _reasons(
    wish: Wish, proposal: Proposal, names: dict[str, str], room: Room | None
) -> Iterable[str]:
    """Why it stands where it stands, in whole sentences, what weighs most first."""

    def named(keys: Iterable[str]) -> str:
        return ", ".join(names[key] for key in keys)

    if proposal.taken:
        sentence = ngettext(
            "%(names)s has another meeting.",
            "%(names)s have another meeting.",
            len(proposal.taken),
        )
        yield sentence % {"names": named(proposal.taken)}
    if proposal.away:
        sentence = ngettext(
            "%(names)s is not available.", "%(names)s are not available.", len(proposal.away)
        )
        yield sentence % {"names": named(proposal.away)}
    if wish.guests and not proposal.taken and not proposal.away:
        yield _("Everybody is free.")
    if wish.windows.spans:
        yield (
            _("Within the times asked for.")
            if proposal.is_in_window
            else _("Outside the times asked for.")
        )
    if proposal.lacks_room and wish.needs_room and len(wish.rooms) == 1:
        yield _("%(place)s is not free.") % {"place": names[wish.rooms[0].key]}
    elif proposal.lacks_room:
        yield _("No room is free.")
    elif room and len(wish.rooms) > 1:
        yield _("%(room)s is free.") % {"room": room.name}
    if proposal.is_at_lunch:
        yield _("At lunchtime.")
    if proposal.hurried:
        sentence = ngettext(
            "%(names)s has something else just before or just after.",
            "%(names)s have something else just before or just after.",
            len(proposal.hurried),
        )
        yield sentence % {"names": named(proposal.hurried)}
    if wish.near:
        yield _distance(proposal, wish.near)


def _distance(proposal: Proposal, near: datetime) -> str:
    minutes = int(proposal.distance.total_seconds() // 60)
    if not minutes:
        return _("At the time wanted.")
    if wording.local(proposal.span.starts_at).date() != wording.local(near).date():
        return _("On another day than wanted.")
    hours, rest = divmod(minutes, 60)
    length = f"{hours}\u00a0h" if hours else f"{rest}\u00a0min"
    if hours and rest:
        length = f"{hours}\u00a0h\u00a0{rest:02d}"
    if proposal.span.starts_at < near:
        return _("%(length)s before the time wanted.") % {"length": length}
    return _("%(length)s after the time wanted.") % {"length": length}
