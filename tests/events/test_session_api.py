from datetime import UTC, datetime

import pytest

from events.models import Session
from events.operations import create_session
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import ParticipationFactory, RoomFactory, SessionFactory, organiser

pytestmark = pytest.mark.django_db


def at(hour, minute=0):
    """A UTC moment of 12 June 2030; Paris is two hours ahead."""
    return datetime(2030, 6, 12, hour, minute, tzinfo=UTC)


def a_session(room, **fields):
    values = {
        "edition": room.edition,
        "room": room,
        "participation": ParticipationFactory(),
        "kind": Session.Kind.PITCH,
        "title_fr": "Pitchs bretons",
        "starts_at": at(8),
        "ends_at": at(9),
    }
    return create_session(by=None, **{**values, **fields})


def sent(**fields):
    """A new session as a program sends it."""
    room = fields.pop("room", None) or RoomFactory(name_fr="Grande scène")
    return {
        "edition": 2030,
        "region": "53",
        "room": room.pk,
        "kind": "pitch",
        "title_fr": "Pitchs bretons",
        "starts_at": "2030-06-12T10:00:00+02:00",
        "ends_at": "2030-06-12T11:00:00+02:00",
        **fields,
    }


def test_session_is_written_published_moved_and_cancelled():
    other = RoomFactory(name_fr="Petite scène")
    client = client_of(organiser("53"))

    draft = client.post("/api/v1/sessions/", sent(title_en="Breton pitches"))
    url = f"/api/v1/sessions/{draft.json()['id']}/"
    published = client.post(f"{url}publish/")
    moved = client.post(
        f"{url}reschedule/",
        {"room": other.pk, "starts_at": "2030-06-12T14:00", "ends_at": "2030-06-12T14:30"},
    )
    cancelled = client.post(f"{url}cancel/", {"reason": "Intervenante souffrante"})

    assert (draft.status_code, draft.json()) == (
        201,
        {
            "id": draft.json()["id"],
            "edition": 2030,
            "region": "53",
            "room": draft.json()["room"],
            "room_name": "Grande scène",
            "kind": "pitch",
            "state": "draft",
            "title": "Breton pitches",
            "title_fr": "Pitchs bretons",
            "title_en": "Breton pitches",
            "summary": "",
            "summary_fr": "",
            "summary_en": "",
            "starts_at": "2030-06-12T10:00:00+02:00",
            "ends_at": "2030-06-12T11:00:00+02:00",
        },
    )
    assert (published.status_code, published.json()["state"]) == (200, "published")
    assert (moved.status_code, moved.json()) == (
        200,
        {
            **published.json(),
            "room": other.pk,
            "room_name": "Petite scène",
            "starts_at": "2030-06-12T14:00:00+02:00",
            "ends_at": "2030-06-12T14:30:00+02:00",
        },
    )
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")


def test_session_in_a_taken_room_is_refused_by_name_and_hour():
    room = RoomFactory(name_fr="Grande scène")
    a_session(room, title_fr="L’hydrogène")

    response = client_of(organiser("53", language="en")).post("/api/v1/sessions/", sent(room=room))

    assert (response.status_code, response.json()) == (
        409,
        {
            "code": "room_taken",
            "detail": "Grande scène is taken on Wednesday 12 June from 10:00 to 11:00 "
            "by “L’hydrogène”.",
            "details": {
                "clashes": [
                    {
                        "resource": f"room:{room.pk}",
                        "name": "Grande scène",
                        "by": "“L’hydrogène”",
                        "from": "2030-06-12T10:00:00+02:00",
                        "to": "2030-06-12T11:00:00+02:00",
                    }
                ]
            },
        },
    )
    assert Session.objects.count() == 1


def test_session_that_makes_no_sense_is_answered_field_by_field():
    client = client_of(organiser())
    room = RoomFactory()

    unknown = client.post("/api/v1/sessions/", sent(room=room, kind="party", starts_at="soon"))
    stranger = client.post("/api/v1/sessions/", sent(room=room, region="75"))

    assert (unknown.status_code, unknown.json()) == (
        400,
        {
            "kind": ['"party" is not a valid choice.'],
            "starts_at": [
                "Datetime has wrong format. Use one of these formats instead: "
                "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
            ],
        },
    )
    assert (stranger.status_code, stranger.json()) == (
        400,
        {"region": ["No region with this code takes part in this edition."]},
    )


def test_session_ends_after_it_starts():
    response = client_of(organiser()).post(
        "/api/v1/sessions/", sent(ends_at="2030-06-12T10:00:00+02:00")
    )

    assert (response.status_code, response.json()) == (
        400,
        {"ends_at": ["The end must come after the start."]},
    )


@pytest.mark.parametrize(
    ("user", "status"),
    [
        (lambda: None, 401),
        (lambda: organiser("53", Role.READER), 403),
        (lambda: organiser("75"), 404),
    ],
)
def test_draft_is_published_by_its_team_and_hidden_from_the_others(user, status):
    session = SessionFactory(participation=ParticipationFactory(), state=Session.State.DRAFT)

    response = client_of(user()).post(f"/api/v1/sessions/{session.pk}/publish/")

    assert response.status_code == status
    session.refresh_from_db()
    assert session.state == Session.State.DRAFT


def test_status_is_not_a_field_one_writes():
    session = SessionFactory(participation=ParticipationFactory())
    client = client_of(organiser())
    url = f"/api/v1/sessions/{session.pk}/"

    assert [client.put(url, {}).status_code, client.patch(url, {}).status_code] == [405, 405]


def test_sessions_are_filtered_by_day_region_and_words():
    wanted = SessionFactory(
        participation=ParticipationFactory(), title_en="Hydrogen", starts_at=at(22, 30)
    )
    SessionFactory(participation=ParticipationFactory(), title_en="Hydrogen")
    SessionFactory(title_en="Hydrogen", starts_at=at(22, 30))
    filters = "edition=2030&region=53&date=2030-06-13&search=hydrogen&state=published"

    page = client_of().get(f"/api/v1/sessions/?{filters}").json()

    assert [session["id"] for session in page["results"]] == [wanted.pk]


def test_filter_that_makes_no_sense_is_answered_by_name():
    response = client_of().get("/api/v1/sessions/?edition=twenty&state=unknown")

    assert (response.status_code, response.json()) == (
        400,
        {
            "edition": ["Enter a whole number."],
            "state": ["Select a valid choice. unknown is not one of the available choices."],
        },
    )
