"""From the database to lines: as many queries for a whole delegation as for one delegate."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone, translation

from meetings import expecting, wording
from meetings.models import Delegate, Meeting, Participant, Person, Stop
from meetings.run_sheets.lines import Line, StopLine, Text, Who
from meetings.run_sheets.subjects import Subject
from pavilion.core.languages import localized
from pavilion.core.models import Language
from startups.models import PublishedAllocation

Answer = Participant.Answer
# Where somebody usually says a few words.
WITH_SPEECHES = (
    Meeting.Format.INAUGURATION,
    Meeting.Format.SIGNING,
    Meeting.Format.PRESS_POINT,
    Meeting.Format.ROUND_TABLE,
)


@dataclass(frozen=True)
class Reading:
    """The lines of each run sheet, by its key, and the meetings they were made of."""

    lines: Mapping[str, list[Line]]
    meetings: Mapping[int, Meeting]


def read(subjects: Sequence[Subject]) -> Reading:
    """Run sheets of one edition, all of one kind. Cancelled meetings are lines, too."""
    if not subjects:
        return Reading({}, {})
    members = _members(subjects)
    meetings = _meetings(subjects, members)
    holders = _holders(meetings)
    companies = _companies(meetings)
    coming = {meeting.pk: _Coming.to(meeting, holders) for meeting in meetings}
    made: dict[int, Line] = {}
    lines: dict[str, list[Line]] = {}
    for subject in subjects:
        lines[subject.key] = mine = []
        for meeting in meetings:
            if _is_on(subject, meeting, coming[meeting.pk], members):
                if meeting.pk not in made:
                    made[meeting.pk] = _line(meeting, holders, companies)
                mine.append(made[meeting.pk])
    return Reading(lines, {meeting.pk: meeting for meeting in meetings})


def read_one(subject: Subject) -> list[Line]:
    return read([subject]).lines[subject.key]


def holder_of(participant: Participant) -> int | None:
    """The person expected, by name or by the office they hold that day."""
    expected: int | None = participant.expected_id  # type: ignore[attr-defined]  # annotated
    return expected


# --- Which meetings ---


def _members(subjects: Sequence[Subject]) -> Mapping[str, Collection[int]]:
    """Whose meetings make up a delegation's run sheet, by key."""
    delegations = {each.row.pk: each.key for each in subjects if each.kind == "delegation"}
    found: dict[str, set[int]] = {key: set() for key in delegations.values()}
    if delegations:
        rows = Delegate.objects.filter(delegation__in=delegations)
        for delegation, person in rows.values_list("delegation", "person"):
            found[delegations[delegation]].add(person)
    return found


def _meetings(subjects: Sequence[Subject], members: Mapping[str, Collection[int]]) -> list[Meeting]:
    participants = (
        Participant.objects.present()
        .ranked()
        .select_related("stands_in_for__person", "stands_in_for__office")
    )
    stops = Stop.objects.select_related("stand").order_by("position")
    edition = subjects[0].edition
    # From the eve of the fair to the day after it: its preparation is no part of anybody's day.
    begins = _midnight(edition.starts_on - timedelta(days=1))
    ends = _midnight(edition.ends_on + timedelta(days=2))
    rows = (
        Meeting.objects.filter(_of(subjects, members), edition=edition)
        .filter(starts_at__gte=begins, starts_at__lt=ends)
        .select_related(
            "edition",
            "participation",
            "visit",
            "room__zone__level__hall",
            "stand__zone__level__hall",
        )
        .prefetch_related(
            Prefetch(
                "participants", expecting.with_expected(participants).order_by("position", "pk")
            ),
            Prefetch("visit__stops", stops),
        )
    )
    return list(rows.order_by("starts_at", "ends_at", "pk"))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _of(subjects: Sequence[Subject], members: Mapping[str, Collection[int]]) -> Q:
    kind, rows = subjects[0].kind, [each.row for each in subjects]
    if kind == "room":
        return Q(room__in=rows)
    if kind == "day":
        return Q(starts_at__date__in=[row.date for row in rows])
    if kind == "region":
        people = expecting.of_people(
            Person.objects.filter(region__in=[row.region_id for row in rows])
        )
        return Q(participation__in=rows) | Q(pk__in=people.values("meeting"))
    pks = set().union(*members.values()) if kind == "delegation" else {row.pk for row in rows}
    return Q(pk__in=expecting.of_people(pks).values("meeting"))


@dataclass(frozen=True)
class _Coming:
    """Who comes to a meeting: people by key, and their regions."""

    people: Collection[int]
    regions: Collection[str]

    @classmethod
    def to(cls, meeting: Meeting, holders: Mapping[int, Person]) -> "_Coming":
        rows = _coming(meeting)
        keys = {pk for each in rows if (pk := holder_of(each))}
        people = [each.person for each in rows if each.person]
        people += [holders[pk] for pk in keys if pk in holders]
        return cls(keys, {person.region_id for person in people if person.region_id})


def _is_on(
    subject: Subject,
    meeting: Meeting,
    coming: _Coming,
    members: Mapping[str, Collection[int]],
) -> bool:
    row = subject.row
    if subject.kind == "room":
        return bool(meeting.room_id == row.pk)
    if subject.kind == "day":
        return bool(wording.local(meeting.starts_at).date() == row.date)
    if subject.kind == "person":
        return row.pk in coming.people
    if subject.kind == "delegation":
        return any(pk in coming.people for pk in members[subject.key])
    return meeting.participation_id == row.pk or row.region_id in coming.regions


def _coming(meeting: Meeting) -> list[Participant]:
    return [each for each in meeting.participants.all() if each.answer != Answer.DECLINED]


def _holders(meetings: Iterable[Meeting]) -> Mapping[int, Person]:
    """Who is expected by their office, by key."""
    wanted = {
        holder_of(each)
        for meeting in meetings
        for each in meeting.participants.all()
        if each.person_id is None
    } - {None}
    return Person.objects.in_bulk([pk for pk in wanted if pk is not None])


def _companies(meetings: Iterable[Meeting]) -> Callable[[Stop], str]:
    """Who stands at a stop at that hour, as announced."""
    stands = {stop.stand_id for meeting in meetings for stop in _stops(meeting)}
    found = PublishedAllocation.objects.filter(stand__in=stands).select_related(
        "exhibitor__application", "half_day"
    )
    by_stand: dict[int, list[PublishedAllocation]] = {}
    for each in found:
        by_stand.setdefault(each.stand_id, []).append(each)

    def company(stop: Stop) -> str:
        for each in by_stand.get(stop.stand_id, []):
            if each.half_day.starts_at <= stop.starts_at < each.half_day.ends_at:
                return str(each.exhibitor)
        return ""

    return company


# --- A meeting as a line ---


def _line(meeting: Meeting, holders: Mapping[int, Person], company: Callable[[Stop], str]) -> Line:
    people = _people(meeting, holders)
    visit = getattr(meeting, "visit", None)
    is_outside = meeting.room is None and meeting.stand is None
    return Line(
        meeting=meeting.pk,
        status=meeting.status,
        format=meeting.format,
        region=meeting.region_code,
        subject=_localized(meeting, "subject"),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=_both(lambda: wording.short_place(meeting)),
        way=_both(lambda: _way(meeting)),
        travel_minutes=meeting.travel_minutes if is_outside else 0,
        meeting_point=meeting.meeting_point or (visit.meeting_point if visit else ""),
        meeting_point_minutes=meeting.meeting_point_minutes,
        people=people,
        speakers=_speakers(meeting, people),
        contact_name=meeting.contact_name,
        contact_phone=meeting.contact_phone,
        press=meeting.press,
        photographer=meeting.photographer,
        languages=meeting.languages,
        stops=tuple(
            StopLine(
                at=stop.starts_at,
                minutes=stop.minutes,
                stand=stop.stand.number,
                company=company(stop),
                note=stop.note,
            )
            for stop in _stops(meeting)
        ),
    )


def _people(meeting: Meeting, holders: Mapping[int, Person]) -> tuple[Who, ...]:
    """In the order of precedence; whoever is expected by name and by office stands once."""
    seen: set[int] = set()
    people = []
    # All of them are put in order: who stands in may sit where somebody sits who declined.
    for participant in wording.in_order(meeting.participants.all()):
        if participant.answer == Answer.DECLINED:
            continue
        expected = holder_of(participant)
        if expected in seen:
            continue
        if expected is not None:
            seen.add(expected)
        people.append(_who(participant, holders.get(expected or 0)))
    return tuple(people)


def _key(participant: Participant) -> str:
    office = participant.office_id
    return f"office:{office}" if office else f"person:{participant.person_id}"


def _who(participant: Participant, holder: Person | None) -> Who:
    person, office = participant.person, participant.office
    principal = participant.stands_in_for
    if office:
        title = _localized(office, "title")
        name = {code: str(holder) for code in Language.values} if holder else title
        title = title if holder else {}
    else:
        name = {code: str(person) for code in Language.values}
        title = _localized(person, "title")
    instead_of = _both(lambda: wording.name(principal)) if principal else {}
    return Who(key=_key(participant), name=name, title=title, instead_of=instead_of)


def _speakers(meeting: Meeting, people: Sequence[Who]) -> tuple[str, ...]:
    if meeting.format not in WITH_SPEECHES:
        return ()
    coming = {who.key for who in people}
    in_order = wording.in_order_of_speeches(meeting.participants.all())
    return tuple(key for each in in_order if (key := _key(each)) in coming)


def _way(meeting: Meeting) -> str:
    spot = meeting.room or meeting.stand
    if spot is None:
        return ""
    zone = spot.zone.name if meeting.stand else ""
    return ", ".join(filter(None, [str(zone), str(spot.zone.level)]))


def _stops(meeting: Meeting) -> list[Stop]:
    visit = getattr(meeting, "visit", None)
    return list(visit.stops.all()) if visit else []


def _localized(row: Any, field: str) -> Text:
    return {code: str(localized(row, field, code)) for code in Language.values}


def _both(speak: Callable[[], str]) -> Text:
    texts = {}
    for code in Language.values:
        with translation.override(code):
            texts[code] = str(speak())
    return texts
