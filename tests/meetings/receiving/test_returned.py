"""Mail that comes back, in the words of every server."""

import pytest

from meetings.models import IncomingMail, Person, Secretariat
from meetings.receiving.taking_in import take_in
from pavilion.core.models import OutboxMessage
from tests.meetings.conftest import NOW
from tests.meetings.receiving.programs import lines, part, together

CRLF = "\r\n"


@pytest.fixture
def invitation(participant):
    return OutboxMessage.objects.get(recipient="maiwenn@region.example", kind="meetings.invitation")


def headers(*given: str, kind: str) -> str:
    base = [
        "To: pavillon@pavilion.example",
        "MIME-Version: 1.0",
        "Message-ID: <dsn-1@mx.example>",
    ]
    return lines("\n".join([*given, *base, f"Content-Type: {kind}"]))


def report(fields: str, original: str = "", *head: str) -> bytes:
    """RFC 3464, as Postfix, Exchange and Gmail write it."""
    pieces = [
        part("text/plain; charset=utf-8", "This is the mail system at host mx.example."),
        part("message/delivery-status", lines("Reporting-MTA: dns; mx.example") + CRLF + fields),
    ]
    if original:
        pieces.append(original)
    top = headers(
        *(head or ("Return-Path: <>", "From: MAILER-DAEMON@mx.example (Mail Delivery System)")),
        "Subject: Undelivered Mail Returned to Sender",
        kind='multipart/report; report-type=delivery-status; boundary="r"',
    )
    return f"{top}{CRLF}{together('r', *pieces)}".encode()


FAILED = lines(
    """Final-Recipient: rfc822; maiwenn@region.example
Original-Recipient: rfc822;maiwenn@region.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <maiwenn@region.example>: User
    unknown in virtual mailbox table"""
)
WHY = "5.1.1 550 5.1.1 <maiwenn@region.example>: User unknown in virtual mailbox table"


def enclosed(invitation) -> str:
    return (
        f"Content-Type: message/rfc822{CRLF}{CRLF}Message-ID: {invitation.message_id}{CRLF}"
        f"Subject: x{CRLF}Content-Type: multipart/mixed; boundary=i{CRLF}{CRLF}"
        f"{together('i', part('text/calendar; method=REQUEST', 'BEGIN:VCALENDAR'))}"
    )


def heads_only(invitation) -> str:
    return part("text/rfc822-headers", f"Message-ID: {invitation.message_id}{CRLF}Subject: x")


@pytest.mark.parametrize("original", [enclosed, heads_only])
def test_report_marks_the_message_and_the_person(participant, invitation, original):
    found = take_in(report(FAILED, original(invitation)))

    invitation.refresh_from_db()
    person = Person.objects.get(pk=participant.person_id)
    assert (found.outcome, found.reason, found.bounced) == ("bounce", "", invitation)
    assert (found.participant, found.meeting) == (participant, participant.meeting)
    assert found.facts["recipients"] == ["maiwenn@region.example"]
    assert (invitation.state, invitation.bounced_at, invitation.last_error) == (
        "bounced",
        NOW,
        WHY,
    )
    assert person.mail_failed_at == NOW
    assert WHY in person.mail_failure


def test_report_without_the_message_is_about_the_last_one_to_its_recipient(invitation):
    found = take_in(report(FAILED))

    assert (found.outcome, found.bounced) == ("bounce", invitation)


def test_report_twice_is_one(invitation):
    take_in(report(FAILED))
    again = take_in(report(FAILED).replace(b"<dsn-1@", b"<dsn-2@"))

    assert (again.outcome, again.reason) == ("ignored", "unknown_message")
    assert OutboxMessage.objects.filter(state="bounced").count() == 1


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_report_of_a_delay_or_of_success_is_no_return(invitation, action):
    found = take_in(report(FAILED.replace("failed", action), heads_only(invitation)))

    invitation.refresh_from_db()
    assert (found.outcome, found.reason, invitation.state) == ("ignored", "delayed", "sent")


def in_words(text: str, *head: str) -> bytes:
    return f"{headers(*head, kind='text/plain; charset=us-ascii')}{CRLF}{text}".encode()


def qmail(invitation) -> bytes:
    return in_words(
        f"""Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<maiwenn@region.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <rendez-vous@pavilion.example>
Message-ID: {invitation.message_id}
""",
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.example",
        "Subject: failure notice",
    )


def exim(invitation) -> bytes:
    return in_words(
        f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  maiwenn@region.example
    host mx.region.example [192.0.2.1]: 550 5.1.1 unknown user

------ This is a copy of the message, including all the headers. ------

Message-Id: {invitation.message_id}
""",
        "Return-path: <>",
        "X-Failed-Recipients: maiwenn@region.example",
        "From: Mail Delivery System <Mailer-Daemon@mx.example>",
        "Subject: Mail delivery failed: returning message to sender",
    )


def old_exchange(invitation) -> bytes:
    return in_words(
        "Votre message n'a pas été remis à maiwenn@region.example. 550 5.7.1 refusé",
        "Return-Path: <>",
        f"In-Reply-To: {invitation.message_id}",
        "From: postmaster@region.example",
        "Subject: =?iso-8859-1?Q?Non_remis_:_Invitation?=",
    )


@pytest.mark.parametrize("server", [qmail, exim, old_exchange])
def test_servers_that_write_no_report_are_understood(participant, invitation, server):
    found = take_in(server(invitation))

    invitation.refresh_from_db()
    assert (found.outcome, found.reason, found.bounced) == ("bounce", "", invitation)
    assert invitation.state == "bounced"
    assert "5.1.1" in invitation.last_error or "5.7.1" in invitation.last_error


def test_what_comes_back_of_somebody_elses_mail_changes_nothing(invitation):
    theirs = FAILED.replace("maiwenn@region", "autre@ailleurs")

    found = take_in(report(theirs))

    invitation.refresh_from_db()
    assert (found.outcome, found.reason) == ("ignored", "unknown_message")
    assert (invitation.state, IncomingMail.objects.count()) == ("sent", 1)


def test_office_and_secretariat_behind_an_address_are_marked_too(minister, office):
    theirs = Secretariat.objects.create(office=office, email="cabinet@ministere.example")

    take_in(report(FAILED.replace("maiwenn@region.example", "cabinet@ministere.example")))

    for row in (office, theirs):
        row.refresh_from_db()
        assert row.mail_failed_at == NOW
        assert "5.1.1" in row.mail_failure


def test_reminder_that_comes_back_to_the_address_it_left_as_marks_the_person(
    participant, invitation
):
    reminder = OutboxMessage.objects.create(
        kind="meetings.reminder",
        thread=f"reminder:{participant.person.public_id}:2030-06-12",
        recipient="maiwenn@region.example",
        subject="Rappel",
        message_id="<reminder-1@pavilion.example>",
        state="sent",
        sent_at=NOW,
    )

    found = take_in(report(FAILED, heads_only(reminder)), recipient="pavillon@pavilion.example")

    reminder.refresh_from_db()
    person = Person.objects.get(pk=participant.person_id)
    assert (found.outcome, found.bounced, found.participant) == ("bounce", reminder, None)
    assert (reminder.state, person.mail_failed_at) == ("bounced", NOW)
