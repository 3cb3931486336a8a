"""Building the frame through the API: what the national team sends, and who may not."""

import pytest

from events.models import Day, Edition, HalfDay, Hall, Level, Participation, Region, Room, Zone
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import (
    DayFactory,
    EditionFactory,
    HalfDayFactory,
    HallFactory,
    LevelFactory,
    ParticipationFactory,
    RoomFactory,
    UserFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

DAY = {
    "edition": 2030,
    "date": "2030-06-13",
    "public": "professional",
    "exhibitor_access_at": "08:00",
    "opens_at": "09:00",
    "closes_at": "18:00",
}


@pytest.fixture
def national():
    return client_of(organiser(language="en"))


def answer(response):
    return response.status_code, response.json()


def refusal(response):
    body = response.json()
    return response.status_code, body["code"], body["detail"], body["details"]


def test_root_of_the_api_is_read_by_anybody():
    response = client_of().get("/api/v1/")

    assert (response.status_code, response.json()["editions"]) == (
        200,
        "http://testserver/api/v1/editions/",
    )


def test_edition_is_added_published_and_refused_a_second_time(national):
    sent = {
        "year": 2031,
        "name": "VivaTech",
        "starts_on": "2031-06-11",
        "ends_on": "2031-06-14",
        "venue_name": "Paris Expo",
    }
    shown = {**sent, "venue_address": "", "is_published": False}

    assert answer(national.post("/api/v1/editions/", sent)) == (201, shown)
    assert client_of().get("/api/v1/editions/2031/").status_code == 404
    assert answer(national.patch("/api/v1/editions/2031/", {"is_published": True})) == (
        200,
        {**shown, "is_published": True},
    )
    assert client_of().get("/api/v1/editions/2031/").status_code == 200
    assert refusal(national.post("/api/v1/editions/", {**sent, "name": "Other"})) == (
        409,
        "edition_exists",
        "The year 2031 already has its edition: VivaTech 2031.",
        {"year": 2031, "name": "VivaTech"},
    )
    assert refusal(national.patch("/api/v1/editions/2031/", {"ends_on": "2031-06-01"})) == (
        409,
        "ends_before_it_starts",
        "The edition ends before it starts.",
        {},
    )


def test_day_comes_with_its_half_days_which_follow_its_hours(national):
    EditionFactory()

    added = national.post("/api/v1/days/", DAY)
    pk = added.json()["id"]
    changed = national.patch(f"/api/v1/days/{pk}/", {"closes_at": "19:00"})
    halves = national.get(f"/api/v1/half-days/?day={pk}").json()["results"]

    assert answer(added) == (
        201,
        {
            **DAY,
            "id": pk,
            "exhibitor_access_at": "08:00:00",
            "opens_at": "09:00:00",
            "closes_at": "18:00:00",
        },
    )
    assert (changed.status_code, changed.json()["closes_at"]) == (200, "19:00:00")
    assert [(half["part"], half["starts_at"], half["ends_at"]) for half in halves] == [
        ("am", "2030-06-13T09:00:00+02:00", "2030-06-13T13:00:00+02:00"),
        ("pm", "2030-06-13T13:00:00+02:00", "2030-06-13T19:00:00+02:00"),
    ]
    assert refusal(national.post("/api/v1/days/", DAY)) == (
        409,
        "day_exists",
        "VivaTech 2030 already has its Thursday 13 June.",
        {"day": pk, "date": "2030-06-13"},
    )


def test_region_joins_an_edition_once(national):
    EditionFactory()
    sent = {"edition": 2030, "region": "53", "contact_email": "contact@region.example"}

    joined = national.post("/api/v1/participations/", sent)

    pk = Participation.objects.get().pk
    assert answer(joined) == (
        201,
        {
            "id": pk,
            "edition": 2030,
            "region": "53",
            "region_name": "Bretagne",
            "floor_area": None,
        },
    )
    assert refusal(national.post("/api/v1/participations/", sent)) == (
        409,
        "already_takes_part",
        "Bretagne already takes part in VivaTech 2030.",
        {"participation": pk},
    )


def test_hall_and_level_are_built_once(national):
    EditionFactory()
    of_hall = {"edition": 2030, "name_fr": "Pavillon 7", "name_en": "Hall 7"}

    hall = national.post("/api/v1/halls/", of_hall)
    of_level = {"hall": hall.json()["id"], "number": 2, "width": "110.00", "depth": "64.00"}
    level = national.post("/api/v1/levels/", of_level)

    assert answer(hall) == (201, {"id": Hall.objects.get().pk, "name": "Hall 7", **of_hall})
    assert answer(level) == (201, {"id": Level.objects.get().pk, **of_level})
    assert refusal(national.post("/api/v1/halls/", of_hall)) == (
        409,
        "hall_exists",
        "VivaTech 2030 already has a hall named “Pavillon 7”.",
        {"hall": hall.json()["id"], "name_fr": "Pavillon 7"},
    )
    assert refusal(national.post("/api/v1/levels/", of_level)) == (
        409,
        "level_exists",
        "Hall 7 already has a level 2.",
        {"level": level.json()["id"], "number": 2},
    )


def test_zone_is_a_region_s_or_everybody_s(national):
    level = LevelFactory()
    ParticipationFactory()
    sent = {"level": level.pk, "name_fr": "Bretagne", "outline": [[0, 0], [4, 0], [4, 3.5]]}

    zone = national.post("/api/v1/zones/", {**sent, "region": "53"})
    url = f"/api/v1/zones/{zone.json()['id']}/"
    shared = national.patch(url, {"region": None, "name_en": "Brittany"})

    shown = {**sent, "id": Zone.objects.get().pk, "name": "Bretagne", "name_en": "", "region": "53"}
    assert answer(zone) == (201, {**shown, "revision": 1})
    assert answer(shared) == (
        200,
        {**shown, "region": None, "name": "Brittany", "name_en": "Brittany", "revision": 2},
    )
    assert answer(national.patch(url, {"region": "76"})) == (
        400,
        {"region": ["No region with this code takes part in this edition."]},
    )
    assert refusal(national.post("/api/v1/zones/", sent)) == (
        409,
        "zone_exists",
        "Hall 7, level 1 already has a zone named “Bretagne”.",
        {"zone": zone.json()["id"], "name_fr": "Bretagne"},
    )


@pytest.mark.parametrize("outline", [[[0, "nan"]], [[0]], [[0, 1, 2]], "all of it", [["1e999", 0]]])
def test_corner_of_a_zone_is_two_numbers(national, outline):
    sent = {"level": LevelFactory().pk, "name_fr": "Bretagne", "outline": outline}

    response = national.post("/api/v1/zones/", sent)

    assert (response.status_code, list(response.json())) == (400, ["outline"])


def test_room_is_built_and_changed(national):
    zone = ZoneFactory()
    taken = RoomFactory(zone=zone, name_fr="Salon 2")
    sent = {"zone": zone.pk, "name_fr": "Salon 1", "capacity": 4, "x": "1.50", "y": "2.00"}

    room = national.post("/api/v1/rooms/", sent)
    url = f"/api/v1/rooms/{room.json()['id']}/"

    shown = {
        **sent,
        "id": Room.objects.get(name_fr="Salon 1").pk,
        "edition": 2030,
        "region": "53",
        "kind": "meeting",
        "name": "Salon 1",
        "name_en": "",
        "width": "3.00",
        "depth": "3.00",
    }
    assert answer(room) == (201, shown)
    assert answer(national.patch(url, {"capacity": 12})) == (200, {**shown, "capacity": 12})
    assert refusal(national.patch(url, {"name_fr": "Salon 2"})) == (
        409,
        "room_exists",
        "VivaTech 2030 already has a room named “Salon 2”.",
        {"room": taken.pk, "name_fr": "Salon 2"},
    )


def bodies():
    """A valid body for each resource."""
    zone = ZoneFactory()
    level = zone.level
    return {
        "editions": {
            "year": 2031,
            "name": "VivaTech",
            "starts_on": "2031-06-11",
            "ends_on": "2031-06-14",
            "venue_name": "Paris Expo",
        },
        "days": DAY,
        "participations": {
            "edition": 2030,
            "region": "76",
            "contact_email": "contact@region.example",
        },
        "halls": {"edition": 2030, "name_fr": "Hall 9"},
        "levels": {"hall": level.hall_id, "number": 9, "width": "1", "depth": "1"},
        "zones": {"level": level.pk, "name_fr": "Autre"},
        "rooms": {"zone": zone.pk, "name_fr": "Autre", "x": "1", "y": "1"},
    }


RESOURCES = ("editions", "days", "participations", "halls", "levels", "zones", "rooms")
STRANGERS = [
    (lambda: None, 401),
    (UserFactory, 403),
    (lambda: organiser("53"), 403),
    (lambda: organiser("", Role.READER), 403),
]


@pytest.mark.parametrize(("user", "status"), STRANGERS)
@pytest.mark.parametrize("resource", RESOURCES)
def test_frame_is_built_by_the_national_managers_only(resource, user, status):
    body = bodies()[resource]
    kinds = (Edition, Day, HalfDay, Participation, Hall, Level, Zone, Room)
    before = [model.objects.count() for model in kinds]

    response = client_of(user()).post(f"/api/v1/{resource}/", body)

    assert response.status_code == status
    assert [model.objects.count() for model in kinds] == before


@pytest.mark.parametrize(("user", "status"), STRANGERS)
def test_frame_is_changed_by_the_national_managers_only(user, status):
    room, day = RoomFactory(name_fr="Salon 1"), DayFactory()
    client = client_of(user())

    answers = [
        client.patch("/api/v1/editions/2030/", {"name": "X"}).status_code,
        client.patch(f"/api/v1/days/{day.pk}/", {"opens_at": "10:00"}).status_code,
        client.patch(f"/api/v1/zones/{room.zone_id}/", {"name_fr": "X"}).status_code,
        client.patch(f"/api/v1/rooms/{room.pk}/", {"name_fr": "X"}).status_code,
    ]

    assert answers == [status] * 4
    assert Room.objects.get().name_fr == "Salon 1"


def test_frame_of_an_edition_one_may_not_see_does_not_exist():
    hidden = EditionFactory(year=2031, is_published=False)
    level = LevelFactory(hall=HallFactory(edition=hidden))
    zone = ZoneFactory(level=level, participation=None)
    room, day = RoomFactory(zone=zone), HalfDayFactory(day=DayFactory(edition=hidden)).day
    client = client_of(UserFactory(language="en"))

    changes = {
        url: client.patch(f"/api/v1/{url}/", {}).status_code
        for url in ("editions/2031", f"days/{day.pk}", f"zones/{zone.pk}", f"rooms/{room.pk}")
    }
    additions = [
        answer(client.post("/api/v1/halls/", {"edition": 2031, "name_fr": "X"})),
        answer(
            client.post("/api/v1/rooms/", {"zone": zone.pk, "name_fr": "X", "x": "1", "y": "1"})
        ),
    ]

    assert set(changes.values()) == {404}
    assert additions == [
        (400, {"edition": ["Object with year=2031 does not exist."]}),
        (400, {"zone": [f'Invalid pk "{zone.pk}" - object does not exist.']}),
    ]


def test_region_that_does_not_exist_joins_nothing(national):
    EditionFactory()
    sent = {"edition": 2030, "region": "99", "contact_email": "contact@region.example"}

    assert answer(national.post("/api/v1/participations/", sent)) == (
        400,
        {"region": ['Invalid pk "99" - object does not exist.']},
    )
    assert Region.objects.count() == 18
