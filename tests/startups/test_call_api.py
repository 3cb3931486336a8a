"""A region's call by the API."""

import pytest

from pavilion.core.access import Role
from startups.models import Call
from tests.api import client_of
from tests.factories import CallFactory, ParticipationFactory, UserFactory, organiser

pytestmark = pytest.mark.django_db

SENT = {
    "edition": 2030,
    "region": "53",
    "opens_at": "2030-02-01T09:00:00+01:00",
    "closes_at": "2030-03-01T18:00:00+01:00",
    "places": 12,
    "contact_email": "appel@region.example",
}


def test_api_writes_publishes_and_changes_a_call(time_machine):
    time_machine.move_to("2030-02-15T10:00:00+01:00", tick=False)
    ParticipationFactory()
    client = client_of(organiser("53", language="en"))

    written = client.post("/api/v1/calls/", SENT)
    pk = Call.objects.get().pk
    url = f"/api/v1/calls/{pk}/"
    unseen = client_of().get(url).status_code
    published = client.post(f"{url}publish/")
    changed = client.patch(url, {"text_en": "Come", "grace_minutes": 0})
    again = client.post("/api/v1/calls/", SENT)
    backwards = client.patch(url, {"closes_at": "2030-01-01T00:00:00+01:00"})
    hidden = client.post(f"{url}hide/")

    shown = {
        **SENT,
        "id": pk,
        "text": "",
        "text_fr": "",
        "text_en": "",
        "is_open": False,
        "results_at": None,
        "confirm_within_days": 10,
        "offer_within_days": 3,
        "is_published": False,
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
        "reviews_each": 2,
        "hides_other_scores": True,
        "release_at": None,
        "fills_by_itself": True,
        "released_at": None,
    }
    public = {**shown, "is_open": True, "is_published": True}
    assert (written.status_code, written.json(), unseen) == (201, shown, 404)
    assert (published.status_code, published.json()) == (200, public)
    assert (changed.status_code, changed.json()) == (
        200,
        {**public, "text": "Come", "text_en": "Come"},
    )
    assert (again.status_code, again.json()) == (
        409,
        {
            "code": "call_exists",
            "detail": "Bretagne already has its call for VivaTech 2030.",
            "details": {"call": pk},
        },
    )
    assert (backwards.status_code, backwards.json()["code"]) == (409, "closes_before_it_opens")
    assert (hidden.status_code, hidden.json()["is_published"]) == (200, False)


@pytest.mark.parametrize(
    ("user", "status"),
    [
        (lambda: None, 401),
        (UserFactory, 403),
        (lambda: organiser("76"), 403),
        (lambda: organiser("53", Role.READER), 403),
    ],
)
def test_api_refuses_a_call_to_those_who_do_not_act_for_its_region(user, status):
    ParticipationFactory()
    other = CallFactory(participation=ParticipationFactory(edition__year=2031), places=10)
    client = client_of(user())

    answers = [
        client.post("/api/v1/calls/", SENT).status_code,
        client.patch(f"/api/v1/calls/{other.pk}/", {"places": 1}).status_code,
        client.post(f"/api/v1/calls/{other.pk}/publish/").status_code,
        client.post(f"/api/v1/calls/{other.pk}/hide/").status_code,
    ]

    assert answers == [status] * 4
    assert list(Call.objects.values_list("places", "is_published")) == [(10, True)]


def test_api_hides_a_call_in_preparation_from_other_regions():
    call = CallFactory(is_published=False)
    client = client_of(organiser("76"))

    assert client.patch(f"/api/v1/calls/{call.pk}/", {"places": 1}).status_code == 404
    assert client.post(f"/api/v1/calls/{call.pk}/publish/").status_code == 404


def test_api_wants_a_region_that_takes_part():
    ParticipationFactory()
    client = client_of(organiser(language="en"))

    missing = client.post("/api/v1/calls/", {**SENT, "region": None})
    stranger = client.post("/api/v1/calls/", {**SENT, "region": "76"})

    assert (missing.status_code, missing.json()) == (
        400,
        {"region": ["This field may not be null."]},
    )
    assert (stranger.status_code, stranger.json()) == (
        400,
        {"region": ["No region with this code takes part in this edition."]},
    )
