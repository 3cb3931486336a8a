from datetime import date

import pytest
from django.urls import reverse

from tests.factories import (
    ApplicationFactory,
    CallFactory,
    EditionFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    PublishedAllocationFactory,
    organiser,
)
from tests.startups.fair import BEFORE_THE_FAIR, afternoon, exhibitor, second_morning, stand

pytestmark = pytest.mark.django_db


def names(response):
    return [str(found) for found, _stays in response.context["exhibitors"]]


def test_directory_lists_by_name_with_stands_and_days(client):
    late, early = exhibitor("Zéphyr"), exhibitor("Armor")
    morning, pod = HalfDayFactory(), stand("BRE-1")
    PublishedAllocationFactory(exhibitor=early, stand=pod, half_day=morning)
    PublishedAllocationFactory(exhibitor=early, stand=pod, half_day=afternoon())
    PublishedAllocationFactory(exhibitor=early, stand=stand("BRE-2"), half_day=second_morning())

    response = client.get(reverse("startups:directory"))

    assert [
        (found, [(stay.number, stay.days) for stay in stays])
        for found, stays in response.context["exhibitors"]
    ] == [(early, [("BRE-1", "Wed 12"), ("BRE-2", "Thu 13 morning")]), (late, [])]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Armor", "Lumen", "Vercors"]),
        ({"region": "53"}, ["Armor", "Lumen"]),
        ({"theme": "health"}, ["Lumen"]),
        ({"region": "84", "theme": "health"}, []),
        ({"q": "lum"}, ["Lumen"]),
        ({"q": "hydrogène barrages"}, ["Vercors"]),
        ({"q": "hydrogène armor"}, []),
        ({"region": "nowhere"}, ["Armor", "Lumen", "Vercors"]),
    ],
)
def test_directory_narrows_to_what_is_asked(client, query, found):
    exhibitor("Armor")
    exhibitor("Lumen", theme_id="health")
    exhibitor("Vercors", code="84", pitch_fr="De l’hydrogène au pied des barrages.")

    assert names(client.get(reverse("startups:directory"), query)) == found


def test_directory_finds_and_sorts_whatever_the_accents_and_the_database(client):
    for name in ("Zéphyr", "l’Élan", "Énergie & Cie", "œuvre", "energie-mer", "Ÿvoire"):
        exhibitor(name)
    directory = reverse("startups:directory")

    assert names(client.get(directory)) == [
        "Énergie & Cie",
        "energie-mer",
        "l’Élan",
        "œuvre",
        "Ÿvoire",
        "Zéphyr",
    ]
    for word in ("energie", "ÉNERGIE", "énergie"):
        assert names(client.get(directory, {"q": word})) == ["Énergie & Cie", "energie-mer"]
    assert names(client.get(directory, {"q": "l'elan"})) == ["l’Élan"]
    assert names(client.get(directory, {"q": "OEUVRE hopitaux"})) == ["œuvre"]
    assert names(client.get(directory, {"q": "100%"})) == []


def test_directory_shows_neither_who_left_nor_another_edition(client):
    exhibitor("Armor")
    gone = exhibitor("Partie")
    gone.left_at = BEFORE_THE_FAIR
    gone.save()
    old = CallFactory(
        participation=ParticipationFactory(
            edition=EditionFactory(
                year=2029, starts_on=date(2029, 6, 13), ends_on=date(2029, 6, 16)
            )
        )
    )
    ExhibitorFactory(application=ApplicationFactory(call=old, status="confirmed"))

    for reader in (None, organiser(), organiser("53")):
        if reader:
            client.force_login(reader)
        assert names(client.get(reverse("startups:directory"))) == ["Armor"]


def test_directory_turns_its_pages_and_keeps_the_filters(client):
    for number in range(31):
        exhibitor(f"Armor{number:02d}")

    response = client.get(reverse("startups:directory"), {"region": "53", "page": 2})

    assert names(response) == ["Armor30"]
    assert 'href="?region=53&amp;page=1"' in response.content.decode()
