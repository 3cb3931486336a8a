from datetime import UTC, date, datetime

import pytest

from events.models import HalfDay, Region, Session, Stand
from events.operations import create_session
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import (
    DayFactory,
    EditionFactory,
    HalfDayFactory,
    LevelFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

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


def test_edition_is_read_by_its_year():
    EditionFactory()

    assert client_of().get("/api/v1/editions/2030/").json() == {
        "year": 2030,
        "name": "VivaTech",
        "starts_on": "2030-06-12",
        "ends_on": "2030-06-15",
        "venue_name": "Paris Expo Porte de Versailles",
        "venue_address": "",
        "is_published": True,
    }


def test_unpublished_edition_and_its_venue_are_for_teams():
    edition = EditionFactory(is_published=False)
    RoomFactory(zone__level__hall__edition=edition)
    HalfDayFactory(day__edition=edition)
    lists = ("editions", "halls", "levels", "zones", "rooms", "days", "half-days")

    def counts(client):
        return [client.get(f"/api/v1/{name}/").json()["count"] for name in lists]

    assert counts(client_of()) == [0] * 7
    assert counts(client_of(organiser("75", Role.READER))) == [1] * 7
    assert client_of().get("/api/v1/editions/2030/").status_code == 404


def test_regions_come_in_their_alphabetical_order_with_a_text_for_a_code():
    page = client_of().get("/api/v1/regions/?page_size=9").json()

    assert page["count"] == 18
    assert [region["code"] for region in page["results"]] == [
        "84",
        "27",
        "53",
        "24",
        "94",
        "44",
        "01",
        "03",
        "32",
    ]
    assert client_of().get("/api/v1/regions/75/").json()["name"] == "Nouvelle-Aquitaine"


def test_half_day_names_itself_in_the_language_of_the_reader_and_in_paris_time():
    half_day = HalfDayFactory(part=HalfDay.Part.AFTERNOON)

    assert client_of().get("/api/v1/half-days/").json()["results"] == [
        {
            "id": half_day.pk,
            "edition": 2030,
            "day": half_day.day_id,
            "part": "pm",
            "starts_at": "2030-06-12T13:00:00+02:00",
            "ends_at": "2030-06-12T18:00:00+02:00",
            "name": "Wednesday 12 June, afternoon",
        }
    ]


def test_zone_without_a_region_belongs_to_all():
    shared = ZoneFactory(participation=None, outline=[[0, 0], [4, 0], [4, 3.5]])

    assert client_of().get(f"/api/v1/zones/{shared.pk}/").json() == {
        "id": shared.pk,
        "level": shared.level_id,
        "region": None,
        "name": "Espace commun",
        "name_fr": "Espace commun",
        "name_en": "",
        "outline": [[0.0, 0.0], [4.0, 0.0], [4.0, 3.5]],
    }


def test_team_adds_a_stand_to_its_zone():
    zone = ZoneFactory()
    wanted = {"zone": zone.pk, "number": "B12", "x": "1.50", "y": "2", "has_screen": True}

    response = client_of(organiser("53")).post("/api/v1/stands/", wanted)

    stand = Stand.objects.get()
    assert (response.status_code, response.json()) == (
        201,
        {
            "id": stand.pk,
            "edition": 2030,
            "region": "53",
            "zone": zone.pk,
            "number": "B12",
            "kind": "pod",
            "x": "1.50",
            "y": "2.00",
            "width": "1.00",
            "depth": "1.00",
            "rotation": 0,
            "power_watts": 0,
            "has_screen": True,
            "has_wired_network": False,
            "has_storage": False,
            "has_water": False,
            "max_load": 250,
            "is_accessible": True,
            "is_open": True,
        },
    )


def test_stand_keeps_what_a_change_does_not_name():
    stand = StandFactory(number="B12", has_screen=True)

    response = client_of(organiser("53")).patch(
        f"/api/v1/stands/{stand.pk}/", {"is_open": False, "power_watts": 500}
    )

    assert response.status_code == 200
    stand.refresh_from_db()
    assert (stand.number, stand.has_screen, stand.is_open, stand.power_watts) == (
        "B12",
        True,
        False,
        500,
    )


def test_stand_number_of_another_stand_is_refused():
    zone = StandFactory(number="B12").zone

    response = client_of(organiser("53", language="en")).post(
        "/api/v1/stands/", {"zone": zone.pk, "number": "B12", "x": 1, "y": 1}
    )

    assert (response.status_code, response.json()) == (
        409,
        {
            "code": "stand_number_taken",
            "detail": "Another stand of this edition already has the number B12.",
            "details": {"number": "B12"},
        },
    )


@pytest.mark.parametrize(
    ("user", "status"),
    [
        (lambda: None, 401),
        (lambda: organiser("75"), 403),
        (lambda: organiser("53", Role.READER), 403),
    ],
)
def test_stand_is_changed_by_the_managers_of_its_region_only(user, status):
    stand = StandFactory(is_open=True)

    response = client_of(user()).patch(f"/api/v1/stands/{stand.pk}/", {"is_open": False})

    assert response.status_code == status
    stand.refresh_from_db()
    assert stand.is_open


def test_stands_are_filtered_by_region_kind_and_use():
    wanted = StandFactory(kind=Stand.Kind.DEMO)
    StandFactory(kind=Stand.Kind.POD)
    StandFactory(kind=Stand.Kind.DEMO, is_open=False)
    StandFactory(zone=ZoneFactory(participation=None), kind=Stand.Kind.DEMO)
    filters = "edition=2030&region=53&kind=demo&is_open=true"

    page = client_of().get(f"/api/v1/stands/?{filters}").json()

    assert [stand["id"] for stand in page["results"]] == [wanted.pk]


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


def rows_of_everything(number):
    """`number` rows of each kind, all in one edition but the editions themselves."""
    for index in range(number):
        EditionFactory(year=2030 + index)
        region = Region.objects.order_by("sort_key")[index]
        participation = ParticipationFactory(region=region)
        day = DayFactory(date=date(2030, 6, 12 + index))
        HalfDayFactory(day=day)
        level = LevelFactory(hall__name_fr=f"Hall {index}")
        zone = ZoneFactory(level=level, participation=participation)
        StandFactory(zone=zone)
        SessionFactory(room=RoomFactory(zone=zone), participation=participation)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    "resource",
    [
        "editions",
        "participations",
        "days",
        "half-days",
        "halls",
        "levels",
        "zones",
        "stands",
        "rooms",
        "sessions",
    ],
)
def test_lists_ask_the_same_questions_for_one_row_and_for_three(
    resource, rows, django_assert_num_queries
):
    rows_of_everything(rows)
    client = client_of()

    with django_assert_num_queries(2):
        assert client.get(f"/api/v1/{resource}/").json()["count"] == rows
