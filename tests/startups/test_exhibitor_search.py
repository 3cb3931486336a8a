"""The desk finds exhibitors by their people; a neighbour only by what the directory says."""

import pytest
from django.urls import reverse

from startups.models import Badge
from tests.factories import ApplicationFactory, ExhibitorFactory, organiser

pytestmark = pytest.mark.django_db
LIST = reverse("admin:startups_exhibitor_changelist")


@pytest.fixture
def algovital():
    exhibitor = ExhibitorFactory(
        application=ApplicationFactory(
            status="confirmed",
            display_name="Algovital",
            siret="73282932000074",
            city="Cesson",
            contact_name="Zoé Le Goff",
            contact_email="zoe@algovital.example",
        )
    )
    Badge.objects.create(
        exhibitor=exhibitor,
        first_name="Éloïse",
        last_name="Kermarrec",
        email="ek@algovital.example",
    )
    ExhibitorFactory(application__display_name="Breizh Robotics")
    return exhibitor


def found(client, words):
    page = client.get(LIST, {"q": words})
    return [str(row) for row in page.context["cl"].result_list]


PUBLIC = ["algovital", "732829320", "732 829 320", "732.829.320"]
OF_THE_TEAM = [
    *("zoe le goff", "Zoé", "zoe@algovital.example", "cesson"),
    *("eloise kermarrec", "KERMARREC", "Algovital Éloïse", "ek@algovital"),
    *("73282932000074", "732 829 320 00074"),
]


@pytest.mark.parametrize("words", PUBLIC + OF_THE_TEAM)
@pytest.mark.parametrize("region_code", ["53", ""])
def test_desk_finds_its_exhibitors_by_company_and_by_people(client, algovital, words, region_code):
    client.force_login(organiser(region_code))

    assert found(client, words) == ["Algovital"]


@pytest.mark.parametrize("words", PUBLIC)
def test_neighbour_finds_an_exhibitor_by_its_company(client, algovital, words):
    client.force_login(organiser("28"))

    assert found(client, words) == ["Algovital"]


@pytest.mark.parametrize("role", ["manager", "reader", "reviewer"])
@pytest.mark.parametrize("words", OF_THE_TEAM)
def test_neighbour_learns_nothing_of_people_by_searching(client, algovital, words, role):
    client.force_login(organiser("28", role))

    assert found(client, words) == []


def test_words_that_nobody_bears_find_nobody(client, algovital):
    client.force_login(organiser("53"))

    assert found(client, "kermarrec breizh") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_search_costs_the_same_for_one_and_three(client, django_assert_num_queries, rows):
    client.force_login(organiser())
    for number in range(rows):
        exhibitor = ExhibitorFactory()
        Badge.objects.create(exhibitor=exhibitor, first_name="Ana", last_name=f"Le Goff {number}")

    with django_assert_num_queries(18):
        assert len(found(client, "ana le goff")) == rows
