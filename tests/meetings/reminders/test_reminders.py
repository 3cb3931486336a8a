from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from meetings import tasks
from meetings.models import Meeting, Participant, Person, Reminder
from meetings.operations import (
    appoint_holder,
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    record_answer,
    remove_participant,
    reschedule_meeting,
    send_due_reminders,
)
from meetings.operations.reminders import due_times
from pavilion.core.models import OutboxMessage
from tests.factories import PersonFactory
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


EVENING, MORNING = TEN - 16 * HOUR, TEN - HOUR / 2 * 5  # six o'clock, half past seven in Paris


def planned():
    """Theirs, whom the meeting expects by name."""
    rows = Reminder.objects.filter(participant__person__isnull=False)
    return list(rows.order_by("due_at", "pk").values_list("due_at", "kind"))


def reminded():
    return [row for row in outbox() if row[0] == "reminder"]


def test_the_evening_and_an_hour_before_persons_are_reminded(meeting, person, clock):
    assert planned() == [(EVENING, "evening"), (MORNING, "morning"), (TEN - HOUR, "hour")]

    sent = []
    for moment in (EVENING - MINUTE, EVENING, MORNING, TEN - HOUR, TEN - HOUR + MINUTE):
        sent.append(send_due_reminders(now=moment))
        deliver()

    assert sent == [0, 1, 0, 1, 0]
    assert reminded() == [("reminder", "maiwenn@region.example", "sent")] * 2
    message = OutboxMessage.objects.filter(kind="meetings.reminder").first()
    assert message.subject == "Reminder: Talk, Wed 12 June, 10:00, Terrace"
    assert (message.ics, message.ics_method, message.in_reply_to) == ("", "", "")
    assert message.body.splitlines() == [
        "A reminder: you are expected at the following meeting.",
        "",
        "Wednesday 12 June 2030",
        "",
        "10:00 – 10:30 · Talk",
        "Where: Terrace",
        "With:",
        "  – Minister delegate for Digital Affairs and AI",
        "Your answer is still awaited.",
        "",
        "All times are Paris time.",
        "",
        "Your day, to answer and to find your way, without an account:",
        f"http://testserver{person.get_absolute_url()}",
        "",
        "To choose which of these mails you receive:",
        f"http://testserver{person.get_absolute_url()}rappels/",
        "",
        "Pavillon des Régions",
        "",
    ]


def test_found_late_two_leads_make_one_mail(meeting):
    assert send_due_reminders(now=TEN - 30 * MINUTE) == 1

    assert send_due_reminders(now=TEN - 20 * MINUTE) == 0
    assert len(reminded()) == 1


def test_the_evening_found_in_the_morning_makes_one_mail_with_it(meeting, person):
    Person.objects.filter(pk=person.pk).update(remind_morning_of=True)

    assert send_due_reminders(now=MORNING + MINUTE) == 1

    assert len(reminded()) == 1
    assert send_due_reminders(now=MORNING + 2 * MINUTE) == 0


def test_a_day_s_meetings_are_told_in_one_mail(meeting, edition, national, person, room):
    second = create_meeting(
        edition=edition,
        subject_fr="Signature",
        subject_en="Signing",
        starts_at=TEN + 2 * HOUR,
        ends_at=TEN + 3 * HOUR,
        by=national,
        person_ids=[person.pk],
        room=room,
    )
    confirm_meeting(meeting_id=second.pk, by=national)

    assert send_due_reminders(now=EVENING) == 1

    message = OutboxMessage.objects.get(kind="meetings.reminder")
    assert message.subject == "Reminder: 2 meetings on Wednesday 12 June 2030"
    assert [line for line in message.body.splitlines() if " · " in line] == [
        "10:00 – 10:30 · Talk",
        "12:00 – 13:00 · Signing",
    ]
    assert message.expires_at == TEN + 2 * HOUR


def test_what_is_not_wished_is_not_sent_and_not_made_up_for(meeting, person):
    Person.objects.filter(pk=person.pk).update(remind_evening_before=False)
    assert send_due_reminders(now=EVENING) == 0

    Person.objects.filter(pk=person.pk).update(remind_evening_before=True)

    assert send_due_reminders(now=EVENING + HOUR) == 0


def test_whoever_receives_their_mail_gets_a_copy_without_their_links(meeting, person):
    person.secretariats.create(email="bureau@region.example", name="Bureau", receives=True)
    person.secretariats.create(email="accueil@region.example", receives=False)

    send_due_reminders(now=EVENING)

    [mail, copy] = OutboxMessage.objects.filter(kind="meetings.reminder").order_by("pk")
    assert (mail.recipient, copy.recipient) == ("maiwenn@region.example", "bureau@region.example")
    assert copy.body.splitlines()[0] == "This is for Maïwenn Kerzoncuff, whose mail you receive."
    assert person.token in mail.body
    assert person.token not in copy.body + copy.html


def test_who_holds_the_office_that_day_is_reminded_in_their_own_language(meeting, office, national):
    former, present = PersonFactory(language="en"), PersonFactory(language="fr")
    appoint_holder(
        office_id=office.pk, person_id=former.pk, starts_on=date(2030, 1, 1), by=national
    )
    appoint_holder(
        office_id=office.pk, person_id=present.pk, starts_on=date(2030, 6, 12), by=national
    )

    send_due_reminders(now=EVENING)

    rows = OutboxMessage.objects.filter(kind="meetings.reminder", language="fr")
    assert [(row.recipient, row.subject) for row in rows] == [
        (present.email, "Rappel\u00a0: Entretien, mercredi 12 juin, 10\u00a0h, Terrace")
    ]


def test_what_has_not_left_when_a_meeting_moves_is_told_again_of_the_others_alone(
    meeting, edition, national, person, clock
):
    second = create_meeting(
        edition=edition,
        subject_fr="Signature",
        subject_en="Signing",
        starts_at=TEN + 4 * HOUR,
        ends_at=TEN + 5 * HOUR,
        by=national,
        person_ids=[person.pk],
    )
    confirm_meeting(meeting_id=second.pk, by=national)
    clock.move_to(EVENING)
    send_due_reminders(now=EVENING)

    cancel_meeting(meeting_id=meeting.pk, by=national)
    clock.shift(HOUR)
    send_due_reminders(now=EVENING + HOUR)

    mails = OutboxMessage.objects.filter(kind="meetings.reminder").order_by("pk")
    assert [(mail.subject, mail.state) for mail in mails] == [
        ("Reminder: 2 meetings on Wednesday 12 June 2030", "dropped"),
        ("Reminder: Signing, Wed 12 June, 14:00", "queued"),
    ]


def test_nobody_is_reminded_of_what_has_begun(meeting):
    assert send_due_reminders(now=TEN) == 0


def test_what_is_cancelled_or_declined_or_left_is_not_recalled(meeting, national, person):
    participant = Participant.objects.get(person=person)
    record_answer(participant_id=participant.pk, answer="declined", via="link")
    assert planned() == []
    record_answer(participant_id=participant.pk, answer="accepted", via="link")
    assert len(planned()) == 3
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
    send_due_reminders(now=EVENING)
    deliver()

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )

    assert planned() == [
        (EVENING, "evening"),
        (EVENING, "evening"),
        (MORNING, "morning"),
        (ELEVEN - HOUR, "hour"),
    ]


def test_an_hour_before_is_an_hour_of_the_world_where_the_clocks_jump():
    starts_at = datetime(2030, 3, 31, 3, 30, tzinfo=ZoneInfo("Europe/Paris"))

    assert due_times(starts_at)["hour"] == datetime(2030, 3, 31, 0, 30, tzinfo=UTC)


def test_there_and_back_does_not_remind_twice(meeting, national):
    send_due_reminders(now=EVENING)
    deliver()
    for start in (ELEVEN, TEN):
        reschedule_meeting(
            meeting_id=meeting.pk, starts_at=start, ends_at=start + 30 * MINUTE, by=national
        )

    assert send_due_reminders(now=EVENING) == 0


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

    assert planned() == [(MORNING, "morning"), (TEN - HOUR, "hour")]


def test_the_task_asks_the_clock(meeting, clock):
    clock.move_to(TEN - HOUR)

    tasks.send_due_reminders()

    assert len(reminded()) == 1


def test_a_scan_with_nothing_due_is_one_query(meeting, django_assert_num_queries):
    with django_assert_num_queries(1):
        send_due_reminders(now=TEN - 2 * DAY)
