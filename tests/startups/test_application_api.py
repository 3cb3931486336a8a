import pytest

from events.models import Region
from pavilion.core.access import Role
from startups.models import Answer, Application
from tests.api import client_of
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    CallFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    organiser,
)
from tests.startups.applicant import ask
from tests.startups.programs import contact_of

pytestmark = pytest.mark.django_db

Status = Application.Status


def test_application_is_read_whole_by_its_region():
    half_day = HalfDayFactory()
    application = ApplicationFactory(
        legal_name="Abers Cyber SAS",
        display_name="Abers Cyber",
        contact_phone="+33 2 98 00 00 00",
        postcode="29200",
        founders=3,
        women_founders=2,
    )
    application.wanted_half_days.add(half_day)
    question = ask(application.call, "demo")
    Answer.objects.create(application=application, question=question, value="Un robot")

    response = client_of(organiser("53", Role.READER)).get(
        f"/api/v1/applications/{application.pk}/"
    )

    assert response.json() == {
        "id": application.pk,
        "call": application.call_id,
        "edition": 2030,
        "region": "53",
        "status": "submitted",
        "language": "fr",
        "legal_name": "Abers Cyber SAS",
        "display_name": "Abers Cyber",
        "siret": application.siret,
        "founded_on": "2025-01-15",
        "headcount_band": "02",
        "revenue": None,
        "address": "",
        "city": "",
        "postcode": "29200",
        "founders": 3,
        "women_founders": 2,
        "has_exhibited": None,
        "theme": "cyber",
        "trl": 7,
        "pitch_fr": "Nous protégeons les hôpitaux.",
        "pitch_en": "We protect hospitals.",
        "website": "",
        "contact_name": "Camille Le Goff",
        "contact_role": "",
        "contact_email": application.contact_email,
        "contact_phone": "+33 2 98 00 00 00",
        "wanted_half_days": [half_day.pk],
        "power_watts": None,
        "needs_screen": False,
        "needs_wired_network": False,
        "needs_storage": False,
        "needs_water": False,
        "heavy_load": None,
        "needs_accessible_stand": False,
        "wifi_network": "",
        "technical_notes": "",
        "privacy_notice_version": "2",
        "answers": {"demo": "Un robot"},
        "siren": application.siren,
        "department": "29",
        "naf_code": "",
        "naf_version": "",
        "company_check": "",
        "commitments_at": "2030-02-10T01:00:00+01:00",
        "privacy_notice_at": "2030-02-10T01:00:00+01:00",
        "created_at": response.json()["created_at"],
        "updated_at": response.json()["updated_at"],
        "submitted_at": "2030-02-10T01:00:00+01:00",
        "decided_at": None,
        "decision_reason": "",
        "waiting_rank": None,
        "confirm_by": None,
        "lapsed_at": None,
        "correction_due_at": None,
        "exhibitor": None,
    }


def test_company_reads_its_own_application_and_what_it_was_told_only():
    application = ApplicationFactory(
        status=Status.INELIGIBLE, decision_reason="Hors thème", language="en"
    )
    ApplicationFactory()
    client = client_of(contact_of(application))

    page = client.get("/api/v1/applications/").json()

    [own] = page["results"]
    assert (own["id"], own["status"], own["decision_reason"]) == (application.pk, "submitted", "")
    found = {
        status: client.get(f"/api/v1/applications/?status={status}").json()["count"]
        for status in ("submitted", "ineligible")
    }
    assert found == {"submitted": 1, "ineligible": 0}


def test_draft_is_nobodys_but_its_authors():
    draft = ApplicationFactory(status=Status.DRAFT)
    url = f"/api/v1/applications/{draft.pk}/"

    assert client_of(organiser()).get(url).status_code == 404
    assert client_of(organiser("53")).get(url).status_code == 404
    assert client_of(contact_of(draft)).get(url).json()["status"] == "draft"


def test_applications_are_filtered_by_region_status_theme_and_half_day():
    half_day = HalfDayFactory()
    wanted = ApplicationFactory(status=Status.ELIGIBLE, theme_id="health")
    wanted.wanted_half_days.add(half_day)
    ApplicationFactory(status=Status.ELIGIBLE, theme_id="health")
    ApplicationFactory(status=Status.ELIGIBLE).wanted_half_days.add(half_day)
    ApplicationFactory(theme_id="health").wanted_half_days.add(half_day)
    filters = f"region=53&status=eligible&theme=health&wanted_half_day={half_day.pk}&edition=2030"

    page = client_of(organiser()).get(f"/api/v1/applications/?{filters}").json()

    assert [application["id"] for application in page["results"]] == [wanted.pk]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("resource", "queries"),
    # Token, memberships, count, rows; the themes of calls; the half-days wished for.
    [("calls", 5), ("applications", 6), ("exhibitors", 10), ("allocations", 4)],
)
def test_lists_ask_the_same_questions_for_one_row_and_for_three(
    resource, queries, rows, django_assert_num_queries
):
    for region in Region.objects.order_by("sort_key")[:rows]:
        call = CallFactory(participation=ParticipationFactory(region=region))
        exhibitor = ExhibitorFactory(
            application=ApplicationFactory(call=call, status=Status.CONFIRMED)
        )
        exhibitor.application.wanted_half_days.add(HalfDayFactory())
        AllocationFactory(exhibitor=exhibitor)
    client = client_of(organiser())

    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{resource}/").json()["count"] == rows
