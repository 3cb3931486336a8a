import smtplib
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from pavilion.core import claims, delivery, outbox
from pavilion.core.models import OutboxMessage
from pavilion.core.relay import RelayDown

pytestmark = pytest.mark.django_db

State = OutboxMessage.State


def promise(**fields) -> OutboxMessage:
    defaults = {
        "kind": "test",
        "recipient": "elue@region.example",
        "language": "fr",
        "subject": "Réponse attendue",
        "body": "Bonjour,",
    }
    with transaction.atomic():
        return outbox.enqueue(OutboxMessage(**{**defaults, **fields}))


def state_of(message: OutboxMessage) -> tuple[str, int, str]:
    message.refresh_from_db()
    return message.state, message.attempts, message.last_error


def carry(claim: claims.Claim) -> None:
    courier = delivery.Courier()
    courier.carry(claim)
    courier.close()


def failing_with(error: Exception):
    return patch.object(EmailBackend, "send_messages", side_effect=error)


@pytest.mark.django_db(transaction=True)
def test_enqueue_outside_a_transaction_is_a_programming_error():
    with pytest.raises(RuntimeError):
        outbox.enqueue(OutboxMessage(recipient="elue@region.example"))

    assert not OutboxMessage.objects.exists()


def test_deliver_sends_what_is_due_and_remembers_it():
    message = promise()

    assert delivery.deliver_due() == 1

    assert state_of(message) == (State.SENT, 1, "")
    assert [sent.to for sent in mail.outbox] == [["elue@region.example"]]
    assert mail.outbox[0].message()["Message-ID"] == message.message_id


def test_deliver_sends_nothing_twice():
    promise()

    assert [delivery.deliver_due(), delivery.deliver_due()] == [1, 0]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.HELD},
        {"state": State.DROPPED},
        {"send_after": timezone.now() + timedelta(days=3650)},
        {"claimed_until": timezone.now() + timedelta(days=3650)},
    ],
    ids=["held", "dropped", "later", "in another worker's hands"],
)
def test_deliver_leaves_alone_what_is_not_due(fields):
    promise(**fields)

    assert delivery.deliver_due() == 0
    assert mail.outbox == []


def test_message_of_a_dead_worker_leaves_when_the_lease_ran_out():
    message = promise(claimed_until=timezone.now() - timedelta(seconds=1))

    delivery.deliver_due()

    assert state_of(message) == (State.SENT, 1, "")


def test_worker_that_lost_its_lease_does_not_send(settings):
    message = promise()
    claim = claims.take(10)
    OutboxMessage.objects.update(claim=None)
    settings.OUTBOX_LEASE = 0

    carry(claim)

    assert mail.outbox == []
    assert state_of(message) == (State.QUEUED, 0, "")


def test_passing_refusal_is_tried_again_later():
    message = promise()

    with failing_with(smtplib.SMTPDataError(451, b"try again")):
        delivery.deliver_due()

    assert state_of(message) == (State.QUEUED, 1, "451 try again")
    assert message.send_after > timezone.now() + timedelta(seconds=20)


def test_final_refusal_is_told_and_not_tried_again():
    message = promise()
    refusal = smtplib.SMTPRecipientsRefused({"elue@region.example": (550, b"unknown")})

    with failing_with(refusal):
        delivery.deliver_due()

    assert state_of(message)[:2] == (State.FAILED, 1)


def test_one_bad_message_does_not_hold_up_the_others():
    bad, good = promise(subject="bad"), promise(subject="good")
    send = EmailBackend.send_messages

    def refuse_bad(backend, messages):
        if messages[0].subject == "bad":
            raise smtplib.SMTPDataError(554, b"no")
        return send(backend, messages)

    with patch.object(EmailBackend, "send_messages", refuse_bad):
        assert delivery.deliver_due() == 1

    assert (state_of(bad)[0], state_of(good)[0]) == (State.FAILED, State.SENT)


def test_dead_relay_keeps_everything_and_costs_no_attempt():
    messages = [promise(), promise()]

    with patch.object(EmailBackend, "open", side_effect=ConnectionRefusedError("closed")):
        assert delivery.deliver_due() == 0

    assert [state_of(message) for message in messages] == [
        (State.QUEUED, 0, "ConnectionRefusedError: closed")
    ] * 2
    assert {message.claimed_until for message in messages} == {None}


@pytest.mark.parametrize(
    "refusal",
    [
        smtplib.SMTPSenderRefused(530, b"authentication required", "pavillon@pavilion.example"),
        smtplib.SMTPAuthenticationError(535, b"bad credentials"),
    ],
    ids=["sender", "credentials"],
)
def test_relay_that_refuses_us_keeps_everything_and_costs_no_attempt(refusal):
    messages = [promise(), promise()]

    with failing_with(refusal):
        assert delivery.deliver_due() == 0

    assert [state_of(message)[:2] for message in messages] == [(State.QUEUED, 0)] * 2


def test_transaction_nudges_the_worker_once(django_capture_on_commit_callbacks):
    with (
        patch("pavilion.core.outbox.deliver_outbox.delay") as delay,
        django_capture_on_commit_callbacks(execute=True),
        transaction.atomic(),
    ):
        for _ in range(3):
            outbox.enqueue(OutboxMessage(recipient="a@b.example", language="fr", kind="test"))

    assert delay.call_count == 1


@pytest.mark.parametrize("error", [OperationalError, OSError])
def test_dead_broker_does_not_undo_the_change(django_capture_on_commit_callbacks, error):
    with (
        patch("pavilion.core.outbox.deliver_outbox.delay", side_effect=error),
        django_capture_on_commit_callbacks(execute=True),
    ):
        message = promise()

    assert state_of(message)[0] == State.QUEUED


def test_what_cannot_wait_goes_before_all_that_can():
    with transaction.atomic():
        outbox.enqueue_all(
            OutboxMessage(kind="test", recipient=f"p{n}@region.example", language="fr")
            for n in range(30)
        )
    promise(subject="reminder", is_urgent=True)
    promise(subject="key", kind="core.some.link")

    delivery.deliver_due()

    assert [sent.subject for sent in mail.outbox][:2] == ["reminder", "key"]
    assert len(mail.outbox) == 32


def test_message_the_relay_hangs_up_on_keeps_nobody_back():
    class Relay(EmailBackend):
        def send_messages(self, messages):
            if messages[0].to == ["poison@region.example"]:
                raise RelayDown("421 not this one")
            return super().send_messages(messages)

    poison = promise(recipient="poison@region.example")
    others = [promise(recipient=f"p{number}@region.example") for number in range(5)]

    with patch("pavilion.core.relay.get_connection", Relay):
        for _turn in range(3):
            with time_machine.travel(timezone.now() + timedelta(minutes=_turn), tick=False):
                delivery.deliver_due()

    assert {state_of(each) for each in others} == {(State.SENT, 1, "")}
    assert state_of(poison) == (State.QUEUED, 0, "421 not this one")
