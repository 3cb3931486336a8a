"""Whatever comes, nothing raises, nothing is applied, and it takes no time to speak of."""

import random
import time

import pytest

from meetings.models import IncomingMail
from meetings.receiving import deciding
from meetings.receiving import letter as letters
from meetings.receiving.deciding import Known, decide, open_letter
from meetings.receiving.taking_in import BIGGEST, TooBig, take_in
from tests.meetings.conftest import NOW
from tests.meetings.receiving.conftest import ACCEPTED, NOTHING, answer, mails, taken
from tests.meetings.receiving.programs import PROGRAMS, Said, head, kde, mail, plain

MANY = 3_000_000
A_REPLY = Said(uid="one@pavilion", to="rendez-vous@pavilion.example", comment="Déjà là")
# Seconds for what is made to take for ever, on a machine that does much else.
A_MOMENT = 20


def weigh(octets: bytes) -> None:
    """All that is done with a message before anything is written down."""
    letter = letters.read(octets, "x@y.example")
    contents = open_letter(letter)
    decision = decide(contents, Known(), received_at=NOW)
    deciding.described(contents, decision, Known())
    for part in letter.message.parts:
        assert isinstance(part.file_name + part.text, str)
    shown = (letter.subject, letter.shown_sender, letter.text, *letter.recipients)
    "".join(shown).encode()


def calendar_of(text: str) -> bytes:
    return mail(head(A_REPLY, "text/calendar; method=REPLY"), text)


def multipart(depth: int) -> bytes:
    boundaries = [f"b{number}" for number in range(depth)]
    opened = (f'Content-Type: multipart/mixed; boundary="{b}"\r\n\r\n--{b}\r\n' for b in boundaries)
    return ("From: a@b.example\r\n" + "".join(opened)).encode()


HOSTILE = {
    "noise": random.Random(1).randbytes(MANY),  # noqa: S311
    "nothing": b"",
    "nul": b"\0" * MANY,
    "carriage returns": b"\r" * MANY,
    "line feeds": b"\n" * MANY,
    "colons": b":" * MANY,
    "one header": b"Subject: " + b"=?utf-8?q?" * (MANY // 10),
    "headers": b"X: y\r\n" * (MANY // 6),
    "folded": b"Subject: x\r\n" + b" y\r\n" * (MANY // 4),
    "comments": b"From: " + b"(" * MANY + b"\r\n\r\n",
    "addresses": b"To: " + b"a@b.example," * (MANY // 12) + b"\r\n\r\n",
    "quotes": b'From: "' * (MANY // 7),
    "deep": multipart(10_000),
    "wide": b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\ny\r\n" * 200_000,
    "enclosed": b"Content-Type: message/rfc822\r\n\r\n" * 80_000,
    "parameters": b"Content-Type: text/calendar" + b";a=b" * (MANY // 4) + b"\r\n\r\n",
    "html": b"Content-Type: text/html\r\n\r\n" + b"<style<script<!--" * (MANY // 17),
    "base64": b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A=B" * (MANY // 3),
    "charset": b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AGE-" * (MANY // 5),
    "punycode": b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"-" * MANY,
    "a big calendar": calendar_of("BEGIN:VCALENDAR\r\n" * (MANY // 17)),
    "components": calendar_of("BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 17_000),
    "attendees": calendar_of("BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + "ATTENDEE;A=B:c\n" * 16_000),
    "parameters of a line": calendar_of("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID" + ";a=b" * 60_000),
    "seconds": calendar_of(
        "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Ever\nBEGIN:STANDARD\nDTSTART:16010101T000000\n"
        "TZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=SECONDLY\nEND:STANDARD\n"
        "END:VTIMEZONE\nBEGIN:VEVENT\nUID:one@pavilion\nDTSTART;TZID=Ever:20300612T100000\n"
        "END:VEVENT\nEND:VCALENDAR"
    ),
}


@pytest.mark.parametrize("octets", HOSTILE.values(), ids=list(HOSTILE))
def test_what_is_made_to_break_us_is_read_in_no_time(octets):
    began = time.process_time()

    weigh(octets)

    assert time.process_time() - began < A_MOMENT


def test_damaged_replies_never_raise():
    """Replies with pieces torn out, doubled, swapped or replaced, the same ones every time."""
    chance = random.Random(20300612)  # noqa: S311
    spoilers = (
        b"\0",
        b"\xff\xfe",
        b"\r\n\r\n",
        b'"',
        b";",
        b"\n ",
        b"=?",
        b"--",
        b"\\",
        b"99999999",
    )
    replies = [program(A_REPLY) for program in PROGRAMS.values()]
    for number in range(1500):
        octets = bytearray(replies[number % len(replies)])
        for _turn in range(chance.randint(1, 12)):
            start = chance.randrange(len(octets) + 1)
            end = min(len(octets), start + chance.randint(0, 40))
            what = chance.randrange(4)
            octets[start:end] = (
                b"",
                octets[start:end] * 3,
                chance.choice(spoilers),
                bytes(reversed(octets[start:end])),
            )[what]
        weigh(bytes(octets))


@pytest.mark.parametrize("name", ["noise", "nul", "deep", "wide", "comments", "components"])
def test_garbage_is_kept_and_changes_nothing(participant, name):
    found = take_in(HOSTILE[name], recipient=f"rendez-vous+{'a' * 26}@pavilion.example")

    assert IncomingMail.objects.get(pk=found.pk).outcome in ("review", "ignored")
    assert answer(participant) == NOTHING


def test_texts_that_no_database_takes_are_cleaned(participant, said):
    octets = kde(said.but(comment="a\0b\x08c")).replace(b"Subject: ", b"Subject: \0\xed\xa0\x80")

    assert taken(octets) == ("applied", "")
    assert answer(participant) == ("accepted", "mail", "", "abc")


@pytest.mark.parametrize("damage", [b"\xff\xfe\xc3", b"\xed\xa0\x80", b"\0"])
@pytest.mark.parametrize("name", [b"In-Reply-To", b"References"])
def test_ids_that_no_database_takes_cost_no_answer(participant, said, name, damage):
    octets = name + b": <before" + damage + b"after@x.example>\r\n" + kde(said)

    assert taken(octets, recipient=said.to) == ("applied", "")
    assert answer(participant) == ACCEPTED


@pytest.mark.parametrize("damage", [b"\xff\xfe\xc3", b"\0"])
def test_returned_message_with_a_broken_id_is_taken_in(participant, damage):
    octets = (
        b"From: MAILER-DAEMON@relay.example\r\nSubject: Undelivered Mail\r\nReturn-Path: <>\r\n"
        b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <one" + damage + b"@x.example>\r\n\r\nx"
    )

    assert taken(octets) == ("ignored", "unknown_message")


def test_more_parts_than_are_read_are_looked_at(participant, said):
    octets = HOSTILE["wide"].replace(b"Content", b"Message-ID: <w@x.example>\r\nContent", 1)

    assert taken(octets) == ("review", "too_many_parts")


def test_message_that_is_too_big_is_refused_and_not_kept(db):
    with pytest.raises(TooBig):
        take_in(b"x" * (BIGGEST + 1))

    assert mails() == []


def test_nonsense_beside_a_good_reply_costs_it_nothing(participant, said):
    """Three megabytes of garbage as one more attachment."""
    octets = PROGRAMS["thunderbird"](said)
    octets = octets.replace(
        b"--------------mix--",
        b"--------------mix\r\n\r\n" + HOSTILE["noise"] + b"\r\n--------------mix--",
    )

    assert taken(octets) == ("applied", "")
    assert answer(participant)[0] == "accepted"


def test_text_is_shown_without_markup(said):
    page = (
        "<title>x</title><style>p{}</style><script>alert(1)</script><p>Bonjour &lt;b&gt;<br>à vous"
    )
    octets = plain(said, page).replace(b"text/plain", b"text/html")

    assert letters.read(octets).text == "Bonjour <b>\nà vous"
