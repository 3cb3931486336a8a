"""People: one address, one person; a private link that can be replaced."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from events.models import Region
from meetings.addressees import invitations_link
from meetings.models import Person
from meetings.operations import NoChannel, change_person, renew_day_link
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from tests.factories import PersonFactory, UserFactory, organiser

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


def test_a_replaced_link_opens_the_day_and_the_former_opens_nothing(client, edition, person):
    manager = organiser("53")

    renewed = renew_day_link(person_id=person.pk, by=manager)

    assert [client.get(each.get_absolute_url()).status_code for each in (person, renewed)] == [
        404,
        200,
    ]
    entry = ActivityEntry.objects.get()
    assert (entry.by, entry.verb, entry.target, entry.region_code) == (
        manager,
        "person.link_renewed",
        person,
        "53",
    )


def test_a_link_is_replaced_by_its_region_or_its_person_and_nobody_else(person):
    theirs = UserFactory()
    Person.objects.filter(pk=person.pk).update(user=theirs)
    for by in (theirs, organiser("53"), organiser(), None):
        renew_day_link(person_id=person.pk, by=by)
    for by in (UserFactory(), organiser("28"), organiser("53", Role.READER)):
        with pytest.raises(PermissionDenied):
            renew_day_link(person_id=person.pk, by=by)
    person.refresh_from_db()
    assert (person.link_version, person.region) == (5, Region.objects.get(code="53"))


def test_a_manager_replaces_the_link_from_the_persons_page_and_by_the_api(client, person):
    client.force_login(organiser("53"))

    client.post(reverse("admin:meetings_person_renew_link", args=[person.pk]))
    answer = client.post(f"/api/v1/people/{person.pk}/renew-link/")

    person.refresh_from_db()
    assert person.link_version == 3
    assert (answer.status_code, answer.json()) == (
        200,
        {"id": person.pk, "address": f"http://testserver{person.get_absolute_url()}"},
    )


def test_somehow_one_learns_of_meetings(client, person):
    with pytest.raises(NoChannel):
        change_person(person_id=person.pk, by=None, wants_invitations=False, wants_feed=False)

    change_person(person_id=person.pk, by=None, wants_feed=False)
    client.post(invitations_link(person))

    person.refresh_from_db()
    assert (person.wants_invitations, person.wants_feed) == (False, True)
