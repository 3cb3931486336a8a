"""Sent back to be mended: what is said, until when, and what happens after."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from pavilion.core.models import ActivityEntry, OutboxMessage
from startups.models import Application
from startups.operations import (
    DeadlinePassed,
    WrongStatus,
    extend_correction,
    request_correction,
    submit_application,
)
from tests.api import client_of
from tests.factories import ApplicationFactory, HalfDayFactory, organiser

pytestmark = pytest.mark.django_db

NOW = "2030-03-05T10:00:00+01:00"
DUE = datetime(2030, 3, 12, 22, 59, 59, tzinfo=UTC)
LATER = datetime(2030, 3, 19, 22, 59, 59, tzinfo=UTC)


@pytest.fixture(autouse=True)
def after_the_closing(time_machine):
    time_machine.move_to(NOW, tick=False)


def subjects():
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", "subject"))


def test_a_correction_with_a_deadline_says_it_in_subject_and_text():
    application = ApplicationFactory(language="en")

    request_correction(application_id=application.pk, message="The SIRET.", by=None, due_at=DUE)

    application.refresh_from_db()
    assert (application.status, application.decision_reason, application.correction_due_at) == (
        "incomplete",
        "The SIRET.",
        DUE,
    )
    assert subjects() == [
        (
            "startups.correction_requested",
            "To correct by Tuesday 12 March 2030: your application with Bretagne",
        )
    ]
    body = OutboxMessage.objects.get().body
    assert "The SIRET.\n" in body
    assert "You have until Tuesday 12 March 2030 at 23:59 (Paris time)." in body


def test_the_same_request_again_changes_nothing_and_another_deadline_is_mailed():
    application = ApplicationFactory()
    for due_at in (DUE, DUE, LATER):
        request_correction(application_id=application.pk, message="SIRET", by=None, due_at=due_at)

    application.refresh_from_db()
    assert application.correction_due_at == LATER
    assert [kind for kind, _subject in subjects()] == ["startups.correction_requested"] * 2


def test_a_deadline_that_has_passed_is_refused_and_nothing_is_mailed():
    application = ApplicationFactory()
    past = datetime(2030, 3, 1, tzinfo=UTC)

    with pytest.raises(DeadlinePassed) as refusal:
        request_correction(application_id=application.pk, message="SIRET", by=None, due_at=past)

    assert refusal.value.field == "due_at"
    application.refresh_from_db()
    assert application.status == "submitted"
    assert subjects() == []


def test_more_time_is_given_after_the_deadline_noted_and_mailed_once():
    application = ApplicationFactory(
        status="incomplete",
        decision_reason="Le SIRET.",
        correction_due_at=datetime(2030, 3, 1, tzinfo=UTC),
    )
    manager = organiser("53")
    for _time in range(2):
        extend_correction(application_id=application.pk, due_at=DUE, by=manager, reason="Grippe.")

    application.refresh_from_db()
    assert (application.status, application.correction_due_at) == ("incomplete", DUE)
    assert subjects() == [
        (
            "startups.correction_extended",
            OutboxMessage.objects.get().subject,
        )
    ]
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.by, entry.reason, entry.before, entry.after) == (
        "application.correction_extended",
        manager,
        "Grippe.",
        {"correction_due_at": "2030-03-01T00:00:00Z"},
        {"correction_due_at": "2030-03-12T22:59:59Z"},
    )


def test_more_time_is_refused_for_what_is_not_being_corrected_and_to_strangers():
    application = ApplicationFactory()
    with pytest.raises(WrongStatus):
        extend_correction(application_id=application.pk, due_at=DUE, by=None)
    with pytest.raises(PermissionDenied):
        extend_correction(application_id=application.pk, due_at=DUE, by=organiser("76"))


def test_the_desk_asks_with_a_day_and_gives_more_time(client):
    client.force_login(organiser("53", language="en"))
    application = ApplicationFactory()

    def step(name, data):
        return client.post(
            reverse(f"admin:startups_application_{name}", args=[application.pk]), data
        )

    step("correction", {"message": "Le SIRET.", "due_on": "2030-03-12"})
    assert Application.objects.get().correction_due_at == DUE

    page = step("give_time", {"due_on": "2030-03-01", "reason": ""})
    assert page.context["form"].errors == {
        "due_on": ["Friday 1 March 2030 at 23:59 has passed: give a deadline to come."]
    }
    step("give_time", {"due_on": "2030-03-19", "reason": ""})
    assert Application.objects.get().correction_due_at == LATER


def test_the_list_shows_what_was_not_corrected_in_time(client):
    client.force_login(organiser("53"))
    late = ApplicationFactory(
        status="incomplete", correction_due_at=datetime(2030, 3, 1, tzinfo=UTC)
    )
    ApplicationFactory(status="incomplete", correction_due_at=DUE)
    ApplicationFactory(status="incomplete")

    page = client.get(reverse("admin:startups_application_changelist"), {"due": "correction"})

    assert list(page.context["cl"].result_list) == [late]


def test_the_api_takes_a_deadline_and_gives_more_time():
    api = client_of(organiser("53"))
    application = ApplicationFactory()
    address = f"/api/v1/applications/{application.pk}"

    asked = api.post(
        f"{address}/request-correction/",
        {"message": "SIRET", "due_at": "2030-03-12T23:59:59"},
        format="json",
    )
    more = api.post(
        f"{address}/extend-correction/", {"due_at": "2030-03-19T23:59:59+01:00"}, format="json"
    )
    late = api.post(
        f"{address}/extend-correction/", {"due_at": "2030-03-01T00:00:00+01:00"}, format="json"
    )

    assert asked.json()["correction_due_at"] == "2030-03-12T23:59:59+01:00"
    assert more.json()["correction_due_at"] == "2030-03-19T23:59:59+01:00"
    assert (late.status_code, late.json()["code"]) == (409, "deadline_passed")


def test_a_correction_keeps_the_day_of_the_first_submission_and_the_log_tells_of_both(time_machine):
    time_machine.move_to(datetime(2030, 2, 20, 9, tzinfo=UTC), tick=False)
    application = ApplicationFactory(status="draft")
    application.wanted_half_days.add(HalfDayFactory())
    submit_application(application_id=application.pk)
    time_machine.move_to(NOW, tick=False)
    request_correction(application_id=application.pk, message="The SIRET.", by=None)
    submit_application(application_id=application.pk)

    application.refresh_from_db()
    assert (application.status, application.submitted_at) == (
        "submitted", datetime(2030, 2, 20, 9, tzinfo=UTC),
    )  # fmt: skip
    log = ActivityEntry.objects.filter(verb="application.submitted").order_by("pk")
    assert list(log.values_list("at", "before__status")) == [
        (datetime(2030, 2, 20, 9, tzinfo=UTC), "draft"),
        (datetime(2030, 3, 5, 9, tzinfo=UTC), "incomplete"),
    ]
