"""Delivery to a mail server in earnest: over one connection, with the answers servers give."""

import smtplib
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from pavilion.core import claims, delivery, relay
from pavilion.core.models import ActivityEntry, OutboxMessage
from tests.core.test_delivery import promise, state_of
from tests.factories import organiser
from tests.sink import sink

pytestmark = pytest.mark.django_db

State = OutboxMessage.State


@pytest.fixture
def server(tmp_path, settings):
    with sink(tmp_path) as running:
        use(running, settings)
        yield running


def use(running, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port


def promised(number: int) -> list[OutboxMessage]:
    return [promise(recipient=f"p{each}@region.example") for each in range(number)]


def test_many_messages_leave_over_one_connection_each_once(server):
    messages = promised(60)

    assert delivery.deliver_due() == 60

    assert Counter(server.taken()) == Counter(message.message_id for message in messages)
    assert server.connections() == 1
    assert set(OutboxMessage.objects.values_list("state", "attempts", "claim")) == {
        (State.SENT, 1, None)
    }


def test_a_connection_carries_so_many_messages_and_no_more(server, monkeypatch):
    monkeypatch.setattr(relay, "MESSAGES_PER_CONNECTION", 20)
    promised(60)

    assert delivery.deliver_due() == 60
    assert server.connections() == 3


def test_a_server_that_hangs_up_after_some_messages_gets_the_next_over_a_new_connection(
    tmp_path, settings
):
    with sink(tmp_path, close_after=7) as running:
        use(running, settings)
        messages = promised(20)

        assert delivery.deliver_due() == 20

        assert Counter(running.taken()) == Counter(message.message_id for message in messages)
        assert running.connections() == 3
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


def test_a_refusal_for_good_is_told_to_whoever_caused_the_message_and_holds_up_nobody(
    server, settings
):
    settings.MAIL_SETTLES = 120
    manager = organiser("53", language="en")
    refused = promise(recipient="no-body@region.example", region_code="53", by=manager)
    [other] = promised(1)

    assert delivery.deliver_due() == 1

    assert state_of(refused) == (State.FAILED, 1, "550 5.1.1 no such user")
    assert server.taken() == [other.message_id]
    assert server.connections() == 1
    mail = OutboxMessage.objects.get(kind="core.returned")
    assert (mail.recipient, mail.subject) == (manager.email, "Not arrived: Réponse attendue")
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.reason) == ("message.refused", "550 5.1.1 no such user")


def test_a_message_nobody_can_address_is_refused_like_one_the_server_refuses(server):
    lost = promise(recipient="no address at all")

    assert delivery.deliver_due() == 0
    assert state_of(lost)[:2] == (State.FAILED, 1)


def test_greylisting_puts_a_message_off_and_it_leaves_later(server):
    message = promise(recipient="later-on@region.example")

    assert delivery.deliver_due() == 0
    assert state_of(message) == (State.QUEUED, 1, "451 4.7.1 greylisted, come back")
    assert message.send_after > timezone.now() + timedelta(seconds=20)

    OutboxMessage.objects.update(send_after=timezone.now())
    assert delivery.deliver_due() == 1
    assert state_of(message) == (State.SENT, 2, "")


@pytest.mark.parametrize("attempts", [1, 5, 30])
def test_delays_grow_to_an_hour_and_are_spread(attempts):
    seconds = min(30 * 2 ** (attempts - 1), 3600)
    delays = {delivery._delay(attempts).total_seconds() for _ in range(50)}

    assert len(delays) > 1
    assert all(0.8 * seconds <= delay <= 1.2 * seconds for delay in delays)


def test_a_server_that_is_gone_keeps_everything_until_it_is_back(tmp_path, settings):
    messages = promised(3)
    with sink(tmp_path) as running:
        use(running, settings)
    assert delivery.deliver_due() == 0
    assert [state_of(message)[:2] for message in messages] == [(State.QUEUED, 0)] * 3

    OutboxMessage.objects.update(send_after=timezone.now())
    with sink(tmp_path) as running:
        use(running, settings)
        assert delivery.deliver_due() == 3


def test_an_invitation_comes_from_the_organiser_it_names(server, settings):
    ics = "\r\n".join(
        (
            *("BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT"),
            "ORGANIZER;CN=Pavillon des Régions:mailto:rendez-vous+abcdefghijklmnop",
            " qrstuvwxyz@pavilion.example",
            *("END:VEVENT", "END:VCALENDAR", ""),
        )
    )
    promise(ics=ics, ics_method="REQUEST")
    [parcel] = claims.take(1).messages

    assert delivery._sender(parcel) == (
        settings.ORGANIZER_NAME,
        "rendez-vous+abcdefghijklmnopqrstuvwxyz@pavilion.example",
    )


def test_what_is_lost_before_the_content_left_costs_no_attempt(server, monkeypatch):
    """As when a firewall cut the connection while it was idle."""
    [first, second] = promised(2)
    send = smtplib.SMTP.putcmd
    cuts = []

    def cut_once(smtp, command, *arguments):
        if command.startswith("MAIL") and server.taken() and not cuts:
            cuts.append(smtp.sock.close())
        return send(smtp, command, *arguments)

    monkeypatch.setattr(smtplib.SMTP, "putcmd", cut_once)

    assert delivery.deliver_due() == 2
    assert server.taken() == [first.message_id, second.message_id]
    assert [state_of(message)[1] for message in (first, second)] == [1, 1]


# --- Pace ---


def paced(number: int) -> None:
    for each in range(number):
        promise(recipient=f"p{each}@Orange.example")


def sent_to(domain: str) -> int:
    return OutboxMessage.objects.filter(domain=domain, state=State.SENT).count()


def test_a_paced_domain_gets_so_many_a_minute_and_the_others_wait_for_nothing(
    settings, time_machine
):
    settings.OUTBOX_PACE = {"orange.example": 5}
    time_machine.move_to("2030-05-20T09:00:00+02:00", tick=False)
    paced(12)
    promised(3)

    assert delivery.deliver_due() == 8
    time_machine.shift(timedelta(seconds=59))
    assert delivery.deliver_due() == 0
    time_machine.shift(timedelta(seconds=1))
    assert delivery.deliver_due() == 5

    assert (sent_to("orange.example"), sent_to("region.example")) == (10, 3)


def test_what_other_workers_are_sending_counts_for_the_pace(settings):
    settings.OUTBOX_PACE = {"orange.example": 5}
    paced(12)

    taken = [len(claims.take(2).messages) for _ in range(4)]

    assert taken == [2, 2, 1, 0]


def test_a_claim_costs_as_many_queries_for_one_message_as_for_thirty(django_assert_num_queries):
    for number in (1, 30):
        promised(number)
        with django_assert_num_queries(6):
            assert len(claims.take(number)) == number
