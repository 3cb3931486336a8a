"""The command to which a mail server hands a message, and what it tells the server."""

import io
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from meetings.receiving.taking_in import BIGGEST
from tests.meetings.receiving.conftest import ACCEPTED, NOTHING, answer, mails
from tests.meetings.receiving.programs import exchange


def received(octets: bytes, monkeypatch, *arguments: str) -> str:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(octets)))
    told = io.StringIO()
    call_command("receive_mail", *arguments, stdout=told)
    return told.getvalue().strip()


def test_message_is_taken_in(participant, said, monkeypatch):
    assert received(exchange(said), monkeypatch) == "applied"

    assert answer(participant) == ACCEPTED


def test_recipient_of_the_envelope_tells_whose_invitation_it_is(
    participant, bare, said, monkeypatch
):
    assert received(exchange(bare), monkeypatch, "--recipient", said.to) == "applied"

    assert answer(participant) == ACCEPTED


def test_message_that_is_too_big_goes_back_to_its_sender(db, monkeypatch):
    with pytest.raises(CommandError, match=r"25\sM[Bo]") as refusal:
        received(b"x" * (BIGGEST + 1), monkeypatch)

    assert refusal.value.returncode == 65
    assert mails() == []


def test_message_waits_at_the_server_while_the_database_is_away(participant, said, monkeypatch):
    def away(execute, sql, *rest):
        raise OperationalError("no route to host db.internal")

    with (
        connection.execute_wrapper(away),
        pytest.raises(CommandError, match=r"^Not now: try again later\.$") as refusal,
    ):
        received(exchange(said), monkeypatch)

    assert refusal.value.returncode == 75
    assert mails() == []
    assert answer(participant) == NOTHING


def test_message_waits_at_the_server_when_we_make_a_mistake(participant, said, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("meetings.receiving.deciding.decide", broken)

    with pytest.raises(CommandError) as refusal:
        received(exchange(said), monkeypatch)

    assert refusal.value.returncode == 75
    assert mails() == []
