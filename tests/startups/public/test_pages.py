import pytest
from django.urls import reverse

from pavilion.core.models import ActivityEntry
from tests.factories import (
    CallFactory,
    EditionFactory,
    PublishedAllocationFactory,
    RoomFactory,
    SessionFactory,
)
from tests.startups.fair import exhibitor, participation_of, stand

pytestmark = pytest.mark.django_db

PAGES = ["startups:home", "startups:directory", "startups:plan"]


@pytest.mark.parametrize("page", PAGES)
def test_public_page_without_edition_says_what_will_be_here(client, page):
    EditionFactory(is_published=False)

    response = client.get(reverse(page))

    assert (response.status_code, response.context["edition"]) == (200, None)


@pytest.mark.parametrize("page", PAGES)
def test_public_page_only_reads(client, page):
    assert client.post(reverse(page)).status_code == 405


def test_pages_in_english_say_which_texts_are_french(client):
    call = CallFactory(participation=participation_of("53"), text_fr="Venez.")
    translated, french = exhibitor("Armor"), exhibitor("Breizh", pitch_en="")
    PublishedAllocationFactory(exhibitor=french, stand=stand("BRE-1"))
    pitch = '<p{} lang="fr">Nous protégeons les hôpitaux.</p>'

    directory = client.get(reverse("startups:directory")).content.decode()
    assert directory.count(pitch.format("")) == 1
    assert "<p>We protect hospitals.</p>" in directory
    pages = [french.get_absolute_url(), "/stands/BRE-1/", f"/appels/{call.region_code}/"]
    shown = [client.get(page).content.decode() for page in pages]
    assert pitch.format(' class="lede"') in shown[0]
    assert pitch.format("") in shown[1]
    assert '<div class="stack" lang="fr"><p>Venez.</p></div>' in shown[2]
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
    in_french = client.get(translated.get_absolute_url()).content.decode()
    assert '<p class="lede">Nous protégeons les hôpitaux.</p>' in in_french


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/", 8),
        ("/exposants/", 6),
        ("/exposants/armor0/", 7),
        ("/plan/", 8),
        ("/plan/?region=53&theme=cyber", 8),
        ("/plan/?q=armor", 10),
        ("/stands/BRE-0/", 8),
    ],
)
def test_public_page_costs_the_same_whatever_it_shows(
    client, django_assert_num_queries, address, queries, rows
):
    codes = ["53", "84", "11"]
    for number in range(rows):
        pod = stand(f"BRE-{number}", code=codes[number])
        found = exhibitor(f"Armor{number}", code=codes[number])
        PublishedAllocationFactory(exhibitor=found, stand=pod)
        RoomFactory(zone=pod.zone)
        SessionFactory(room=RoomFactory(zone=pod.zone))

    with django_assert_num_queries(queries):
        response = client.get(address)

    assert response.status_code == 200
    assert not ActivityEntry.objects.exists()
