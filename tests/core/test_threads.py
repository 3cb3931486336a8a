"""Of messages that follow each other, nobody gets an older one after a newer, nor what is over."""

import smtplib
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone, translation

from pavilion.core import claims, delivery, outbox
from pavilion.core.models import ActivityEntry, OutboxMessage
from pavilion.core.outbox import AlreadyGone, Superseded, TooLate
from pavilion.core.threads import supersede
from tests.core.test_delivery import carry, failing_with, promise

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
HOUR = timedelta(hours=1)


def states():
    return list(OutboxMessage.objects.order_by("pk").values_list("subject", "state"))


def superseded(thread):
    with transaction.atomic():
        return [message.subject for message in supersede([thread])[thread]]


@pytest.mark.parametrize("state", [State.HELD, State.QUEUED, State.FAILED])
def test_what_waits_is_dropped_for_something_newer_and_noted(state):
    promise(subject="old", thread="a", state=state)
    promise(subject="other", thread="b")

    assert superseded("a") == []

    assert states() == [("old", "dropped"), ("other", "queued")]
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.target_label) == ("message.superseded", "old")
    assert (entry.before, entry.after) == ({"state": state}, {"state": "dropped"})


def test_what_left_or_may_have_left_is_told_oldest_first():
    promise(subject="sent", thread="a", state=State.SENT, sent_at=timezone.now())
    promise(subject="tried", thread="a", attempts=1)
    promise(subject="leaving", thread="a")
    OutboxMessage.objects.filter(subject="leaving").update(
        claim="00000000-0000-0000-0000-000000000001", claimed_until=timezone.now() + HOUR
    )
    promise(subject="new", thread="a")

    assert superseded("a") == ["sent", "tried", "leaving"]

    assert states() == [
        ("sent", "sent"),
        ("tried", "dropped"),
        ("leaving", "queued"),
        ("new", "dropped"),
    ]


def test_a_newer_message_waits_until_the_older_is_out_of_a_workers_hands():
    promise(subject="old", thread="a")
    old = claims.take(10)
    promise(subject="new", thread="a")
    promise(subject="other", thread="b")

    assert [message.subject for message in claims.take(10).messages] == ["other"]

    carry(old)
    assert [message.subject for message in claims.take(10).messages] == ["new"]


def test_an_older_message_that_a_worker_could_not_send_gives_way_to_the_newer():
    old = promise(subject="old", thread="a")
    claim = claims.take(10)
    promise(subject="new", thread="a")
    with failing_with(smtplib.SMTPDataError(451, b"greylisted")):
        carry(claim)

    delivery.deliver_due()

    assert [sent.message()["Subject"] for sent in mail.outbox] == ["new"]
    assert states() == [("old", "dropped"), ("new", "sent")]
    OutboxMessage.objects.filter(pk=old.pk).update(send_after=timezone.now())
    assert delivery.deliver_due() == 0


def test_the_older_message_of_a_dead_worker_does_not_leave_after_the_newer():
    promise(subject="old", thread="a")
    claims.take(10)
    promise(subject="new", thread="a")
    OutboxMessage.objects.filter(subject="old").update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )

    delivery.deliver_due()

    assert states() == [("old", "dropped"), ("new", "sent")]


def test_messages_of_no_thread_are_nobodys_successors():
    promise(subject="one")
    promise(subject="two")

    assert delivery.deliver_due() == 2


@pytest.mark.parametrize("state", [State.HELD, State.QUEUED])
def test_what_is_over_does_not_leave_and_is_waited_for_no_more(state):
    promise(subject="over", state=state, expires_at=timezone.now() - HOUR)
    promise(subject="of use", expires_at=timezone.now() + HOUR)

    assert delivery.deliver_due() == 1

    assert states() == [("over", "dropped"), ("of use", "sent")]
    assert ActivityEntry.objects.get().verb == "message.expired"


def test_approving_what_is_over_is_refused():
    message = promise(state=State.HELD, expires_at=timezone.now())

    with translation.override("en"), pytest.raises(TooLate) as refusal:
        outbox.approve_messages(message_ids=[message.pk], by=None)

    assert str(refusal.value) == (
        "What “Réponse attendue” is about is over: it is of no use any more."
    )
    assert states() == [("Réponse attendue", "held")]


@pytest.mark.parametrize("state", [State.FAILED, State.DROPPED])
def test_retrying_what_was_superseded_is_refused(state):
    message = promise(subject="old", thread="a", state=state)
    promise(subject="new", thread="a")

    with translation.override("en"), pytest.raises(Superseded) as refusal:
        outbox.retry_messages(message_ids=[message.pk], by=None)

    assert str(refusal.value) == "A newer message has replaced “old”."
    assert states() == [("old", state), ("new", "queued")]


def test_retrying_what_is_over_is_refused():
    message = promise(state=State.FAILED, expires_at=timezone.now())

    with pytest.raises(TooLate):
        outbox.retry_messages(message_ids=[message.pk], by=None)


def test_retrying_the_newest_of_a_thread_sends_it():
    promise(subject="old", thread="a", state=State.SENT, sent_at=timezone.now())
    message = promise(subject="new", thread="a", state=State.FAILED)
    outbox.retry_messages(message_ids=[message.pk], by=None)

    with patch.object(EmailBackend, "send_messages", return_value=1):
        assert delivery.deliver_due() == 1


def test_retrying_what_was_dropped_is_refused():
    message = promise(thread="a", state=State.DROPPED)

    with pytest.raises(AlreadyGone):
        outbox.retry_messages(message_ids=[message.pk], by=None)
