from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from events.models import Region
from meetings.models import Delegate, Delegation, Feed, Meeting, Office, Participant, Person, Visit
from meetings.operations import add_participant, create_meeting, open_feed
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.api import client_of
from tests.factories import (
    DayFactory,
    DelegationFactory,
    EditionFactory,
    FeedFactory,
    MeetingFactory,
    OfficeFactory,
    ParticipantFactory,
    ParticipationFactory,
    PersonFactory,
    RoomFactory,
    StandFactory,
    UserFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

BEFORE = datetime(2030, 5, 15, 9, 0, tzinfo=UTC)
AFTER = datetime(2030, 6, 12, 12, 0, tzinfo=UTC)
TEN = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _open_day():
    DayFactory()


def a_meeting(**fields):
    """A region's option at ten in Paris, as operations make it."""
    values = {
        "edition": EditionFactory(),
        "participation": ParticipationFactory(),
        "subject_fr": "Souveraineté numérique",
        "starts_at": TEN,
        "ends_at": TEN + timedelta(minutes=30),
    }
    return create_meeting(by=None, **{**values, **fields})


def sent(**fields):
    """A new meeting as a program sends it."""
    return {
        "edition": 2030,
        "region": "53",
        "subject_fr": "Souveraineté numérique",
        "starts_at": "2030-06-12T10:00:00+02:00",
        "ends_at": "2030-06-12T10:30:00+02:00",
        **fields,
    }


def post(user, meeting, action, body=None):
    return client_of(user).post(f"/api/v1/meetings/{meeting.pk}/{action}/", body or {})


def english(region_code="53", role=Role.MANAGER):
    return organiser(region_code, role, language="en")


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
            "contact_name": "",
            "contact_phone": "",
            "internal_note": "Sujet sensible",
            "outside_hours_reason": "",
            "created_at": response.json()["created_at"],
            "updated_at": response.json()["updated_at"],
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


@time_machine.travel(BEFORE, tick=False)
def test_meeting_is_confirmed_moved_and_cancelled():
    person = PersonFactory()
    meeting = a_meeting(person_ids=[person.pk], room=RoomFactory())
    stand = StandFactory(number="B12")
    manager = english()

    confirmed = post(manager, meeting, "confirm")
    again = post(manager, meeting, "confirm")
    moved = post(
        manager,
        meeting,
        "reschedule",
        {
            "starts_at": "2030-06-12T11:00:00+02:00",
            "ends_at": "2030-06-12T11:30:00+02:00",
            "stand": stand.pk,
            "reason": "Train en retard",
        },
    )
    cancelled = post(manager, meeting, "cancel", {"reason": "Remaniement"})

    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "confirmed")
    assert again.json() == confirmed.json()
    assert (moved.status_code, moved.json()) == (
        200,
        {
            **confirmed.json(),
            "sequence": confirmed.json()["sequence"] + 1,
            "starts_at": "2030-06-12T11:00:00+02:00",
            "ends_at": "2030-06-12T11:30:00+02:00",
            "room": None,
            "room_name": "",
            "stand": stand.pk,
            "stand_number": "B12",
        },
    )
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    # Nothing had left yet: the invitation gave way to one at the new time, which gave way too.
    written = OutboxMessage.objects.filter(recipient=person.email).values_list("state", flat=True)
    assert list(written) == ["dropped", "dropped"]
    reasons = ActivityEntry.objects.filter(by=manager).values_list("verb", "reason")
    assert dict(reasons) == {
        "meeting.confirmed": "",
        "meeting.rescheduled": "Train en retard",
        "meeting.cancelled": "Remaniement",
    }


@time_machine.travel(AFTER, tick=False)
@pytest.mark.parametrize(
    ("action", "status"), [("mark-held", "held"), ("mark-not-held", "not_held")]
)
def test_what_became_of_a_meeting_is_noted(action, status):
    meeting = MeetingFactory(
        participation=ParticipationFactory(), status=Meeting.Status.CONFIRMED, starts_at=TEN
    )

    response = post(english(), meeting, action, {"reason": "Vu sur place"})

    assert (response.status_code, response.json()["status"]) == (200, status)


def test_cancelled_meeting_is_not_confirmed():
    meeting = MeetingFactory(participation=ParticipationFactory(), status=Meeting.Status.CANCELLED)

    response = post(english(), meeting, "confirm")

    assert (response.status_code, response.json()) == (
        409,
        {
            "code": "wrong_status",
            "detail": "This meeting is in the state “Cancelled”: that is no longer possible.",
            "details": {"status": "cancelled"},
        },
    )


@pytest.mark.parametrize(
    "action",
    [
        "confirm",
        "reschedule",
        "cancel",
        "mark-held",
        "mark-not-held",
        "add-participant",
        "remove-participant",
        "plan-visit",
    ],
)
def test_meeting_is_changed_by_its_managers_only(action):
    person = PersonFactory(user=UserFactory(language="en"))
    other = PersonFactory(region=Region.objects.get(code="75"))
    meeting = a_meeting(person_ids=[person.pk, other.pk])
    body = {
        "starts_at": "2030-06-12T11:00:00+02:00",
        "ends_at": "2030-06-12T11:30:00+02:00",
        "person": person.pk,
        "participant": meeting.participants.get(person=person).pk,
        "stops": [],
    }
    users = {
        "nobody": None,
        "reader": english(role=Role.READER),
        "neighbour whose elected person takes part": english("75"),
        "delegate": person.user,
        "region that has nothing to do with it": english("84"),
        "reviewer": english(role=Role.REVIEWER),
    }
    if action == "add-participant":
        # For who cannot see the person, there is no such person to add.
        users.pop("neighbour whose elected person takes part")
        users.pop("region that has nothing to do with it")
        users.pop("reviewer")

    found = {name: post(user, meeting, action, body).status_code for name, user in users.items()}

    expected = {
        "nobody": 401,
        "reader": 403,
        "neighbour whose elected person takes part": 403,
        "delegate": 403,
        "region that has nothing to do with it": 404,
        "reviewer": 404,
    }
    assert found == {name: expected[name] for name in users}
    meeting.refresh_from_db()
    assert (meeting.status, meeting.sequence, meeting.starts_at) == ("option", 0, TEN)


def test_national_meeting_is_the_national_teams():
    response = client_of(english()).post("/api/v1/meetings/", sent(region=None))

    assert (response.status_code, response.json()) == (
        403,
        {"detail": "Your role does not allow this for this region."},
    )
    assert client_of(english("")).post("/api/v1/meetings/", sent(region=None)).status_code == 201


def test_delegate_reads_their_meetings_without_what_is_the_teams():
    user = UserFactory()
    person, office = PersonFactory(user=user), OfficeFactory()
    meeting = a_meeting(
        person_ids=[person.pk], office_ids=[office.pk], internal_note="Sujet sensible"
    )
    meeting.participants.update(comment="Plutôt à 11 h", answered_by="Secrétariat")
    a_meeting(starts_at=TEN + timedelta(hours=2), ends_at=TEN + timedelta(hours=3))

    [seen] = client_of(user).get("/api/v1/meetings/").json()["results"]

    assert (seen["id"], seen["internal_note"]) == (meeting.pk, "")
    assert [(one["person"], one["comment"]) for one in seen["participants"]] == [
        (None, ""),
        (person.pk, "Plutôt à 11 h"),
    ]
    reader = client_of(english(role=Role.READER))
    [as_team] = reader.get(f"/api/v1/meetings/?person={person.pk}").json()["results"]
    assert as_team["internal_note"] == "Sujet sensible"
    assert {one["comment"] for one in as_team["participants"]} == {"Plutôt à 11 h"}


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


def test_meetings_are_filtered_by_person_answer_day_and_status():
    person = PersonFactory()
    wanted = a_meeting(person_ids=[person.pk])
    later = {"starts_at": TEN + timedelta(hours=2), "ends_at": TEN + timedelta(hours=3)}
    a_meeting(**later)
    removed = a_meeting(**later)
    ParticipantFactory(meeting=removed, person=person, removed_at=BEFORE)
    filters = (
        f"edition=2030&region=53&person={person.pk}&answer=needs-action&date=2030-06-12"
        "&status=option&starts_before=2030-06-13T00:00:00%2B02:00"
    )

    page = client_of(english()).get(f"/api/v1/meetings/?{filters}").json()

    assert [meeting["id"] for meeting in page["results"]] == [wanted.pk]


def test_official_visit_is_laid_out_stop_by_stop():
    meeting = a_meeting(format=Meeting.Format.WALK_THROUGH)
    first, second = StandFactory(number="B12"), StandFactory(number="B13")
    manager = english()
    stops = [{"stand": first.pk, "minutes": 10, "note": "Démonstration"}, {"stand": second.pk}]

    planned = post(manager, meeting, "plan-visit", {"stops": stops, "headcount": 20})
    too_long = post(manager, meeting, "plan-visit", {"stops": [{"stand": first.pk, "minutes": 45}]})

    route = {
        "id": Visit.objects.get().pk,
        "meeting": meeting.pk,
        "headcount": 20,
        "meeting_point": "",
        "stops": [
            {
                "position": 1,
                "stand": first.pk,
                "stand_number": "B12",
                "starts_at": "2030-06-12T10:00:00+02:00",
                "minutes": 10,
                "note": "Démonstration",
            },
            {
                "position": 2,
                "stand": second.pk,
                "stand_number": "B13",
                "starts_at": "2030-06-12T10:12:00+02:00",
                "minutes": 5,
                "note": "",
            },
        ],
    }
    assert (planned.status_code, planned.json()) == (200, route)
    assert (too_long.status_code, too_long.json()) == (
        409,
        {
            "code": "visit_too_long",
            "detail": "The route takes 15 minutes more than the meeting has.",
            "details": {"minutes_over": 15},
        },
    )
    assert client_of(manager).get("/api/v1/visits/").json()["results"] == [route]
    assert client_of(english("75")).get("/api/v1/visits/").json()["results"] == []


def test_person_is_added_by_their_region():
    wanted = {
        "first_name": "Maïwenn",
        "last_name": "Kerzoncuff",
        "region": "53",
        "title_fr": "Vice-présidente",
        "email": "maiwenn@region.example",
    }
    client = client_of(english())

    added = client.post("/api/v1/people/", wanted)
    again = client.post("/api/v1/people/", {**wanted, "email": "Maiwenn@region.example"})
    elsewhere = client.post("/api/v1/people/", {**wanted, "region": "75", "email": ""})

    person = Person.objects.get()
    assert (added.status_code, added.json()) == (
        201,
        {
            "id": person.pk,
            "first_name": "Maïwenn",
            "last_name": "Kerzoncuff",
            "name": "Maïwenn Kerzoncuff",
            "title": "Vice-présidente",
            "title_fr": "Vice-présidente",
            "title_en": "",
            "region": "53",
            "email": "maiwenn@region.example",
            "phone": "",
            "secretariat_email": "",
            "language": "fr",
            "wants_invitations": True,
        },
    )
    assert (again.status_code, again.json()) == (
        409,
        {
            "code": "email_taken",
            "detail": "Somebody already has this e-mail address.",
            "details": {},
        },
    )
    assert elsewhere.status_code == 403
    assert ActivityEntry.objects.get().verb == "person.created"


def test_people_are_seen_by_their_region_and_by_themselves():
    user = UserFactory()
    own = PersonFactory(user=user)
    neighbour = PersonFactory(region=Region.objects.get(code="75"))

    def seen(reader):
        page = client_of(reader).get("/api/v1/people/").json()
        return {person["id"] for person in page["results"]}

    assert seen(english(role=Role.READER)) == {own.pk}
    assert seen(english(role=Role.REVIEWER)) == set()
    assert seen(user) == {own.pk}
    assert seen(english("")) == {own.pk, neighbour.pk}
    assert client_of(user).get(f"/api/v1/people/{neighbour.pk}/").status_code == 404


def test_office_names_who_holds_it_now():
    office = OfficeFactory(code="numerique", title_en="Minister for Digital Affairs")
    former, present = PersonFactory(), PersonFactory(first_name="Inès", last_name="Aubry")
    office.holders.create(person=former, starts_on="2028-01-01", ends_on="2029-01-01")
    office.holders.create(person=present, starts_on="2029-01-01")

    page = client_of(english(role=Role.READER)).get("/api/v1/offices/").json()

    assert page["results"] == [
        {
            "id": office.pk,
            "code": "numerique",
            "kind": "government",
            "title": "Minister for Digital Affairs",
            "title_fr": "Ministre délégué·e au Numérique et à l’Intelligence artificielle",
            "title_en": "Minister for Digital Affairs",
            "region": None,
            "email": office.email,
            "phone": "",
            "language": "fr",
            "precedence": 100,
            "holder": present.pk,
            "holder_name": "Inès Aubry",
        }
    ]
    assert client_of(UserFactory()).get("/api/v1/offices/").json()["results"] == []


def test_office_of_everybody_is_added_by_the_national_team():
    wanted = {"code": "numerique", "kind": "government", "title_fr": "Ministre du Numérique"}

    refused = client_of(english()).post("/api/v1/offices/", wanted)
    added = client_of(english("")).post("/api/v1/offices/", wanted)
    again = client_of(english("")).post("/api/v1/offices/", wanted)

    assert refused.status_code == 403
    assert (added.status_code, added.json()["id"]) == (201, Office.objects.get().pk)
    assert (again.status_code, again.json()) == (
        409,
        {"code": "code_taken", "detail": "Another office already has this code.", "details": {}},
    )


def test_delegation_is_written_down_with_its_members():
    head, member = PersonFactory(last_name="Aubry"), PersonFactory(last_name="Briand")
    wanted = {
        "edition": 2030,
        "region": "53",
        "name_fr": "Délégation bretonne",
        "members": [{"person": head.pk, "role": "head"}, {"person": member.pk}],
    }
    ParticipationFactory()
    client = client_of(english())

    added = client.post("/api/v1/delegations/", wanted)
    again = client.post("/api/v1/delegations/", wanted)

    assert (added.status_code, added.json()) == (
        201,
        {
            "id": Delegation.objects.get().pk,
            "edition": 2030,
            "region": "53",
            "name": "Délégation bretonne",
            "name_fr": "Délégation bretonne",
            "name_en": "",
            "members": [
                {"person": head.pk, "name": "Maïwenn Aubry", "role": "head"},
                {"person": member.pk, "name": "Maïwenn Briand", "role": "member"},
            ],
        },
    )
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    assert client_of(english("75")).get("/api/v1/delegations/").json()["results"] == []


def test_delegation_has_one_head_and_people_one_knows():
    ParticipationFactory()
    stranger = PersonFactory(region=Region.objects.get(code="75"))
    heads = [{"person": PersonFactory().pk, "role": "head"} for _number in range(2)]
    wanted = {"edition": 2030, "region": "53", "name_fr": "Délégation bretonne"}
    client = client_of(english())

    def members(people):
        response = client.post("/api/v1/delegations/", {**wanted, "members": people})
        return response.status_code, response.json()

    assert members(heads) == (400, {"members": ["A delegation has one head at most."]})
    assert members([{"person": stranger.pk}]) == (
        400,
        {"members": ["Some of these people do not exist."]},
    )
    assert not Delegation.objects.exists()


def test_feed_gives_its_address_to_those_who_may_give_it_out():
    user = UserFactory()
    person = PersonFactory(user=user, first_name="Maïwenn", last_name="Kerzoncuff")
    feed = open_feed(person_id=person.pk, by=None, label="Téléphone")
    url = f"/api/v1/feeds/{feed.pk}/"
    shown = {
        "id": feed.pk,
        "person": person.pk,
        "person_name": "Maïwenn Kerzoncuff",
        "label": "Téléphone",
        "level": "full",
        "language": "fr",
        "address": f"http://testserver/calendar/{feed.token}.ics",
        "created_at": client_of(user).get(url).json()["created_at"],
        "revoked_at": None,
        "fetched_at": None,
        "fetched_with": "",
    }

    assert client_of(english()).get(url).json() == shown
    assert client_of(user).get(url).json() == shown
    assert client_of(english(role=Role.READER)).get(url).json() == {**shown, "address": None}
    assert client_of(english("", Role.READER)).get(url).json() == {**shown, "address": None}
    assert client_of(english("75")).get(url).status_code == 404


def test_feed_is_opened_renewed_and_revoked():
    person = PersonFactory()
    client = client_of(english())

    opened = client.post(
        f"/api/v1/people/{person.pk}/open-feed/", {"level": "discreet", "label": "Chauffeur"}
    )
    url = f"/api/v1/feeds/{opened.json()['id']}/"
    renewed = client.post(f"{url}renew/")
    revoked = client.post(f"{url}revoke/")

    assert (opened.status_code, opened.json()["level"], opened.json()["language"]) == (
        201,
        "discreet",
        "fr",
    )
    assert renewed.json() == {**opened.json(), "address": renewed.json()["address"]}
    assert renewed.json()["address"] != opened.json()["address"]
    assert (revoked.status_code, revoked.json()) == (
        200,
        {**renewed.json(), "address": None, "revoked_at": revoked.json()["revoked_at"]},
    )
    assert Feed.objects.get().revoked_at


@pytest.mark.parametrize(
    ("user", "status"),
    [
        (lambda: None, 401),
        (lambda: organiser("53", Role.READER), 403),
        (lambda: organiser("75"), 404),
        (UserFactory, 404),
    ],
)
def test_feed_is_handled_by_those_who_act_for_the_person(user, status):
    feed = FeedFactory()
    client = client_of(user())

    answers = [
        client.post(f"/api/v1/people/{feed.person_id}/open-feed/"),
        client.post(f"/api/v1/feeds/{feed.pk}/renew/"),
        client.post(f"/api/v1/feeds/{feed.pk}/revoke/"),
    ]

    assert [answer.status_code for answer in answers] == [status] * 3
    assert list(Feed.objects.values_list("version", "revoked_at")) == [(1, None)]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("resource", "queries"),
    # Token, memberships, count, rows; then what is nested in them.
    [
        ("offices", 5),
        ("people", 4),
        ("delegations", 5),
        ("meetings", 5),
        ("participants", 4),
        ("visits", 5),
        ("feeds", 4),
    ],
)
def test_lists_ask_the_same_questions_for_one_row_and_for_three(
    resource, queries, rows, django_assert_num_queries
):
    for index in range(rows):
        person = PersonFactory()
        office = OfficeFactory()
        office.holders.create(person=person, starts_on="2029-01-01")
        Delegate.objects.create(
            delegation=DelegationFactory(participation=ParticipationFactory()), person=person
        )
        starts_at = TEN + timedelta(hours=index)
        meeting = a_meeting(
            person_ids=[person.pk],
            room=RoomFactory(),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=15),
        )
        Visit.objects.create(meeting=meeting).stops.create(
            position=1, stand=StandFactory(), starts_at=starts_at
        )
        FeedFactory(person=person)
    client = client_of(english())

    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{resource}/").json()["count"] == rows


def test_removed_participant_is_no_longer_listed():
    meeting = a_meeting()
    participant = add_participant(meeting_id=meeting.pk, by=None, person_id=PersonFactory().pk)
    client = client_of(english())
    assert client.get("/api/v1/participants/").json()["count"] == 1

    Participant.objects.filter(pk=participant.pk).update(removed_at=BEFORE)

    assert client.get("/api/v1/participants/").json()["count"] == 0
    assert client.get(f"/api/v1/participants/{participant.pk}/").status_code == 404
