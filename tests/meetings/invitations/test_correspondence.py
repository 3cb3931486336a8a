"""What people are told when, across the life of a meeting: never late, never out of order."""

import smtplib
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from meetings.models import Participant
from meetings.operations import (
    MeetingOver,
    add_participant,
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    record_answer,
    remove_participant,
    reschedule_meeting,
    send_due_reminders,
)
from pavilion.core import delivery, outbox
from pavilion.core.models import OutboxMessage
from pavilion.core.outbox import Superseded, TooLate
from tests.factories import PersonFactory
from tests.meetings.conftest import HALF_PAST_TEN, NOW, TEN, deliver
from tests.meetings.conftest import outbox as promised

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def pencil(edition, by, **fields):
    values = {"subject_fr": "Entretien", "subject_en": "Talk", "starts_at": TEN}
    values |= {"ends_at": HALF_PAST_TEN, **fields}
    return create_meeting(edition=edition, by=by, **values)


def firm(edition, by, **fields):
    return confirm_meeting(meeting_id=pencil(edition, by, **fields).pk, by=by)


def move(meeting, by, hours):
    delay = timedelta(hours=hours)
    return reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN + delay, ends_at=HALF_PAST_TEN + delay, by=by
    )


def lines_of(message, *starts):
    return [line for line in message.body.splitlines() if line.startswith(starts)]


# --- Never a REQUEST after its CANCEL ---


def test_an_invitation_that_could_not_leave_does_not_leave_after_the_cancellation(
    edition, national, person, clock
):
    meeting = firm(edition, national, person_ids=[person.pk])
    greylisted = smtplib.SMTPDataError(451, b"greylisted")
    with patch.object(EmailBackend, "send_messages", side_effect=greylisted):
        delivery.deliver_due()

    cancel_meeting(meeting_id=meeting.pk, by=national)
    for minutes in (0, 5):
        clock.move_to(NOW + minutes * MINUTE)
        delivery.deliver_due()

    # The relay may have kept what it put off: the cancellation leaves, and nothing after it.
    assert [sent.message()["Subject"] for sent in mail.outbox] == [
        "Cancelled: Talk, Wed 12 June, 10:00"
    ]
    assert promised() == [
        ("invitation", "maiwenn@region.example", "dropped"),
        ("cancellation", "maiwenn@region.example", "sent"),
    ]


def test_whoever_was_sent_nothing_needs_no_cancellation(edition, national, person):
    meeting = firm(edition, national, person_ids=[person.pk])

    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert promised() == [("invitation", "maiwenn@region.example", "dropped")]


def test_a_failed_invitation_is_not_sent_again_once_the_meeting_moved(edition, national, person):
    meeting = firm(edition, national, person_ids=[person.pk])
    failed = OutboxMessage.objects.get()
    OutboxMessage.objects.update(state="failed")
    move(meeting, national, 1)

    with pytest.raises(Superseded):
        outbox.retry_messages(message_ids=[failed.pk], by=national)

    assert promised() == [
        ("invitation", "maiwenn@region.example", "dropped"),
        ("invitation", "maiwenn@region.example", "queued"),
    ]


def test_telling_again_asks_as_many_questions_however_often_it_moved(edition, national, person):
    meeting = firm(edition, national, person_ids=[person.pk])
    counts = []
    for hours in range(1, 5):
        deliver()
        with CaptureQueriesContext(connection) as queries:
            move(meeting, national, hours)
        counts.append(len(queries))

    assert counts == [counts[0]] * 4


# --- Nothing outlives its meeting ---


def test_an_invitation_that_waited_until_the_meeting_was_over_is_refused(
    edition, national, office, clock
):
    firm(edition, national, office_ids=[office.pk])
    message = OutboxMessage.objects.get()
    assert message.expires_at == HALF_PAST_TEN
    clock.move_to(HALF_PAST_TEN)

    with translation.override("en"), pytest.raises(TooLate):
        outbox.approve_messages(message_ids=[message.pk], by=national)
    delivery.deliver_due()

    assert promised() == [("invitation", "cabinet@ministere.example", "dropped")]


def test_a_reminder_is_of_no_use_once_the_meeting_began(edition, national, person, clock):
    firm(edition, national, person_ids=[person.pk])
    deliver()
    send_due_reminders(now=TEN - HOUR)
    clock.move_to(TEN)

    assert delivery.deliver_due() == 0
    assert promised()[1:] == [("reminder", "maiwenn@region.example", "dropped")]


@pytest.mark.parametrize(
    "upset",
    [
        lambda meeting, by: cancel_meeting(meeting_id=meeting.pk, by=by),
        lambda meeting, by: move(meeting, by, 1),
        lambda meeting, by: remove_participant(participant_id=Participant.objects.get().pk, by=by),
        lambda meeting, by: record_answer(
            participant_id=Participant.objects.get().pk, answer="declined", via="link"
        ),
    ],
    ids=["cancelled", "moved", "taken off", "declined"],
)
def test_a_queued_reminder_does_not_leave_once_the_meeting_is_another(
    edition, national, person, upset
):
    meeting = firm(edition, national, person_ids=[person.pk])
    deliver()
    send_due_reminders(now=TEN - HOUR)

    upset(meeting, national)

    assert promised()[1] == ("reminder", "maiwenn@region.example", "dropped")


def test_a_meeting_that_is_over_is_not_confirmed(edition, national, person, clock):
    meeting = pencil(edition, national, person_ids=[person.pk])
    clock.move_to(HALF_PAST_TEN)

    with translation.override("en"), pytest.raises(MeetingOver) as refusal:
        confirm_meeting(meeting_id=meeting.pk, by=national)

    assert str(refusal.value) == (
        "This meeting is over: it ended on Wednesday 12 June 2030 at 10:30."
    )
    assert refusal.value.details == {"ends_at": "2030-06-12T10:30:00+02:00"}
    assert promised() == []


# --- What "before" means ---


def test_before_is_what_was_sent_not_what_waited_for_approval(edition, national, office):
    meeting = firm(edition, national, office_ids=[office.pk])
    held = OutboxMessage.objects.get()
    outbox.approve_messages(message_ids=[held.pk], by=national)
    deliver()

    move(meeting, national, 1)
    move(meeting, national, 3)

    assert promised() == [
        ("invitation", "cabinet@ministere.example", "sent"),
        ("update", "cabinet@ministere.example", "dropped"),
        ("update", "cabinet@ministere.example", "held"),
    ]
    assert lines_of(OutboxMessage.objects.last(), "When:", "Before:") == [
        "When: Wednesday 12 June 2030, from 13:00 to 13:30 (Paris time)",
        "Before: Wednesday 12 June 2030, from 10:00 to 10:30 (Paris time)",
    ]


def test_there_and_back_before_anything_left_tells_nothing_and_keeps_answers(
    edition, national, person
):
    meeting = firm(edition, national, person_ids=[person.pk])
    deliver()
    participant = Participant.objects.get()
    record_answer(participant_id=participant.pk, answer="accepted", via="link", comment="Avec joie")

    move(meeting, national, 1)
    participant.refresh_from_db()
    assert (participant.answer, participant.comment) == ("needs-action", "")
    move(meeting, national, 0)

    assert promised()[1:] == [("update", "maiwenn@region.example", "dropped")]
    participant.refresh_from_db()
    assert (participant.answer, participant.comment, participant.answered_via) == (
        "accepted",
        "Avec joie",
        "link",
    )


# --- Who declined an option ---


def test_whoever_declined_the_option_is_not_invited_until_they_come_back(
    edition, national, person, office
):
    meeting = pencil(edition, national, person_ids=[person.pk], office_ids=[office.pk])
    participant = Participant.objects.get(person=person)
    record_answer(participant_id=participant.pk, answer="declined", via="phone")

    confirm_meeting(meeting_id=meeting.pk, by=national)
    assert promised() == [("invitation", "cabinet@ministere.example", "held")]

    record_answer(participant_id=participant.pk, answer="accepted", via="phone")
    assert promised()[1:] == [("invitation", "maiwenn@region.example", "queued")]


# --- Who wants no invitations ---


@pytest.fixture
def subscriber(db):
    return PersonFactory(
        first_name="Goulven",
        email="goulven@region.example",
        language="en",
        wants_invitations=False,
    )


def test_switched_off_after_an_invitation_one_is_still_kept_informed(edition, national, person):
    meeting = firm(edition, national, person_ids=[person.pk])
    deliver()
    person.wants_invitations = False
    person.save()

    move(meeting, national, 1)
    deliver()
    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert [row[0] for row in promised()] == ["invitation", "update", "cancellation"]


def test_weeks_before_a_subscription_is_enough(edition, national, subscriber):
    meeting = firm(edition, national, person_ids=[subscriber.pk])
    move(meeting, national, 1)
    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert promised() == []


def test_within_two_days_a_subscriber_gets_a_plain_mail(edition, national, subscriber, clock):
    clock.move_to(TEN - 2 * DAY)
    meeting = firm(edition, national, person_ids=[subscriber.pk], place="Terrace")
    deliver()
    move(meeting, national, 1)
    deliver()
    cancel_meeting(meeting_id=meeting.pk, by=national)

    new, moved, off = OutboxMessage.objects.order_by("pk")
    assert [message.subject for message in (new, moved, off)] == [
        "New meeting: Talk, Wed 12 June, 10:00, Terrace",
        "Updated: Talk, Wed 12 June, 11:00, Terrace",
        "Cancelled: Talk, Wed 12 June, 11:00, Terrace",
    ]
    assert {(m.kind, m.ics, m.ics_method) for m in (new, moved, off)} == {
        ("meetings.notice", "", "")
    }
    assert (moved.in_reply_to, off.in_reply_to) == (new.message_id, new.message_id)
    assert [message.body.splitlines()[0] for message in (new, moved, off)] == [
        "You are expected at a meeting that starts soon.",
        "This meeting has been moved: please answer for its new time.",
        "This meeting is cancelled: its time is yours again.",
    ]
    participant = Participant.objects.get()
    assert participant.invited_sequence is None
    assert [line for line in moved.body.splitlines() if line] == [
        "This meeting has been moved: please answer for its new time.",
        "Talk",
        "When: Wednesday 12 June 2030, from 11:00 to 11:30 (Paris time)",
        "Where: Terrace",
        "Before: Wednesday 12 June 2030, from 10:00 to 10:30 (Paris time)",
        "To accept, answer “perhaps” or decline, without an account:",
        f"http://testserver{participant.get_absolute_url()}",
        "Your calendar will show it by itself, but perhaps only in some hours: "
        "that is why we write.",
        "Pavillon des Régions",
    ]
    assert participant.get_absolute_url() in moved.html
    assert participant.get_absolute_url() not in off.body + off.html


@pytest.mark.parametrize("hours", [1, 24 * 14], ids=["to a near time", "away from a near time"])
def test_a_move_to_or_from_a_near_time_is_told_to_a_subscriber(
    edition, national, subscriber, clock, hours
):
    meeting = firm(
        edition, national, person_ids=[subscriber.pk], outside_hours_reason="Visioconférence"
    )
    clock.move_to(TEN - DAY)

    move(meeting, national, hours)

    [message] = OutboxMessage.objects.all()
    assert lines_of(message, "Before:") == [
        "Before: Wednesday 12 June 2030, from 10:00 to 10:30 (Paris time)"
    ]


def test_who_joins_or_leaves_late_is_told_as_well(edition, national, person, subscriber, clock):
    meeting = firm(edition, national, person_ids=[person.pk])
    clock.move_to(TEN - DAY)

    joined = add_participant(meeting_id=meeting.pk, by=national, person_id=subscriber.pk)
    deliver()
    remove_participant(participant_id=joined.pk, by=national)
    deliver()
    add_participant(meeting_id=meeting.pk, by=national, person_id=subscriber.pk)

    messages = OutboxMessage.objects.filter(recipient=subscriber.email).order_by("pk")
    assert [message.body.splitlines()[0] for message in messages] == [
        "You are expected at a meeting that starts soon.",
        "You are no longer expected at this meeting: its time is yours again.",
        "You are expected at a meeting that starts soon.",
    ]


def test_an_option_called_off_late_is_told_by_no_mail(edition, national, subscriber, clock):
    meeting = pencil(edition, national, person_ids=[subscriber.pk])
    clock.move_to(TEN - DAY)

    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert promised() == []
