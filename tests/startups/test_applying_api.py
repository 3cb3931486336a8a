import io
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from pavilion.core.models import ActivityEntry, OutboxMessage
from startups.models import Application
from tests.api import client_of
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    DayFactory,
    EditionFactory,
    HalfDayFactory,
    UserFactory,
    organiser,
    siret,
)
from tests.startups.programs import WHILE_OPEN, contact_of, post

pytestmark = pytest.mark.django_db

Status = Application.Status


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
