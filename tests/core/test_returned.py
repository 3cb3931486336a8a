"""Mail that came back or was refused: marked, and told to whoever caused it, once."""

from datetime import UTC, datetime

import pytest
import time_machine

from pavilion.core.models import ActivityEntry, OutboxMessage
from pavilion.core.returned import note_bounce
from tests.core.test_delivery import promise
from tests.factories import organiser

pytestmark = pytest.mark.django_db

State = OutboxMessage.State
NOW = datetime(2030, 5, 20, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def sent(**fields) -> OutboxMessage:
    return promise(**{"state": State.SENT, "sent_at": NOW, "region_code": "53", **fields})


def told() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="core.returned").order_by("pk"))


def test_what_came_back_is_marked_and_told_to_whoever_caused_it():
    manager = organiser("53", language="en")
    message = sent(by=manager, recipient_name="Élue")

    assert note_bounce(message=message, reason="550 no such user", at=NOW) is True

    message.refresh_from_db()
    assert (message.state, message.bounced_at, message.last_error) == (
        State.BOUNCED,
        NOW,
        "550 no such user",
    )
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.reason, entry.before, entry.after) == (
        "message.bounced",
        "550 no such user",
        {"state": "sent"},
        {"state": "bounced"},
    )
    [mail] = told()
    assert (mail.recipient, mail.subject, mail.by) == (
        manager.email,
        "Not arrived: Réponse attendue",
        None,
    )
    assert (
        mail.body
        == """Hello,

A message announcing something you did did not reach the person it was for.

- Élue <elue@region.example>
  Réponse attendue
  550 no such user

Correct the address, or tell them by telephone. The messages are here:
http://testserver/admin/core/outboxmessage/?waits=returned
"""
    )


def test_what_came_back_twice_is_told_once():
    message = sent(by=organiser("53"))

    answers = [note_bounce(message=message, reason="no", at=NOW) for _ in range(2)]

    assert (answers, len(told()), ActivityEntry.objects.count()) == ([True, False], 1, 1)


def test_several_that_came_back_are_told_in_one_mail(settings):
    settings.MAIL_SETTLES = 120
    manager = organiser("53", language="en")
    for number in range(3):
        message = sent(by=manager, recipient=f"p{number}@region.example")
        note_bounce(message=message, reason="no", at=NOW)

    assert [mail.state for mail in told()] == [State.DROPPED, State.DROPPED, State.QUEUED]
    last = told()[-1]
    assert last.subject == "3 messages did not arrive"
    assert [row["to"] for row in last.told["messages"]] == [
        f"p{number}@region.example" for number in range(3)
    ]


def test_telling_waits_no_longer_than_five_times_the_first(settings, clock):
    settings.MAIL_SETTLES = 120
    manager = organiser("53")
    for minute in range(0, 11, 2):
        clock.move_to(NOW.replace(minute=minute))
        note_bounce(message=sent(by=manager), reason="no", at=NOW)

    assert told()[-1].send_after == NOW.replace(minute=10)


@pytest.mark.parametrize(
    "of", [lambda: None, lambda: organiser("76")], ids=["the system", "another team's"]
)
def test_nobody_is_told_who_did_not_cause_it_or_may_not_see_it(of):
    assert note_bounce(message=sent(by=of()), reason="no", at=NOW) is True
    assert told() == []


def test_a_mail_that_tells_of_returned_mail_is_told_to_nobody():
    message = sent(kind="core.returned", region_code="", by=organiser())

    assert note_bounce(message=message, reason="no", at=NOW) is True

    assert told() == [message]
    assert ActivityEntry.objects.get().verb == "message.bounced"


def test_what_came_back_before_its_worker_marked_it_does_not_leave_again():
    message = promise(claim="8e2f0a51-9b43-4d2f-a7a3-0d1f6c1b2a3c")

    note_bounce(message=message, reason="no", at=NOW)

    message.refresh_from_db()
    assert (message.state, message.sent_at, message.claim) == (State.BOUNCED, NOW, None)


def test_a_message_refused_before_is_not_told_again():
    message = promise(state=State.FAILED, by=organiser("53"))

    assert note_bounce(message=message, reason="no", at=NOW) is False
    assert told() == []
