"""How a meeting of the demo is put together: who, where, when, and whether all of it is free."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from events.models import Room, Stand
from events.operations.occupations import key
from meetings.models import Meeting, Office, Participant, Person
from pavilion.demo.delegation import People
from pavilion.demo.facts import facts, load
from pavilion.demo.setting import NATIONAL, Setting
from pavilion.demo.stories import Status, Story

# The public Saturday sees few officials.
DAY_WEIGHTS = (4, 4, 4, 1)
QUARTER = timedelta(minutes=15)
PRESS = {
    Meeting.Format.INAUGURATION: Meeting.Press.POOL,
    Meeting.Format.WALK_THROUGH: Meeting.Press.POOL,
    Meeting.Format.SIGNING: Meeting.Press.PHOTO,
    Meeting.Format.PRESS_POINT: Meeting.Press.OPEN,
}


@dataclass(frozen=True)
class Cast:
    offices: dict[str, Office]
    people: People


class Drafts:
    """`text` is an entry of data/meetings.json: format, offices, subject, kind of place."""

    def __init__(self, setting: Setting, cast: Cast) -> None:
        self._setting = setting
        self._cast = cast
        self._formats = {row["code"]: row for row in facts()["meeting_formats"]}

    def company(self, code: str) -> list[Person]:
        """One or two elected people and somebody of their staff; for the nation, its team."""
        random, people = self._setting.random, self._cast.people
        if code == NATIONAL:
            return random.sample(people.of(code), min(2, len(people.of(code))))
        elected, staff = people.elected(code), people.staff(code)
        chosen = random.sample(elected, min(len(elected), random.choice((1, 1, 2))))
        return chosen + random.sample(staff, min(len(staff), 1))

    def place(self, text: dict[str, Any], code: str) -> Room | Stand | None:
        random, venue = self._setting.random, self._setting.venue
        if text["where"] == "lunch":
            return None
        if text["where"] == "stand" and code != NATIONAL:
            return random.choice(venue.stands[code])
        return random.choice(venue.rooms)

    def moment(self, text: dict[str, Any]) -> datetime:
        """On the quarter of an hour, with the buffers inside the opening hours."""
        random = self._setting.random
        (day,) = random.choices(self._setting.days, DAY_WEIGHTS)
        if text["where"] == "lunch":
            return day.opens + timedelta(hours=3) + QUARTER * random.randint(1, 3)
        latest = (day.closes - day.opens - self._duration(text)) // QUARTER - 1
        return day.opens + QUARTER * random.randint(1, latest)

    def is_free(
        self,
        text: dict[str, Any],
        starts_at: datetime,
        people: list[Person],
        place: Room | Stand | None,
    ) -> bool:
        buffer = timedelta(minutes=self._formats[text["format"]]["buffer_minutes"])
        ends_at = starts_at + self._duration(text)
        keys = _resources(people, self._offices(text), place)
        return self._setting.agenda.is_free(keys, starts_at - buffer, ends_at + buffer)

    def story(
        self,
        text: dict[str, Any],
        status: Meeting.Status,
        starts_at: datetime,
        people: list[Person],
        code: str,
        place: Room | Stand | None,
    ) -> Story:
        """The meeting, not saved; unless it is called off, its time is taken from now on."""
        setting, random = self._setting, self._setting.random
        offices = self._offices(text)
        participation = setting.participations.get(code)
        region = f" · {participation.region}" if participation else ""
        contact = random.choice(self._cast.people.of(code))
        notes = load("meetings")["internal_notes"]
        meeting = Meeting(
            edition=setting.edition,
            participation=participation,
            status=status,
            format=text["format"],
            subject_fr=text["fr"] + region,
            subject_en=text["en"] + region,
            starts_at=starts_at,
            ends_at=starts_at + self._duration(text),
            buffer_minutes=self._formats[text["format"]]["buffer_minutes"],
            room=place if isinstance(place, Room) else None,
            stand=place if isinstance(place, Stand) else None,
            place=load("meetings")["lunch_place"] if text["where"] == "lunch" else "",
            contact_name=str(contact),
            contact_phone=contact.phone,
            internal_note=random.choice(notes) if random.random() < 0.2 else "",
            created_by=setting.actors[code],
            **_protocol(text["format"], offices),
        )
        if status != Status.CANCELLED:
            keys = _resources(people, offices, place)
            setting.agenda.take(keys, meeting.occupied_from, meeting.occupied_until)
        # Offices first, as the operations write them.
        participants = [Participant(meeting=meeting, office=office) for office in offices]
        participants += [Participant(meeting=meeting, person=person) for person in people]
        if text["format"] == Meeting.Format.DELEGATION:
            _either_of(participants, people)
        created_at = setting.dates.in_days(-random.randint(14, 25), random.randint(8, 18))
        return Story(meeting=meeting, participants=participants, created_at=created_at)

    def _duration(self, text: dict[str, Any]) -> timedelta:
        return timedelta(minutes=self._formats[text["format"]]["minutes"])

    def _offices(self, text: dict[str, Any]) -> list[Office]:
        return [self._cast.offices[code] for code in text["offices"]]


def _protocol(format: str, offices: list[Office]) -> dict[str, Any]:
    """What a meeting of this format and rank brings with it: press, pictures, where to gather."""
    words = load("meetings")
    is_official = format in (Meeting.Format.INAUGURATION, Meeting.Format.WALK_THROUGH)
    has_minister = any(office.kind == Office.Kind.GOVERNMENT for office in offices)
    return {
        "press": PRESS.get(Meeting.Format(format), Meeting.Press.CLOSED),
        "photographer": words["photographer"] if format in PRESS else "",
        "meeting_point": words["walk_point"] if is_official or has_minister else "",
        "meeting_point_minutes": 20 if is_official else 10,
        "languages": words["languages"]
        if any(office.kind == Office.Kind.EU for office in offices)
        else "",
    }


def _either_of(participants: list[Participant], people: list[Person]) -> None:
    """Of two elected people who come for their region, one is enough."""
    seats = [each for each in participants if each.person in people[:2]]
    if len(seats) == 2:
        for seat in seats:
            seat.either_of = "1"


def _resources(
    people: list[Person], offices: list[Office], place: Room | Stand | None
) -> list[str]:
    keys = [key("person", person.pk) for person in people]
    keys += [key("office", office.pk) for office in offices]
    if place is not None:
        keys.append(key("room" if isinstance(place, Room) else "stand", place.pk))
    return keys
