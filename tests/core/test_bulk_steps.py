"""A step taken with many rows: each on its own, exactly those that were confirmed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.messages import get_messages
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from pavilion.core import jobs, outbox
from pavilion.core.desk import steps
from pavilion.core.models import ActivityEntry, Job, OutboxMessage
from tests.factories import organiser

OUTBOX = "admin:core_outboxmessage_changelist"


def held(number, recipient="cabinet@ministere.example", recipient_name=""):
    return OutboxMessage.objects.create(
        kind="meetings.invitation",
        state=OutboxMessage.State.HELD,
        recipient=recipient,
        recipient_name=recipient_name,
        language="fr",
        subject=f"Invitation {number}",
        message_id=f"<{number}.{recipient}>",
    )


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def states():
    return list(OutboxMessage.objects.order_by("pk").values_list("state", flat=True))


def confirmed(page):
    """What the preview's form sends back."""
    hidden = {"_step": "1"}
    for name, value in page.context["hidden"]:
        hidden.setdefault(name, []).append(value) if name == "_selected_action" else hidden.update(
            {name: value}
        )
    return hidden


@pytest.mark.django_db
def test_all_means_the_rows_that_were_shown_and_none_that_came_after(client):
    first = held(1)
    client.force_login(organiser())
    everything = {"action": "approve", "_selected_action": [first.pk], "select_across": "1"}
    page = client.post(reverse(OUTBOX), everything)
    held(2)

    client.post(reverse(OUTBOX), confirmed(page))

    assert [str(row) for row in page.context["rows"]] == ["Invitation 1"]
    assert states() == ["queued", "held"]


@pytest.mark.django_db
def test_messages_of_one_subject_are_told_apart_by_who_gets_them(client):
    client.force_login(organiser())
    rows = [held(1), held(1, recipient="b@ministere.example", recipient_name="Mme Riou")]
    chosen = {"action": "approve", "_selected_action": [row.pk for row in rows]}

    page = client.post(reverse(OUTBOX), chosen)

    assert sorted(page.context["named"]) == [
        "Invitation 1 · Mme Riou",
        "Invitation 1 · cabinet@ministere.example",
    ]


@pytest.mark.django_db
def test_a_row_left_out_of_the_preview_is_not_done_when_it_becomes_possible(client):
    first, other = held(1), held(2)
    OutboxMessage.objects.filter(pk=other.pk).update(state="dropped")
    client.force_login(organiser())
    chosen = {"action": "approve", "_selected_action": [first.pk, other.pk]}
    page = client.post(reverse(OUTBOX), chosen)
    OutboxMessage.objects.filter(pk=other.pk).update(state="held")

    client.post(reverse(OUTBOX), confirmed(page))

    assert states() == ["queued", "held"]


@pytest.mark.django_db
def test_too_many_rows_at_once_are_refused_with_how_many_there_are(client, monkeypatch):
    monkeypatch.setattr(steps, "AT_ONCE", 2)
    client.force_login(organiser(language="en"))
    chosen = [held(number).pk for number in range(3)]
    everything = {"action": "approve", "_selected_action": chosen, "select_across": "1"}

    answer = client.post(reverse(OUTBOX), everything)

    assert told(answer) == [
        "3 rows are chosen, 2 at once are the most. Narrow the list with a filter first."
    ]
    assert states() == ["held"] * 3


@pytest.mark.django_db(transaction=True)
def test_each_row_commits_on_its_own_and_the_worker_is_asked_once(client, monkeypatch):
    nudges, blocks = [], []
    monkeypatch.setattr(outbox.deliver_outbox, "delay", lambda: nudges.append(1))
    approve = outbox.approve_messages

    def noting(**arguments):
        blocks.append(connection.in_atomic_block)
        return approve(**arguments)

    monkeypatch.setattr(outbox, "approve_messages", noting)
    client.force_login(organiser())
    chosen = [held(number).pk for number in range(3)]

    client.post(reverse(OUTBOX), {"action": "approve", "_selected_action": chosen, "_step": "1"})

    assert (states(), blocks, nudges) == (["queued"] * 3, [False] * 3, [1])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_organisers_who_take_many_rows_in_opposite_order_do_not_stop_each_other():
    chosen = [held(number).pk for number in range(20)]
    barrier = Barrier(2)

    def at_once(user):
        browser = Client(raise_request_exception=False)
        browser.force_login(user)
        barrier.wait()
        action = {"action": "approve", "_selected_action": chosen, "_step": "1"}
        try:
            return browser.post(reverse(OUTBOX), action).status_code
        finally:
            connections.close_all()

    def one_by_one(user):
        browser = Client(raise_request_exception=False)
        browser.force_login(user)
        barrier.wait()
        try:
            return {
                browser.post(reverse("admin:core_outboxmessage_approve", args=[pk])).status_code
                for pk in chosen
            }
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        many = pool.submit(at_once, organiser())
        single = pool.submit(one_by_one, organiser())

    assert (many.result(), single.result()) == (302, {302})
    assert states() == ["queued"] * 20


# --- What the page tells before, and long selections ---


@pytest.mark.django_db
def test_the_page_names_who_cannot_and_why_and_offers_all_that_match(client):
    client.force_login(organiser(language="en"))
    first, other = held(1), held(2)
    held(3)
    OutboxMessage.objects.filter(pk=other.pk).update(state="dropped")
    chosen = {"action": "approve", "_selected_action": [first.pk, other.pk]}

    page = client.post(reverse(OUTBOX), chosen)

    left_out = [(str(each.row), each.why) for each in page.context["left_out_named"]]
    assert left_out == [
        ("Invitation 2 · cabinet@ministere.example", "Its state does not allow this step.")
    ]
    assert (page.context["everything"], page.context["is_long"]) == (3, False)

    everything = {"action": "approve", "select_across": "1", "_selected_action": "0"}
    page = client.post(reverse(OUTBOX), everything)
    assert [str(row) for row in page.context["rows"]] == ["Invitation 3", "Invitation 1"]


@pytest.mark.django_db
def test_a_row_that_went_on_meanwhile_is_told_and_stops_nobody(client):
    client.force_login(organiser(language="en"))
    first, other = held(1), held(2)
    page = client.post(
        reverse(OUTBOX), {"action": "approve", "_selected_action": [first.pk, other.pk]}
    )
    OutboxMessage.objects.filter(pk=first.pk).update(state="dropped")

    answer = client.post(reverse(OUTBOX), confirmed(page))

    assert told(answer) == [
        "Invitation 1 · cabinet@ministere.example: Its state does not allow this step.",
        "1 message approved: it leaves now.",
    ]
    assert states() == ["dropped", "queued"]


@pytest.mark.django_db
def test_keys_that_nobody_was_shown_are_not_found(client):
    client.force_login(organiser())
    for rows in ("x", "[1, {}]", '["a"]', "7"):
        forged = {"action": "approve", "_selected_action": "0", "_step": "1", "_rows": rows}
        answer = client.post(reverse(OUTBOX), forged | {"select_across": "1"})
        assert answer.status_code == 404


def many(client, monkeypatch, action="approve", count=3, **data):
    monkeypatch.setattr(steps, "DIRECTLY", 2)
    chosen = [held(number).pk for number in range(count)]
    everything = {"action": action, "_selected_action": chosen}
    page = client.post(reverse(OUTBOX), everything)
    answer = client.post(reverse(OUTBOX), confirmed(page) | data)
    return answer, Job.objects.get()


@pytest.mark.django_db
def test_many_rows_are_done_by_a_worker_and_each_refusal_is_told(client, monkeypatch):
    by = organiser(language="en")
    client.force_login(by)
    answer, job = many(client, monkeypatch, "drop", reason="Doublon")
    assert answer.headers["Location"] == reverse("admin:core_job_change", args=[job.pk])
    assert (job.label, job.total, states()) == ("Do not send 3 messages", 3, ["held"] * 3)
    gone, sent, _other = OutboxMessage.objects.order_by("pk")
    OutboxMessage.objects.filter(pk=sent.pk).update(
        state="sent", sent_at="2030-01-01T00:00Z", subject="Parti"
    )
    key = gone.pk
    gone.delete()

    jobs.run(job.pk)

    job.refresh_from_db()
    assert job.result == {
        "sentence": "1 message will not leave.",
        "count": 1,
        "problems": [
            {
                "who": "Parti",
                "why": "“Parti” has left already, or is leaving now.",
                "url": reverse("admin:core_outboxmessage_change", args=[sent.pk]),
            },
            {
                "who": str(key),
                "why": "It does not exist any more, or is not yours to see.",
                "url": "",
            },
        ],
        "url": reverse(OUTBOX),
        "url_label": "Back to the list",
    }
    assert states() == ["sent", "dropped"]
    assert list(ActivityEntry.objects.values_list("reason", "by")) == [("Doublon", by.pk)]


@pytest.mark.django_db
def test_who_lost_the_right_meanwhile_changes_nothing(client, monkeypatch):
    by = organiser("53", language="en")
    client.force_login(by)
    monkeypatch.setattr(steps, "DIRECTLY", 0)
    row = held(1)
    OutboxMessage.objects.update(region_code="53")
    page = client.post(reverse(OUTBOX), {"action": "approve", "_selected_action": [row.pk]})
    client.post(reverse(OUTBOX), confirmed(page))
    by.memberships.update(role="reader")

    jobs.run(Job.objects.get().pk)

    job = Job.objects.get()
    assert (job.state, job.result["count"], states()) == ("done", 0, ["held"])
    assert len(job.result["problems"]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_a_preview_of_many_costs_the_same_for_one_and_three(
    client, django_assert_num_queries, rows
):
    client.force_login(organiser())
    chosen = [held(number).pk for number in range(rows)]
    with django_assert_num_queries(17):
        client.post(reverse(OUTBOX), {"action": "approve", "_selected_action": chosen})
