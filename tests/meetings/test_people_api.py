import pytest

from events.models import Region
from meetings.models import Delegation, Office, Person
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from tests.api import client_of
from tests.factories import OfficeFactory, ParticipationFactory, PersonFactory, UserFactory
from tests.meetings.programs import english

pytestmark = pytest.mark.usefixtures("edition")


def test_person_is_added_by_their_region():
    wanted = {
        "first_name": "Maïwenn",
        "last_name": "Kerzoncuff",
        "region": "53",
        "title_fr": "Vice-présidente",
        "email": "maiwenn@region.example",
    }
    client = client_of(english())

    added = client.post("/api/v1/people/", wanted)
    again = client.post("/api/v1/people/", {**wanted, "email": "Maiwenn@region.example"})
    elsewhere = client.post("/api/v1/people/", {**wanted, "region": "75", "email": ""})

    person = Person.objects.get()
    assert (added.status_code, added.json()) == (
        201,
        {
            "id": person.pk,
            "first_name": "Maïwenn",
            "last_name": "Kerzoncuff",
            "name": "Maïwenn Kerzoncuff",
            "title": "Vice-présidente",
            "title_fr": "Vice-présidente",
            "title_en": "",
            "region": "53",
            "email": "maiwenn@region.example",
            "phone": "",
            "contact_name": "",
            "contact_phone": "",
            "language": "fr",
            "wants_invitations": True,
            "wants_feed": True,
            "works_from": None,
            "works_until": None,
            "remind_evening_before": True,
            "remind_morning_of": False,
            "remind_hour_before": True,
            "wants_programme": True,
            "wants_morning_news": True,
            "needs_note": "",
            "needs_note_until": None,
            "mail_failed_at": None,
        },
    )
    assert (again.status_code, again.json()) == (
        409,
        {
            "code": "email_taken",
            "detail": "Somebody already has this e-mail address.",
            "details": {},
        },
    )
    assert elsewhere.status_code == 403
    assert ActivityEntry.objects.get().verb == "person.created"


def test_people_are_seen_by_their_region_and_by_themselves():
    user = UserFactory()
    own = PersonFactory(user=user)
    neighbour = PersonFactory(region=Region.objects.get(code="75"))

    def seen(reader):
        page = client_of(reader).get("/api/v1/people/").json()
        return {person["id"] for person in page["results"]}

    assert seen(english(role=Role.READER)) == {own.pk}
    assert seen(english(role=Role.REVIEWER)) == set()
    assert seen(user) == {own.pk}
    assert seen(english("")) == {own.pk, neighbour.pk}
    assert client_of(user).get(f"/api/v1/people/{neighbour.pk}/").status_code == 404


def test_office_names_who_holds_it_now():
    office = OfficeFactory(code="numerique", title_en="Minister for Digital Affairs")
    former, present = PersonFactory(), PersonFactory(first_name="Inès", last_name="Aubry")
    office.holders.create(person=former, starts_on="2028-01-01", ends_on="2028-12-31")
    office.holders.create(person=present, starts_on="2029-01-01")

    page = client_of(english(role=Role.READER)).get("/api/v1/offices/").json()

    assert page["results"] == [
        {
            "id": office.pk,
            "code": "numerique",
            "kind": "government",
            "title": "Minister for Digital Affairs",
            "title_fr": "Ministre délégué·e au Numérique et à l’Intelligence artificielle",
            "title_en": "Minister for Digital Affairs",
            "organisation_fr": "",
            "organisation_en": "",
            "salutation_fr": "",
            "salutation_en": "",
            "region": None,
            "email": office.email,
            "phone": "",
            "language": "fr",
            "precedence": 100,
            "holder": present.pk,
            "holder_name": "Inès Aubry",
        }
    ]
    assert client_of(UserFactory()).get("/api/v1/offices/").json()["results"] == []


def test_office_of_everybody_is_added_by_the_national_team():
    wanted = {"code": "numerique", "kind": "government", "title_fr": "Ministre du Numérique"}

    refused = client_of(english()).post("/api/v1/offices/", wanted)
    added = client_of(english("")).post("/api/v1/offices/", wanted)
    again = client_of(english("")).post("/api/v1/offices/", wanted)

    assert refused.status_code == 403
    assert (added.status_code, added.json()["id"]) == (201, Office.objects.get().pk)
    assert (again.status_code, again.json()) == (
        409,
        {"code": "code_taken", "detail": "Another office already has this code.", "details": {}},
    )


def test_delegation_is_written_down_with_its_members():
    head, member = PersonFactory(last_name="Aubry"), PersonFactory(last_name="Briand")
    wanted = {
        "edition": 2030,
        "region": "53",
        "name_fr": "Délégation bretonne",
        "members": [{"person": head.pk, "role": "head"}, {"person": member.pk}],
    }
    ParticipationFactory()
    client = client_of(english())

    no_rank = {"rank": None, "stands_in_for": None, "keeps_rank": False}
    added = client.post("/api/v1/delegations/", wanted)
    again = client.post("/api/v1/delegations/", wanted)

    assert (added.status_code, added.json()) == (
        201,
        {
            "id": Delegation.objects.get().pk,
            "edition": 2030,
            "region": "53",
            "name": "Délégation bretonne",
            "name_fr": "Délégation bretonne",
            "name_en": "",
            "members": [
                {"person": head.pk, "name": "Maïwenn Aubry", "role": "head", **no_rank},
                {"person": member.pk, "name": "Maïwenn Briand", "role": "member", **no_rank},
            ],
        },
    )
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    assert client_of(english("75")).get("/api/v1/delegations/").json()["results"] == []


def test_delegation_has_one_head_and_people_one_knows():
    ParticipationFactory()
    stranger = PersonFactory(region=Region.objects.get(code="75"))
    heads = [{"person": PersonFactory().pk, "role": "head"} for _number in range(2)]
    wanted = {"edition": 2030, "region": "53", "name_fr": "Délégation bretonne"}
    client = client_of(english())

    def members(people):
        response = client.post("/api/v1/delegations/", {**wanted, "members": people})
        return response.status_code, response.json()

    assert members(heads) == (400, {"members": ["A delegation has one head at most."]})
    assert members([{"person": stranger.pk}]) == (
        400,
        {"members": ["Some of these people do not exist."]},
    )
    assert not Delegation.objects.exists()
