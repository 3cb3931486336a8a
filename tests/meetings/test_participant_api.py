import pytest

from meetings.models import Participant
from meetings.operations import add_participant
from tests.api import client_of
from tests.factories import OfficeFactory, ParticipantFactory, PersonFactory, UserFactory
from tests.meetings.conftest import NOW
from tests.meetings.programs import a_meeting, english, post

pytestmark = pytest.mark.usefixtures("edition")


def test_participants_come_and_go():
    meeting = a_meeting()
    office, person = OfficeFactory(), PersonFactory()
    manager = english()

    post(manager, meeting, "add-participant", {"office": office.pk, "is_required": False})
    added = post(manager, meeting, "add-participant", {"person": person.pk}).json()
    [counterpart, own] = added["participants"]
    removed = post(manager, meeting, "remove-participant", {"participant": counterpart["id"]})

    assert [(one["office"], one["is_required"]) for one in added["participants"]] == [
        (office.pk, False),
        (None, True),
    ]
    assert (removed.status_code, removed.json()["participants"]) == (200, [own])


def test_participant_is_one_person_or_one_office_of_this_meeting():
    meeting, stranger = a_meeting(), ParticipantFactory()
    manager = english()

    nobody = post(manager, meeting, "add-participant")
    elsewhere = post(manager, meeting, "remove-participant", {"participant": stranger.pk})

    assert (nobody.status_code, nobody.json()) == (
        400,
        {"person": ["Give a person or an office."]},
    )
    assert elsewhere.status_code == 404


def test_answer_given_by_telephone_is_noted():
    office = OfficeFactory(title_en="Minister for Digital Affairs")
    meeting = a_meeting(office_ids=[office.pk])
    participant = meeting.participants.get()

    response = client_of(english()).post(
        f"/api/v1/participants/{participant.pk}/record-answer/",
        {
            "answer": "accepted",
            "via": "phone",
            "answered_by": "Secrétariat",
            "comment": "Arrivera à 10 h 05",
            "seen_sequence": 0,
        },
    )

    assert (response.status_code, response.json()) == (
        200,
        {
            "id": participant.pk,
            "meeting": meeting.pk,
            "person": None,
            "office": office.pk,
            "name": "Minister for Digital Affairs",
            "is_required": True,
            "either_of": "",
            "stands_in_for": None,
            "keeps_rank": False,
            "position": 0,
            "position_reason": "",
            "answer": "accepted",
            "answered_at": response.json()["answered_at"],
            "answered_by": "Secrétariat",
            "answered_via": "phone",
            "comment": "Arrivera à 10 h 05",
        },
    )


def test_delegate_answers_for_themselves_and_for_nobody_else():
    user = UserFactory(full_name="Maïwenn Kerzoncuff")
    person, office = PersonFactory(user=user), OfficeFactory()
    meeting = a_meeting(person_ids=[person.pk], office_ids=[office.pk])
    own, other = meeting.participants.get(person=person), meeting.participants.get(office=office)
    client = client_of(user)

    def answer(participant):
        url = f"/api/v1/participants/{participant.pk}/record-answer/"
        return client.post(url, {"answer": "declined"})

    mine, theirs = answer(own), answer(other)

    assert (mine.status_code, mine.json()["answer"], mine.json()["answered_by"]) == (
        200,
        "declined",
        "Maïwenn Kerzoncuff",
    )
    assert theirs.status_code == 403
    other.refresh_from_db()
    assert other.answer == Participant.Answer.NEEDS_ACTION


def test_answer_to_an_earlier_time_is_refused():
    meeting = a_meeting(person_ids=[PersonFactory().pk])
    participant = meeting.participants.get()

    response = client_of(english()).post(
        f"/api/v1/participants/{participant.pk}/record-answer/",
        {"answer": "accepted", "seen_sequence": 7},
    )

    assert (response.status_code, response.json()) == (
        409,
        {
            "code": "meeting_moved",
            "detail": "This meeting has changed meanwhile. Please look at it again and answer.",
            "details": {},
        },
    )


def test_removed_participant_is_no_longer_listed():
    meeting = a_meeting()
    participant = add_participant(meeting_id=meeting.pk, by=None, person_id=PersonFactory().pk)
    client = client_of(english())
    assert client.get("/api/v1/participants/").json()["count"] == 1

    Participant.objects.filter(pk=participant.pk).update(removed_at=NOW)

    assert client.get("/api/v1/participants/").json()["count"] == 0
    assert client.get(f"/api/v1/participants/{participant.pk}/").status_code == 404
