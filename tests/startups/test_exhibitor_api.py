import pytest

from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import (
    AllocationFactory,
    ExhibitorFactory,
    PublishedAllocationFactory,
    organiser,
)
from tests.startups.fair import afternoon
from tests.startups.programs import WHILE_OPEN

pytestmark = pytest.mark.django_db


def test_exhibitor_shows_what_is_public_and_nothing_else():
    exhibitor = ExhibitorFactory(
        slug="abers-cyber",
        application__display_name="Abers Cyber",
        application__legal_name="Abers Cyber SAS",
        application__city="Brest",
        application__website="https://abers.example",
    )
    url = f"/api/v1/exhibitors/{exhibitor.pk}/"
    public = {
        "id": exhibitor.pk,
        "edition": 2030,
        "region": "53",
        "slug": "abers-cyber",
        "name": "Abers Cyber",
        "legal_name": "Abers Cyber SAS",
        "city": "Brest",
        "founded_on": "2025-01-15",
        "theme": "cyber",
        "pitch_fr": "Nous protégeons les hôpitaux.",
        "pitch_en": "We protect hospitals.",
        "website": "https://abers.example",
        "page": "http://testserver/exposants/abers-cyber/",
        "logo": None,
        "application": None,
        "checklist": None,
        "left_at": None,
        "stay_revision": None,
    }

    assert client_of().get(url).json() == public
    assert client_of(organiser("75")).get(url).json() == {**public, "stay_revision": 0}
    assert client_of(organiser("53", Role.REVIEWER)).get(url).json() == {
        **public,
        "stay_revision": 0,
        "application": exhibitor.application_id,
    }


def test_exhibitor_that_left_is_seen_by_its_region_only():
    exhibitor = ExhibitorFactory(left_at=WHILE_OPEN)
    url = f"/api/v1/exhibitors/{exhibitor.pk}/"

    assert client_of().get(url).status_code == 404
    assert client_of(organiser("53")).get(url).json()["left_at"] == "2030-02-15T10:00:00+01:00"


def test_exhibitors_are_filtered_by_region_theme_stand_and_half_day():
    wanted = PublishedAllocationFactory()
    other = PublishedAllocationFactory(half_day=afternoon(), stand=wanted.stand)
    client = client_of()

    def found(filters):
        page = client.get(f"/api/v1/exhibitors/?{filters}").json()
        return [exhibitor["id"] for exhibitor in page["results"]]

    assert found(f"region=53&theme=cyber&half_day={wanted.half_day_id}") == [wanted.exhibitor_id]
    assert found(f"stand={wanted.stand_id}&ordering=application__sort_name") == [
        wanted.exhibitor_id,
        other.exhibitor_id,
    ]
    assert found("region=75") == found("theme=health") == found("has_left=true") == []


def test_a_team_filters_exhibitors_by_the_plan_being_made_and_the_public_by_the_announced_one():
    planned, announced = AllocationFactory(), PublishedAllocationFactory()

    def found(client, stand):
        page = client.get(f"/api/v1/exhibitors/?stand={stand.pk}").json()
        return [exhibitor["id"] for exhibitor in page["results"]]

    everybody, team = client_of(), client_of(organiser("75", Role.READER))
    assert found(everybody, planned.stand) == found(team, announced.stand) == []
    assert found(everybody, announced.stand) == [announced.exhibitor_id]
    assert found(team, planned.stand) == [planned.exhibitor_id]


def test_search_knows_neither_accents_nor_capitals():
    exhibitor = ExhibitorFactory(
        application__display_name="Énergie", application__contact_name="Zoé Ménez"
    )
    ExhibitorFactory()
    client, team = client_of(), client_of(organiser("53"))

    def found(client, resource, word):
        return [
            row["id"] for row in client.get(f"/api/v1/{resource}/?search={word}").json()["results"]
        ]

    for word in ("energie", "ÉNERGIE"):
        assert found(client, "exhibitors", word) == [exhibitor.pk]
        assert found(team, "applications", word) == [exhibitor.application_id]
    assert found(team, "applications", "menez") == [exhibitor.application_id]
    assert found(client, "exhibitors", "menez") == []  # the contact is not public
