"""A confirmed meeting of a president and a minister, and what comes back by mail about it."""

import pytest
import time_machine

from meetings.addressees import organizer_email
from meetings.models import IncomingMail, Participant
from meetings.operations import confirm_meeting, create_meeting
from meetings.receiving.taking_in import take_in
from pavilion.core.models import OutboxMessage
from tests.meetings.conftest import HALF_PAST_TEN, NOW, TEN, deliver
from tests.meetings.receiving.programs import Said

AUTHSERV = "mx.pavilion.example"
PROVED = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=region.example"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def our_server(settings):
    settings.AUTHSERV_ID = AUTHSERV


@pytest.fixture
def meeting(edition, national, person, office):
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
        office_ids=[office.pk],
    )
    meeting = confirm_meeting(meeting_id=meeting.pk, by=national)
    OutboxMessage.objects.filter(state="held").update(state="queued")
    deliver()
    return meeting


@pytest.fixture
def participant(meeting, person):
    return Participant.objects.get(meeting=meeting, person=person)


@pytest.fixture
def minister(meeting, office):
    return Participant.objects.get(meeting=meeting, office=office)


@pytest.fixture
def said(meeting, participant):
    """The president accepts, with the address of her invitation."""
    return Said(uid=meeting.uid, to=organizer_email(participant))


@pytest.fixture
def bare(said):
    """The same to the bare mailbox: only From tells who it is."""
    return said.but(to="rendez-vous@pavilion.example")


def taken(octets: bytes, **options) -> tuple[str, str]:
    mail = take_in(octets, **options)
    return mail.outcome, mail.reason


def answer(participant: Participant) -> tuple[str, str, str, str]:
    row = Participant.objects.get(pk=participant.pk)
    return row.answer, row.answered_via, row.answered_by, row.comment


NOTHING = ("needs-action", "", "", "")
ACCEPTED = ("accepted", "mail", "", "")


def mails() -> list[tuple[str, str]]:
    rows = IncomingMail.objects.order_by("pk")
    return [(mail.outcome, mail.reason) for mail in rows]
