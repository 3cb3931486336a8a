"""One delegate's day: a bare meeting at ten with a minister, in a room."""

import pytest

from meetings.run_sheets.subjects import of_person
from tests.factories import MeetingFactory, ParticipantFactory


@pytest.fixture
def meeting(edition, person, office, room):
    made = MeetingFactory(
        edition=edition,
        status="confirmed",
        subject_fr="Entretien",
        subject_en="Talk",
        room=room,
        contact_name="Lou Kervadec",
        contact_phone="06 01 02 03 04",
    )
    ParticipantFactory(meeting=made, person=person, answer="accepted")
    ParticipantFactory(meeting=made, person=None, office=office, answer="accepted")
    return made


@pytest.fixture
def subject(edition, person):
    return of_person(person, edition)
