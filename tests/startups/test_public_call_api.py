import pytest
import time_machine

from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import CallFactory, organiser
from tests.startups.programs import WHILE_OPEN

pytestmark = pytest.mark.django_db


@time_machine.travel(WHILE_OPEN, tick=False)
def test_call_says_whether_it_is_open():
    call = CallFactory(text_fr="Candidatez !")

    assert client_of().get(f"/api/v1/calls/{call.pk}/").json() == {
        "id": call.pk,
        "edition": 2030,
        "region": "53",
        "text": "Candidatez !",
        "text_fr": "Candidatez !",
        "text_en": "",
        "opens_at": "2030-02-01T01:00:00+01:00",
        "closes_at": "2030-03-01T01:00:00+01:00",
        "is_open": True,
        "results_at": None,
        "confirm_within_days": 10,
        "offer_within_days": 3,
        "places": 10,
        "contact_email": "appel@region.example",
        "is_published": True,
        "only_head_office": False,
        "max_age_years": None,
        "max_headcount": "",
        "max_revenue": None,
        "only_first_participation": False,
        "themes": [],
        "charter_fr": "",
        "charter_en": "",
        "charter_version": 1,
        "advantage": None,
        "badge_quota": 3,
        # For its desk alone.
        "reviews_each": None,
        "hides_other_scores": None,
        "release_at": None,
        "fills_by_itself": None,
        "released_at": None,
    }


def test_call_being_prepared_is_for_its_region():
    call = CallFactory(is_published=False)
    url = f"/api/v1/calls/{call.pk}/"

    assert client_of().get(url).status_code == 404
    assert client_of(organiser("75")).get(url).status_code == 404
    assert client_of(organiser("53", Role.READER)).get(url).status_code == 200


def test_themes_are_public_and_in_order():
    page = client_of().get("/api/v1/themes/?page_size=1").json()

    assert page["results"] == [
        {
            "code": "ai",
            "name": "Artificial intelligence",
            "name_fr": "Intelligence artificielle",
            "name_en": "Artificial intelligence",
        }
    ]
