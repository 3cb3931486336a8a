"""Coming back on another device, by a code that is mailed."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import translation

from pavilion.core.models import OutboxMessage
from startups.models import ResumeCode
from startups.operations import CodeRefused, resume_application, send_resume_code
from tests.factories import ApplicationFactory, CallFactory, UserFactory
from tests.startups.applicant import CLOSED, OPEN, draft

pytestmark = pytest.mark.django_db
RESUME = "/appels/53/reprendre/"


@pytest.fixture(autouse=True)
def _english_while_the_call_is_open(client):
    client.cookies["django_language"] = "en"
    with time_machine.travel(OPEN, tick=False), translation.override("en"):
        yield


def mailed_code(number=-1):
    body = list(OutboxMessage.objects.order_by("pk"))[number].body
    return re.search(r"\b([34679ACDEFGHJKMNPQRTUVWXY]{6})$", body, re.MULTILINE)[1]


def ask_for_code(application, email="iris@societe.example"):
    return send_resume_code(call_id=application.call_id, contact_email=email)


def resume(application, code, email="iris@societe.example"):
    return resume_application(call_id=application.call_id, contact_email=email, code=code)


def refused(application, code, **more):
    with pytest.raises(CodeRefused) as refusal:
        resume(application, code, **more)
    return str(refusal.value)


def test_a_mailed_code_opens_its_application_once():
    application = draft(language="en")
    ask_for_code(application)
    code = mailed_code()

    assert resume(application, f" {code[:3].lower()}-{code[3:]} ", "IRIS@societe.example").pk == (
        application.pk
    )
    refused(application, code)
    stored = ResumeCode.objects.get()
    assert (len(stored.digest), code in stored.digest, stored.used_at) == (64, False, OPEN)


def test_the_mail_has_link_and_code_when_asked_for_here_and_no_code_otherwise(client):
    application = draft(language="en")
    client.post(RESUME, {"email": "iris@societe.example"})
    client.post("/appels/53/", {"email": "iris@societe.example", "language": "en"})
    with_code, without = OutboxMessage.objects.order_by("pk")

    assert mailed_code(0) in with_code.body
    assert application.get_absolute_url() in with_code.body
    assert "type this code" not in without.body


def test_a_code_is_over_after_half_an_hour():
    application = draft()
    ask_for_code(application)
    with time_machine.travel(OPEN + timedelta(minutes=29, seconds=59), tick=False):
        ask_for_code(application)
        assert resume(application, mailed_code(0)).pk == application.pk
    with time_machine.travel(OPEN + timedelta(hours=1), tick=False):
        refused(application, mailed_code(1))


def test_a_code_takes_five_attempts_and_a_right_one_comes_too_late():
    application = draft()
    ask_for_code(application)
    for _attempt in range(5):
        refused(application, "AAAAAA")

    refused(application, mailed_code())
    assert ResumeCode.objects.get().attempts == 5


def test_a_right_code_among_the_wrong_ones_still_works():
    application = draft()
    ask_for_code(application)
    ask_for_code(application)
    for _attempt in range(4):
        refused(application, "AAAAAA")

    assert resume(application, mailed_code(0)).pk == application.pk


def test_a_code_is_for_its_address_and_its_call():
    application, other = draft(), ApplicationFactory(contact_email="lea@societe.example")
    ask_for_code(application)
    ask_for_code(other, "lea@societe.example")

    refused(application, mailed_code(0), email="lea@societe.example")
    with pytest.raises(CodeRefused):
        resume_application(
            call_id=application.call_id + 1, contact_email=application.contact_email,
            code=mailed_code(0),
        )  # fmt: skip


def test_codes_are_not_mailed_without_end():
    application = draft()

    assert [ask_for_code(application) for _request in range(6)] == [1, 1, 1, 1, 1, 0]
    assert ask_for_code(application, "nobody@societe.example") == 0


def test_the_page_says_the_same_to_known_and_unknown_addresses(client):
    draft()
    emails = ("iris@societe.example", "nobody@societe.example")

    def read(email, **fields):
        page = client.post(RESUME, {"email": email, **fields}).content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(email, "")

    asked = [read(email) for email in emails]
    typed = [read(email, code="AAAAAA") for email in emails]

    assert asked[0] == asked[1]
    assert typed[0] == typed[1]
    assert "a mail is on the way" in asked[0]
    assert "have another one mailed" in typed[0].lower()


def test_the_page_takes_the_code_and_leads_to_the_application(client):
    application = draft(language="en")
    client.post(RESUME, {"email": "iris@societe.example"})
    page = client.get(f"{RESUME}?code").content.decode()
    led = client.post(RESUME, {"email": "iris@societe.example", "code": mailed_code()})

    assert 'name="code"' in page
    assert led.headers["Location"] == application.get_absolute_url()


def test_a_code_also_leads_to_where_things_stand_after_the_closing(client):
    application = ApplicationFactory(contact_email="iris@societe.example", language="en")
    UserFactory(email="iris@societe.example")
    with time_machine.travel(CLOSED, tick=False):
        client.post(RESUME, {"email": "iris@societe.example"})
        led = client.post(RESUME, {"email": "iris@societe.example", "code": mailed_code()})

    assert led.headers["Location"] == application.get_absolute_url()


def test_a_form_without_address_or_code_says_so(client):
    CallFactory()
    empty = client.post(RESUME, {"email": "", "code": ""})

    assert set(empty.context["form"].errors) == {"email", "code"}
    assert not ResumeCode.objects.exists()
