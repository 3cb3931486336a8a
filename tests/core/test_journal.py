"""What a worker has handed over and not yet marked outlives it; who else delivers is known."""

import os
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from pavilion.core import claims, delivery, journal, tasks
from pavilion.core.journal import Journal
from pavilion.core.models import OutboxMessage
from tests.core.test_delivery import promise, state_of

pytestmark = pytest.mark.django_db

State = OutboxMessage.State


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    return tmp_path / "outbox"


def killed(message: OutboxMessage) -> None:
    """A worker of this machine that has sent the message and could not say so any more."""
    diary = Journal()
    diary.note(message.pk)
    os.close(diary.file)


def test_message_leaves_once_where_the_journal_cannot_be_written(folder):
    folder.write_text("a file in its place")
    message = promise()

    assert delivery.deliver_due() == 1

    assert state_of(message) == (State.SENT, 1, "")
    assert len(mail.outbox) == 1


def test_what_the_dead_have_sent_is_marked_while_another_goes_on_delivering(monkeypatch):
    messages = [promise(recipient=f"p{number}@region.example") for number in range(12)]
    real, first = claims.take, []

    def take(size):
        """After the first claim another worker dies, and its lease runs out at once."""
        claim = real(size)
        if claim and not first:
            first.append(claim)
            killed(messages[11])
            OutboxMessage.objects.filter(pk=messages[11].pk).update(
                claim=claim.id, claimed_until=timezone.now()
            )
        return claim

    monkeypatch.setattr(claims, "take", take)

    assert delivery.deliver_due() == 11

    assert state_of(messages[11]) == (State.SENT, 1, "")
    assert messages[11].recipient not in [sent.to[0] for sent in mail.outbox]


def test_what_a_power_cut_left_of_a_journal_stops_nobody(folder):
    folder.mkdir()
    Path(folder / "dead.sent").write_bytes(b"\0\0\0\n12x\n" + b"9" * 40 + b"\n-1\n\n7")
    message = promise()

    assert delivery.deliver_due() == 1

    assert state_of(message) == (State.SENT, 1, "")
    assert list(folder.glob("*.sent")) == []


def test_while_one_process_delivers_the_others_see_to_other_things(settings):
    settings.OUTBOX_COURIERS = 1
    message = promise()

    with journal.a_place(1) as is_free:
        tasks.deliver_outbox()
        tasks.sweep_outbox()
        assert (is_free, state_of(message)) == (True, (State.QUEUED, 0, ""))

    tasks.sweep_outbox()
    assert state_of(message) == (State.SENT, 1, "")


def test_mail_leaves_where_nobody_can_tell_who_else_delivers(folder):
    folder.write_text("a file in its place")
    message = promise()

    tasks.deliver_outbox()

    assert state_of(message) == (State.SENT, 1, "")
