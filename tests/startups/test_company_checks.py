"""The check with the companies register: it helps, it tells, it is never in the way."""

from datetime import date

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation

from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from startups import operations, tasks
from startups.models import Application
from startups.operations.applying import company_checks
from tests import factories as make
from tests import register

pytestmark = pytest.mark.django_db
SIRET = register.SIRET
Check = Application.CompanyCheck


@pytest.fixture
def server(settings, monkeypatch, time_machine):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    time_machine.move_to("2030-02-15T10:00:00Z")
    with register.running() as running:
        settings.COMPANY_REGISTER_URL = running.url
        yield running


@pytest.fixture
def no_server(settings, monkeypatch, time_machine):
    """Its address is there; nobody answers."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    time_machine.move_to("2030-02-15T10:00:00Z")
    with register.running() as gone:
        settings.COMPANY_REGISTER_URL = gone.url


def state(application):
    application.refresh_from_db()
    return {
        name: getattr(application, name)
        for name in (
            *("company_check", "legal_name", "address", "postcode", "city", "department"),
            *("founded_on", "naf_code", "naf_version"),
        )
    }


@translation.override("en")
def test_check_fills_what_a_submission_left_empty_and_changes_nothing_typed(server):
    application = make.ApplicationFactory(siret=SIRET, legal_name="Algues SAS", founded_on=None)

    operations.check_company(application_id=application.pk)
    operations.check_company(application_id=application.pk)

    assert state(application) == {
        "company_check": "found",
        "legal_name": "Algues SAS",
        "address": "12 Rue de l’Île",
        "postcode": "35000",
        "city": "Rennes",
        "department": "35",
        "founded_on": date(2019, 3, 1),
        "naf_code": "62.01Z",
        "naf_version": "NAF2025",
    }
    assert application.company_record == {
        "siret": SIRET,
        "siren": SIRET[:9],
        "legal_name": "ALGUES DU LARGE",
        "address": "12 Rue de l’Île",
        "postcode": "35000",
        "city": "Rennes",
        "founded_on": "2019-03-01",
        "naf_code": "62.01Z",
        "naf_version": "NAF2025",
        "is_active": True,
        "legal_form": "5710",
    }
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.by_name, entry.after["company_check"]) == (
        "application.company_checked",
        "the companies register",
        "found",
    )


def test_draft_keeps_what_its_author_left_empty_and_the_date_of_its_last_change(server):
    draft = make.ApplicationFactory(status="draft", siret=SIRET, legal_name="", founded_on=None)
    changed = draft.updated_at

    operations.check_company(application_id=draft.pk)

    assert state(draft) == {
        "company_check": "found",
        "legal_name": "",
        "address": "",
        "postcode": "",
        "city": "",
        "department": "",
        "founded_on": None,
        "naf_code": "62.01Z",
        "naf_version": "NAF2025",
    }
    assert draft.updated_at == changed
    assert not ActivityEntry.objects.exists()


@pytest.mark.parametrize(
    ("reply", "check"),
    [
        (register.answers(register.company(etat_administratif="C")), Check.CLOSED),
        (register.answers(), Check.UNKNOWN),
        (register.says(500), Check.PENDING),
        (register.says(200, b"<html>"), Check.PENDING),
    ],
)
def test_every_answer_leaves_the_application_standing(server, reply, check):
    application = make.ApplicationFactory(siret=SIRET)
    server.reply = reply

    operations.check_company(application_id=application.pk)

    application.refresh_from_db()
    assert (application.company_check, application.status) == (check, "submitted")


def test_former_answer_is_worth_more_than_none(server, time_machine):
    application = make.ApplicationFactory(siret=SIRET)
    operations.check_company(application_id=application.pk)
    asked = Application.objects.get().company_checked_at
    time_machine.move_to("2030-02-18T10:00:00Z")
    cache.clear()  # Redis counts a day by its own clock
    server.reply = register.says(500)

    operations.check_company(application_id=application.pk)

    application.refresh_from_db()
    assert (application.company_check, application.company_checked_at) == ("found", asked)


def test_another_number_has_no_check_yet(server):
    application = make.ApplicationFactory(siret=SIRET)
    operations.check_company(application_id=application.pk)
    application.refresh_from_db()

    application.siret = make.siret(77)
    application.save(update_fields=["siret"])

    application.refresh_from_db()
    assert (
        application.company_check,
        application.company_checked_at,
        application.company_record,
    ) == ("", None, {})


def test_check_is_refused_without_a_number_without_a_register_and_to_who_may_not_act(
    server, settings
):
    nameless = make.ApplicationFactory(status="draft", siret="")
    with pytest.raises(operations.SiretMissing):
        operations.check_company(application_id=nameless.pk)
    with pytest.raises(PermissionDenied):
        operations.check_company(application_id=nameless.pk, by=make.organiser("53", Role.READER))
    settings.COMPANY_REGISTER_URL = ""
    with pytest.raises(operations.RegisterOff):
        operations.check_company(application_id=nameless.pk)


def test_what_waits_is_asked_later_oldest_first(server, time_machine):
    server.reply = register.says(503)
    waiting = [make.ApplicationFactory() for _number in range(3)]
    make.ApplicationFactory(status="draft")
    make.ApplicationFactory(status="withdrawn")

    tasks.check_companies()
    assert len(server.asked) == 1  # it does not answer: nobody else is asked about

    for _run in range(2):
        server.reply = register.answers()
        time_machine.shift(3600)
        tasks.check_companies()

    assert [path.split("&")[0] for path in server.asked[1:]] == [
        f"/search?q={application.siret}" for application in waiting
    ]
    assert set(Application.objects.submitted().values_list("status", "company_check")) == {
        ("submitted", "unknown"),
        ("withdrawn", ""),
    }


def test_company_whose_answer_is_nonsense_keeps_nobody_waiting(server, time_machine):
    first, second = make.ApplicationFactory(), make.ApplicationFactory()
    server.reply = register.answers(register.company(siren=second.siren))

    operations.check_companies()
    operations.check_companies()

    found = dict(Application.objects.values_list("pk", "company_check"))
    assert found == {first.pk: "pending", second.pk: "found"}
    assert len(server.asked) == 2
    time_machine.shift(company_checks.AGAIN_AFTER)
    operations.check_companies()
    assert len(server.asked) == 3


def test_nobody_is_asked_about_when_it_is_off_or_the_fair_is_over(server, settings, time_machine):
    make.ApplicationFactory()
    time_machine.move_to("2030-09-01T10:00:00Z")
    assert operations.check_companies() == 0
    time_machine.move_to("2030-02-15T10:00:00Z")
    settings.COMPANY_REGISTER_URL = ""
    assert operations.check_companies() == 0

    assert server.asked == []


def look_up(client, application, siret=SIRET):
    path = reverse("startups:company_lookup", args=[application.token])
    response = client.post(path, {"siret": siret}, headers={"accept-language": "en"})
    return response.status_code, response.json()


def draft(**fields):
    return make.ApplicationFactory(status="draft", siret="", language="en", **fields)


def test_look_up_gives_what_the_page_fills_in(client, server):
    assert look_up(client, draft(), "732 829 320 00074") == (
        200,
        {
            "state": "found",
            "message": "",
            "fields": {
                "legal_name": "ALGUES DU LARGE",
                "address": "12 Rue de l’Île",
                "postcode": "35000",
                "city": "Rennes",
                "founded_on": "2019-03-01",
            },
        },
    )


def test_look_up_writes_nothing_but_the_check_of_the_saved_number(client, server):
    application = draft()
    look_up(client, application)
    application.refresh_from_db()
    assert (application.company_check, application.legal_name) == ("", application.legal_name)

    application.siret = SIRET
    application.save()
    look_up(client, application)

    application.refresh_from_db()
    assert (application.company_check, application.address) == ("found", "")


@pytest.mark.parametrize(
    ("reply", "state_told"),
    [
        (register.answers(register.company(etat_administratif="C")), "closed"),
        (register.answers(), "unknown"),
        (register.stalls, "later"),
        (register.drips_headers, "later"),
        (register.says(429, Retry_After="60"), "later"),
        (register.says(500), "later"),
        (register.says(200, b"<html>"), "later"),
        (register.answers(register.company(siren="999999999")), "later"),
    ],
)
def test_form_goes_on_whatever_the_register_does(client, server, reply, state_told):
    server.reply = reply
    application = draft()
    begun = timezone.now()

    status, told = look_up(client, application)

    assert (status, told["state"], bool(told["message"])) == (200, state_told, True)
    assert (timezone.now() - begun).total_seconds() < 8
    operations.save_application(
        application_id=application.pk, values={"siret": SIRET}, by_name="Camille"
    )


def test_form_goes_on_when_nobody_answers(client, no_server):
    status, told = look_up(client, draft())

    assert (status, told["state"], told["fields"]) == (200, "later", {})


@pytest.mark.parametrize("siret", ["", "1234", "73282932000079", "x" * 5000])
def test_look_up_of_what_is_no_number_asks_nobody(client, server, siret):
    status, told = look_up(client, draft(), siret)

    assert (status, told["state"], server.asked) == (400, "invalid", [])


def test_look_up_is_off_by_default_and_after_the_closing(client, settings, time_machine, server):
    application = draft()
    time_machine.move_to("2030-03-02T10:00:00Z")
    assert look_up(client, application)[1]["state"] == "off"
    time_machine.move_to("2030-02-15T10:00:00Z")
    settings.COMPANY_REGISTER_URL = ""
    assert look_up(client, application)[1]["state"] == "off"

    assert server.asked == []


def test_register_is_not_read_through_one_application(client, server):
    application = draft()
    for _number in range(company_checks.LOOK_UPS_PER_HOUR):
        operations.look_up_company(application_id=application.pk, siret=SIRET)

    assert look_up(client, application)[1]["state"] == "later"


def test_manager_checks_again_by_the_desk_and_by_the_api(client, server):
    application = make.ApplicationFactory(siret=SIRET)
    manager = make.organiser("53")
    client.force_login(manager)

    by_desk = client.post(
        reverse("admin:startups_application_check_company", args=[application.pk])
    )
    by_api = client.post(reverse("api:application-check-company", args=[application.pk]))

    application.refresh_from_db()
    assert (by_desk.status_code, by_api.status_code, application.company_check) == (
        302,
        200,
        "found",
    )
    assert list(ActivityEntry.objects.values_list("verb", "by")) == [
        ("application.company_checked", manager.pk)
    ]
