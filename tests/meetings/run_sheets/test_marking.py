"""What organisers see besides the lines."""

from datetime import timedelta

import pytest
from django.utils import translation

from meetings.run_sheets.marking import marks_of
from meetings.run_sheets.reading import read
from tests.factories import MeetingFactory, ParticipantFactory, PersonFactory
from tests.meetings.conftest import HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def marks(subject):
    found = read([subject])
    told = marks_of(found.lines[subject.key], found.meetings, is_of_one=subject.kind == "person")
    return {
        pk: [(mark.state, mark.word, mark.sentence) for mark in each] for pk, each in told.items()
    }


def test_open_answers_and_gaps_are_marked(meeting, subject, office, person):
    meeting.participants.filter(office=office).update(answer="needs-action")
    meeting.participants.filter(person=person).update(answer="tentative")
    absent = PersonFactory(first_name="Yann", last_name="Riou")
    ParticipantFactory(meeting=meeting, person=absent, answer="declined")
    meeting.contact_name = meeting.contact_phone = ""
    meeting.room = None
    meeting.save()

    assert marks(subject) == {
        meeting.pk: [
            ("cancelled", "Declined", "Yann Riou."),
            ("waiting", "No answer", f"{office.title_en}."),
            ("option", "Perhaps", "Maïwenn Kerzoncuff."),
            ("option", "To complete", "no place, no contact on site."),
        ]
    }


def test_two_places_at_once_are_a_conflict_on_both_lines(meeting, subject, person):
    other = MeetingFactory(
        subject_fr="Dîner", status="confirmed", contact_name="Lou", place="Bercy"
    )
    ParticipantFactory(meeting=other, person=person, answer="accepted")
    words = {pk: [mark[:2] for mark in each] for pk, each in marks(subject).items()}
    sentence = marks(subject)[meeting.pk][0][2]

    assert words == {
        meeting.pk: [("conflict", "Conflict")],
        other.pk: [("conflict", "Conflict")],
    }
    assert sentence == (
        "Maïwenn Kerzoncuff is also expected at “Dîner”, "
        "Wednesday 12 June 2030, from 10:00 to 10:30."
    )


def test_too_short_a_way_to_the_next_place_is_marked(meeting, subject, person):
    meeting.ends_at = HALF_PAST_TEN
    meeting.save()
    far = MeetingFactory(
        starts_at=HALF_PAST_TEN + timedelta(minutes=10),
        ends_at=HALF_PAST_ELEVEN,
        status="confirmed",
        place="Bercy",
        travel_minutes=35,
        contact_name="Lou",
    )
    ParticipantFactory(meeting=far, person=person, answer="accepted")

    assert marks(subject) == {
        meeting.pk: [],
        far.pk: [("waiting", "Tight connection", "10 minutes to come from North Room.")],
    }


def test_who_said_not_to_be_free_is_marked_until_they_accept(meeting, subject, person):
    person.availabilities.create(kind="busy", starts_at=TEN, ends_at=HALF_PAST_ELEVEN)
    meeting.participants.filter(person=person).update(answer="needs-action")

    assert [mark[:2] for mark in marks(subject)[meeting.pk]] == [
        ("conflict", "Not available"),
        ("waiting", "No answer"),
    ]
    meeting.participants.filter(person=person).update(answer="accepted")
    assert marks(subject)[meeting.pk] == []
