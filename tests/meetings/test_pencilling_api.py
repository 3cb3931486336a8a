import pytest

from events.models import Region
from meetings.models import Meeting
from pavilion.core.models import OutboxMessage
from tests.api import client_of
from tests.factories import OfficeFactory, ParticipationFactory, PersonFactory, RoomFactory
from tests.meetings.programs import a_meeting, english, sent

pytestmark = pytest.mark.usefixtures("edition")


def test_meeting_is_pencilled_with_its_people_and_its_room():
    person = PersonFactory(first_name="Maïwenn", last_name="Kerzoncuff")
    office = OfficeFactory()
    room = RoomFactory(name_fr="Salon Ouessant")

    response = client_of(english()).post(
        "/api/v1/meetings/",
        sent(
            subject_en="Digital sovereignty",
            room=room.pk,
            people=[person.pk],
            offices=[office.pk],
            internal_note="Sujet sensible",
        ),
    )

    meeting = Meeting.objects.get()
    counterpart, own = meeting.participants.order_by("pk")
    silent = {
        "meeting": meeting.pk,
        "is_required": True,
        "either_of": "",
        "stands_in_for": None,
        "keeps_rank": False,
        "position": 0,
        "position_reason": "",
        "answer": "needs-action",
        "answered_at": None,
        "answered_by": "",
        "answered_via": "",
        "comment": "",
    }
    assert (response.status_code, response.json()) == (
        201,
        {
            "id": meeting.pk,
            "uid": meeting.uid,
            "edition": 2030,
            "region": "53",
            "status": "option",
            "sequence": 0,
            "format": "bilateral",
            "subject": "Digital sovereignty",
            "subject_fr": "Souveraineté numérique",
            "subject_en": "Digital sovereignty",
            "starts_at": "2030-06-12T10:00:00+02:00",
            "ends_at": "2030-06-12T10:30:00+02:00",
            "buffer_minutes": 10,
            "room": room.pk,
            "room_name": "Salon Ouessant",
            "stand": None,
            "stand_number": "",
            "place": "",
            "travel_minutes": 0,
            "meeting_point": "",
            "meeting_point_minutes": 10,
            "press": "closed",
            "languages": "",
            "photographer": "",
            "asks_substitutes": True,
            "contact_name": "",
            "contact_phone": "",
            "internal_note": "Sujet sensible",
            "outside_hours_reason": "",
            "request": None,
            "created_at": response.json()["created_at"],
            "updated_at": response.json()["updated_at"],
            "quorum": "open",
            "participants": [
                {
                    **silent,
                    "id": counterpart.pk,
                    "person": None,
                    "office": office.pk,
                    "name": "Minister delegate for Digital Affairs and AI",
                },
                {
                    **silent,
                    "id": own.pk,
                    "person": person.pk,
                    "office": None,
                    "name": "Maïwenn Kerzoncuff",
                },
            ],
        },
    )
    assert not OutboxMessage.objects.exists()


def test_somebody_who_is_taken_is_refused_by_name_and_hours():
    office = OfficeFactory(title_en="Minister for Digital Affairs")
    a_meeting(office_ids=[office.pk], subject_en="Chips")

    response = client_of(english()).post("/api/v1/meetings/", sent(offices=[office.pk]))

    assert (response.status_code, response.json()) == (
        409,
        {
            "code": "slot_taken",
            "detail": response.json()["detail"],
            "details": {
                "clashes": [
                    {
                        "resource": f"office:{office.pk}",
                        "name": "Minister for Digital Affairs",
                        "by": "“Chips”",
                        "from": response.json()["details"]["clashes"][0]["from"],
                        "to": response.json()["details"]["clashes"][0]["to"],
                    }
                ]
            },
        },
    )
    assert response.json()["detail"].startswith("Minister for Digital Affairs is not free: “Chips”")
    assert Meeting.objects.count() == 1


def test_meeting_outside_opening_hours_needs_a_reason():
    ParticipationFactory()
    late = {"starts_at": "2030-06-12T20:00:00+02:00", "ends_at": "2030-06-12T21:00:00+02:00"}
    client = client_of(english())

    refused = client.post("/api/v1/meetings/", sent(**late))
    allowed = client.post("/api/v1/meetings/", sent(**late, outside_hours_reason="Dîner"))

    assert (refused.status_code, refused.json()["code"], refused.json()["details"]) == (
        409,
        "outside_opening_hours",
        {"opens_at": "2030-06-12T09:00:00+02:00", "closes_at": "2030-06-12T18:00:00+02:00"},
    )
    assert (allowed.status_code, allowed.json()["outside_hours_reason"]) == (201, "Dîner")


def test_meeting_that_makes_no_sense_is_answered_field_by_field():
    stranger = PersonFactory(region=Region.objects.get(code="75"))

    response = client_of(english()).post(
        "/api/v1/meetings/",
        sent(edition=1999, subject_fr="", people=[stranger.pk], room=999, buffer_minutes=-1),
    )

    assert (response.status_code, response.json()) == (
        400,
        {
            "edition": ["Object with year=1999 does not exist."],
            "subject_fr": ["This field may not be blank."],
            "people": [f'Invalid pk "{stranger.pk}" - object does not exist.'],
            "room": ['Invalid pk "999" - object does not exist.'],
            "buffer_minutes": ["Ensure this value is greater than or equal to 0."],
        },
    )


def test_national_meeting_is_the_national_teams():
    response = client_of(english()).post("/api/v1/meetings/", sent(region=None))

    assert (response.status_code, response.json()) == (
        403,
        {"detail": "Your role does not allow this for this region."},
    )
    assert client_of(english("")).post("/api/v1/meetings/", sent(region=None)).status_code == 201
