"""What is no plain answer: proposals, delegations, requests, words, notices and noise."""

import pytest

from meetings.models import IncomingMail
from meetings.receiving.taking_in import take_in
from tests.meetings.conftest import NOW, outbox
from tests.meetings.receiving.conftest import AUTHSERV, NOTHING, PROVED, answer, taken
from tests.meetings.receiving.programs import (
    exchange,
    google,
    head,
    kde,
    mail,
    part,
    plain,
    thunderbird,
    together,
)

FAILED = f"Authentication-Results: {AUTHSERV}; dmarc=fail"


def test_delegation_is_looked_at_with_whom_it_names(participant, said):
    reply = google(said.but(partstat="DELEGATED")).replace(
        b"ROLE=REQ-PARTICIPANT;", b'DELEGATED-TO="mailto:vice@region.example";'
    )

    found = take_in(reply)

    assert (found.outcome, found.reason) == ("review", "delegated")
    assert found.facts["attendees"] == [
        {
            "address": "maiwenn@region.example",
            "partstat": "DELEGATED",
            "delegated_to": "vice@region.example",
        }
    ]
    assert answer(participant) == NOTHING


@pytest.mark.parametrize("partstat", ["NEEDS-ACTION", "IN-PROCESS", "X-LATER", ""])
def test_what_is_no_answer_is_none(participant, said, partstat):
    assert taken(google(said.but(partstat=partstat))) == ("ignored", "no_answer")

    assert answer(participant) == NOTHING


def test_proposal_of_another_time_is_looked_at_with_its_times(participant, said):
    proposal = exchange(said.but(method="COUNTER", partstat="TENTATIVE")).replace(
        b"Accept", b"Nouvelle proposition"
    )
    text = google(said.but(method="COUNTER", message_id="<2@x.example>")).replace(
        b"DTSTART:20300612T080000Z", b"DTSTART;TZID=Romance Standard Time:20300612T150000"
    )
    text = text.replace(b"DTEND:20300612T083000Z", b"DURATION:PT45M")

    outlook, other = take_in(proposal), take_in(text)

    times = [
        (found.outcome, found.reason, found.facts["starts_at"], found.facts["ends_at"])
        for found in (outlook, other)
    ]
    assert times == [
        ("review", "counter", "2030-06-12T08:00:00+00:00", "2030-06-12T08:30:00+00:00"),
        ("review", "counter", "2030-06-12T13:00:00+00:00", "2030-06-12T13:45:00+00:00"),
    ]
    assert answer(participant) == NOTHING


def test_proposal_of_a_stranger_is_no_proposal(participant, bare):
    stranger = bare.but(method="COUNTER", sender="x@evil.example", attendee="x@evil.example")

    assert taken(google(stranger)) == ("review", "stranger")


def test_invitation_is_sent_again_to_who_asks_for_it_once_a_day(participant, said, clock):
    before = len(outbox())

    assert taken(kde(said.but(method="REFRESH"))) == ("applied", "refresh")
    assert len(outbox()) == before + 1
    again = said.but(method="REFRESH", message_id="<2@x.example>")
    assert taken(kde(again)) == ("ignored", "asked_already")
    assert len(outbox()) == before + 1
    assert answer(participant) == NOTHING


def test_nobody_unproved_makes_us_send_anything(participant, bare):
    before = len(outbox())

    assert taken(kde(bare.but(method="REFRESH"))) == ("review", "unproved")
    assert len(outbox()) == before


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH", "ADD", "DECLINECOUNTER", "X"])
def test_other_methods_are_noted_and_do_nothing(participant, said, method):
    assert taken(google(said.but(method=method))) == ("ignored", "method")

    assert answer(participant) == NOTHING


def test_calendar_that_says_no_method_is_for_somebody_to_look_at(participant, said):
    octets = kde(said).replace(b"METHOD:REPLY\r\n", b"").replace(b' method="reply";', b"")

    found = take_in(octets)

    assert (found.outcome, found.reason, found.participant) == ("review", "method", participant)
    assert answer(participant) == NOTHING


def test_words_alone_are_for_somebody_to_read(participant, said):
    found = take_in(plain(said, "Madame la présidente viendra, mais avec dix minutes de retard."))

    assert (found.outcome, found.reason) == ("review", "words")
    assert (found.participant, found.meeting) == (participant, participant.meeting)


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"", "no_text"),
        (b"\r\n\r\n", "no_text"),
        (b"From: maiwenn@region.example\r\nSubject: Oui\r\n\r\n \r\n", "no_text"),
        (b"Content-Type: application/pdf; name=x.pdf\r\n\r\n%PDF-1.7", "no_text"),
        (b"Subject: Oui\r\n\r\n%%% ...", "several_senders"),
        (b"From: maiwenn@region.example\r\n\r\nOui", "words"),
    ],
)
def test_nobody_wrote_in_words_where_there_is_no_text_or_no_sender(participant, octets, reason):
    assert taken(octets) == ("review", reason)


def test_words_that_name_our_message_are_about_its_meeting(participant, bare):
    from_us = (
        f"<{participant.meeting.uid.partition('@')[0]}.1.{participant.public_id}@pavilion.example>"
    )
    unknown = bare.but(sender="cabinet@ailleurs.example", headers=f"In-Reply-To: {from_us}")

    found = take_in(plain(unknown, "Le ministre sera représenté."))

    assert (found.outcome, found.reason) == ("review", "words")
    assert found.participant == participant


def test_our_invitation_sent_back_with_words_is_words(participant, said):
    octets = google(said.but(method="REQUEST")).replace(
        b"-//Google Inc//Google Calendar 70.9054//EN", b"-//Pavilion//Calendar//EN"
    )

    assert taken(octets) == ("review", "words")


@pytest.mark.parametrize(
    "notice",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "auto-submitted: Auto-Generated",
        "X-Autoreply: yes",
        "Precedence: auto_reply",
    ],
)
def test_holiday_notice_is_ignored(participant, said, notice):
    absent = plain(said.but(headers=notice), "Je suis en congé.", subject="Absence du bureau")

    assert taken(absent) == ("ignored", "automatic")


def test_answer_that_a_program_gives_by_itself_is_an_answer(participant, said):
    reply = exchange(said.but(headers="Auto-Submitted: auto-generated"))

    assert taken(reply) == ("applied", "")


def test_forged_words_are_ignored_and_proved_ones_read(participant, bare):
    assert taken(plain(bare.but(headers=FAILED), "Annulez tout.")) == ("ignored", "forged")
    honest = bare.but(headers=PROVED, message_id="<2@x.example>")
    assert taken(plain(honest, "Merci.")) == ("review", "words")


def test_mail_of_our_own_goes_no_further(participant, said):
    for number, sender in enumerate(
        [said.to, "Pavillon <pavillon@pavilion.example>", "RENDEZ-VOUS@pavilion.example"]
    ):
        own = said.but(sender=sender, message_id=f"<{number}@x.example>")
        assert taken(google(own)) == ("ignored", "own")
    first = participant.meeting.uid.partition("@")[0]
    ours = f"<{first}.1.{participant.public_id}@pavilion.example>"
    assert taken(google(said.but(message_id=ours))) == ("ignored", "own")
    assert answer(participant) == NOTHING


def test_receipt_is_ignored(participant, said):
    receipt = mail(
        head(said, 'multipart/report; report-type=disposition-notification; boundary="r"'),
        together(
            "r",
            part("text/plain", "Votre message a été lu."),
            part("message/disposition-notification", "Disposition: manual-action; displayed"),
        ),
    )

    assert taken(receipt) == ("ignored", "receipt")


def test_outlooks_own_format_is_looked_at(participant, said):
    octets = mail(
        head(said, 'multipart/mixed; boundary="m"'),
        together(
            "m",
            part("text/plain", ""),
            part("application/ms-tnef; name=winmail.dat", '\x78\x9f>"', cte="base64"),
        ),
    )

    assert taken(octets) == ("review", "winmail")


def test_reply_that_somebody_forwards_is_theirs_no_more(participant, said):
    forwarded = mail(
        head(said, 'multipart/mixed; boundary="fwd"'),
        together(
            "fwd",
            part("text/plain", "Pour information."),
            "Content-Type: message/rfc822\r\n\r\n" + google(said).decode(),
        ),
    )

    assert taken(forwarded) == ("review", "words")
    assert answer(participant) == NOTHING


def test_one_occurrence_of_what_has_none_is_looked_at(participant, said):
    reply = google(said.but(more="RECURRENCE-ID:20300612T080000Z"))

    assert taken(reply) == ("review", "one_of_several")


def test_of_several_events_the_newest_about_the_whole_counts(participant, said):
    event = (
        f"END:VEVENT\nBEGIN:VEVENT\nUID:{said.uid}\nDTSTAMP:20300520T071000Z\nSEQUENCE:1\n"
        "ATTENDEE;PARTSTAT=DECLINED:mailto:maiwenn@region.example\n"
        f"END:VEVENT\nBEGIN:VEVENT\nUID:{said.uid}\nDTSTAMP:20300520T072000Z\n"
        "RECURRENCE-ID:20300612T080000Z\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:maiwenn@region.example"
    )

    assert taken(thunderbird(said.but(more=event))) == ("applied", "")
    assert answer(participant)[0] == "declined"


def test_several_meetings_in_one_message_are_looked_at_unless_one_is_ours(
    participant, minister, said
):
    other = "END:VEVENT\nBEGIN:VEVENT\nUID:foreign@x\nATTENDEE;PARTSTAT=DECLINED:mailto:a@b.fr"
    assert taken(kde(said.but(more=other))) == ("applied", "")
    both = said.but(uid="one@x", more=other, message_id="<2@x.example>")
    assert taken(kde(both)) == ("review", "several_meetings")


def test_calendar_that_is_too_big_is_looked_at_by_hand(participant, said):
    reply = kde(said.but(comment="x" * 256_000))

    assert taken(reply) == ("review", "too_big")
    assert IncomingMail.objects.get().received_at == NOW
    assert answer(participant) == NOTHING


def test_comment_is_cut_at_a_thousand_characters(participant, said):
    assert taken(kde(said.but(comment="é" * 3000))) == ("applied", "")

    assert answer(participant) == ("accepted", "mail", "", "é" * 1000)
