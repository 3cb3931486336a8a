"""An anonymised application counts, and tells of nobody."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core import serializers
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from pavilion.core import outbox
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, OutboxMessage
from startups import emails, models, operations
from startups.models import (
    Application,
    Badge,
    CharterSignature,
    Decision,
    LateCode,
    Review,
    SheetImport,
    StandDay,
    StandHold,
)
from tests import factories as make
from tests.startups import fair
from tests.startups.announced import put

pytestmark = pytest.mark.django_db
AFTER = "2031-07-01T03:10:00+02:00"


@pytest.fixture(autouse=True)
def _after_the_fair(time_machine):
    time_machine.move_to(AFTER, tick=False)


def story(**fields) -> Application:
    """An application that left a trace everywhere it can."""
    call = make.CallFactory()
    code = LateCode.objects.create(
        call=call, code="TARD", note="Pour Maëlys", expires_at=datetime(2030, 3, 5, tzinfo=UTC)
    )
    application = make.ApplicationFactory(
        **{
            "call": call,
            "late_code": code,
            "legal_name": "Algues Maëlys SAS",
            "display_name": "Algues Maëlys",
            "contact_name": "Maëlys Kerbrat",
            "contact_email": "maelys@algues.example",
            "address": "2 rue Maëlys",
            "postcode": "29200",
            "city": "Brest",
            "revenue": Decimal(120_000),
            "website": "https://maelys.example",
            "pitch_fr": "Maëlys cultive des algues.",
            "pitch_en": "Maëlys grows seaweed.",
            "decision_reason": "Maëlys convainc.",
            "technical_notes": "Maëlys amène un bac.",
            "wifi_network": "Maelys-Wi-Fi",
            "heavy_load": 400,
            "needs_accessible_stand": True,
            "company_record": {"legal_name": "MAËLYS"},
            "typed": {"website": "maelys"},
            "status": "confirmed",
            "founders": 2,
            "women_founders": 1,
            "logo": ContentFile(b"logo", name="maelys.png"),
            "created_at": datetime(2030, 2, 5, tzinfo=UTC),
            **fields,
        }
    )
    make.AnswerFactory(application=application, value="Maëlys")
    make.AnswerFactory(
        application=application, file=ContentFile(b"%PDF", name="kbis.pdf"), file_name="Maëlys.pdf"
    )
    Review.objects.create(
        application=application,
        reviewer=make.organiser("53", Role.REVIEWER),
        status="done",
        mean=Decimal("14.50"),
        done_at=datetime(2030, 3, 9, tzinfo=UTC),
        comment="Maëlys est brillante.",
    )
    Decision.objects.create(
        application=application, outcome="selected", reason="Maëlys", note="Voir Maëlys"
    )
    exhibitor = make.ExhibitorFactory(
        application=application,
        slug="algues-maelys",
        vector_logo=ContentFile(b"<svg/>", name="maelys.svg"),
    )
    make.AllocationFactory(exhibitor=exhibitor)
    operations.confirm_stays(
        edition_id=call.participation.edition_id,
        exhibitor_ids=[exhibitor.pk],
        by=None,
        by_name="Maëlys Kerbrat",
        reason="Maëlys y tient.",
    )
    Badge.objects.create(
        exhibitor=exhibitor, first_name="Maëlys", last_name="Kerbrat", email="mk@algues.example"
    )
    left = Badge.objects.create(
        exhibitor=exhibitor, first_name="Yann", last_name="Prigent", email="yp@algues.example"
    )
    SheetImport.objects.create(
        call=application.call,
        file=ContentFile(b"Algues;Brest", name="liste.csv"),
        file_name="liste.csv",
        report={"rows": [{"name": str(application)}]},
    )
    CharterSignature.objects.create(
        exhibitor=exhibitor, version=1, text_digest="0", name="Maëlys Kerbrat", role="Présidente"
    )
    with transaction.atomic():
        outbox.enqueue(emails.submitted(application))
        for badge in Badge.objects.order_by("pk"):
            outbox.enqueue(emails.badge_notice(exhibitor, badge))
        # Taken off the list again, and told of it before.
        left.delete()
        ActivityEntry.objects.all().delete()
        operations.save_application(
            application_id=application.pk,
            values={"contact_name": "Maëlys Le Kerbrat"},
            by=make.organiser("53"),
        )
    return Application.objects.get(pk=application.pk)


def everything() -> str:
    """All that the tables hold of it, as text."""
    kinds = [getattr(models, name) for name in models.__all__]
    rows = [row for kind in kinds if hasattr(kind, "objects") for row in kind.objects.all()]
    rows += [*OutboxMessage.objects.all(), *ActivityEntry.objects.all()]
    return json.dumps(json.loads(serializers.serialize("json", rows)), ensure_ascii=False)


def test_nothing_tells_any_more_who_it_was(django_capture_on_commit_callbacks):
    application = story()
    files = [application.logo, application.exhibitor.vector_logo]
    files += [answer.file for answer in application.answers.exclude(file="")]
    files += [SheetImport.objects.get().file]
    manager = make.organiser("53")
    assert len([word for word in ("Maëlys", "maelys") if word in everything()]) == 2

    with django_capture_on_commit_callbacks(execute=True):
        operations.anonymise_application(
            application_id=application.pk, by=manager, reason="À sa demande."
        )

    words = ("Maëlys", "maelys", "MAËLYS", "Kerbrat", "algues", "Brest", "rue ", "Yann")
    words = (*words, application.siret)
    assert [word for word in words if word in everything()] == []
    assert [file.storage.exists(file.name) for file in files] == [False] * 4


def test_what_counts_stays():
    application = story()
    stand = application.exhibitor.allocations.get().stand

    operations.anonymise_application(application_id=application.pk)

    application = Application.objects.get()
    assert {
        name: getattr(application, name)
        for name in (
            *("status", "theme_id", "department", "founded_on", "headcount_band", "trl"),
            *("founders", "women_founders", "siret", "siren", "postcode"),
            *("heavy_load", "needs_accessible_stand", "wifi_network"),
        )
    } == {
        "status": "confirmed",
        "theme_id": "cyber",
        "department": "29",
        "founded_on": date(2025, 1, 1),
        "headcount_band": "02",
        "trl": 7,
        "founders": 2,
        "women_founders": 1,
        "siret": "",
        "siren": "",
        "postcode": "",
        "heavy_load": None,
        "needs_accessible_stand": False,
        "wifi_network": "",
    }
    assert application.anonymised_at is not None
    assert Review.objects.get().mean == Decimal("14.50")
    assert application.exhibitor.allocations.get().stand == stand
    assert OutboxMessage.objects.filter(kind="startups.submitted").count() == 1
    assert list(
        ActivityEntry.objects.order_by("pk").values_list("verb", "by_name", "before", "after")
    ) == [
        ("application.changed", "", {}, {}),
        ("application.anonymised", "", {}, {}),
    ]


def test_again_changes_nothing():
    application = story()
    operations.anonymise_application(application_id=application.pk)
    before = everything()

    operations.anonymise_application(application_id=application.pk)

    assert everything() == before


def test_its_pages_are_gone(client):
    application = story()
    private, public = application.get_absolute_url(), application.exhibitor.get_absolute_url()
    assert (client.get(private).status_code, client.get(public).status_code) == (200, 200)

    operations.anonymise_application(application_id=application.pk)

    fresh = Application.objects.get()
    assert [
        client.get(path).status_code
        for path in (private, public, fresh.exhibitor.get_absolute_url())
    ] == [404, 404, 404]


def test_mails_about_the_contact_s_other_applications_stay():
    application = story()
    other = make.ApplicationFactory(
        call=make.CallFactory(participation=make.ParticipationFactory(edition__year=2031)),
        contact_email=application.contact_email.upper(),
    )
    with transaction.atomic():
        kept = outbox.enqueue(emails.submitted(other))

    operations.anonymise_application(application_id=application.pk)

    kept.refresh_from_db()
    assert (kept.recipient.lower(), bool(kept.body)) == (other.contact_email.lower(), True)
    assert OutboxMessage.objects.filter(body="").count() == 3


def test_mail_that_waits_leaves_no_more():
    application = story()

    operations.anonymise_application(application_id=application.pk)

    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"dropped"}


def test_company_with_coming_half_days_is_refused(time_machine):
    time_machine.move_to("2030-06-12T08:00:00+02:00")
    application = story()
    Application.objects.update(status="withdrawn")

    with pytest.raises(operations.StillExhibiting):
        operations.anonymise_application(application_id=application.pk)


@pytest.mark.parametrize("status", ["submitted", "selected", "waitlisted", "confirmed"])
def test_application_under_way_is_refused(time_machine, status):
    time_machine.move_to("2030-03-12T08:00:00+02:00")
    application = make.ApplicationFactory(status=status)

    with pytest.raises(operations.StillUnderWay):
        operations.anonymise_application(application_id=application.pk)

    assert Application.objects.get().anonymised_at is None


def test_only_the_region_s_manager_may():
    application = make.ApplicationFactory(status="rejected")

    for user in (make.organiser("53", Role.READER), make.organiser("76"), make.UserFactory()):
        with pytest.raises(PermissionDenied):
            operations.anonymise_application(application_id=application.pk, by=user)


def test_manager_anonymises_by_the_desk_and_by_the_api(client):
    first, second = (make.ApplicationFactory(status="rejected") for _number in range(2))
    client.force_login(make.organiser("53"))
    step = reverse("admin:startups_application_anonymise", args=[first.pk])

    asked = client.get(step)
    by_desk = client.post(step, {"reason": "À la demande de la société."})
    by_api = client.post(
        reverse("api:application-anonymise", args=[second.pk]), {"reason": "Sur demande."}
    )

    assert (asked.status_code, by_desk.status_code, by_api.status_code) == (200, 302, 200)
    assert set(Application.objects.values_list("anonymised_at__year", "siret")) == {(2031, "")}
    page = client.get(reverse("admin:startups_application_change", args=[first.pk]))
    assert page.status_code == 200


def on_the_floor(time_machine):
    """Ushant swaps with Iroise, is absent, and Wanda of the waiting list takes its place."""
    time_machine.move_to(datetime(2030, 6, 10, 8, tzinfo=UTC), tick=False)
    morning, later = make.HalfDayFactory(), fair.second_morning()
    iroise = fair.exhibitor("Iroise", language="en", contact_name="Iris Le Roux")
    ushant = fair.exhibitor(
        "Ushant", contact_name="Ursule Kerbrat", contact_email="u@ushant.example"
    )
    waiting = make.ApplicationFactory(
        call=make.CallFactory(),
        display_name="Wanadu",
        contact_name="Wanda Prigent",
        contact_email="w@wanadu.example",
        status="waitlisted",
        waiting_rank=1,
        created_at=datetime(2030, 2, 5, tzinfo=UTC),
    )
    Application.objects.update(created_at=datetime(2030, 2, 5, tzinfo=UTC))
    put(iroise, fair.stand("A1", x=1, y=1), later)
    put(ushant, fair.stand("B1", x=2, y=1), morning, fair.afternoon())
    swap = operations.propose_swap(
        exhibitor_id=ushant.pk,
        other_id=iroise.pk,
        gives={morning.pk: ushant.allocations.get(half_day=morning).stand_id},
        takes={later.pk: iroise.allocations.get().stand_id},
        message="Ici Ursule, au 0612345678",
        by_name="Ursule Kerbrat",
    )
    operations.accept_swap(swap_id=swap.pk, by_name="Iris Le Roux")
    operations.approve_swap(
        swap_id=swap.pk, by=make.organiser("53"), reason="Ursule Kerbrat était malade"
    )
    time_machine.move_to(datetime(2030, 6, 13, 8, 30, tzinfo=UTC), tick=False)
    absence = operations.mark_absent(exhibitor_id=ushant.pk, half_day_id=later.pk, by=None)
    offer = operations.offer_place(absence_id=absence.pk, application_id=waiting.pk, by=None)
    operations.accept_offer(offer_id=offer.pk, by_name="Wanda Prigent")
    operations.hold_stand(
        stand_id=fair.stand("C1").pk, half_day_ids=[later.pk], by=None, note="Pour Ushant"
    )
    operations.announce_plan(participation_id=fair.participation_of("53").pk, by=None)
    operations.refresh_coming_stand_days(now=datetime(2030, 6, 13, tzinfo=UTC))
    time_machine.move_to(AFTER, tick=False)
    return ushant.application, waiting


def test_nothing_on_the_floor_tells_any_more_who_it_was(time_machine):
    ushant, waiting = on_the_floor(time_machine)
    words = ("Ushant", "Ursule", "Kerbrat", "0612345678", "Wanadu", "Wanda", "Prigent")
    assert [word for word in words if word not in everything()] == []

    for application in (ushant, waiting):
        operations.anonymise_application(application_id=application.pk)

    assert [word for word in words if word in everything()] == []
    # Of whoever is still there, it is told as before.
    assert {"Iris Le Roux"} == set(
        Application.objects.exclude(contact_name="").values_list("contact_name", flat=True)
    )
    assert StandHold.objects.get().note == ""


def test_calendars_of_whoever_shared_its_stand_tell_of_nobody(time_machine):
    time_machine.move_to(datetime(2030, 6, 10, 8, tzinfo=UTC), tick=False)
    stand, morning = fair.stand("A1"), make.HalfDayFactory()
    ushant, iroise = fair.exhibitor("Ushant"), fair.exhibitor("Iroise")
    make.AllocationFactory(exhibitor=ushant, stand=stand, half_day=fair.afternoon())
    make.AllocationFactory(exhibitor=iroise, stand=stand, half_day=morning)
    operations.announce_plan(participation_id=fair.participation_of("53").pk, by=None)
    before = StandDay.objects.get(exhibitor=iroise)
    time_machine.move_to(AFTER, tick=False)

    operations.anonymise_application(application_id=ushant.application_id)

    after = StandDay.objects.get(exhibitor=iroise)
    assert ("Ushant" in before.block, "Ushant" in after.block) == (True, False)
    assert (before.sequence, after.sequence) == (0, 0)
