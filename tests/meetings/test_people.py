"""People: one address, one person; a private link that can be replaced."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_an_address_is_one_persons_whatever_its_capitals(person):
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonFactory(email="Maiwenn@Region.example")


def test_people_without_address_are_no_rivals():
    assert [PersonFactory(email="").email, PersonFactory(email="").email] == ["", ""]


def test_an_address_in_capitals_is_refused_in_the_form_too(client, national, person):
    other = PersonFactory(email="autre@region.example")
    client.force_login(national)
    client.cookies["django_language"] = "en"

    page = client.post(
        reverse("admin:meetings_person_change", args=[other.pk]),
        {
            "first_name": "Azénor",
            "last_name": "Kerzoncuff",
            "region": "53",
            "email": "MAIWENN@region.example",
            "language": "fr",
        },
    )

    other.refresh_from_db()
    assert other.email == "autre@region.example"
    assert page.context["adminform"].form.errors["email"] == [
        "Somebody already has this e-mail address."
    ]
