"""Replies in every form in which they really come."""

import pytest

from meetings.models import IncomingMail
from meetings.receiving.taking_in import take_in
from pavilion.core.models import ActivityEntry
from tests.meetings.receiving.conftest import ACCEPTED, NOTHING, PROVED, answer, taken
from tests.meetings.receiving.programs import PROGRAMS, head, mail

EVERY_PROGRAM = pytest.mark.parametrize("program", PROGRAMS.values(), ids=list(PROGRAMS))


@EVERY_PROGRAM
def test_reply_of_each_program_is_applied(participant, minister, said, program):
    found = take_in(program(said))

    assert (found.outcome, found.reason) == ("applied", "")
    assert answer(participant) == ACCEPTED
    assert answer(minister) == NOTHING
    assert (found.meeting, found.participant) == (participant.meeting, participant)
    entry = ActivityEntry.objects.get(verb="meeting.answered")
    assert (entry.by, entry.by_name, entry.after["answer"]) == (None, str(participant), "accepted")


@EVERY_PROGRAM
@pytest.mark.parametrize(
    ("partstat", "expected"), [("DECLINED", "declined"), ("TENTATIVE", "tentative")]
)
def test_reply_of_each_program_says_what_it_says(participant, said, program, partstat, expected):
    reply = said.but(partstat=partstat, comment="Avec regret, à bientôt")

    assert taken(program(reply)) == ("applied", "")

    assert answer(participant) == (expected, "mail", "", "Avec regret, à bientôt")


@EVERY_PROGRAM
def test_reply_of_each_program_counts_by_its_sender_too(participant, bare, program):
    assert taken(program(bare.but(headers=PROVED))) == ("applied", "")

    assert answer(participant) == ACCEPTED


def test_what_is_kept_tells_what_was_understood_and_no_key(participant, said):
    reply = PROGRAMS["exchange"](said.but(comment="Un peu en retard"))

    kept = take_in(reply)

    assert bytes(IncomingMail.objects.get(pk=kept.pk).raw) == reply
    assert (kept.sender, kept.subject) == ("maiwenn@region.example", "Accepté : Entretien")
    assert kept.message_id == "<reply-1@region.example>"
    assert kept.facts == {
        "word": "none",
        "has_token": True,
        "method": "REPLY",
        "product": "Microsoft Exchange Server 2010",
        "uid": participant.meeting.uid,
        "sequence": 1,
        "stamp": "2030-05-20T07:05:00+00:00",
        "comment": "Un peu en retard",
        "attendees": [{"address": "maiwenn@region.example", "partstat": "ACCEPTED"}],
        "partstat": "ACCEPTED",
    }
    assert participant.mail_token not in str(kept.facts)


@pytest.mark.parametrize("where", ["--recipient", "Delivered-To", "X-Original-To", "Cc"])
def test_invitation_is_known_by_the_address_the_reply_came_to(participant, bare, said, where):
    shouted = said.to.upper()
    headers = "" if where == "--recipient" else f"{where}: <{shouted}>"
    recipient = shouted if where == "--recipient" else ""

    assert taken(PROGRAMS["exchange"](bare.but(headers=headers)), recipient=recipient) == (
        "applied",
        "",
    )
    assert answer(participant) == ACCEPTED


def test_calendar_without_method_takes_the_word_of_its_part(participant, said):
    octets = PROGRAMS["kde"](said).replace(b"METHOD:REPLY\r\n", b"")

    assert taken(octets) == ("applied", "")
    assert answer(participant) == ACCEPTED


def test_lines_are_read_whatever_ends_them(participant, said):
    octets = PROGRAMS["thunderbird"](said).replace(b"\r\n", b"\n")

    assert taken(octets) == ("applied", "")
    assert answer(participant) == ACCEPTED


def test_line_that_nobody_can_read_costs_no_answer(participant, said):
    octets = PROGRAMS["kde"](
        said.but(more='X-BROKEN;A="b:c\nDTSTART;TZID=:99999999T999999\n;;;=:\nGEO:1')
    ).replace(b"RSVP=FALSE;", b'RSVP=FALSE;CN=M. "Le" B;')

    assert taken(octets) == ("applied", "")
    assert answer(participant) == ACCEPTED


def test_mail_that_is_nothing_but_a_calendar_is_read(participant, said):
    text = PROGRAMS["kde"](said).decode().partition("BEGIN:VCALENDAR")[2].partition("--next")[0]
    octets = mail(
        head(said, "text/calendar; method=REPLY; charset=utf-8"), f"BEGIN:VCALENDAR{text}"
    )

    assert taken(octets) == ("applied", "")
    assert answer(participant) == ACCEPTED


def test_latin_letters_in_a_calendar_that_says_utf8_are_kept(participant, said):
    octets = PROGRAMS["thunderbird"](said.but(comment="Désolée"))
    octets = octets.decode().encode("latin-1")

    assert taken(octets) == ("applied", "")
    assert answer(participant) == ("accepted", "mail", "", "Désolée")
