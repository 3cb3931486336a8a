"""Applications as a spreadsheet: what the desk takes away, what a reviewer may."""

import csv
from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from events.models import Region
from pavilion.core.access import Role
from pavilion.core.models import Membership, User
from startups.imports.mapping import propose_mapping
from startups.models import Review
from tests.factories import (
    AnswerFactory,
    ApplicationFactory,
    CallFactory,
    ParticipationFactory,
    QuestionFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
EXPORT = reverse("admin:startups_application_export")


@pytest.fixture
def manager(client):
    user = organiser("53", language="fr")
    client.force_login(user)
    return user


def table(client, **query):
    response = client.post(EXPORT, {"format": "csv"}, query_params=query)
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in text else ","))


def test_the_desk_takes_away_every_field_under_headings_that_an_import_reads_again(client, manager):
    row = ApplicationFactory(
        founded_on=date(2025, 1, 15), postcode="29200", city="Brest", revenue="1250.50"
    )

    (found,) = table(client)

    headings = list(found)
    proposed = propose_mapping([(1, headings), (2, list(found.values()))], 1)
    assert list(proposed.values()) == [
        *("legal_name", "display_name", "siret", "founded_on", "headcount_band", "revenue"),
        *("address", "postcode", "city", "founders", "women_founders", "has_exhibited"),
        *("theme", "trl", "pitch_fr", "pitch_en", "website"),
        *("contact_name", "contact_role", "contact_email", "contact_phone", "language"),
        *("power_watts", "needs_screen", "needs_wired_network", "needs_storage"),
        *("needs_water", "heavy_load", "needs_accessible_stand", "wifi_network"),
        "technical_notes",
    ]
    assert list(proposed) == list(range(31))
    assert [found[heading] for heading in headings[:9]] == [
        row.legal_name,
        row.display_name,
        row.siret,
        "15/01/2025",
        "3 à 5",
        "1250,50",
        "",
        "29200",
        "Brest",
    ]


def test_with_one_call_every_question_has_its_column(client, manager):
    row = ApplicationFactory()
    number = QuestionFactory(call=row.call, key="clients", kind="number", label_fr="Clients")
    later = QuestionFactory(call=row.call, key="repas", stage="later", label_fr="Repas")
    AnswerFactory(application=row, question=number, value=12)
    AnswerFactory(application=row, question=later, value="=1+1")

    (found,) = table(client, call=str(row.call_id))

    assert {key: value for key, value in found.items() if "[" in key} == {
        "Clients [clients]": "12",
        "Repas [repas]": "'=1+1",
    }


def test_who_is_of_the_desk_here_and_a_reviewer_there_gets_no_contacts_of_there(client):
    normandie = CallFactory(
        participation=ParticipationFactory(region=Region.objects.get(code="28"))
    )
    mine, theirs = ApplicationFactory(), ApplicationFactory(call=normandie)
    hidden = QuestionFactory(call=normandie, key="rib", label_fr="RIB", is_for_jury=False)
    shown = QuestionFactory(call=normandie, key="demo", label_fr="Démonstration")
    for question in (hidden, shown):
        AnswerFactory(application=theirs, question=question, value="Dit")
    user = organiser("53", language="fr")
    Membership.objects.create(user=user, region_code="28", role=Role.REVIEWER)
    Review.objects.create(application=theirs, reviewer=user)
    client.force_login(user)

    assert {row["Raison sociale"] for row in table(client)} == {mine.legal_name, theirs.legal_name}
    (found,) = table(client, call=str(normandie.pk))
    text = " ".join(found.values())
    secret = (theirs.siret, theirs.contact_email, theirs.contact_name)
    assert [word for word in secret if word in text] == []
    assert (found["RIB [rib]"], found["Démonstration [demo]"]) == ("", "Dit")
    assert theirs.pitch_fr in text


def test_an_export_leaves_out_what_no_longer_applies_and_from_the_jury_what_is_retired(client):
    row = ApplicationFactory()
    parent = QuestionFactory(call=row.call, key="parent", kind="yes_no", label_fr="Film")
    hidden = QuestionFactory(
        call=row.call, key="url", label_fr="Adresse", depends_on=parent, depends_value="yes"
    )
    retired = QuestionFactory(call=row.call, key="old", label_fr="Vieux", is_active=False)
    for question, value in ((parent, False), (hidden, "Dit"), (retired, "Dit")):
        AnswerFactory(application=row, question=question, value=value)
    reader = organiser("28", language="fr")
    Membership.objects.create(user=reader, region_code="53", role=Role.REVIEWER)
    Review.objects.create(application=row, reviewer=reader)

    found = []
    for user in (organiser("53", language="fr"), reader):
        client.force_login(user)
        (each,) = table(client, call=str(row.call_id))
        found.append((each["Adresse [url]"], each["Vieux [old]"]))

    assert found == [("", "Dit"), ("", "")]


def test_reviewers_alone_take_nothing_away(client):
    given = ApplicationFactory()
    reviewer = organiser("53", Role.REVIEWER)
    Review.objects.create(application=given, reviewer=reviewer)
    client.force_login(reviewer)
    assert client.post(EXPORT, {"format": "csv"}).status_code == 403


def test_another_regions_call_gives_nothing_not_even_its_questions(client, manager):
    normandie = CallFactory(
        participation=ParticipationFactory(region=Region.objects.get(code="28"))
    )
    QuestionFactory(call=normandie)
    ApplicationFactory(call=normandie)
    response = client.post(EXPORT, {"format": "csv"}, query_params={"call": str(normandie.pk)})
    assert response.status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_an_export_with_answers_costs_the_same_for_one_and_three(
    client, manager, django_assert_num_queries, rows
):
    question = QuestionFactory(call=CallFactory())
    for _number in range(rows):
        AnswerFactory(application=ApplicationFactory(), question=question, value="Oui")
    ContentType.objects.get_for_model(User)  # read once and kept, whichever test comes first
    with django_assert_num_queries(13):
        table(client, call=str(question.call_id))
