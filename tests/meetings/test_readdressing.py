"""What still waits to be sent, when an address changes or receives no more."""

import pytest
from django.utils import timezone

from meetings.models import Secretariat
from meetings.operations import (
    change_office,
    change_person,
    change_secretariat,
    confirm_meeting,
    remove_secretariat,
    send_due_reminders,
    send_secretariat_link,
)
from pavilion.core.models import OutboxMessage
from pavilion.core.outbox_changes import edit_message
from pavilion.core.veil import veil
from tests.meetings.conftest import TEN, deliver, outbox
from tests.meetings.diary import pencil
from tests.meetings.invitations.test_mailboxes import attendee

NEW = "nouvelle@adresse.example"


def invite(edition, by, **whom):
    meeting = pencil(edition, by, **whom)
    confirm_meeting(meeting_id=meeting.pk, by=by)
    return meeting


@pytest.fixture
def secretariat(office):
    return Secretariat.objects.create(office=office, email="chef@ministere.example")


def test_what_waits_for_approval_goes_to_the_new_address(edition, national, office):
    office.mail_failed_at, office.mail_failure = timezone.now(), "550"
    office.save()
    invite(edition, national, office_ids=[office.pk])

    office = change_office(office_id=office.pk, by=national, email=NEW)

    assert outbox() == [("invitation", NEW, "held")]
    message = OutboxMessage.objects.get()
    assert (attendee(message), message.domain) == (NEW, "adresse.example")
    # What came back did so from the former address.
    assert (office.mail_failed_at, office.mail_failure) == (None, "")


def test_words_written_by_hand_go_along(edition, national, office):
    invite(edition, national, office_ids=[office.pk])
    message = OutboxMessage.objects.get()
    edited = f"Madame la Ministre,\n\n{veil(message.body)}"
    edit_message(message_id=message.pk, subject="Audience", body=edited, by=national)

    change_office(office_id=office.pk, by=national, email=NEW)

    message = OutboxMessage.objects.get()
    assert (message.recipient, message.subject, attendee(message)) == (NEW, "Audience", NEW)
    assert message.body.startswith("Madame la Ministre,")


def test_what_has_left_stays_as_it_left(edition, national, person):
    invite(edition, national, person_ids=[person.pk])
    deliver()

    change_person(person_id=person.pk, by=national, email=NEW)

    assert outbox() == [("invitation", "maiwenn@region.example", "sent")]


def test_a_persons_invitation_and_reminder_go_along(edition, national, person, clock):
    invite(edition, national, person_ids=[person.pk])
    clock.move_to(TEN.replace(hour=7))
    send_due_reminders(now=timezone.now())

    change_person(person_id=person.pk, by=national, email=NEW)

    assert outbox() == [("invitation", NEW, "queued"), ("reminder", NEW, "queued")]

    change_person(person_id=person.pk, by=national, email="")

    assert [state for _kind, _recipient, state in outbox()] == ["dropped", "dropped"]


def test_a_secretariat_that_receives_no_more_gets_nothing_of_what_waits(
    edition, national, office, secretariat
):
    invite(edition, national, office_ids=[office.pk])
    held = ("invitation", "cabinet@ministere.example", "held")
    assert outbox() == [held, ("invitation", "chef@ministere.example", "held")]

    change_secretariat(secretariat_id=secretariat.pk, by=national, email=NEW)
    assert outbox() == [held, ("invitation", NEW, "held")]

    change_secretariat(secretariat_id=secretariat.pk, by=national, receives=False)
    assert outbox() == [held, ("invitation", NEW, "dropped")]


def test_a_secretariat_that_is_gone_gets_nothing_of_what_waits(
    edition, national, office, secretariat
):
    invite(edition, national, office_ids=[office.pk])
    send_secretariat_link(secretariat_id=secretariat.pk, by=national)

    remove_secretariat(secretariat_id=secretariat.pk, by=national)

    assert outbox() == [
        ("invitation", "cabinet@ministere.example", "held"),
        ("invitation", "chef@ministere.example", "dropped"),
        ("secretariat.link", "chef@ministere.example", "dropped"),
    ]
