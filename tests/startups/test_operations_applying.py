from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from events.models import Region
from pavilion.core.models import ActivityEntry, OutboxMessage
from startups.models import Application
from startups.operations import (
    AlreadyApplied,
    ChangedMeanwhile,
    Incomplete,
    NotOpen,
    Typed,
    WrongStatus,
    applications_elsewhere,
    find_or_start_application,
    keep_typed,
    reopen_application,
    save_application,
    send_link,
    start_application,
    submit_application,
    withdraw_application,
)
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    HalfDayFactory,
    ParticipationFactory,
    UserFactory,
    organiser,
    siret,
)

pytestmark = pytest.mark.django_db

OPEN = datetime(2030, 2, 10, 9, 0, tzinfo=UTC)
CLOSED = datetime(2030, 3, 2, tzinfo=UTC)


def mails():
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", "recipient"))


def verbs(target):
    return list(ActivityEntry.objects.about(target).order_by("pk").values_list("verb", flat=True))


def complete_draft(**fields):
    application = ApplicationFactory(status="draft", **fields)
    application.wanted_half_days.add(HalfDayFactory())
    return application


@time_machine.travel(OPEN, tick=False)
def test_start_application_opens_a_draft_and_mails_its_link():
    application = start_application(
        call_id=CallFactory().pk, contact_email="iris@societe.example", language="en"
    )

    assert (application.status, application.language) == ("draft", "en")
    assert application.privacy_notice_at == OPEN
    assert mails() == [("startups.link", "iris@societe.example")]
    assert verbs(application) == ["application.started"]
    assert application.get_absolute_url() in OutboxMessage.objects.get().body


@time_machine.travel(OPEN, tick=False)
def test_start_application_again_mails_the_same_draft_again():
    call = CallFactory()
    first = start_application(call_id=call.pk, contact_email="iris@societe.example")
    second, is_new = find_or_start_application(
        call_id=call.pk, contact_email="Iris@Societe.example"
    )

    assert (second.pk, is_new) == (first.pk, False)
    assert mails() == [("startups.link", "iris@societe.example")] * 2


@pytest.mark.parametrize("now", [datetime(2030, 1, 1, tzinfo=UTC), CLOSED])
def test_start_application_is_refused_outside_the_call(now):
    call = CallFactory()
    with time_machine.travel(now, tick=False), pytest.raises(NotOpen) as refusal:
        start_application(call_id=call.pk, contact_email="iris@societe.example")

    assert refusal.value.details == {
        "opens_at": "2030-02-01T01:00:00+01:00",
        "closes_at": "2030-03-01T01:00:00+01:00",
    }
    assert not OutboxMessage.objects.exists()


@time_machine.travel(OPEN, tick=False)
def test_start_application_is_refused_while_the_call_is_not_published():
    with pytest.raises(NotOpen):
        start_application(
            call_id=CallFactory(is_published=False).pk, contact_email="iris@societe.example"
        )


@time_machine.travel(OPEN, tick=False)
def test_send_link_writes_to_known_addresses_only_and_not_without_end():
    application = complete_draft(contact_email="iris@societe.example")
    call = application.call_id

    assert send_link(call_id=call, contact_email="nobody@societe.example") == 0
    assert [send_link(call_id=call, contact_email="iris@societe.example") for _ in range(6)] == [
        1, 1, 1, 1, 1, 0,
    ]  # fmt: skip


@time_machine.travel(OPEN, tick=False)
def test_save_application_keeps_a_draft_that_lacks_nearly_everything_and_logs_nothing():
    application = start_application(call_id=CallFactory().pk, contact_email="iris@societe.example")
    half_day = HalfDayFactory()
    save_application(
        application_id=application.pk,
        values={
            "siret": siret(5),
            "pitch_fr": "Bonjour",
            "commitments": True,
            "wanted_half_days": [half_day],
        },
    )

    application.refresh_from_db()
    assert (application.siren, application.pitch_fr) == (siret(5)[:9], "Bonjour")
    assert application.commitments_at == OPEN
    assert list(application.wanted_half_days.all()) == [half_day]
    assert verbs(application) == ["application.started"]


@time_machine.travel(OPEN, tick=False)
def test_save_application_twice_changes_nothing_the_second_time():
    application = complete_draft()
    first = save_application(application_id=application.pk, values={"city": "Brest"})
    with time_machine.travel(OPEN + timedelta(hours=1), tick=False):
        second = save_application(application_id=application.pk, values={"city": "Brest"})

    assert first.updated_at == second.updated_at


@time_machine.travel(OPEN, tick=False)
def test_save_application_refuses_to_overwrite_a_newer_version():
    application = complete_draft()
    seen = application.updated_at
    with time_machine.travel(OPEN + timedelta(seconds=5), tick=False):
        save_application(application_id=application.pk, values={"city": "Brest"}, expected=seen)
        with pytest.raises(ChangedMeanwhile):
            save_application(
                application_id=application.pk, values={"city": "Vannes"}, expected=seen
            )

    application.refresh_from_db()
    assert application.city == "Brest"


@time_machine.travel(OPEN, tick=False)
def test_save_application_leads_the_same_company_back_to_its_application():
    known = complete_draft(siret=siret(7), contact_email="first@societe.example")
    rival = ApplicationFactory(status="draft", siret="", call=known.call)
    other_establishment = siret(7)[:9] + "00025"

    with pytest.raises(AlreadyApplied) as refusal:
        save_application(application_id=rival.pk, values={"siret": other_establishment})

    rival.refresh_from_db()
    assert (rival.siret, refusal.value.field) == ("", "siret")
    assert mails() == [("startups.led_back.link", "first@societe.example")]


def test_a_company_is_told_once_a_day_that_its_number_is_typed_elsewhere_and_asks_as_before():
    with time_machine.travel(OPEN, tick=False):
        contact = {"contact_email": "first@societe.example", "language": "en"}
        known = complete_draft(siret=siret(7), **contact)
        rival = ApplicationFactory(status="draft", siret="", call=known.call)
        other = ApplicationFactory(status="draft", siret="", call=known.call)
    fields = {"siret": Typed(raw=siret(7), is_valid=True, value=siret(7))}
    for hours, application in ((0, rival), (1, rival), (1, other), (23, rival), (25, rival)):
        with time_machine.travel(OPEN + timedelta(hours=hours), tick=False):
            told = keep_typed(application_id=application.pk, fields=fields)
            with pytest.raises(AlreadyApplied):
                save_application(application_id=application.pk, values={"siret": siret(7)})

    assert set(told.refusals) == {"siret"}
    assert mails() == [("startups.led_back.link", "first@societe.example")] * 3
    body = OutboxMessage.objects.first().body
    assert known.get_absolute_url() in body
    assert "Somebody has just typed your SIRET number" in body
    with time_machine.travel(OPEN + timedelta(hours=25), tick=False):
        assert send_link(call_id=known.call_id, contact_email="first@societe.example") == 1


@time_machine.travel(OPEN, tick=False)
def test_no_number_of_drafts_floods_a_company_with_its_own_link():
    known = complete_draft(siret=siret(7))
    for _draft in range(7):
        rival = ApplicationFactory(status="draft", siret="", call=known.call)
        with pytest.raises(AlreadyApplied):
            save_application(application_id=rival.pk, values={"siret": siret(7)})

    assert len(mails()) == 5


@time_machine.travel(CLOSED, tick=False)
def test_save_application_is_refused_to_the_company_after_the_closing():
    for status in ("draft", "submitted"):
        application = ApplicationFactory(status=status)
        with pytest.raises(NotOpen):
            save_application(application_id=application.pk, values={"city": "Brest"})
    with pytest.raises(WrongStatus):
        save_application(
            application_id=ApplicationFactory(status="rejected").pk, values={"city": "Brest"}
        )


@time_machine.travel(CLOSED, tick=False)
def test_save_application_lets_an_organiser_correct_and_notes_before_and_after():
    application = ApplicationFactory(status="confirmed", city="Bret")
    save_application(application_id=application.pk, values={"city": "Brest"}, by=organiser("53"))

    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.before, entry.after) == (
        "application.changed", {"city": "Bret"}, {"city": "Brest"},
    )  # fmt: skip


@time_machine.travel(OPEN, tick=False)
def test_save_application_keeps_what_was_submitted_complete():
    application = ApplicationFactory()
    with pytest.raises(Incomplete) as refusal:
        save_application(application_id=application.pk, values={"pitch_en": "", "city": "Brest"})

    application.refresh_from_db()
    assert (application.pitch_en, application.city) == ("We protect hospitals.", "")
    assert refusal.value.details == {"missing": ["pitch_en"]}


def test_save_application_is_for_the_company_and_its_regions_managers():
    application = ApplicationFactory(status="incomplete")
    for stranger in (organiser("28"), organiser("53", role="reader"), UserFactory()):
        with pytest.raises(PermissionDenied):
            save_application(application_id=application.pk, values={"city": "X"}, by=stranger)

    contact = UserFactory(email=application.contact_email.upper())
    save_application(application_id=application.pk, values={"city": "Brest"}, by=contact)
    application.refresh_from_db()
    assert application.city == "Brest"


def test_save_application_never_writes_a_status():
    with pytest.raises(ValueError, match="status"):
        save_application(application_id=1, values={"status": "selected"})


@time_machine.travel(OPEN, tick=False)
def test_save_application_deletes_the_logo_it_replaces(django_capture_on_commit_callbacks):
    application = complete_draft()
    with django_capture_on_commit_callbacks(execute=True):
        saved = save_application(
            application_id=application.pk, values={"logo": ContentFile(b"one", "logo.png")}
        )
    storage, first = saved.logo.storage, saved.logo.name
    with django_capture_on_commit_callbacks(execute=True):
        saved = save_application(application_id=application.pk, values={"logo": ""})

    assert (saved.logo.name, storage.exists(first)) == ("", False)


@time_machine.travel(OPEN, tick=False)
def test_submit_application_confirms_by_mail_and_is_safe_to_repeat():
    application = complete_draft()
    submit_application(application_id=application.pk, by_name="Iris Le Roux")
    again = submit_application(application_id=application.pk)

    assert (again.status, again.submitted_at) == ("submitted", OPEN)
    assert mails() == [("startups.submitted", application.contact_email)]
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.by_name, entry.before["status"], entry.after["status"]) == (
        "application.submitted", "Iris Le Roux", "draft", "submitted",
    )  # fmt: skip


@time_machine.travel(OPEN, tick=False)
def test_submit_application_names_everything_that_is_missing():
    application = ApplicationFactory(status="draft", trl=None, commitments_at=None)
    with pytest.raises(Incomplete) as refusal:
        submit_application(application_id=application.pk)

    assert refusal.value.details == {"missing": ["trl", "wanted_half_days", "commitments_at"]}
    assert mails() == []


def test_submit_application_keeps_the_grace_and_not_a_minute_more():
    first, second = complete_draft(), complete_draft()
    closes = first.call.closes_at
    with time_machine.travel(closes + timedelta(minutes=9), tick=False):
        submit_application(application_id=first.pk)
    with time_machine.travel(closes + timedelta(minutes=10), tick=False), pytest.raises(NotOpen):
        submit_application(application_id=second.pk)


@time_machine.travel(CLOSED, tick=False)
def test_submit_application_takes_a_correction_after_the_closing():
    application = ApplicationFactory(status="incomplete")
    application.wanted_half_days.add(HalfDayFactory())

    assert submit_application(application_id=application.pk).status == "submitted"


def test_submit_application_is_refused_once_decided_naming_what_is_possible():
    application = ApplicationFactory(status="selected")
    with pytest.raises(WrongStatus) as refusal:
        submit_application(application_id=application.pk)

    assert refusal.value.details == {
        "status": "selected",
        "wanted": "submitted",
        "possible": ["confirmed", "declined", "withdrawn"],
    }


@time_machine.travel(OPEN, tick=False)
def test_withdraw_application_is_safe_to_repeat_and_can_be_taken_up_again():
    application = complete_draft()
    submit_application(application_id=application.pk)
    withdraw_application(application_id=application.pk, reason="Too busy")
    withdraw_application(application_id=application.pk)
    reopen_application(application_id=application.pk)
    reopened = reopen_application(application_id=application.pk)

    assert (reopened.status, reopened.submitted_at) == ("draft", None)
    assert [kind for kind, _ in mails()] == ["startups.submitted", "startups.withdrawn"]
    assert verbs(application) == [
        "application.submitted", "application.withdrawn", "application.reopened",
    ]  # fmt: skip


@time_machine.travel(CLOSED, tick=False)
def test_reopen_application_is_refused_after_the_closing():
    application = ApplicationFactory(status="withdrawn")
    with pytest.raises(NotOpen):
        reopen_application(application_id=application.pk)


def test_applications_elsewhere_names_other_regions_submissions_of_the_same_company():
    application = ApplicationFactory(siret=siret(9))
    calls = [
        CallFactory(participation=ParticipationFactory(region=Region.objects.get(code=code)))
        for code in ("28", "76")
    ]
    elsewhere = ApplicationFactory(siret=siret(9), call=calls[0])
    ApplicationFactory(siret=siret(9), call=calls[1], status="draft")
    ApplicationFactory(call=calls[1])

    assert list(applications_elsewhere(application)) == [elsewhere]
    assert list(applications_elsewhere(Application(siren="", call=application.call))) == []
