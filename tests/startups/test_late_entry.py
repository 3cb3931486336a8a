"""Applying after the closing, by a code: for so many companies, until then."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone, translation

from events.models import Region
from startups.models import Application, LateCode
from startups.operations import (
    LateCodeExpired,
    LateCodeUnknown,
    LateCodeUsedUp,
    NotOpen,
    find_or_start_application,
    is_editable,
    save_application,
    submit_application,
)
from startups.operations.applying.late_entry import WRONG_PER_HOUR
from tests.factories import ApplicationFactory, CallFactory, HalfDayFactory, ParticipationFactory
from tests.startups.applicant import CLOSED, OPEN, draft
from tests.startups.test_races import together

pytestmark = pytest.mark.django_db
EXPIRES = CLOSED + timedelta(days=3)


@pytest.fixture
def _closed(client):
    client.cookies["django_language"] = "en"
    with time_machine.travel(CLOSED, tick=False), translation.override("en"):
        yield


def given(call, **fields):
    return LateCode.objects.create(
        **{"call": call, "code": "ARMOR-7", "max_uses": 2, "expires_at": EXPIRES, **fields}
    )


def begin(call, number=1, code="ARMOR-7"):
    return find_or_start_application(
        call_id=call.pk, contact_email=f"a{number}@societe.example", late_code=code
    )


@pytest.mark.usefixtures("_closed")
def test_a_code_lets_in_as_many_as_it_says():
    call = CallFactory()
    code = given(call)
    first, is_new = begin(call, 1, " armor-7 ")
    again = begin(call, 1)
    second = begin(call, 2)[0]

    assert (first.late_code, is_new) == (code, True)
    assert (again[0].pk, again[1], second.late_code) == (first.pk, False, code)
    with pytest.raises(LateCodeUsedUp):
        begin(call, 3)
    assert Application.objects.count() == 2


@pytest.mark.usefixtures("_closed")
def test_a_code_that_lets_nobody_in_says_why():
    call, other = CallFactory(), CallFactory(participation=elsewhere())
    given(other, code="OTHER-1")
    given(call, code="GONE-1", revoked_at=OPEN)
    given(call, code="OLD-1", expires_at=CLOSED)

    for code, refusal in (
        ("OTHER-1", LateCodeUnknown),
        ("GONE-1", LateCodeExpired),
        ("OLD-1", LateCodeExpired),
        ("", NotOpen),
    ):
        with pytest.raises(refusal):
            begin(call, 1, code)
    assert not Application.objects.exists()


def elsewhere():
    return ParticipationFactory(region=Region.objects.get(code="28"))


@pytest.mark.usefixtures("_closed")
def test_a_draft_begun_in_time_goes_on_by_a_code():
    application = draft(contact_email="a1@societe.example")
    given(application.call, max_uses=1)
    found, is_new = begin(application.call)

    assert (found.pk, is_new) == (application.pk, False)
    assert Application.objects.get().late_code.code == "ARMOR-7"
    with pytest.raises(LateCodeUsedUp):
        begin(application.call, 2)


def test_while_the_call_is_open_a_code_is_not_spent():
    call = CallFactory()
    given(call)
    with time_machine.travel(OPEN, tick=False):
        assert begin(call)[0].late_code is None
    with time_machine.travel(OPEN - timedelta(days=30), tick=False), pytest.raises(NotOpen):
        begin(call, 2)


@pytest.mark.parametrize("revoked_at", [None, CLOSED])
def test_a_late_draft_is_written_and_submitted_until_the_code_expires(revoked_at):
    application = ApplicationFactory(status="draft")
    application.wanted_half_days.add(HalfDayFactory())
    code = given(application.call, revoked_at=revoked_at)
    Application.objects.filter(pk=application.pk).update(late_code=code)
    with time_machine.travel(EXPIRES, tick=False):
        over = is_editable(Application.objects.get(), timezone.now())
        for act in (partial(save_application, values={"city": "Brest"}), submit_application):
            with pytest.raises(NotOpen):
                act(application_id=application.pk)
    with time_machine.travel(EXPIRES - timedelta(seconds=1), tick=False):
        save_application(application_id=application.pk, values={"city": "Brest"})
        submitted = submit_application(application_id=application.pk)

    assert (over, submitted.status, submitted.city) == (False, "submitted", "Brest")


@pytest.mark.usefixtures("_closed")
def test_the_closed_calls_page_takes_a_code_and_says_what_is_wrong_with_it(client):
    call = CallFactory()
    given(call)
    page = client.get("/appels/53/").content.decode()
    fields = {"email": "iris@societe.example", "language": "en"}
    wrong = client.post("/appels/53/", {**fields, "late_code": "ARMOR-8"})
    led = client.post("/appels/53/", {**fields, "late_code": "armor-7"}, follow=True)

    assert 'name="late_code"' in page
    assert wrong.context["form"].errors == {
        "late_code": ["This code is not one of this call: compare it with what you received."]
    }
    assert "/etape/" in led.redirect_chain[-1][0]
    assert "Submit before Tuesday 5 March 2030 at 01:00." in led.content.decode()


@pytest.mark.usefixtures("_closed")
def test_who_types_wrong_codes_again_and_again_is_stopped_for_an_hour_and_nobody_else(client):
    call = CallFactory()
    given(call)
    fields = {"email": "iris@societe.example", "language": "en"}
    for number in range(WRONG_PER_HOUR):
        client.post("/appels/53/", {**fields, "late_code": f"ARMOR-{number + 10}"})
    stopped = client.post("/appels/53/", {**fields, "late_code": "ARMOR-7"})
    other = {"REMOTE_ADDR": "198.51.100.7"}
    elsewhere = client.post("/appels/53/", {**fields, "late_code": "ARMOR-7"}, **other)
    fields["email"] = "lea@societe.example"
    with time_machine.travel(CLOSED + timedelta(hours=1), tick=False):
        later = client.post("/appels/53/", {**fields, "late_code": "ARMOR-7"})

    assert stopped.context["form"].errors == {
        "late_code": [
            f"Too many wrong codes came from here. Wait an hour, or write to {call.contact_email}."
        ]
    }
    assert (elsewhere.status_code, later.status_code) == (302, 302)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_who_use_a_code_at_once_as_many_get_in_as_it_says():
    now = timezone.now()
    call = CallFactory(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))
    given(call, max_uses=2, expires_at=now + timedelta(days=1))
    results = together(*(partial(begin, call, number) for number in range(6)))

    assert Counter(type(one).__name__ for one in results) == {"tuple": 2, "LateCodeUsedUp": 4}
    assert Application.objects.filter(late_code__code="ARMOR-7").count() == 2
