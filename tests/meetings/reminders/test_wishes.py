"""Which mails of this kind somebody receives is theirs to say."""

import pytest
from django.urls import reverse
from django.utils import translation

from meetings.models import Person
from pavilion.core.models import ActivityEntry
from tests.factories import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def wishes(person):
    names = ("remind_evening_before", "remind_morning_of", "remind_hour_before")
    return Person.objects.values_list(*names, "wants_programme", "wants_morning_news").get(
        pk=person.pk
    )


def test_opening_the_page_changes_nothing_and_a_post_keeps_the_choice(client, person):
    address = reverse("meetings:day_wishes", args=[person.token])

    page = client.get(address)
    assert (page.status_code, page.headers["X-Robots-Tag"]) == (200, "noindex")
    assert wishes(person) == (True, False, True, True, True)
    response = client.post(address, {"remind_morning_of": "on", "wants_programme": "on"})

    assert (response.status_code, response.url) == (302, address)
    assert wishes(person) == (False, True, False, True, False)
    [entry] = ActivityEntry.objects.filter(verb="person.changed")
    assert entry.after == {
        "remind_evening_before": False,
        "remind_morning_of": True,
        "remind_hour_before": False,
        "wants_morning_news": False,
    }


def test_one_signed_in_has_the_same_page(client):
    user = UserFactory()
    person = PersonFactory(user=user)
    client.force_login(user)

    client.post(reverse("meetings:my_wishes"), {})

    assert wishes(person) == (False,) * 5


def test_a_link_that_was_replaced_opens_nothing(client, person):
    address = reverse("meetings:day_wishes", args=[person.token])
    Person.objects.update(link_version=2)

    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]


def test_without_an_address_the_page_says_whom_it_reaches(client, person):
    Person.objects.filter(pk=person.pk).update(email="")

    with translation.override("en"):
        page = client.get(
            reverse("meetings:day_wishes", args=[person.token]),
            headers={"accept-language": "en"},
        )

    assert (
        "We have no e-mail address of yours: what you choose here reaches only those who receive "
        "your mail for you."
    ) in page.content.decode()
