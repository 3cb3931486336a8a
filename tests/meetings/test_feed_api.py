import pytest

from meetings.models import Feed
from meetings.operations import open_feed
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import (
    FeedFactory,
    ParticipationFactory,
    PersonFactory,
    RoomFactory,
    StandFactory,
    UserFactory,
    ZoneFactory,
    organiser,
)
from tests.meetings.programs import english

pytestmark = pytest.mark.usefixtures("edition")


def test_feed_gives_its_address_to_those_who_may_give_it_out():
    user = UserFactory()
    person = PersonFactory(user=user, first_name="Maïwenn", last_name="Kerzoncuff")
    feed = open_feed(person_id=person.pk, by=None, label="Téléphone")
    url = f"/api/v1/feeds/{feed.pk}/"
    shown = {
        "id": feed.pk,
        "of": "Maïwenn Kerzoncuff",
        "person": person.pk,
        "person_name": "Maïwenn Kerzoncuff",
        "participation": None,
        "room": None,
        "stand": None,
        "region": "53",
        "label": "Téléphone",
        "level": "full",
        "language": "fr",
        "has_alarms": False,
        "without_invited": False,
        "address": f"http://testserver/calendar/{feed.token}.ics",
        "grace_until": None,
        "created_at": client_of(user).get(url).json()["created_at"],
        "revoked_at": None,
        "fetched_at": None,
        "fetched_with": "",
        "told": "No calendar has asked for it yet.",
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
    assert renewed.json() == {
        **opened.json(),
        "address": renewed.json()["address"],
        "grace_until": renewed.json()["grace_until"],
    }
    assert renewed.json()["grace_until"] is not None
    assert renewed.json()["address"] != opened.json()["address"]
    assert (revoked.status_code, revoked.json()) == (
        200,
        {
            **renewed.json(),
            "address": None,
            "grace_until": None,
            "revoked_at": revoked.json()["revoked_at"],
        },
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
        client.patch(f"/api/v1/feeds/{feed.pk}/", {"label": "Mien"}),
        client.post(f"/api/v1/feeds/{feed.pk}/renew/"),
        client.post(f"/api/v1/feeds/{feed.pk}/revoke/"),
    ]

    assert [answer.status_code for answer in answers] == [status] * 4
    assert list(Feed.objects.values_list("version", "revoked_at")) == [(1, None)]


def test_feed_of_a_desk_is_opened_by_its_manager():
    participation = ParticipationFactory()
    room = RoomFactory(zone=ZoneFactory(participation=participation))
    stand = StandFactory(zone=ZoneFactory(participation=participation), number="P042")
    client = client_of(english())

    opened = [
        client.post("/api/v1/feeds/", body)
        for body in (
            {"edition": 2030, "region": "53", "level": "discreet"},
            {"room": room.pk},
            {"stand": stand.pk, "has_alarms": True},
        )
    ]

    assert [(each.status_code, each.json()["of"], each.json()["region"]) for each in opened] == [
        (201, "Bretagne 2030", "53"),
        (201, room.name_fr, "53"),
        (201, "Stand P042", "53"),
    ]
    assert client.get("/api/v1/feeds/?kind=region").json()["count"] == 1
    assert client.get("/api/v1/feeds/?region=53").json()["count"] == 3
    assert client_of(english("75")).get("/api/v1/feeds/").json()["count"] == 0
    assert client_of(english("75")).post("/api/v1/feeds/", {"room": room.pk}).status_code == 403


def test_feed_is_of_one_thing():
    client = client_of(english())
    person = PersonFactory()

    nothing = client.post("/api/v1/feeds/", {})
    both = client.post("/api/v1/feeds/", {"person": person.pk, "edition": 2030, "region": "53"})
    half = client.post("/api/v1/feeds/", {"region": "53"})

    assert (nothing.status_code, nothing.json()["code"]) == (409, "feed_of_one_thing")
    assert (both.status_code, half.status_code) == (400, 400)  # no such region takes part yet
    assert half.json() == {"region": ["Name a region and an edition."]}


def test_feed_shows_something_else():
    feed = FeedFactory()
    client = client_of(english())

    changed = client.patch(f"/api/v1/feeds/{feed.pk}/", {"has_alarms": True, "label": "Montre"})
    at_once = client.post(f"/api/v1/feeds/{feed.pk}/renew/", {"at_once": True})

    assert (changed.status_code, changed.json()["has_alarms"], changed.json()["label"]) == (
        200,
        True,
        "Montre",
    )
    assert at_once.json()["grace_until"] is None
    assert client.patch(f"/api/v1/feeds/{feed.pk}/", {"level": "all"}).status_code == 400
