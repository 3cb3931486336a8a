"""Decisions in the API, for the desk alone."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from pavilion.core.models import Job, OutboxMessage
from startups.models import Application, Call, Decision
from startups.operations import prepare_decision, release_decisions
from tests.factories import ApplicationFactory, CallFactory, organiser

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def call():
    return CallFactory(places=1)


@pytest.fixture
def manager(client):
    user = organiser("53", full_name="Ana Le Goff", language="en")
    client.force_login(user)
    return user


def post(client, name, pk=None, **body):
    path = reverse(f"api:{name}", args=[pk] if pk else [])
    response = client.post(
        path, body, content_type="application/json", headers={"accept-language": "en"}
    )
    return response.status_code, response.json() if response.content else None


def test_a_decision_is_prepared_changed_read_and_dropped(client, call, manager):
    application = ApplicationFactory(call=call, display_name="Armor")
    assert post(client, "decision-list", application=application.pk, outcome="selected")[0] == 201
    status, body = post(
        client,
        "decision-list",
        application=application.pk,
        outcome="waitlisted",
        rank=2,
        note="À revoir",
    )
    key = body["id"]

    assert (status, body) == (
        201,
        {
            "id": key,
            "edition": 2030,
            "region": "53",
            "call": call.pk,
            "application": application.pk,
            "company": "Armor",
            "outcome": "waitlisted",
            "rank": 2,
            "reason": "",
            "note": "À revoir",
            "prepared_by": "Ana Le Goff",
            "prepared_at": "2030-03-10T10:00:00+01:00",
            "released_at": None,
        },
    )
    listed = client.get(reverse("api:decision-list"), {"call": call.pk, "is_released": "false"})
    assert listed.json()["results"] == [body]
    path = reverse("api:decision-detail", args=[key])
    assert [client.delete(path).status_code for _ in range(2)] == [204, 404]
    assert not Decision.objects.exists()


def test_what_cannot_be_prepared_is_refused_with_its_code(client, call, manager):
    application = ApplicationFactory(call=call, status="ineligible")
    status, body = post(client, "decision-list", application=application.pk, outcome="selected")
    elsewhere = ApplicationFactory(status="draft")

    assert (status, body["code"]) == (409, "wrong_status")
    assert post(client, "decision-list", application=elsewhere.pk, outcome="selected")[0] == 400
    assert post(client, "decision-list", application=application.pk, outcome="maybe")[0] == 400


def test_a_released_decision_stays(client, call, manager):
    application = ApplicationFactory(call=call)
    decision = prepare_decision(application_id=application.pk, outcome="selected", by=manager)
    release_decisions(call_id=call.pk, by=manager)

    assert client.delete(reverse("api:decision-detail", args=[decision.pk])).status_code == 404
    assert Decision.objects.get().released_at == NOW


def test_a_release_is_previewed_then_done(client, call, manager):
    for name, outcome in (("A", "selected"), ("B", "waitlisted")):
        row = ApplicationFactory(
            call=call, display_name=name, language="en", contact_email=f"{name}@x.example"
        )
        prepare_decision(application_id=row.pk, outcome=outcome, by=manager)
    preview = client.get(reverse("api:call-release-preview", args=[call.pk])).json()

    mails = preview.pop("mails")
    assert preview == {
        "places": 1, "held": 0, "selected": 1, "waitlisted": 1, "rejected": 0, "promoted": 0,
        "problems": [],
    }  # fmt: skip
    assert [(mail["recipient"], mail["subject"]) for mail in mails] == [
        ("A@x.example", "Selected for VivaTech 2030: confirm by Wednesday 20 March 2030"),
        ("B@x.example", "On the waiting list for VivaTech 2030 with Bretagne: rank 1"),
    ]
    assert all("[…]" in mail["body"] for mail in mails)
    assert not OutboxMessage.objects.exists()
    assert post(client, "call-release-decisions", call.pk) == (
        200,
        {"selected": 1, "waitlisted": 1, "rejected": 0, "promoted": 0, "job": None},
    )
    assert OutboxMessage.objects.count() == 2


def test_a_release_that_cannot_be_is_refused_with_every_reason(client, call, manager):
    for _ in range(2):
        row = ApplicationFactory(call=call)
        prepare_decision(application_id=row.pk, outcome="selected", by=manager)
    status, body = post(client, "call-release-decisions", call.pk)

    assert (status, body["code"]) == (409, "not_ready")
    assert body["details"]["problems"] == [
        "More are prepared as selected than places are left: 2 for 1 of 1."
    ]


def test_a_big_release_answers_with_its_job(client, call, manager):
    Call.objects.update(places=99)
    for _ in range(51):
        row = ApplicationFactory(call=call)
        prepare_decision(application_id=row.pk, outcome="selected", by=manager)

    assert post(client, "call-release-decisions", call.pk)[1] == {
        "selected": 0, "waitlisted": 0, "rejected": 0, "promoted": 0, "job": Job.objects.get().pk,
    }  # fmt: skip


def test_the_list_is_ordered_before_and_after_its_release(client, call, manager):
    rows = [ApplicationFactory(call=call) for _ in range(3)]
    for row in rows:
        prepare_decision(application_id=row.pk, outcome="waitlisted", by=manager)
    status, body = post(
        client, "call-order-waiting-decisions", call.pk, applications=[rows[2].pk, rows[0].pk]
    )
    assert (status, [each["application"] for each in body]) == (
        200, [rows[2].pk, rows[0].pk, rows[1].pk],
    )  # fmt: skip

    Call.objects.update(fills_by_itself=False)
    release_decisions(call_id=call.pk, by=manager)
    assert post(client, "application-move-on-list", rows[1].pk, rank=1)[1]["waiting_rank"] == 1
    ranks = Application.objects.order_by("pk").values_list("waiting_rank", flat=True)
    assert list(ranks) == [3, 1, 2]


def test_select_is_refused_when_every_place_is_held(client, call, manager):
    ApplicationFactory(call=call, status="confirmed")
    status, body = post(client, "application-select", ApplicationFactory(call=call).pk)

    assert (status, body["code"], body["details"]) == (
        409, "no_place_left", {"places": 1, "held": 1},
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_questions_for_one_row_and_for_three(
    client, call, manager, count, django_assert_num_queries
):
    for _ in range(count):
        row = ApplicationFactory(call=call)
        prepare_decision(application_id=row.pk, outcome="selected", by=manager)
    with django_assert_num_queries(5):
        assert client.get(reverse("api:decision-list")).json()["count"] == count
