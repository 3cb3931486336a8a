"""What was submitted, while it is changed: kept apart, counted rightly, sent or named as unsent."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pavilion.core.models import OutboxMessage
from startups.models import Application
from startups.operations import (
    NotSettled,
    request_correction,
    save_application,
    submit_application,
)
from tests.factories import AnswerFactory, ApplicationFactory, HalfDayFactory, organiser, siret
from tests.startups.applicant import CLOSED, OPEN, address, ask, save, seen, typed_in
from tests.uploads import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english_while_the_call_is_open(client):
    client.cookies["django_language"] = "en"
    with time_machine.travel(OPEN, tick=False):
        yield


@pytest.fixture
def application():
    made = ApplicationFactory()
    made.wanted_half_days.add(HalfDayFactory())
    return made


def submit(client, application):
    path = reverse("startups:application_submit", args=[application.token])
    return client.post(path, typed_in("commitments"))


def counts(page):
    return {part.step.key: part.count for part in page.context["parts"] if part.count}


def troubles(page):
    return [name for _part, lines in page.context["troubles"] for name, _label, _wrong in lines]


def test_an_organisers_correction_leaves_what_the_company_typed_beside_it(client, application):
    save(client, application, "project", {"pitch_fr": "Nouveau", "trl": "8"})
    desk = organiser("53")
    for pitch in (application.pitch_fr, "Corrigé"):
        values = {"pitch_fr": pitch, "trl": 8}
        save_application(application_id=application.pk, values=values, by=desk)
    page = client.get(address(application, "project")).content.decode()

    application.refresh_from_db()
    # The same level as the company typed: nothing is left to choose.
    assert (application.pitch_fr, application.typed) == ("Corrigé", {"~pitch_fr": "Nouveau"})
    assert "Saved meanwhile: <b>Corrigé</b>" in page
    save_application(application_id=application.pk, values={"pitch_fr": "Le nôtre"})
    assert Application.objects.get().pitch_fr == "Le nôtre"


def test_an_organiser_who_writes_the_same_again_takes_nothing_away(client, application):
    save(client, application, "project", {"pitch_fr": "Nouveau"})
    values = {"pitch_fr": application.pitch_fr}
    save_application(application_id=application.pk, values=values, by=organiser("53"))

    application.refresh_from_db()
    assert application.typed == {"pitch_fr": "Nouveau"}


def test_a_valid_change_is_no_error_and_continue_leads_on(client, application):
    fields = {**typed_in("project"), "pitch_fr": "Nouveau", "seen": seen(application)}
    led = client.post(address(application, "project"), {**fields, "go": "next"})
    page = client.get(address(application, "commitments"))

    assert led.headers["Location"] == address(application, "presence")
    assert (counts(page), troubles(page)) == ({}, [])
    assert "Nouveau" in page.content.decode()


def test_a_change_its_field_refuses_is_counted_and_named(client, application):
    save(client, application, "project", {"pitch_fr": "x" * 301, "pitch_en": "", "trl": "8"})
    save(client, application, "company", {"founders": "1"})
    save(client, application, "company", {"women_founders": "2"})
    page = client.get(submit(client, application).headers["Location"])

    assert counts(page) == {"company": 1, "project": 2}
    assert troubles(page) == ["women_founders", "pitch_fr", "pitch_en"]


def test_a_number_another_company_has_is_told_before_sending(client, application):
    rival = ApplicationFactory(call=application.call, siret=siret(9))
    save(client, application, "company", {"siret": rival.siret})
    page = client.get(address(application, "company"))

    assert "already has an application" in page.context["form"].errors["siret"][0]
    assert counts(page) == {"company": 1}


def test_what_was_saved_and_is_refused_since_is_in_no_other_fields_way(client, application):
    question = ask(application.call, "txt", max_length=100)
    AnswerFactory(application=application, question=question, value="x" * 50)
    type(question).objects.update(max_length=20)
    save(client, application, "project", {"pitch_fr": "Nouveau"})
    page = client.get(address(application, "commitments") + "?verifier")
    sent = submit(client, application)

    application.refresh_from_db()
    assert troubles(page) == []
    assert sent.headers["Location"] == application.get_absolute_url()
    assert (application.pitch_fr, application.typed) == ("Nouveau", {})


def test_a_question_that_follows_from_a_change_is_asked_before_it_is_sent(client, application):
    first = ask(application.call, "first", "yes_no")
    ask(application.call, "second", depends_on=first, depends_value="yes", is_required=True)
    save(client, application, "questions", {"q:first": "yes"})
    refused = client.get(submit(client, application).headers["Location"])
    save(client, application, "questions", {"q:second": "Un robot"})
    submit(client, application)

    assert troubles(refused) == ["q:second"]
    assert [answer.value for answer in application.answers.order_by("pk")] == [True, "Un robot"]


def test_commitments_an_import_did_not_bring_are_made_with_the_changes(client, application):
    Application.objects.update(commitments_at=None)
    save(client, application, "commitments", typed_in("commitments"))
    submit(client, application)

    application.refresh_from_db()
    assert (application.commitments_at, application.typed) == (OPEN, {})


def test_changes_under_way_when_a_correction_is_asked_are_submitted_with_it(client, application):
    save(client, application, "project", {"pitch_fr": "Nouveau", "website": "htp:/x"})
    with time_machine.travel(CLOSED, tick=False):
        request_correction(application_id=application.pk, message="SIRET", by=organiser("53"))
        refused = submit(client, application)
        page = client.get(refused.headers["Location"])
        save(client, application, "project", {"website": ""})
        submit(client, application)

    application.refresh_from_db()
    assert (counts(page), troubles(page)) == ({"project": 1}, ["website"])
    assert (application.status, application.pitch_fr, application.typed) == (
        "submitted", "Nouveau", {},
    )  # fmt: skip


def test_an_organiser_submits_what_is_written_and_the_rest_stays_its_authors(client, application):
    save(client, application, "project", {"pitch_fr": "Nouveau"})
    desk = organiser("53")
    request_correction(application_id=application.pk, message="SIRET", by=desk)
    with pytest.raises(NotSettled):
        submit_application(application_id=application.pk)
    submit_application(application_id=application.pk, by=desk)

    application.refresh_from_db()
    assert (application.status, application.typed) == ("submitted", {"pitch_fr": "Nouveau"})


def test_the_status_page_says_what_is_not_sent_and_what_can_no_longer_be(client, application):
    before = client.get(application.get_absolute_url()).content.decode()
    save(client, application, "project", {"pitch_fr": "Nouveau"})
    begun = client.get(application.get_absolute_url()).content.decode()
    with time_machine.travel(CLOSED + timedelta(days=1), tick=False):
        over = client.get(application.get_absolute_url()).content.decode()

    assert "changes" not in before
    assert "begun changes that have not been sent to the region: Pitch in French." in begun
    assert "did not send them: Pitch in French. They can no longer be sent." in over
    assert "Nouveau" not in over


def test_a_file_is_said_to_be_replaced_at_once_and_only_the_rest_can_be_dropped(
    client, application
):
    question = ask(application.call, "kbis", "file")
    empty = client.get(address(application, "commitments")).content.decode()
    save(client, application, "questions", {"q:kbis": SimpleUploadedFile("kbis.pdf", pdf())})
    page = client.get(address(application, "questions")).content.decode()
    save(client, application, "project", {"pitch_fr": "Nouveau"})
    begun = client.get(address(application, "commitments")).content.decode()

    assert "A new file replaces this one at once" in page
    assert "only files are replaced at once" in page
    assert ("/discard/" in empty, "/discard/" in begun) == (False, True)
    assert application.answers.get(question=question).file_name == "kbis.pdf"
    assert [mail.kind for mail in OutboxMessage.objects.all()] == ["startups.changed"]
