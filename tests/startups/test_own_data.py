"""Everything kept about a company in one file, and nothing that is not its own."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from events.models import Region
from pavilion.core import outbox
from pavilion.core.models import OutboxMessage
from startups import operations
from startups.models import (
    Aid,
    AidDeclaration,
    Badge,
    CharterSignature,
    ChecklistDeadline,
    Decision,
    Review,
)
from tests.factories import (
    AnswerFactory,
    ApplicationFactory,
    CallFactory,
    DayFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    PublishedAllocationFactory,
    QuestionFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 4, 20, 10, 0, tzinfo=UTC)
MADE = "2030-04-20T12:00:00+02:00"
AT = "2030-04-20T10:00:00Z"


@pytest.fixture(autouse=True)
def spring(time_machine):
    time_machine.move_to(NOW, tick=False)


def archive(client, application):
    response = client.get(reverse("startups:application_data", args=[application.token]))
    assert response.status_code == 200
    return response, zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def dossier(client, application):
    return json.loads(archive(client, application)[1].read("dossier.json"))


def test_the_archive_holds_exactly_what_is_the_companys(client):
    application = ApplicationFactory(
        language="en",
        display_name="Iroise",
        legal_name="Iroise SAS",
        siret="73282932000074",
        contact_email="iris@societe.example",
        postcode="29200",
        city="Brest",
        revenue=Decimal("120000.00"),
        created_at=datetime(2030, 2, 5, tzinfo=UTC),
        typed={"founders": "trois"},
        privacy_notice_version="1",
    )
    menu = QuestionFactory(
        call=application.call,
        key="menu",
        label_en="Your product",
        kind="choice",
        options=[{"value": "ai", "fr": "IA", "en": "AI"}],
    )
    AnswerFactory(application=application, question=menu, value="ai")
    application.wanted_half_days.add(HalfDayFactory())

    found = dossier(client, application)

    assert found == {
        "format": "pavilion-dossier",
        "version": 1,
        "made_at": MADE,
        "reference": f"2030-BRE-{application.pk:04d}",
        "edition": "VivaTech 2030",
        "region": "Bretagne",
        "contact_of_the_region": "appel@region.example",
        "status": {
            "code": "submitted",
            "name": "Submitted",
            "reason": "",
            "rank_on_the_waiting_list": None,
            "created_at": "2030-02-05T00:00:00Z",
            "updated_at": AT,
            "submitted_at": "2030-02-10T00:00:00Z",
            "decided_at": None,
            "confirm_by": None,
            "lapsed_at": None,
            "correction_due_at": None,
            "commitments_at": "2030-02-10T00:00:00Z",
        },
        "company": {
            "legal_name": "Iroise SAS",
            "display_name": "Iroise",
            "siret": "73282932000074",
            "siren": "732829320",
            "founded_on": "2025-01-15",
            "headcount_band": "02",
            "revenue": "120000.00",
            "address": "",
            "postcode": "29200",
            "city": "Brest",
            "department": "29",
            "naf_code": "",
            "naf_version": "",
            "founders": None,
            "women_founders": None,
            "has_exhibited": None,
            "theme": "cyber",
            "trl": 7,
            "pitch_fr": "Nous protégeons les hôpitaux.",
            "pitch_en": "We protect hospitals.",
            "website": "",
            "power_watts": None,
            "needs_screen": False,
            "needs_wired_network": False,
            "needs_storage": False,
            "needs_water": False,
            "heavy_load": None,
            "needs_accessible_stand": False,
            "wifi_network": "",
            "technical_notes": "",
        },
        "contact": {
            "contact_name": "Camille Le Goff",
            "contact_role": "",
            "contact_email": "iris@societe.example",
            "contact_phone": "",
            "language": "en",
        },
        "half_days_wished": ["Wednesday 12 June, morning"],
        "answers": [
            {
                "key": "menu",
                "question": "Your product",
                "answer": "ai",
                "in_words": "AI",
                "changed_at": AT,
            }
        ],
        "not_yet_valid": {"founders": "trois"},
        "companies_register": {"result": "", "checked_at": None, "entry": {}},
        "late_entry_code": "",
        "privacy": {
            "notice_version": "1",
            "read_at": "2030-02-10T00:00:00Z",
            "notice_url": f"http://testserver{reverse('core:privacy')}",
        },
        "exhibitor": None,
        "history": [],
        "mails": [],
        "files": [],
    }


def test_an_exhibitor_gets_its_checklist_its_people_and_its_stand(client):
    exhibitor = ExhibitorFactory(application__language="en", confirmed_at=NOW)
    call = exhibitor.application.call
    ChecklistDeadline.objects.create(call=call, item="aid", due_at=NOW)
    CharterSignature.objects.create(
        exhibitor=exhibitor, version=1, text="Rules", text_digest="f00", name="Iris", role="CEO"
    )
    declaration = AidDeclaration.objects.create(exhibitor=exhibitor, name="Iris")
    Aid.objects.create(
        declaration=declaration,
        granted_on=date(2029, 5, 2),
        authority="Bpifrance",
        amount=Decimal("12500.50"),
    )
    badge = Badge.objects.create(
        exhibitor=exhibitor, first_name="Ada", last_name="Riou", email="ada@societe.example"
    )
    badge.days.add(DayFactory())
    allocation = PublishedAllocationFactory(exhibitor=exhibitor)

    assert dossier(client, exhibitor.application)["exhibitor"] == {
        "confirmed_at": AT,
        "left_at": None,
        "public_page": f"http://testserver/exposants/{exhibitor.slug}/",
        "checklist": [
            {
                "item": "aid",
                "name": "Declare de minimis aid",
                "due_at": AT,
                "is_done": True,
                "detail": "1 aid declared",
            }
        ],
        "charter": [
            {
                "version": 1,
                "name": "Iris",
                "function": "CEO",
                "signed_at": AT,
                "text": "Rules",
                "sha256": "f00",
            }
        ],
        "de_minimis": {
            "declared_by": "Iris",
            "declared_at": AT,
            "has_none": False,
            "aids": [
                {
                    "granted_on": "2029-05-02",
                    "authority": "Bpifrance",
                    "purpose": "",
                    "amount": "12500.50",
                }
            ],
        },
        "badges": [
            {
                "first_name": "Ada",
                "last_name": "Riou",
                "function": "",
                "email": "ada@societe.example",
                "days": ["2030-06-12"],
                "named_at": AT,
                "informed_at": None,
            }
        ],
        "half_days_given": [
            {"half_day": "Wednesday 12 June, morning", "stand": allocation.stand.number}
        ],
    }


def test_what_happened_is_told_by_side_and_with_the_reasons_that_were_mailed(client):
    application = ApplicationFactory(language="en")
    manager = organiser("53", full_name="Une Organisatrice")
    words = {"application_id": application.pk}
    operations.mark_ineligible(**words, by=manager, reason="secret du bureau")
    operations.mark_eligible(**words, by=manager, reason="secret du bureau")
    operations.select_application(**words, by=manager, reason="Bravo")
    operations.decline_application(**words, by_name="Iris", reason="Trop loin")

    found = dossier(client, application)

    assert [(line["what"], line["by"], line["reason"]) for line in found["history"]] == [
        ("Selected", "the region", "Bravo"),
        ("Place declined", "the company", "Trop loin"),
    ]
    assert [mail["subject"] for mail in found["mails"]] == [
        message.subject for message in OutboxMessage.objects.order_by("pk")
    ]
    assert all(application.token not in mail["text"] for mail in found["mails"])


def test_eligibility_is_the_teams_until_it_decides(client):
    application = ApplicationFactory(status="ineligible", decision_reason="secret du bureau")

    status = dossier(client, application)["status"]

    assert (status["code"], status["reason"]) == ("submitted", "")


def test_no_jury_no_note_and_nobody_else_is_in_it(client):
    application = ApplicationFactory(language="en", contact_email="iris@societe.example")
    normandie = CallFactory(
        participation=ParticipationFactory(region=Region.objects.get(code="28"))
    )
    for each in (
        ApplicationFactory(call=normandie, contact_email="iris@societe.example"),
        ApplicationFactory(call=application.call, display_name="SECRET rivale"),
    ):
        each.legal_name = "SECRET SAS"
        each.save()
        with transaction.atomic():
            outbox.enqueue(
                OutboxMessage(
                    kind="startups.submitted",
                    recipient="iris@societe.example",
                    region_code="53",
                    language="fr",
                    subject="SECRET",
                    body=f"http://testserver{each.get_absolute_url()}",
                )
            )
    Review.objects.create(
        application=application,
        reviewer=organiser("53", "reviewer", email="SECRET@jury.example"),
        comment="SECRET",
        status="done",
        mean=Decimal("3.14"),
        done_at=NOW,
    )
    Decision.objects.create(
        application=application, outcome="rejected", reason="SECRET", note="SECRET"
    )
    with transaction.atomic():
        outbox.enqueue(
            OutboxMessage(
                kind="startups.letter",
                recipient="iris@societe.example",
                region_code="53",
                language="fr",
                state=OutboxMessage.State.HELD,
                subject="SECRET",
                body=f"http://testserver{application.get_absolute_url()}",
            )
        )

    _response, found = archive(client, application)

    assert found.namelist() == ["dossier.json", "dossier.html"]
    everything = b"".join(found.read(name) for name in found.namelist()).decode()
    assert "SECRET" not in everything
    assert "3.14" not in everything


def test_files_come_under_readable_names_and_a_lost_one_breaks_nothing(client):
    application = ExhibitorFactory().application
    application.logo.save("logo.png", ContentFile(b"\x89PNG"))
    exhibitor = application.exhibitor
    exhibitor.vector_logo.save("x.svg", ContentFile(b"<svg/>"))
    fire = QuestionFactory(call=application.call, key="feu", kind="file")
    AnswerFactory(
        application=application,
        question=fire,
        file=ContentFile(b"%PDF-", name="x.pdf"),
        file_name="Sécurité ../../etc.pdf",
    )
    lost = QuestionFactory(call=application.call, key="perdu", kind="file")
    answer = AnswerFactory(
        application=application, question=lost, file=ContentFile(b"%PDF-", name="y.pdf")
    )
    answer.file.storage.delete(answer.file.name)

    response, found = archive(client, application)

    assert {name: found.read(name) for name in found.namelist() if "/" in name} == {
        "fichiers/logo.png": b"\x89PNG",
        "fichiers/logo-vectoriel.svg": b"<svg/>",
        "fichiers/feu-etc.pdf": b"%PDF-",
    }
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == (
        f'attachment; filename="2030-BRE-{application.pk:04d}.zip"'
    )
    assert "no-store" in response["Cache-Control"]


def test_the_readable_page_speaks_the_companys_language_and_runs_nothing(client):
    client.cookies["django_language"] = "en"
    application = ApplicationFactory(language="fr", display_name="<script>alert(1)</script>")

    page = archive(client, application)[1].read("dossier.html").decode()

    assert '<html lang="fr">' in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Dénomination" in page or "Raison sociale" in page


def test_a_draft_and_a_withdrawn_one_have_their_data_too_and_strangers_none(client):
    for status in ("draft", "withdrawn"):
        application = ApplicationFactory(status=status, siret="")
        assert dossier(client, application)["status"]["code"] == status
    address = reverse("startups:application_data", args=[application.token])
    assert client.get(address[:-4] + "AAA/").status_code == 404
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_the_file_takes_the_same_queries_for_any_number_of_rows(
    client, django_assert_num_queries, count
):
    exhibitor = ExhibitorFactory()
    declaration = AidDeclaration.objects.create(exhibitor=exhibitor, name="Iris")
    for number in range(count):
        AnswerFactory(application=exhibitor.application, value="Oui")
        CharterSignature.objects.create(exhibitor=exhibitor, version=number + 1, name="Iris")
        Aid.objects.create(
            declaration=declaration, granted_on=date(2029, 5, 2), authority="Région", amount=1
        )
        day = DayFactory(date=date(2030, 6, 12 + number))
        badge = Badge.objects.create(exhibitor=exhibitor, first_name="Ada", last_name="Riou")
        badge.days.add(day)
        PublishedAllocationFactory(exhibitor=exhibitor, half_day=HalfDayFactory(day=day))
        operations.confirm_needs(exhibitor_id=exhibitor.pk, values={"power_watts": number + 1})
    archive(client, exhibitor.application)

    with django_assert_num_queries(23):
        archive(client, exhibitor.application)
