"""Announcing through the API, and reading what is announced."""

from datetime import UTC, datetime

import pytest
import time_machine

from pavilion.core.access import Role
from startups.models import PlanVersion, PublishedAllocation
from tests.api import client_of
from tests.factories import (
    AllocationFactory,
    HalfDayFactory,
    PublishedAllocationFactory,
    UserFactory,
    organiser,
)
from tests.startups.fair import afternoon, exhibitor, participation_of, stand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(datetime(2030, 5, 20, 7, 0, tzinfo=UTC), tick=False):
        yield


def given(name="Armor", number="A12", **fields):
    return AllocationFactory(exhibitor=exhibitor(name), stand=stand(number), **fields)


def announce(client, **fields):
    body = {"participation": participation_of("53").pk, **fields}
    return client.post("/api/v1/plan-versions/announce/", body)


def test_a_desk_previews_announces_and_compares():
    allocation = given()
    armor, by = allocation.exhibitor, organiser("53", language="en")
    client, participation = client_of(by), participation_of("53").pk

    preview = client.get(f"/api/v1/plan-versions/preview/?participation={participation}").json()
    first = announce(client, note="Bienvenue", seen_serial=preview["serial"])
    again = announce(client)
    AllocationFactory(exhibitor=armor, stand=allocation.stand, half_day=afternoon())
    second = announce(client).json()
    url = f"/api/v1/plan-versions/{second['id']}/compare/?with={first.json()['id']}"

    assert preview["differences"] == [
        {
            "exhibitor": armor.pk,
            "is_first": True,
            "is_last": False,
            "changes": ["Gets stand A12 on Wednesday 12 June in the morning"],
        }
    ]
    assert preview["obstacles"] == []
    assert [mail["recipient"] for mail in preview["mails"]] == [armor.application.contact_email]
    assert (first.status_code, again.status_code) == (201, 200)
    cells = {str(allocation.half_day_id): allocation.stand_id}
    assert first.json() == {
        "id": PlanVersion.objects.get(number=1).pk,
        "participation": participation,
        "edition": 2030,
        "region": "53",
        "number": 1,
        "at": "2030-05-20T09:00:00+02:00",
        "by": by.pk,
        "by_name": "",
        "note": "Bienvenue",
        "exhibitors_concerned": 1,
        "cells": {str(armor.pk): cells},
        "changes": {str(armor.pk): [{}, cells]},
    }
    assert again.json() == first.json()
    assert client.get(url).json() == [
        {
            "exhibitor": armor.pk,
            "is_first": False,
            "is_last": False,
            "changes": ["Gets stand A12 on Wednesday 12 June in the afternoon"],
        }
    ]
    assert client.get(f"/api/v1/plan-versions/{second['id']}/compare/?with=9").status_code == 404


def test_several_regions_are_announced_as_one():
    given()
    AllocationFactory(exhibitor=exhibitor("Lumen", "76"), stand=stand("N1", "76"))
    client, url = client_of(organiser()), "/api/v1/plan-versions/announce-together/"
    body = {"participations": [participation_of(code).pk for code in ("53", "76")]}

    made, again = client.post(url, body), client.post(url, body)

    assert (made.status_code, [each["region"] for each in made.json()]) == (201, ["53", "76"])
    assert (again.status_code, again.json()) == (200, [])
    assert client_of(organiser("53")).post(url, body).status_code == 403


def test_nothing_to_announce_is_no_refusal():
    assert announce(client_of(organiser("53"))).status_code == 204


def test_a_refusal_says_what_stands_in_the_way():
    allocation = given()
    PublishedAllocationFactory(
        exhibitor=exhibitor("Lumen", "76"), stand=allocation.stand, half_day=allocation.half_day
    )

    refusal = announce(client_of(organiser("53", language="en")))

    assert (refusal.status_code, refusal.json()["code"]) == (409, "still_announced")
    assert "stand A12, meant for Armor, is still announced for Lumen" in refusal.json()["detail"]


@pytest.mark.parametrize(
    ("user", "statuses"),
    [
        (lambda: None, (401, 401, 401)),
        (UserFactory, (403, 403, 404)),
        (lambda: organiser("53", Role.READER), (403, 200, 200)),
        (lambda: organiser("75"), (403, 403, 404)),
        (lambda: organiser("", Role.READER), (403, 200, 200)),
    ],
)
def test_a_plan_is_announced_by_its_desk_alone(user, statuses):
    given()
    version = PlanVersion.objects.create(participation=participation_of("53"), number=1)
    client, participation = client_of(user()), participation_of("53").pk

    answers = (
        announce(client),
        client.get(f"/api/v1/plan-versions/preview/?participation={participation}"),
        client.get(f"/api/v1/plan-versions/{version.pk}/compare/?with={version.pk}"),
    )

    assert tuple(answer.status_code for answer in answers) == statuses
    assert not PublishedAllocation.objects.exists()


def test_everybody_reads_what_is_announced_and_narrows_it():
    wanted = PublishedAllocationFactory(exhibitor=exhibitor("Armor"), stand=stand("A12"))
    PublishedAllocationFactory(exhibitor=exhibitor("Lumen", "76"), half_day=afternoon())
    gone = PublishedAllocationFactory(exhibitor=exhibitor("Parti"), half_day=HalfDayFactory())
    gone.exhibitor.left_at = datetime(2030, 5, 1, tzinfo=UTC)
    gone.exhibitor.save()
    client = client_of()

    filters = f"edition=2030&region=53&stand={wanted.stand_id}&date=2030-06-12"
    page = client.get(f"/api/v1/published-allocations/?{filters}").json()

    assert page["results"] == [
        {
            "id": wanted.pk,
            "edition": 2030,
            "region": "53",
            "exhibitor": wanted.exhibitor_id,
            "exhibitor_name": "Armor",
            "stand": wanted.stand_id,
            "stand_number": "A12",
            "half_day": wanted.half_day_id,
            "half_day_name": "Wednesday 12 June, morning",
        }
    ]
    assert client.get("/api/v1/published-allocations/").json()["count"] == 2
    assert client_of(organiser("53")).get("/api/v1/published-allocations/").json()["count"] == 3


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("resource", "queries"), [("published-allocations", 2), ("plan-versions", 4)]
)
def test_a_list_costs_the_same_for_one_and_three_rows(
    resource, queries, count, django_assert_num_queries
):
    for number in range(count):
        PublishedAllocationFactory()
        PlanVersion.objects.create(participation=participation_of("53"), number=number)
    client = client_of(organiser("53") if resource == "plan-versions" else None)

    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{resource}/").json()["count"] == count
