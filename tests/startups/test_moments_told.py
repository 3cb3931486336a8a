"""What a company is told of its deadline, its result and its turn: never what has passed."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import translation

from pavilion.core.models import OutboxMessage
from startups import emails, own_data, progress
from startups.operations import (
    prepare_decision,
    preview_release,
    release_decisions,
    reopen_application,
    start_application,
    waitlist_application,
    withdraw_application,
)
from tests.factories import ApplicationFactory, CallFactory, LateCodeFactory, organiser
from tests.startups import applicant

pytestmark = pytest.mark.django_db

LATE = datetime(2030, 3, 3, 9, tzinfo=UTC)  # after the closing, before the code ends
UNTIL = "Sunday 10 March 2030 at 18:00"
AFTER = datetime(2030, 3, 11, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def late(time_machine, client):
    time_machine.move_to(LATE, tick=False)
    client.cookies["django_language"] = "en"


def page(client, application):
    content = client.get(application.get_absolute_url(), follow=True).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


def late_entry(**fields):
    call = CallFactory()
    code = LateCodeFactory(call=call)
    return ApplicationFactory(**{"call": call, "late_code": code, "language": "en", **fields})


# --- Until when -----------------------------------------------------------------------------------


def test_a_link_begun_by_a_late_code_says_until_when_the_code_is_valid():
    code = LateCodeFactory(call=CallFactory())
    start_application(
        call_id=code.call_id, contact_email="a@b.example", language="en", late_code=code.code
    )

    assert f"as you like, until {UNTIL} (Paris time)." in OutboxMessage.objects.get().body


def test_a_link_asked_for_after_the_closing_names_no_moment():
    message = emails.link(ApplicationFactory(status="draft", language="en"))

    assert "Here is the private link of your application with Bretagne for VivaTech 2030.\n" in (
        message.body
    )


def test_a_late_draft_is_told_the_end_of_its_code_on_its_form(client):
    step = client.get(applicant.address(late_entry(status="draft"), "company"))

    assert f"Submit before {UNTIL}." in step.content.decode()


def test_a_late_draft_whose_code_has_ended_is_told_so(client, time_machine):
    application = late_entry(status="draft")
    time_machine.move_to(AFTER, tick=False)

    assert f"Your late-entry code was valid until {UNTIL}, and this draft was not" in (
        page(client, application)
    )


@pytest.mark.parametrize("revoked_at", [None, LATE])
def test_a_late_application_can_be_changed_until_its_code_ends(client, revoked_at):
    application = late_entry()
    application.late_code.revoked_at = revoked_at
    application.late_code.save()

    assert f"Until {UNTIL} you can still change it." in page(client, application)
    assert f"Until {UNTIL} (Paris time), you can still change it" in (
        emails.submitted(application).body
    )


def test_a_late_application_withdrawn_can_be_taken_up_again_until_its_code_ends(
    client, time_machine
):
    application = late_entry()
    withdraw_application(application_id=application.pk)
    application.refresh_from_db()

    assert f"Until {UNTIL} (Paris time), you can take it up again" in (
        OutboxMessage.objects.get().body
    )
    assert f"Until {UNTIL} you can take it up again" in page(client, application)
    time_machine.move_to(AFTER, tick=False)
    assert "you can take it up again" not in page(client, application)
    time_machine.move_to(LATE, tick=False)
    assert reopen_application(application_id=application.pk).status == "draft"


def test_within_the_grace_no_moment_is_named(client, time_machine):
    application = ApplicationFactory(status="withdrawn", language="en")
    time_machine.move_to(datetime(2030, 3, 1, 0, 5, tzinfo=UTC), tick=False)

    assert "You can still take it up again where you left it, if you submit it at once." in (
        page(client, application)
    )
    assert "if you do so at once." in emails.withdrawn(application).body


def test_the_timeline_of_a_late_draft_names_the_end_of_its_code():
    with translation.override("en"):
        points = progress.timeline(
            late_entry(status="draft", submitted_at=None), LATE, is_editable=True
        )

    assert points[1].when == f"before {UNTIL}"


# --- The result -----------------------------------------------------------------------------------


def test_a_result_that_is_late_is_not_promised_for_a_day_that_has_passed(client):
    call = CallFactory(results_at=datetime(2030, 3, 2, tzinfo=UTC))
    application = ApplicationFactory(call=call, language="en", contact_email="iris@a.example")

    shown = page(client, application)
    assert (
        "Next: the result. It is later than announced; it will come by mail to iris@a.example"
        " and on this page."
    ) in shown
    assert "2 March" not in shown
    body = emails.submitted(application).body
    assert "The result will be mailed to this address." in body
    assert "2 March" not in body


def test_a_result_that_was_given_keeps_its_day(client):
    call = CallFactory(results_at=datetime(2030, 3, 2, tzinfo=UTC))
    application = ApplicationFactory(
        call=call, status="waitlisted", waiting_rank=1, decided_at=datetime(2030, 3, 2, tzinfo=UTC)
    )

    assert progress.timeline(application, LATE, is_editable=False)[2].when != ""


# --- The turn -------------------------------------------------------------------------------------


def subjects(messages):
    return [message.subject for message in messages]


def test_a_company_is_told_its_place_in_the_queue_and_not_the_rank_kept_for_it(client):
    call = CallFactory(places=1)
    ApplicationFactory(call=call, status="confirmed")
    ApplicationFactory(call=call, status="waitlisted", waiting_rank=7)
    application = ApplicationFactory(call=call, language="en")
    waitlist_application(application_id=application.pk, by=None)
    application.refresh_from_db()

    assert application.waiting_rank == 8
    assert subjects(OutboxMessage.objects.all()) == [
        "On the waiting list for VivaTech 2030 with Bretagne: rank 2"
    ]
    assert "on its waiting list, at rank 2." in OutboxMessage.objects.get().body
    shown = page(client, application)
    assert "Waiting list, rank 2" in shown
    assert "1 company comes before you." in shown
    told = own_data.dossier(application)["status"]
    assert told["rank_on_the_waiting_list"] == 2


def test_the_preview_of_a_release_tells_the_place_the_mail_will_tell():
    call = CallFactory(places=1)
    ApplicationFactory(call=call, status="confirmed")
    leaving, staying, coming, last = (
        ApplicationFactory(call=call, language="en", **fields)
        for fields in (
            {"status": "waitlisted", "waiting_rank": 9},
            {"status": "waitlisted", "waiting_rank": 4},
            {"status": "eligible"},
            {"status": "eligible"},
        )
    )
    manager = organiser("53")
    prepare_decision(application_id=leaving.pk, outcome="rejected", reason="x", by=manager)
    for row in (coming, last):
        prepare_decision(application_id=row.pk, outcome="waitlisted", by=manager)

    expected = [
        "Your application with Bretagne for VivaTech 2030: not selected",
        "On the waiting list for VivaTech 2030 with Bretagne: rank 2",
        "On the waiting list for VivaTech 2030 with Bretagne: rank 3",
    ]
    assert subjects(message for _row, message in preview_release(call)) == expected
    release_decisions(call_id=call.pk, by=manager)
    assert subjects(OutboxMessage.objects.order_by("pk")) == expected
    for row in (staying, coming, last):
        row.refresh_from_db()
    assert [row.waiting_rank for row in (staying, coming, last)] == [4, 5, 6]
