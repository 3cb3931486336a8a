"""A mailbox is read, whatever breaks meanwhile, and nothing in it is lost or deleted."""

import logging
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from meetings.models import IncomingMail
from meetings.receiving import taking_in
from meetings.receiving.mailbox import mailbox_at, poll
from meetings.tasks import poll_mailbox
from tests.meetings.receiving.conftest import ACCEPTED, NOTHING, answer, mails
from tests.meetings.receiving.imap_server import Box, imap_server
from tests.meetings.receiving.programs import exchange, google, plain


def polled(box: Box, query: str = "") -> int:
    with imap_server(box) as url:
        return poll(mailbox_at(url + query))


def test_unseen_messages_are_taken_in_and_marked(participant, said, settings):
    box = Box()
    uid = box.put(exchange(said))
    box.put(b"Subject: read before\r\n\r\n", flags={r"\Seen"})

    with imap_server(box) as url:
        settings.IMAP_URL = url
        poll_mailbox()
        call_command("poll_mailbox", stdout=(told := StringIO()))

    assert answer(participant) == ACCEPTED
    assert told.getvalue() == "0\n"
    kept = IncomingMail.objects.get()
    assert kept.received_at == datetime(2030, 5, 20, 6, 30, tzinfo=UTC)
    assert box.messages[uid].flags == {r"\Seen"}
    assert not [line for line in box.heard if "EXPUNGE" in line or "Deleted" in line]


def test_messages_are_moved_where_the_server_can(participant, said):
    box, unable = Box(), Box(can_move=False)
    uid, other = box.put(exchange(said)), unable.put(plain(said.but(message_id="<2@x>"), "Oui"))

    assert (polled(box, "?moved=Trait%C3%A9s"), polled(unable, "?moved=X")) == (1, 1)

    assert box.messages[uid].folder == "Trait&AOk-s"
    assert (unable.messages[other].folder, unable.messages[other].flags) == ("INBOX", {r"\Seen"})


@pytest.mark.parametrize("breaks", [{2}, {4}, {5}, {6}, {7}, {8}, {4, 12}])
def test_connection_that_breaks_costs_nothing(participant, said, breaks):
    box = Box(breaks=breaks)
    for number in range(2):
        reply = google(said.but(message_id=f"<{number}@x>", stamp=f"20300520T06000{number}Z"))
        box.put(reply)

    polled(box)

    assert sorted(mails()) == [("applied", ""), ("applied", "")]
    assert [each.flags for each in box.messages.values()] == [{r"\Seen"}] * 2
    assert answer(participant) == ACCEPTED


def test_server_that_is_away_is_for_the_next_time(db, caplog):
    with caplog.at_level(logging.WARNING):
        assert poll(mailbox_at("imap://rendez-vous:s%40cret@127.0.0.1:1/")) == 0

    assert "rendez-vous at 127.0.0.1: ConnectionRefusedError" in caplog.text
    assert "cret" not in caplog.text


def test_message_that_cannot_be_taken_in_stays_unseen_and_keeps_nobody_back(
    participant, said, monkeypatch
):
    real = taking_in.take_in

    def fails_once(octets, **options):
        if b"poison" in octets:
            raise ZeroDivisionError
        return real(octets, **options)

    monkeypatch.setattr("meetings.receiving.mailbox.take_in", fails_once)
    box = Box()
    poison, good = box.put(b"Subject: poison\r\n\r\n"), box.put(exchange(said))

    assert polled(box) == 1

    assert (box.messages[poison].flags, box.messages[good].flags) == (set(), {r"\Seen"})
    assert answer(participant) == ACCEPTED


def test_message_that_is_too_big_stays_there_and_is_told_of(participant, said):
    box = Box()
    uid = box.put(exchange(said), size=26_000_000)

    assert polled(box) == 1

    assert mails() == [("review", "message_too_big")]
    assert answer(participant) == NOTHING
    assert box.messages[uid].folder == "INBOX"


@pytest.mark.parametrize("url", ["imaps://host/", "http://a:b@host/", "secret"])
def test_address_that_is_none_is_refused_without_repeating_it(url):
    with pytest.raises(ImproperlyConfigured) as refusal:
        mailbox_at(url)

    assert url not in str(refusal.value)


def test_without_a_mailbox_there_is_nothing_to_poll(settings):
    settings.IMAP_URL = ""

    poll_mailbox()
    with pytest.raises(CommandError):
        call_command("poll_mailbox")
