"""A mailbox is read, whatever breaks meanwhile, and nothing in it is lost or deleted."""

import logging
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import translation

from meetings import answers_due
from meetings.models import IncomingMail
from meetings.receiving import taking_in, trouble
from meetings.receiving.mailbox import mailbox_at, poll
from meetings.tasks import poll_mailbox
from tests.factories import organiser
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


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    cache.clear()
    yield
    cache.clear()


def whats_wrong() -> tuple[str, str] | None:
    met = trouble.current()
    return met and (met.code, met.detail)


@pytest.mark.parametrize(
    ("fault", "why"), [("refuses", ("left", "1")), ("stumbles", ("connection", "abort"))]
)
def test_message_the_server_cannot_give_out_keeps_nobody_back(participant, said, fault, why):
    box = Box()
    broken, good = box.put(b"Subject: damaged\r\n\r\n"), box.put(exchange(said))
    getattr(box, fault).add(broken)

    assert polled(box) == 1

    assert (box.messages[broken].flags, box.messages[good].flags) == (set(), {r"\Seen"})
    assert answer(participant) == ACCEPTED
    assert whats_wrong() == why


def test_message_that_somebody_opened_before_us_is_taken_in_once(participant, said):
    box = Box()
    box.put(exchange(said), flags={r"\Seen"})
    box.put(plain(said.but(message_id="<2@x.example>"), "Oui"), flags={r"\Seen"})

    assert [polled(box), polled(box)] == [2, 0]

    assert mails() == [("applied", ""), ("review", "words")]
    assert answer(participant) == ACCEPTED
    assert whats_wrong() is None


def test_messages_that_cannot_be_moved_are_all_taken_in(participant, said):
    box = Box(knows_no_target=True)
    for number in range(5):
        box.put(plain(said.but(message_id=f"<{number}@x.example>"), "Oui"))

    assert polled(box, "?moved=Fait") == 5

    assert {tuple(each.flags) for each in box.messages.values()} == {(r"\Seen",)}
    assert whats_wrong() == ("moved", "Fait")


@pytest.mark.parametrize(
    ("facts", "why"),
    [({"password": "other"}, ("user", "rendez-vous")), ({"folders": ()}, ("folder", "INBOX"))],
)
def test_server_that_lets_us_do_nothing_is_asked_once_a_call_and_told_of(
    db, settings, facts, why, clock
):
    box = Box(**facts)
    with imap_server(box) as url:
        settings.IMAP_URL = url
        poll_mailbox()
        since = trouble.current().since
        clock.shift(60)
        with pytest.raises(CommandError) as told:
            call_command("poll_mailbox", stdout=StringIO())

    assert (whats_wrong(), trouble.current().since) == (why, since)
    assert (str(told.value), told.value.returncode) == (str(trouble.current()), 75)
    assert sum(line.startswith("LOGIN") for line in box.heard) == 2


def test_trouble_is_told_to_the_national_team_until_a_call_reads_everything(db, national):
    def told(user):
        with translation.override("en"):
            return [(item.count, item.sentence) for item in answers_due.items(user) if item.count]

    trouble.note("user", "rendez-vous")

    why = "The server refuses the user or the password (rendez-vous)."
    assert told(national) == [(1, f"mailbox cannot be read since 20 May 2030, 09:00. {why}")]
    assert told(organiser("53")) == []
    assert polled(Box()) == 0
    assert told(national) == []
