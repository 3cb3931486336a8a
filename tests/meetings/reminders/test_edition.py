"""A whole edition, hour by hour: who is sent what, and when, to the letter.

It lies on the night the clocks go forward. Meetings move and fall away; the scheduler is always
doubled, and stands still for three hours.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from meetings import tasks
from meetings.models import Participant, Reminder
from meetings.operations import (
    appoint_holder,
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    record_answer,
    reschedule_meeting,
)
from pavilion.core.models import OutboxMessage, User
from pavilion.core.outbox import approve_messages
from tests.factories import DayFactory, EditionFactory, PersonFactory
from tests.meetings.conftest import deliver

PARIS = ZoneInfo("Europe/Paris")
HALF_AN_HOUR = timedelta(minutes=30)
KINDS = [f"meetings.{kind}" for kind in ("reminder", "programme", "news", "waiting")]


def paris(month, day, hour, minute=0):
    return datetime(2030, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def looks():
    """When the scheduler comes by: not between five and eight on the first evening."""
    days = [(3, 22), (3, 23), (3, 24), (3, 29), (3, 30), (3, 31), (4, 1), (4, 2)]
    times = [(6, 0), (7, 0), (7, 30), (8, 0), (9, 0), (10, 30), (15, 0), (17, 0), (18, 0), (20, 0)]
    found = {paris(*day, *at) for day in days for at in times}
    return found - {paris(3, 30, 17), paris(3, 30, 18)}


def confirmed(edition, by, subject, starts_at, *people, **fields):
    meeting = create_meeting(
        edition=edition,
        subject_fr=subject,
        subject_en=subject,
        starts_at=starts_at,
        ends_at=starts_at + HALF_AN_HOUR,
        by=by,
        person_ids=[person.pk for person in people],
        place="Scène",
        **fields,
    )
    return confirm_meeting(meeting_id=meeting.pk, by=by)


def accept(*meetings):
    for participant in Participant.objects.filter(meeting__in=meetings):
        record_answer(participant_id=participant.pk, answer="accepted", via="link")


def move(meeting, starts_at, by):
    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=starts_at, ends_at=starts_at + HALF_AN_HOUR, by=by
    )


def ledger():
    rows = OutboxMessage.objects.filter(kind__in=KINDS).order_by("created_at", "pk")
    return [
        (
            f"{row.created_at.astimezone(PARIS):%d %b %H:%M}",
            row.kind.removeprefix("meetings."),
            row.recipient.partition("@")[0],
            row.subject,
        )
        for row in rows
    ]


def test_each_reminder_and_digest_of_an_edition_is_sent_once(db, clock, national, office, caplog):
    edition = EditionFactory(starts_on=date(2030, 3, 30), ends_on=date(2030, 4, 1))
    for day in (date(2030, 3, 30), date(2030, 3, 31), date(2030, 4, 1)):
        DayFactory(edition=edition, date=day)
    clock.move_to(paris(3, 20, 12))
    User.objects.filter(pk=national.pk).update(email="national@pavilion.example")
    enora = PersonFactory(email="enora@region.example", language="en")
    alix = PersonFactory(
        email="alix@region.example",
        language="fr",
        remind_evening_before=False,
        remind_morning_of=True,
        remind_hour_before=False,
    )
    holder = PersonFactory(email="holder@ministere.example", language="en", wants_programme=False)
    enora.secretariats.create(email="desk@region.example", name="Desk")
    appoint_holder(
        office_id=office.pk, person_id=holder.pk, starts_on=date(2030, 1, 1), by=national
    )
    saturday = confirmed(edition, national, "Opening", paris(3, 30, 10), enora)
    both = confirmed(edition, national, "Breakfast", paris(3, 31, 9), enora, alix)
    eleven = confirmed(edition, national, "Signing", paris(3, 31, 11), enora)
    minister = confirmed(edition, national, "Talk", paris(4, 1, 10), office_ids=[office.pk])
    lost = confirmed(edition, national, "Lunch", paris(4, 1, 13), enora)
    create_meeting(
        edition=edition,
        subject_fr="Option",
        starts_at=paris(4, 1, 17),
        ends_at=paris(4, 1, 18),
        by=national,
        person_ids=[enora.pk],
    )
    accept(saturday, both, eleven, minister, lost)
    approve_messages(message_ids=OutboxMessage.objects.values_list("pk", flat=True), by=national)
    deliver()
    [declining] = lost.participants.all()

    def decline():
        record_answer(participant_id=declining.pk, answer="declined", via="link")

    happens = {
        paris(3, 29, 12): lambda: move(saturday, paris(3, 30, 14), national),
        paris(3, 30, 9, 30): lambda: move(saturday, paris(3, 30, 16), national),
        paris(3, 30, 21): lambda: cancel_meeting(meeting_id=eleven.pk, by=national),
        paris(3, 31, 17): decline,
        paris(3, 31, 22): lambda: move(minister, paris(4, 1, 11, 30), national),
    }
    for now in sorted({*happens, *looks()}):
        clock.move_to(now)
        happens.get(now, lambda: None)()
        for task in (tasks.send_due_reminders, tasks.send_digests) * 2:
            task()
        deliver()

    assert ledger() == [
        ("23 Mar 09:00", "programme", "enora", "Your programme: VivaTech 2030"),
        ("23 Mar 09:00", "programme", "desk", "Your programme: VivaTech 2030"),
        ("23 Mar 09:00", "programme", "alix", "Votre programme\xa0: VivaTech 2030"),
        ("29 Mar 18:00", "reminder", "enora", "Reminder: Opening, Sat 30 March, 14:00, Scène"),
        ("29 Mar 18:00", "reminder", "desk", "Reminder: Opening, Sat 30 March, 14:00, Scène"),
        # Asked anew for another time.
        ("30 Mar 08:00", "waiting", "national", "What waits for you: 1 answer is still awaited"),
        # Moved that morning, from two in the afternoon.
        ("30 Mar 15:00", "reminder", "enora", "Reminder: Opening, Sat 30 March, 16:00, Scène"),
        ("30 Mar 15:00", "reminder", "desk", "Reminder: Opening, Sat 30 March, 16:00, Scène"),
        # Due at six, when nobody looked.
        ("30 Mar 20:00", "reminder", "enora", "Reminder: 2 meetings on Sunday 31 March 2030"),
        ("30 Mar 20:00", "reminder", "desk", "Reminder: 2 meetings on Sunday 31 March 2030"),
        # The night had 23 hours; one of the two fell away in it.
        ("31 Mar 07:00", "news", "enora", "Overnight: 1 change in your programme"),
        ("31 Mar 07:00", "news", "desk", "Overnight: 1 change in your programme"),
        (
            "31 Mar 07:30",
            "reminder",
            "alix",
            "Rappel\xa0: Breakfast, dimanche 31 mars, 9\xa0h, Scène",
        ),
        ("31 Mar 08:00", "reminder", "enora", "Reminder: Breakfast, Sun 31 March, 09:00, Scène"),
        ("31 Mar 08:00", "reminder", "desk", "Reminder: Breakfast, Sun 31 March, 09:00, Scène"),
        ("31 Mar 18:00", "reminder", "holder", "Reminder: Talk, Mon 1 April, 10:00, Scène"),
        ("01 Apr 07:00", "news", "holder", "Overnight: 1 change in your programme"),
        (
            "01 Apr 08:00",
            "waiting",
            "national",
            "What waits for you: 1 meeting has lost somebody it needs, "
            "1 message awaits your approval, …",
        ),
        ("01 Apr 10:30", "reminder", "holder", "Reminder: Talk, Mon 1 April, 11:30, Scène"),
    ]
    assert caplog.records == []
    assert not Reminder.objects.filter(sent_at__isnull=True).exists()
