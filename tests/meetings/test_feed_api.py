import pytest

from meetings.models import Feed
from meetings.operations import open_feed
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import FeedFactory, PersonFactory, UserFactory, organiser
from tests.meetings.programs import english

pytestmark = pytest.mark.usefixtures("edition")


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
