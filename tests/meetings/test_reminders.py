from datetime import timedelta

import pytest

from meetings import tasks
from meetings.models import Meeting, Participant, Reminder
from meetings.operations import (
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    record_answer,
    remove_participant,
    reschedule_meeting,
    send_due_reminders,
)
from pavilion.core.models import OutboxMessage
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN, deliver, outbox

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def meeting(edition, national, person, office):
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        subject_en="Talk",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
        office_ids=[office.pk],
        place="Terrace",
    )
    return confirm_meeting(meeting_id=meeting.pk, by=national)


def planned():
    rows = Reminder.objects.order_by("due_at", "pk").values_list("due_at", "kind")
    return list(rows)


def reminded():
    return [row for row in outbox() if row[0] == "reminder"]


def test_a_day_and_an_hour_before_persons_are_reminded(meeting, clock):
    assert planned() == [(TEN - DAY, "evening"), (TEN - HOUR, "hour")]

    sent = []
    for moment in (TEN - DAY - MINUTE, TEN - DAY, TEN - HOUR, TEN - HOUR + MINUTE):
        sent.append(send_due_reminders(now=moment))
        deliver()

    assert sent == [0, 1, 1, 0]
    assert reminded() == [("reminder", "maiwenn@region.example", "sent")] * 2
    message = OutboxMessage.objects.filter(kind="meetings.reminder").first()
    assert message.subject == "Reminder: Talk, Wed 12 June, 10:00, Terrace"
    assert (message.ics, message.ics_method, message.in_reply_to) == ("", "", "")
    assert message.body.splitlines()[:6] == [
        "A reminder: you are expected at the following meeting.",
        "",
        "Talk",
        "",
        "When: Wednesday 12 June 2030, from 10:00 to 10:30 (Paris time)",
        "Where: Terrace",
    ]


def test_found_late_two_leads_make_one_mail(meeting):
    assert send_due_reminders(now=TEN - 30 * MINUTE) == 1

    assert send_due_reminders(now=TEN - 20 * MINUTE) == 0
    assert len(reminded()) == 1


def test_nobody_is_reminded_of_what_has_begun(meeting):
    assert send_due_reminders(now=TEN) == 0


def test_what_is_cancelled_or_declined_or_left_is_not_recalled(meeting, national, person):
    participant = Participant.objects.get(person=person)
    record_answer(participant_id=participant.pk, answer="declined", via="link")
    assert planned() == []
    record_answer(participant_id=participant.pk, answer="accepted", via="link")
    assert len(planned()) == 2
    remove_participant(participant_id=participant.pk, by=national)
    assert planned() == []


def test_a_cancelled_meeting_has_no_reminder(meeting, national):
    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert planned() == []


@pytest.mark.parametrize(
    "fields", [{"status": "cancelled"}, {"starts_at": TEN + 5 * MINUTE}, {"status": "option"}]
)
def test_a_row_that_outlived_its_meeting_sends_nothing(meeting, fields):
    """Whatever left it behind, the scan looks at the meeting once more."""
    Meeting.objects.filter(pk=meeting.pk).update(**fields)

    assert send_due_reminders(now=TEN - HOUR) == 0
    assert reminded() == []


def test_reminders_move_with_the_meeting(meeting, national):
    send_due_reminders(now=TEN - DAY)

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )

    assert planned() == [
        (TEN - DAY, "evening"),
        (ELEVEN - DAY, "evening"),
        (ELEVEN - HOUR, "hour"),
    ]


def test_there_and_back_does_not_remind_twice(meeting, national):
    send_due_reminders(now=TEN - DAY)
    for start in (ELEVEN, TEN):
        reschedule_meeting(
            meeting_id=meeting.pk, starts_at=start, ends_at=start + 30 * MINUTE, by=national
        )

    assert send_due_reminders(now=TEN - DAY) == 0


def test_what_is_confirmed_late_skips_the_leads_that_have_passed(edition, national, person, clock):
    clock.move_to(TEN - 3 * HOUR)
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
        person_ids=[person.pk],
    )

    confirm_meeting(meeting_id=meeting.pk, by=national)

    assert planned() == [(TEN - HOUR, "hour")]


def test_the_task_asks_the_clock(meeting, clock):
    clock.move_to(TEN - HOUR)

    tasks.send_due_reminders()

    assert len(reminded()) == 1


def test_a_scan_with_nothing_due_is_one_query(meeting, django_assert_num_queries):
    with django_assert_num_queries(1):
        send_due_reminders(now=TEN - 2 * DAY)
