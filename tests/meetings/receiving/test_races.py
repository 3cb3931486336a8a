"""Several deliveries at the same moment: each message counts once, and the newest reply stands."""

from datetime import UTC, datetime

import pytest

from meetings.addressees import organizer_email
from meetings.models import IncomingMail, Participant
from meetings.operations import confirm_meeting, create_meeting
from meetings.receiving.mailbox import mailbox_at, poll
from meetings.receiving.taking_in import take_in
from pavilion.core.models import ActivityEntry
from tests.factories import DayFactory, PersonFactory
from tests.meetings.receiving.imap_server import Box, imap_server
from tests.meetings.receiving.programs import Said, exchange, google, horde
from tests.meetings.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)
NINE = datetime(2030, 6, 12, 7, 0, tzinfo=UTC)
TRIES = 8


@pytest.fixture
def participant():
    person = PersonFactory(email="maiwenn@region.example")
    meeting = create_meeting(
        edition=DayFactory().edition,
        subject_fr="Entretien",
        starts_at=NINE,
        ends_at=NINE.replace(hour=8),
        by=None,
        person_ids=[person.pk],
    )
    confirm_meeting(meeting_id=meeting.pk, by=None)
    return Participant.objects.get()


@pytest.fixture
def said(participant):
    return Said(uid=participant.meeting.uid, to=organizer_email(participant))


def answered():
    participant = Participant.objects.get()
    times = ActivityEntry.objects.filter(verb="meeting.answered").count()
    return participant.answer, times


def outcomes():
    rows = IncomingMail.objects.values_list("outcome", "reason")
    return sorted(rows)


def test_same_message_at_the_same_time_is_taken_in_once(participant, said):
    reply = google(said)

    found = together(*[lambda: take_in(reply).pk] * TRIES)

    assert len(set(found)) == 1
    assert outcomes() == [("applied", "")]
    assert answered() == ("accepted", 1)


def test_same_reply_over_two_ways_is_applied_once(participant, said):
    """Without a Message-ID, only its stamp tells that it is the same."""
    reply = horde(said)

    together(*[lambda hop=hop: take_in(b"X-Hop: %d\r\n" % hop + reply) for hop in range(TRIES)])

    assert outcomes() == [("applied", ""), *[("ignored", "outdated")] * (TRIES - 1)]
    assert answered() == ("accepted", 1)


def test_newest_of_several_replies_stands_whichever_comes_first(participant, said):
    answers = ("ACCEPTED", "TENTATIVE", "DECLINED", "ACCEPTED", "TENTATIVE")
    replies = [
        exchange(
            said.but(
                partstat=partstat, stamp=f"20300520T07000{number}Z", message_id=f"<{number}@x>"
            )
        )
        for number, partstat in enumerate(answers)
    ]

    together(*[lambda reply=reply: take_in(reply) for reply in reversed(replies)])

    assert answered()[0] == "tentative"
    assert len(outcomes()) == len(replies)


def test_two_pollers_take_nothing_twice(participant, said):
    box = Box()
    for number in range(6):
        box.put(google(said.but(stamp=f"20300520T06000{number}Z", message_id=f"<{number}@x>")))

    with imap_server(box) as url:
        together(*[lambda: poll(mailbox_at(url))] * 2)

    assert IncomingMail.objects.count() == 6
    assert {str(each.flags) for each in box.messages.values()} == {r"{'\\Seen'}"}
    assert answered() == ("accepted", 1)


def test_command_and_poller_take_the_same_message_once(participant, said):
    box = Box()
    reply = google(said)
    box.put(reply)

    with imap_server(box) as url:
        together(lambda: poll(mailbox_at(url)), lambda: take_in(reply).pk)

    assert outcomes() == [("applied", "")]
