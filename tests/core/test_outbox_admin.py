"""The outbox of the desk: let go, dropped, tried again."""

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from pavilion.core import outbox
from pavilion.core.models import ActivityEntry, OutboxMessage
from pavilion.core.outbox import AlreadyGone, approve_messages, drop_messages, retry_messages
from tests.factories import organiser

pytestmark = pytest.mark.django_db


def message(number=1, state="held", region_code="53", kind="meetings.invitation", **fields):
    return OutboxMessage.objects.create(
        kind=kind,
        state=state,
        region_code=region_code,
        recipient="cabinet@ministere.example",
        language="fr",
        subject=f"Invitation {number}",
        body="Bonjour",
        message_id=f"<{number}@pavilion.example>",
        **fields,
    )


def told(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


def states():
    return list(OutboxMessage.objects.order_by("pk").values_list("state", flat=True))


def test_approved_messages_leave_and_say_who_let_them():
    national, held = organiser(), message()
    approve_messages(message_ids=[held.pk], by=national)
    approve_messages(message_ids=[held.pk], by=national)

    assert states() == ["queued"]
    entry = ActivityEntry.objects.get()
    assert (entry.by, entry.verb, entry.before, entry.after) == (
        national,
        "message.approved",
        {"state": "held"},
        {"state": "queued"},
    )


def test_approving_nudges_the_worker_once_for_all(monkeypatch, django_capture_on_commit_callbacks):
    nudges = []
    monkeypatch.setattr(outbox.deliver_outbox, "delay", lambda: nudges.append(1))
    held = [message(number).pk for number in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        approve_messages(message_ids=held, by=None)
    assert (nudges, states()) == ([1], ["queued"] * 3)


def test_a_regions_manager_approves_their_messages_and_no_other():
    mine, national = message(1), message(2, region_code="")
    manager = organiser("53")
    with pytest.raises(PermissionDenied):
        approve_messages(message_ids=[mine.pk, national.pk], by=manager)
    assert states() == ["held", "held"]
    approve_messages(message_ids=[mine.pk], by=manager)
    assert states() == ["queued", "held"]


def test_dropped_messages_stay_with_the_reason_and_are_not_approved_later():
    held, queued = message(1), message(2, state="queued")
    drop_messages(message_ids=[held.pk, queued.pk], by=None, reason="Doublon")
    drop_messages(message_ids=[held.pk], by=None)

    assert states() == ["dropped", "dropped"]
    assert (
        list(ActivityEntry.objects.values_list("verb", "reason"))
        == [("message.dropped", "Doublon")] * 2
    )
    with pytest.raises(AlreadyGone):
        approve_messages(message_ids=[held.pk], by=None)


def test_a_message_that_left_is_not_dropped_and_nothing_else_is():
    held = message(1)
    gone = message(2, state="sent", sent_at="2030-06-12T08:00Z")
    with pytest.raises(AlreadyGone) as refusal:
        drop_messages(message_ids=[held.pk, gone.pk], by=None)
    assert (refusal.value.code, states()) == ("already_gone", ["held", "sent"])


def test_a_message_in_a_workers_hands_is_not_dropped():
    leaving = message(state="queued", claim="8e2f0a51-9b43-4d2f-a7a3-0d1f6c1b2a3c")
    with pytest.raises(AlreadyGone):
        drop_messages(message_ids=[leaving.pk], by=None)


def test_a_failed_message_tries_again_from_the_first_attempt():
    failed = message(state="failed", attempts=40)
    retry_messages(message_ids=[failed.pk], by=None)
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("queued", 0)


def test_the_list_approves_several_after_saying_how_many(client):
    client.force_login(organiser(language="en"))
    chosen = [message(1), message(2), message(3, state="dropped")]
    url = reverse("admin:core_outboxmessage_changelist")
    action = {"action": "approve", "_selected_action": [each.pk for each in chosen]}

    page = client.post(url, action)
    assert (page.context["button"], page.context["left_out"]) == ("Approve 2 messages", 1)
    assert states() == ["held", "held", "dropped"]

    done = client.post(url, action | {"_step": "1"})
    assert told(done) == ["2 messages approved: they leave now."]
    assert states() == ["queued", "queued", "dropped"]


def test_looking_at_a_step_changes_nothing(client):
    held = message()
    client.force_login(organiser())
    for step in ("approve", "drop"):
        url = reverse(f"admin:core_outboxmessage_{step}", args=[held.pk])
        assert client.get(url).status_code == 200
    assert states() == ["held"]


def test_a_preview_hides_the_recipients_own_link(client):
    link = f"https://pavilion.example/reponse/{'a' * 22}.1.{'b' * 43}/"
    row = message(html=f"<a href='{link}'>répondre</a>")
    OutboxMessage.objects.update(body=f"Répondre : {link}")
    client.force_login(organiser())
    page = client.get(reverse("admin:core_outboxmessage_change", args=[row.pk])).content.decode()
    assert ("b" * 43 in page, page.count("https://pavilion.example/reponse/[…]/")) == (False, 2)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_outbox_costs_the_same_for_one_and_three_messages(
    client, django_assert_num_queries, rows
):
    for number in range(rows):
        message(number)
    client.force_login(organiser())
    with django_assert_num_queries(12):
        client.get(reverse("admin:core_outboxmessage_changelist"))
