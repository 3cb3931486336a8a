import io
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from events.models import HalfDay, Region
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, OutboxMessage
from startups.models import Allocation, Answer, Application
from tests.api import client_of
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    CallFactory,
    DayFactory,
    EditionFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    ReviewFactory,
    StandFactory,
    UserFactory,
    organiser,
    siret,
)
from tests.startups.applicant import ask

pytestmark = pytest.mark.django_db

WHILE_OPEN = datetime(2030, 2, 15, 9, 0, tzinfo=UTC)
Status = Application.Status


def contact_of(application):
    """The company's contact, with an account."""
    return UserFactory(email=application.contact_email, language="en")


def post(user, application, action, body=None):
    return client_of(user).post(f"/api/v1/applications/{application.pk}/{action}/", body or {})


def afternoon():
    return HalfDayFactory(part=HalfDay.Part.AFTERNOON)


@time_machine.travel(WHILE_OPEN, tick=False)
def test_call_says_whether_it_is_open():
    call = CallFactory(text_fr="Candidatez !")

    assert client_of().get(f"/api/v1/calls/{call.pk}/").json() == {
        "id": call.pk,
        "edition": 2030,
        "region": "53",
        "text": "Candidatez !",
        "text_fr": "Candidatez !",
        "text_en": "",
        "opens_at": "2030-02-01T01:00:00+01:00",
        "closes_at": "2030-03-01T01:00:00+01:00",
        "is_open": True,
        "results_at": None,
        "confirm_within_days": 10,
        "offer_within_days": 3,
        "places": 10,
        "contact_email": "appel@region.example",
        "is_published": True,
        "only_head_office": False,
        "max_age_years": None,
        "max_headcount": "",
        "max_revenue": None,
        "only_first_participation": False,
        "themes": [],
        "charter_fr": "",
        "charter_en": "",
        "charter_version": 1,
        "advantage": None,
        "badge_quota": 3,
        # For its desk alone.
        "reviews_each": None,
        "hides_other_scores": None,
        "release_at": None,
        "fills_by_itself": None,
        "released_at": None,
    }


def test_call_being_prepared_is_for_its_region():
    call = CallFactory(is_published=False)
    url = f"/api/v1/calls/{call.pk}/"

    assert client_of().get(url).status_code == 404
    assert client_of(organiser("75")).get(url).status_code == 404
    assert client_of(organiser("53", Role.READER)).get(url).status_code == 200


def test_themes_are_public_and_in_order():
    page = client_of().get("/api/v1/themes/?page_size=1").json()

    assert page["results"] == [
        {
            "code": "ai",
            "name": "Artificial intelligence",
            "name_fr": "Intelligence artificielle",
            "name_en": "Artificial intelligence",
        }
    ]


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


@time_machine.travel(WHILE_OPEN, tick=False)
def test_organiser_begins_a_draft_whose_link_leaves_by_mail():
    call = CallFactory()

    response = client_of(organiser("53")).post(
        "/api/v1/applications/",
        {"call": call.pk, "contact_email": "lea@abers.example", "language": "en"},
    )

    draft = Application.objects.get()
    assert (response.status_code, response.json()) == (
        201,
        {
            "id": draft.pk,
            "call": call.pk,
            "status": "draft",
            "language": "en",
            "contact_email": "lea@abers.example",
        },
    )
    assert OutboxMessage.objects.get().recipient == "lea@abers.example"


@time_machine.travel(WHILE_OPEN, tick=False)
def test_nobody_begins_a_draft_for_an_address_that_is_not_theirs():
    call = CallFactory()
    wanted = {"call": call.pk, "contact_email": "lea@abers.example"}

    stranger = client_of(UserFactory()).post("/api/v1/applications/", wanted)
    lea = client_of(UserFactory(email="Lea@abers.example")).post("/api/v1/applications/", wanted)

    assert [stranger.status_code, lea.status_code] == [403, 201]


@time_machine.travel(datetime(2030, 3, 2, tzinfo=UTC), tick=False)
def test_closed_call_takes_no_application():
    call = CallFactory()

    response = client_of(organiser("53", language="en")).post(
        "/api/v1/applications/", {"call": call.pk, "contact_email": "lea@abers.example"}
    )

    assert (response.status_code, response.json()["code"], response.json()["details"]) == (
        409,
        "not_open",
        {"opens_at": "2030-02-01T01:00:00+01:00", "closes_at": "2030-03-01T01:00:00+01:00"},
    )


@time_machine.travel(WHILE_OPEN, tick=False)
def test_company_fills_in_its_draft_and_hands_it_in():
    draft = ApplicationFactory(
        status=Status.DRAFT,
        siret="",
        pitch_en="",
        commitments_at=None,
        privacy_notice_version="",
    )
    half_day = HalfDayFactory()
    contact = contact_of(draft)

    early = post(contact, draft, "submit")
    saved = client_of(contact).patch(
        f"/api/v1/applications/{draft.pk}/",
        {
            "siret": " ".join(siret(7)),
            "pitch_en": "We protect ports.",
            "wanted_half_days": [half_day.pk],
            "commitments": True,
            "privacy_notice_version": "2",
            "expected": draft.updated_at.isoformat(),
        },
    )
    submitted = post(contact, draft, "submit")

    assert (early.status_code, early.json()["code"], early.json()["details"]) == (
        409,
        "incomplete",
        {
            "missing": [
                "siret",
                "pitch_en",
                "wanted_half_days",
                "commitments_at",
                "privacy_notice_version",
            ]
        },
    )
    assert saved.status_code == 200
    assert (saved.json()["siret"], saved.json()["wanted_half_days"]) == (siret(7), [half_day.pk])
    assert (submitted.status_code, submitted.json()["status"]) == (200, "submitted")
    entry = ActivityEntry.objects.get(verb="application.submitted")
    assert (entry.by, entry.by_name) == (None, draft.contact_email)


@time_machine.travel(WHILE_OPEN, tick=False)
def test_what_is_wrong_in_an_application_is_said_field_by_field():
    application = ApplicationFactory()
    next_year = DayFactory(
        edition=EditionFactory(year=2031, starts_on="2031-06-12", ends_on="2031-06-15"),
        date=datetime(2031, 6, 12, tzinfo=UTC).date(),
    )
    picture = SimpleUploadedFile("logo.png", b"<svg/>", content_type="image/png")
    url = f"/api/v1/applications/{application.pk}/"
    client = client_of(organiser("53"))

    response = client.patch(
        url,
        {
            "siret": "73282932000079",
            "trl": 12,
            "pitch_fr": "x" * 301,
            "postcode": "2913",
            "theme": "magic",
            "wanted_half_days": [HalfDayFactory(day=next_year).pk],
            "privacy_notice_version": "0",
        },
    )
    logo = client.patch(url, {"logo": picture}, format="multipart")

    assert (response.status_code, response.json()) == (
        400,
        {
            "siret": [
                "This SIRET does not exist: its check digit is wrong. Compare it with your "
                "registration certificate, digit by digit."
            ],
            "trl": ["Ensure this value is less than or equal to 9."],
            "pitch_fr": ["Ensure this value has at most 300 characters (it has 301)."],
            "postcode": ["A French postcode has five digits."],
            "theme": ['Invalid pk "magic" - object does not exist.'],
            "wanted_half_days": ["Some of these half-days belong to another edition."],
            "privacy_notice_version": ['"0" is not a valid choice.'],
        },
    )
    assert (logo.status_code, logo.json()) == (
        400,
        {"logo": ["This file cannot be read as a picture. Send a PNG, JPEG or WebP file."]},
    )


@time_machine.travel(WHILE_OPEN, tick=False)
def test_logo_is_kept_as_a_picture_of_our_own_making(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    application = ApplicationFactory(status=Status.DRAFT)
    png = io.BytesIO()
    Image.new("RGB", (8, 8)).save(png, "PNG")
    upload = SimpleUploadedFile("../../evil.php", png.getvalue(), content_type="image/png")

    response = client_of(contact_of(application)).patch(
        f"/api/v1/applications/{application.pk}/", {"logo": upload}, format="multipart"
    )

    assert response.status_code == 200
    application.refresh_from_db()
    assert application.logo.name.startswith(f"logos/{application.public_id}/")
    assert application.logo.name.endswith(".png")


@time_machine.travel(WHILE_OPEN, tick=False)
def test_application_changed_meanwhile_is_not_overwritten():
    application = ApplicationFactory()

    response = client_of(organiser("53")).patch(
        f"/api/v1/applications/{application.pk}/",
        {"city": "Brest", "expected": "2030-02-11T09:00:00+01:00"},
    )

    assert (response.status_code, response.json()["code"]) == (409, "changed_meanwhile")
    application.refresh_from_db()
    assert application.city == ""


@pytest.mark.parametrize(
    ("action", "body", "status", "mails"),
    [
        ("request-correction", {"message": "Le SIRET"}, "incomplete", 1),
        ("mark-eligible", {}, "eligible", 0),
        ("mark-ineligible", {"reason": "Hors thème"}, "ineligible", 0),
        ("select", {}, "selected", 1),
        ("waitlist", {"rank": 3}, "waitlisted", 1),
        ("reject", {"reason": "Hors thème"}, "rejected", 1),
        ("withdraw", {"reason": "Budget"}, "withdrawn", 1),
    ],
)
def test_team_decides(action, body, status, mails):
    application = ApplicationFactory()
    manager = organiser("53")

    first = post(manager, application, action, body)
    again = post(manager, application, action, body)

    assert (first.status_code, first.json()["status"]) == (200, status)
    assert again.json() == first.json()
    assert OutboxMessage.objects.count() == mails


@pytest.mark.parametrize(
    "action",
    [
        "request-correction",
        "mark-eligible",
        "mark-ineligible",
        "select",
        "waitlist",
        "reject",
        "send-link",
        "submit",
        "withdraw",
        "reopen",
        "confirm",
        "decline",
    ],
)
def test_decisions_are_for_the_managers_of_the_region(action):
    application = ApplicationFactory()
    body = {"message": "Le SIRET", "reason": "Hors thème"}
    strangers = {
        401: None,
        403: ReviewFactory(application=application).reviewer,
        404: organiser("75"),
    }

    found = {
        status: post(user, application, action, body).status_code
        for status, user in strangers.items()
    }

    assert found == {401: 401, 403: 403, 404: 404}
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED


def test_private_link_leaves_again_by_mail_for_the_team_or_the_contact():
    application = ApplicationFactory()

    for user in (organiser("53"), contact_of(application)):
        assert post(user, application, "send-link").json()["id"] == application.pk

    recipients = OutboxMessage.objects.values_list("recipient", flat=True)
    assert list(recipients) == [application.contact_email] * 2


def test_decision_that_does_not_follow_is_refused_with_what_does():
    application = ApplicationFactory(status=Status.WAITLISTED, waiting_rank=1)

    response = post(organiser("53", language="en"), application, "confirm")

    assert (response.status_code, response.json()) == (
        409,
        {
            "code": "wrong_status",
            "detail": f"The application of {application} is in the state “On the waiting list”: "
            "it cannot become “Confirmed”. Possible from there: Selected, Not selected, "
            "Withdrawn.",
            "details": {
                "status": "waitlisted",
                "wanted": "confirmed",
                "possible": ["selected", "rejected", "withdrawn"],
            },
        },
    )


def test_rejection_needs_its_reason():
    response = post(organiser("53"), ApplicationFactory(), "reject")

    assert (response.status_code, response.json()) == (
        400,
        {"reason": ["This field is required."]},
    )


def test_company_takes_its_place_or_leaves_it():
    taken, left = (ApplicationFactory(status=Status.SELECTED) for _number in range(2))

    confirmed = post(contact_of(taken), taken, "confirm")
    declined = post(contact_of(left), left, "decline", {"reason": "Salon à Berlin"})

    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "confirmed")
    assert confirmed.json()["exhibitor"] == taken.exhibitor.pk
    assert (declined.status_code, declined.json()["status"]) == (200, "declined")


def test_company_does_not_decide_for_itself():
    application = ApplicationFactory()

    response = post(contact_of(application), application, "select")

    assert (response.status_code, response.json()) == (
        403,
        {"detail": "Your role does not allow this for this region."},
    )


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


def test_exhibitor_shows_what_is_public_and_nothing_else():
    exhibitor = ExhibitorFactory(
        slug="abers-cyber",
        application__display_name="Abers Cyber",
        application__legal_name="Abers Cyber SAS",
        application__city="Brest",
        application__website="https://abers.example",
    )
    url = f"/api/v1/exhibitors/{exhibitor.pk}/"
    public = {
        "id": exhibitor.pk,
        "edition": 2030,
        "region": "53",
        "slug": "abers-cyber",
        "name": "Abers Cyber",
        "legal_name": "Abers Cyber SAS",
        "city": "Brest",
        "founded_on": "2025-01-15",
        "theme": "cyber",
        "pitch_fr": "Nous protégeons les hôpitaux.",
        "pitch_en": "We protect hospitals.",
        "website": "https://abers.example",
        "page": "http://testserver/exposants/abers-cyber/",
        "logo": None,
        "application": None,
        "checklist": None,
        "left_at": None,
    }

    assert client_of().get(url).json() == public
    assert client_of(organiser("75")).get(url).json() == public
    assert client_of(organiser("53", Role.REVIEWER)).get(url).json() == {
        **public,
        "application": exhibitor.application_id,
    }


def test_exhibitor_that_left_is_seen_by_its_region_only():
    exhibitor = ExhibitorFactory(left_at=WHILE_OPEN)
    url = f"/api/v1/exhibitors/{exhibitor.pk}/"

    assert client_of().get(url).status_code == 404
    assert client_of(organiser("53")).get(url).json()["left_at"] == "2030-02-15T10:00:00+01:00"


def test_exhibitors_are_filtered_by_region_theme_stand_and_half_day():
    wanted = AllocationFactory()
    other = AllocationFactory(half_day=afternoon(), stand=wanted.stand)
    client = client_of()

    def found(filters):
        page = client.get(f"/api/v1/exhibitors/?{filters}").json()
        return [exhibitor["id"] for exhibitor in page["results"]]

    assert found(f"region=53&theme=cyber&half_day={wanted.half_day_id}") == [wanted.exhibitor_id]
    assert found(f"stand={wanted.stand_id}&ordering=application__sort_name") == [
        wanted.exhibitor_id,
        other.exhibitor_id,
    ]
    assert found("region=75") == found("theme=health") == found("has_left=true") == []


def test_search_knows_neither_accents_nor_capitals():
    exhibitor = ExhibitorFactory(
        application__display_name="Énergie", application__contact_name="Zoé Ménez"
    )
    ExhibitorFactory()
    client, team = client_of(), client_of(organiser("53"))

    def found(client, resource, word):
        return [
            row["id"] for row in client.get(f"/api/v1/{resource}/?search={word}").json()["results"]
        ]

    for word in ("energie", "ÉNERGIE"):
        assert found(client, "exhibitors", word) == [exhibitor.pk]
        assert found(team, "applications", word) == [exhibitor.application_id]
    assert found(team, "applications", "menez") == [exhibitor.application_id]
    assert found(client, "exhibitors", "menez") == []  # the contact is not public


def test_stand_is_given_for_several_half_days_and_freed_again():
    exhibitor = ExhibitorFactory(application__display_name="Abers Cyber")
    stand = StandFactory(number="B12")
    halves = [HalfDayFactory(), afternoon()]
    client = client_of(organiser("53"))

    given = client.post(
        "/api/v1/allocations/",
        {
            "exhibitor": exhibitor.pk,
            "stand": stand.pk,
            "half_days": [half.pk for half in halves],
        },
    )
    freed = client.delete(f"/api/v1/allocations/{given.json()[0]['id']}/?reason=Retard")

    names = ["Wednesday 12 June, morning", "Wednesday 12 June, afternoon"]
    allocation = Allocation.objects.get()
    assert (given.status_code, given.json()) == (
        201,
        [
            {
                "id": given.json()[index]["id"],
                "edition": 2030,
                "region": "53",
                "exhibitor": exhibitor.pk,
                "exhibitor_name": "Abers Cyber",
                "stand": stand.pk,
                "stand_number": "B12",
                "half_day": half.pk,
                "half_day_name": names[index],
            }
            for index, half in enumerate(halves)
        ],
    )
    assert (freed.status_code, freed.content) == (204, b"")
    assert allocation.half_day == halves[1]
    assert ActivityEntry.objects.get(verb="exhibitor.released").reason == "Retard"


def test_exhibitor_is_given_a_stand_and_its_half_days_freed():
    exhibitor, stand, half_day = ExhibitorFactory(), StandFactory(), HalfDayFactory()
    client = client_of(organiser("53"))
    url = f"/api/v1/exhibitors/{exhibitor.pk}/"

    given = client.post(f"{url}allocate/", {"stand": stand.pk, "half_days": [half_day.pk]})
    freed = client.post(f"{url}release/", {"half_days": [half_day.pk], "reason": "Retard"})

    assert given.status_code == 200
    assert [(row["stand"], row["half_day"]) for row in given.json()] == [(stand.pk, half_day.pk)]
    assert (freed.status_code, freed.json()["id"]) == (200, exhibitor.pk)
    assert not Allocation.objects.exists()


def test_taken_half_days_are_refused_by_name_and_nothing_is_given():
    taken = AllocationFactory(
        stand__number="B12", exhibitor__application__display_name="Molène Robotique"
    )
    exhibitor = ExhibitorFactory()

    response = client_of(organiser("53", language="en")).post(
        "/api/v1/allocations/",
        {
            "exhibitor": exhibitor.pk,
            "stand": taken.stand_id,
            "half_days": [taken.half_day_id, afternoon().pk],
        },
    )

    assert (response.status_code, response.json()) == (
        409,
        {
            "code": "half_days_taken",
            "detail": "Nothing was allocated. Wednesday 12 June, morning: stand B12 is taken by "
            "Molène Robotique.",
            "details": {
                "half_days": [
                    {
                        "half_day": taken.half_day_id,
                        "label": "Wednesday 12 June, morning",
                        "stand": "B12",
                        "taken_by": "Molène Robotique",
                    }
                ]
            },
        },
    )
    assert list(Allocation.objects.all()) == [taken]


def test_allocation_names_things_that_exist():
    response = client_of(organiser("53")).post(
        "/api/v1/allocations/", {"exhibitor": 999, "stand": "B12", "half_days": [999, 2**70]}
    )

    assert (response.status_code, response.json()) == (
        400,
        {
            "exhibitor": ['Invalid pk "999" - object does not exist.'],
            "stand": ["Incorrect type. Expected pk value, received str."],
            "half_days": {"1": ["Ensure this value is less than or equal to 9223372036854775807."]},
        },
    )


@pytest.mark.parametrize(
    ("user", "status"),
    [
        (lambda: None, 401),
        (lambda: organiser("75"), 403),
        (lambda: organiser("53", Role.READER), 403),
    ],
)
def test_occupancy_is_public_and_changed_by_its_region_only(user, status):
    allocation = AllocationFactory()
    client = client_of(user())
    url = f"/api/v1/exhibitors/{allocation.exhibitor_id}/"
    half_days = {"half_days": [allocation.half_day_id]}

    answers = [
        client.delete(f"/api/v1/allocations/{allocation.pk}/"),
        client.post(f"{url}release/", half_days),
        client.post(f"{url}allocate/", {**half_days, "stand": allocation.stand_id}),
        client.post(f"{url}no-show/"),
    ]

    assert client.get("/api/v1/allocations/").json()["count"] == 1
    assert [answer.status_code for answer in answers] == [status] * 4
    assert Allocation.objects.get() == allocation


@time_machine.travel(datetime(2030, 6, 12, 7, 0, tzinfo=UTC), tick=False)
def test_no_show_frees_what_lies_ahead():
    allocation = AllocationFactory()
    client = client_of(organiser("53"))
    url = f"/api/v1/exhibitors/{allocation.exhibitor_id}/no-show/"

    first, again = client.post(url, {"reason": "Absents"}), client.post(url)

    assert (first.status_code, first.json()["left_at"]) == (200, "2030-06-12T09:00:00+02:00")
    assert again.json() == first.json()
    assert not Allocation.objects.exists()


def test_allocations_are_filtered_by_day_stand_and_region():
    wanted = AllocationFactory()
    AllocationFactory()
    filters = f"edition=2030&region=53&stand={wanted.stand_id}&date=2030-06-12"

    page = client_of().get(f"/api/v1/allocations/?{filters}").json()

    assert [allocation["id"] for allocation in page["results"]] == [wanted.pk]


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
