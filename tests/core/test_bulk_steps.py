"""A step taken with many rows: each on its own, exactly those that were confirmed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.messages import get_messages
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from pavilion.core import outbox
from pavilion.core.desk import steps
from pavilion.core.models import OutboxMessage
from tests.factories import organiser

OUTBOX = "admin:core_outboxmessage_changelist"


def held(number):
    return OutboxMessage.objects.create(
        kind="meetings.invitation",
        state=OutboxMessage.State.HELD,
        recipient="cabinet@ministere.example",
        language="fr",
        subject=f"Invitation {number}",
        message_id=f"<{number}@pavilion.example>",
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
