from datetime import UTC, datetime

import pytest
import time_machine

from events.models import Region
from meetings.models import Meeting, Visit
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.api import client_of
from tests.factories import (
    MeetingFactory,
    ParticipationFactory,
    PersonFactory,
    RoomFactory,
    StandFactory,
    UserFactory,
)
from tests.meetings.conftest import TEN
from tests.meetings.programs import a_meeting, english, post

pytestmark = pytest.mark.usefixtures("edition")

AFTER = datetime(2030, 6, 12, 12, 0, tzinfo=UTC)


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
