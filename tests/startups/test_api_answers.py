"""Answers, files and late codes by the API."""

import pytest
import time_machine
from rest_framework.test import APIClient

from pavilion.core.access import Role
from pavilion.core.models import User
from startups.models import Answer, Application, LateCode, Review
from startups.operations import save_application
from tests.factories import ApplicationFactory, CallFactory, UserFactory, organiser
from tests.startups.applicant import CLOSED, OPEN, ask, draft
from tests.startups.test_answers import OPTIONS, PARTS
from tests.uploads import pdf, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_the_call_is_open():
    with time_machine.travel(OPEN, tick=False):
        yield


def client_of(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def patch(user, application, **changes):
    path = f"/api/v1/applications/{application.pk}/"
    return client_of(user).patch(path, changes, format="json")


def contact_of(application):
    known = User.objects.filter(email=application.contact_email).first()
    return known or UserFactory(email=application.contact_email, language="en")


def test_a_company_answers_every_kind_of_question():
    application = draft()
    for kind in ("text", "number", "date", "yes_no"):
        ask(application.call, kind, kind)
    for kind in ("choice", "choices"):
        ask(application.call, kind, kind, options=OPTIONS)
    ask(application.call, "group", "group", parts=PARTS)
    given = {
        "text": "Un robot",
        "number": 12.5,
        "date": "2030-02-01",
        "yes_no": False,
        "choice": "beta",
        "choices": ["beta", "prod"],
        "group": [{"name": "Iris", "born": "1990-02-01", "share": 3, "full": True}],
    }
    contact = contact_of(application)
    answered = patch(contact, application, answers=given)
    emptied = patch(contact, application, answers={"text": None, "choices": []})

    assert (answered.status_code, answered.json()["answers"]) == (200, given)
    left = {key: value for key, value in given.items() if key not in {"text", "choices"}}
    assert emptied.json()["answers"] == left


def test_answers_that_are_not_valid_are_told_by_question_and_nothing_is_written():
    application = draft()
    ask(application.call, "size", "number")
    ask(application.call, "team", "group", parts=PARTS)
    ask(application.call, "demo")
    response = patch(
        contact_of(application),
        application,
        answers={"size": "beaucoup", "team": "Iris", "demo": "Un robot"},
    )

    assert (response.status_code, set(response.json()["answers"])) == (400, {"size", "team"})
    assert patch(contact_of(application), application, answers=[]).status_code == 400
    assert not Answer.objects.exists()


def test_a_question_the_call_does_not_ask_is_a_refusal():
    application = draft()
    response = patch(contact_of(application), application, answers={"x": "y"})

    assert (response.status_code, response.json()["code"]) == (409, "unknown_question")


def test_a_file_answers_a_question():
    application = draft()
    ask(application.call, "kbis", "file")
    path = f"/api/v1/applications/{application.pk}/answer-file/"
    client = client_of(contact_of(application))
    sent = client.post(
        path, {"question": "kbis", "file": upload(pdf(), "mon kbis.pdf")}, format="multipart"
    )
    refused = client.post(
        path, {"question": "kbis", "file": upload(b"MZ", "virus.pdf")}, format="multipart"
    )

    assert sent.json()["answers"] == {"kbis": "mon kbis.pdf"}
    assert (refused.status_code, set(refused.json())) == (400, {"file"})


def test_the_jury_reads_only_the_answers_meant_for_it():
    application = ApplicationFactory()
    for key, is_for_jury in (("demo", True), ("team", False)):
        question = ask(application.call, key, is_for_jury=is_for_jury)
        Answer.objects.create(application=application, question=question, value=key)
    juror = organiser("53", Role.REVIEWER)
    Review.objects.create(application=application, reviewer=juror)
    path = f"/api/v1/applications/{application.pk}/"
    read = [
        client_of(user).get(path).json()["answers"]
        for user in (juror, organiser("53", Role.READER), contact_of(application))
    ]

    assert read == [{"demo": "demo"}, *[{"demo": "demo", "team": "team"}] * 2]


def test_new_columns_are_written_and_kept_consistent():
    application = draft()
    changes = {"revenue": "12000.50", "address": "3 quai", "founders": 3, "women_founders": 2}
    written = patch(contact_of(application), application, **changes, has_exhibited=False)
    wrong = patch(contact_of(application), application, women_founders=4)

    assert {name: written.json()[name] for name in changes} == changes
    assert (wrong.status_code, wrong.json()["code"]) == (409, "more_women_than_founders")


def test_what_is_written_by_the_api_no_longer_waits_in_the_form():
    application = draft(typed={"siret": "123", "q:size": "beaucoup"})
    ask(application.call, "size", "number")
    save_application(
        application_id=application.pk,
        values={"siret": "73282932000074"},
        answers={"size": 3},
    )

    assert Application.objects.get().typed == {}


def test_an_application_begins_late_with_a_code():
    call = CallFactory()
    LateCode.objects.create(call=call, code="ARMOR-7", expires_at=CLOSED.replace(day=9))
    client = client_of(UserFactory(email="lea@societe.example", language="en"))
    body = {"call": call.pk, "contact_email": "lea@societe.example"}
    with time_machine.travel(CLOSED, tick=False):
        answers = [
            client.post("/api/v1/applications/", {**body, "late_code": code}, format="json")
            for code in ("", "ARMOR-8", "armor-7")
        ]

    assert [answer.status_code for answer in answers] == [409, 409, 201]
    assert [answer.json()["code"] for answer in answers[:2]] == ["not_open", "late_code_unknown"]
