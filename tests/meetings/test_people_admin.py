"""The desk's pages of people, offices and delegations: each change through its operation."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from meetings.models import Availability, Delegate, OfficeHolder, Secretariat
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from tests.factories import (
    AvailabilityFactory,
    DelegationFactory,
    OfficeFactory,
    ParticipationFactory,
    PersonFactory,
    SecretariatFactory,
    organiser,
)
from tests.meetings.conftest import TEN
from tests.meetings.diary import pencil


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def signed_in(client, national):
    client.force_login(national)
    return national


def page(name, row, model="person"):
    return reverse(f"admin:meetings_{model}_{name}", args=[row.pk])


def form_of(client, row, model="person", **typed):
    """What the row's page would send, with what is typed over it."""
    shown = client.get(page("change", row, model)).context
    forms = [shown["adminform"].form]
    for inline in shown["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    data = {}
    for field in (field for form in forms for field in form):
        value = field.value()
        if value is not None and value is not False and value != "":
            data[field.html_name] = getattr(value, "pk", value)
    return data | typed


def saved(client, row, model="person", **typed):
    answer = client.post(page("change", row, model), form_of(client, row, model, **typed))
    if answer.status_code == 200:
        shown = answer.context
        errors = [shown["adminform"].form.errors]
        errors += [inline.formset.errors for inline in shown["inline_admin_formsets"]]
        return errors
    return []


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def typed_below(number, email):
    return {
        "secretariats-TOTAL_FORMS": str(number + 1),
        f"secretariats-{number}-email": email,
        f"secretariats-{number}-receives": "on",
    }


def test_a_secretariat_typed_below_a_person_is_added_by_its_operation(client, signed_in, person):
    assert saved(client, person, **typed_below(0, "cabinet@region.example")) == []

    row = Secretariat.objects.get()
    assert (row.person, row.receives, row.answers) == (person, True, False)
    assert [entry.verb for entry in ActivityEntry.objects.all()] == ["person.secretariat_added"]


def test_a_secretariat_known_already_comes_back_in_the_form(client, signed_in, person):
    SecretariatFactory(person=person, email="cabinet@region.example")

    refused = saved(client, person, **typed_below(1, "Cabinet@region.example"))

    sentence = (
        "Cabinet@region.example is already the address of a secretariat of Maïwenn Kerzoncuff."
    )
    assert refused[0] == {"email": [sentence]}
    assert Secretariat.objects.count() == 1


def test_rows_ticked_away_are_removed_by_their_operations(client, signed_in, person):
    SecretariatFactory(person=person)
    AvailabilityFactory(person=person)
    ticked = {"secretariats-0-DELETE": "on", "availabilities-0-DELETE": "on"}

    assert saved(client, person, **ticked) == []

    assert [Secretariat.objects.count(), Availability.objects.count()] == [0, 0]
    assert sorted(entry.verb for entry in ActivityEntry.objects.all()) == [
        "person.availability_removed",
        "person.secretariat_removed",
    ]


def test_special_needs_are_on_the_page_of_those_who_act_for_the_region(client, person):
    person.needs_note, person.needs_note_until = "Fauteuil roulant", date(2030, 6, 20)
    person.save()

    seen = {}
    for role in (Role.MANAGER, Role.READER):
        for code in ("53", ""):
            client.force_login(organiser(code, role))
            body = client.get(page("change", person)).content.decode()
            seen[code, role.value] = "Fauteuil roulant" in body

    assert seen == {
        ("53", "manager"): True,
        ("", "manager"): True,
        ("53", "reader"): False,
        ("", "reader"): False,
    }


def test_another_rank_without_a_reason_comes_back_beside_the_reason(client, signed_in):
    office = OfficeFactory()

    refused = saved(client, office, "office", precedence="8")
    assert refused[0] == {"reason": ["Say why its rank of precedence changes: the log keeps it."]}
    assert saved(client, office, "office", precedence="8", reason="Décret du 3 mai") == []

    office.refresh_from_db()
    assert (office.precedence, ActivityEntry.objects.get().reason) == (8, "Décret du 3 mai")


def test_an_appointment_is_shown_first_then_made_and_its_conflicts_told(
    client, signed_in, edition, office, person
):
    pencil(edition, signed_in, office_ids=[office.pk])
    pencil(edition, signed_in, subject_en="Other talk", person_ids=[person.pk])
    typed = {"person": person.pk, "starts_on": "2030-06-12"}

    shown = client.post(page("appoint", office, "office"), typed)
    assert len(shown.context["panel"].context["conflicts"]) == 2
    assert not OfficeHolder.objects.exists()
    done = client.post(page("appoint", office, "office"), typed | {"_seen": shown.context["seen"]})

    assert OfficeHolder.objects.get().person == person
    assert [sentence.partition(":")[0] for sentence in told(done)] == [
        "“Talk”",
        "“Other talk”",
        "The office has changed hands; its meetings to come have followed.",
    ]
    home = client.get(reverse("admin:index")).content.decode()
    assert "meeting expects somebody who is elsewhere at that time" in home


def test_a_term_is_ended_and_struck_from_the_office(client, signed_in, office, person):
    term = OfficeHolder.objects.create(office=office, person=person, starts_on=date(2030, 1, 1))

    client.post(page("end_term", office, "office"), {"term": term.pk, "ends_on": "2030-06-30"})
    term.refresh_from_db()
    assert term.ends_on == date(2030, 6, 30)
    client.post(page("remove_term", office, "office"), {"term": term.pk})
    assert not OfficeHolder.objects.exists()


def test_places_in_a_delegation_are_given_changed_and_taken(client, edition):
    client.force_login(organiser("53"))
    delegation = DelegationFactory(participation=ParticipationFactory(edition=edition))
    head, substitute = PersonFactory.create_batch(2)

    def step(name, **typed):
        return client.post(page(name, delegation, "delegation"), typed)

    step("add_delegate", person=head.pk, role="head")
    step("add_delegate", person=substitute.pk, role="substitute", stands_in_for=head.pk)
    row = Delegate.objects.get(person=substitute)
    step("change_delegate", delegate=row.pk, role="substitute", rank="3", keeps_rank="on")
    shown = client.get(page("change_delegate", delegation, "delegation"), {"delegate": row.pk})

    row.refresh_from_db()
    assert (row.rank, row.stands_in_for, row.keeps_rank) == (3, None, True)
    assert shown.context["form"].initial["rank"] == 3
    step("remove_delegate", delegate=row.pk)
    assert list(delegation.delegates.values_list("person", flat=True)) == [head.pk]


@pytest.mark.parametrize("number", [1, 3])
def test_a_person_s_page_costs_the_same_however_much_belongs_to_them(
    client, signed_in, person, number, django_assert_num_queries
):
    SecretariatFactory.create_batch(number, person=person)
    for _each in range(number):
        AvailabilityFactory(person=person, starts_at=TEN)
    client.get(page("change", person))

    with django_assert_num_queries(11):
        client.get(page("change", person))
