"""Invitations, line by line."""

import pytest

from meetings.models import Meeting, Participant
from meetings.operations import cancel_meeting, confirm_meeting, create_meeting
from pavilion.core import delivery
from pavilion.core.models import OutboxMessage
from tests.core.test_ical import VTIMEZONE, unfolded
from tests.meetings.conftest import HALF_PAST_TEN, TEN, deliver


@pytest.fixture
def meeting(edition, national, person, office, room):
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        subject_en="Talk",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
        office_ids=[office.pk],
        room=room,
        contact_name="Anne Le Goff",
        contact_phone="+33 6 00 00 00 00",
        internal_note="Ne pas parler du budget",
    )
    Meeting.objects.filter(pk=meeting.pk).update(uid="3f1c@pavilion")
    Participant.objects.filter(person=person).update(
        public_id="PPPPPPPPPPPPPPPPPPPPPP", mail_token="a2b3c4d5e6f7g2h3i4j5k6l7m2"
    )
    confirm_meeting(meeting_id=meeting.pk, by=national)
    return meeting


def answer_url():
    participant = Participant.objects.get(person__isnull=False)
    return f"http://testserver{participant.get_absolute_url()}"


def test_an_invitation_line_by_line(meeting):
    message = OutboxMessage.objects.get(recipient="maiwenn@region.example")

    start = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Pavilion//Calendar//EN
CALSCALE:GREGORIAN
METHOD:REQUEST
"""
    event = f"""\
BEGIN:VEVENT
SUMMARY:Talk
DTSTART;TZID=Europe/Paris:20300612T100000
DTEND;TZID=Europe/Paris:20300612T103000
DTSTAMP:20300520T070000Z
UID:3f1c@pavilion
SEQUENCE:1
ATTENDEE;CN="Maïwenn Kerzoncuff";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;\
ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:maiwenn@region.example
CREATED:20300520T070000Z
DESCRIPTION:On site: Anne Le Goff\\, +33 6 00 00 00 00
LAST-MODIFIED:20300520T070000Z
LOCATION:North Room\\, Hall 7\\, level 1\\, Paris Expo Porte de Versailles
ORGANIZER;CN="Pavillon des Régions":\
mailto:rendez-vous+a2b3c4d5e6f7g2h3i4j5k6l7m2@pavilion.example
STATUS:CONFIRMED
TRANSP:OPAQUE
URL:{answer_url()}
END:VEVENT
END:VCALENDAR
"""
    assert unfolded(message.ics) == (start + VTIMEZONE + event).splitlines()
    assert message.ics_method == "REQUEST"
    assert message.message_id == "<3f1c.1.PPPPPPPPPPPPPPPPPPPPPP@pavilion.example>"


def test_the_text_makes_sense_alone(meeting):
    message = OutboxMessage.objects.get(recipient="maiwenn@region.example")

    assert message.subject == "Invitation: Talk, Wed 12 June, 10:00, North Room"
    assert (
        message.body
        == f"""\
You are invited to the following meeting.

Talk

When: Wednesday 12 June 2030, from 10:00 to 10:30 (Paris time)
Where: North Room, Hall 7, level 1, Paris Expo Porte de Versailles
With:
  – Minister delegate for Digital Affairs and AI
On site: Anne Le Goff, +33 6 00 00 00 00

To accept, answer “perhaps” or decline, without an account:
{answer_url()}

The attached invitation goes into your calendar.

Pavillon des Régions
"""
    )


def test_an_invitation_in_french(meeting, national, person):
    Participant.objects.filter(office__isnull=False).update(position=1)
    person.language = "fr"
    person.save()
    deliver()

    cancel_meeting(meeting_id=meeting.pk, by=national)

    message = OutboxMessage.objects.get(kind="meetings.cancellation")
    assert message.subject == ("Annulé\u00a0: Entretien, mercredi 12 juin, 10\u00a0h, Salon Nord")
    assert (
        message.body
        == """\
Ce rendez-vous est annulé\u00a0: ce temps vous revient.

Entretien

Il était prévu\u00a0: mercredi 12 juin 2030, de 10\u00a0h à 10\u00a0h\u00a030 (heure de Paris)
Où\u00a0: Salon Nord, Hall 7, niveau 1, Paris Expo Porte de Versailles
Sur place\u00a0: Anne Le Goff, +33 6 00 00 00 00

Le message joint le retire de votre agenda. Vous n’avez pas à répondre.

Pavillon des Régions
"""
    )


def test_a_cancellation_line_by_line(meeting, national):
    deliver()
    cancel_meeting(meeting_id=meeting.pk, by=national)

    message = OutboxMessage.objects.get(kind="meetings.cancellation")
    lines = unfolded(message.ics)
    wanted = ("METHOD", "SUMMARY", "DTSTART", "UID", "SEQUENCE", "ATTENDEE", "STATUS", "TRANSP")
    start = lines.index("BEGIN:VEVENT")
    assert [line for line in lines[:5] + lines[start:] if line.startswith(wanted)] == [
        "METHOD:CANCEL",
        "SUMMARY:[Cancelled] Talk",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "UID:3f1c@pavilion",
        "SEQUENCE:2",
        'ATTENDEE;CN="Maïwenn Kerzoncuff";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;'
        "ROLE=REQ-PARTICIPANT:mailto:maiwenn@region.example",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
    ]


def test_the_internal_note_leaves_by_no_mail(meeting):
    for message in OutboxMessage.objects.all():
        assert "budget" not in message.body + message.html + message.ics


def test_the_html_part_loads_nothing_from_elsewhere(meeting):
    html = OutboxMessage.objects.get(recipient="maiwenn@region.example").html

    assert "<img" not in html
    assert html.count("http") == html.count(answer_url()) == 1


def test_what_leaves_is_what_was_promised_and_held_mail_stays(meeting, mailoutbox):
    assert delivery.deliver_due() == 1

    [mail] = mailoutbox
    message = mail.message()
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert message["From"].addresses[0].addr_spec == (
        "rendez-vous+a2b3c4d5e6f7g2h3i4j5k6l7m2@pavilion.example"
    )
    assert message["To"].addresses[0].addr_spec == "maiwenn@region.example"
    assert message["Message-ID"] == "<3f1c.1.PPPPPPPPPPPPPPPPPPPPPP@pavilion.example>"
