import pytest

from events.models import Stand
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import StandFactory, ZoneFactory, organiser

pytestmark = pytest.mark.django_db


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
        "revision": 1,
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
            "revision": 1,
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
