"""Reminders of every deadline: each once, in time, and never for what is done."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from pavilion.core.models import OutboxMessage
from startups.chasers import LEADS, lead_at, moment_of
from startups.models import (
    Application,
    CharterSignature,
    Chaser,
    ChecklistDeadline,
    LateCode,
)
from startups.operations import (
    change_call,
    chase_deadlines,
    confirm_application,
    reopen_item,
    request_correction,
    select_application,
)
from tests.factories import ApplicationFactory, CallFactory, ExhibitorFactory, organiser

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


def at(month, day, hour=10, minute=0):
    return datetime(2030, month, day, hour, minute, tzinfo=PARIS)


def run(moment):
    with time_machine.travel(moment, tick=False):
        return chase_deadlines(now=moment.astimezone(UTC))


def subjects():
    return list(OutboxMessage.objects.order_by("pk").values_list("subject", flat=True))


def days_of(first, last):
    """On which of these days something is mailed, asked early, in the morning and at night."""
    sent = []
    moment = first.replace(hour=0)
    while moment < last:
        for hour in (8, 10, 23):
            moment = moment.replace(hour=hour)
            if run(moment):
                sent.append((moment.month, moment.day, moment.hour))
        moment += timedelta(days=1)
    return sent


# --- When -----------------------------------------------------------------------------------------


def test_a_reminder_is_written_in_the_morning_in_paris_across_the_clock_change():
    deadline = at(3, 31, 23, 59)  # the clocks go forward in the night before
    assert [moment_of(deadline, days) for days in (5, 1, 0)] == [
        at(3, 26, 9), at(3, 30, 9), at(4, 1, 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "told_at", "now", "expected"),
    [
        ("confirm", at(3, 1), at(3, 15, 8, 59), None),
        ("confirm", at(3, 1), at(3, 15, 9, 0), 5),
        ("confirm", at(3, 1), at(3, 19, 9, 0), 1),
        ("confirm", None, at(3, 19, 9, 0), 1),
        ("confirm", at(3, 15, 10), at(3, 18), None),  # told when five days were over
        ("confirm", at(3, 15, 10), at(3, 19), 1),
        ("confirm", at(3, 19, 9, 30), at(3, 20), None),
        ("confirm", at(3, 1), at(3, 20, 23, 59), 1),
        ("confirm", at(3, 1), at(3, 21), None),
        ("logo", at(3, 1), at(3, 20, 23, 59), 2),
        ("logo", at(3, 1), at(3, 21, 8), None),
        ("logo", at(3, 1), at(3, 21, 9), 0),
        ("logo", at(3, 1), at(5, 1), 0),
        ("logo", at(4, 1), at(4, 1, 18), None),  # late already when it was asked
        ("logo", at(4, 1), at(4, 2, 9), 0),
    ],
)
def test_lead_at_gives_the_most_urgent_reminder_that_says_something_new(
    kind, told_at, now, expected
):
    assert lead_at(kind, at(3, 20, 23, 59), told_at=told_at, now=now) == expected


# --- Of what --------------------------------------------------------------------------------------


@pytest.fixture
def call():
    return CallFactory(closes_at=at(3, 1, 18), opens_at=at(2, 1), places=5, confirm_within_days=10)


def test_a_draft_is_chased_three_days_and_one_before_its_call_closes(call):
    ApplicationFactory(call=call, status="draft", created_at=at(2, 10), language="en")
    ApplicationFactory(call=call, status="submitted")
    ApplicationFactory(call=call, status="withdrawn")

    assert days_of(at(2, 24), at(3, 4)) == [(2, 26, 10), (2, 28, 10)]
    assert subjects() == [
        "Still to be submitted by Friday 1 March 2030 at 18:00: VivaTech 2030 with Bretagne",
        "Last hours to submit, until Friday 1 March 2030 at 18:00: VivaTech 2030 with Bretagne",
    ]
    # A draft is nobody's but its author's: their reminder is shown to no desk.
    assert not OutboxMessage.objects.visible_to(organiser("53")).exists()


def test_a_draft_begun_late_or_submitted_in_time_is_left_in_peace(call):
    ApplicationFactory(call=call, status="draft", created_at=at(2, 28, 12))
    submitted = ApplicationFactory(call=call, status="draft", created_at=at(2, 1))
    assert run(at(2, 26)) == 1
    Application.objects.filter(pk=submitted.pk).update(status="submitted", submitted_at=at(2, 27))

    assert run(at(2, 28, 13)) == 0


def test_a_draft_with_a_late_code_is_chased_before_the_code_ends(call):
    code = LateCode.objects.create(call=call, code="IROISE", expires_at=at(3, 10, 18))
    ApplicationFactory(call=call, status="draft", created_at=at(2, 10), late_code=code)

    assert days_of(at(2, 27), at(3, 12)) == [(3, 7, 10), (3, 9, 10)]


def test_a_correction_is_chased_two_days_before_its_deadline(call):
    application = ApplicationFactory(call=call, language="en")
    short = ApplicationFactory(call=call)
    with time_machine.travel(at(3, 5), tick=False):
        for row, due_at in ((application, at(3, 12, 23, 59)), (short, at(3, 6, 23, 59))):
            request_correction(application_id=row.pk, message="Le logo.", by=None, due_at=due_at)
    OutboxMessage.objects.all().delete()

    assert days_of(at(3, 5), at(3, 14)) == [(3, 10, 10)]
    assert subjects() == [
        "Correction awaited by Tuesday 12 March 2030 at 23:59: your application with Bretagne"
    ]
    assert "Le logo." in OutboxMessage.objects.get().body


def test_an_offer_is_chased_five_days_and_one_before_its_deadline_in_words_of_its_own(call):
    application = ApplicationFactory(call=call, language="en")
    with time_machine.travel(at(3, 5), tick=False):
        select_application(application_id=application.pk, by=None)

    assert days_of(at(3, 5), at(3, 17)) == [(3, 10, 10), (3, 14, 10)]
    assert subjects() == [
        "Selected for VivaTech 2030: confirm by Friday 15 March 2030",
        "Reminder: your place at VivaTech 2030 is to be confirmed by Friday 15 March 2030",
        "Last day to confirm: Friday 15 March 2030, for your place at VivaTech 2030",
    ]
    assert list(Chaser.objects.order_by("pk").values_list("kind", "days_before")) == [
        ("confirm", 5), ("confirm", 1),
    ]  # fmt: skip


def test_a_short_offer_has_only_the_reminders_it_has_room_for(call):
    application = ApplicationFactory(call=call, status="waitlisted", waiting_rank=1)
    with time_machine.travel(at(3, 5), tick=False):
        select_application(application_id=application.pk, by=None)

    assert days_of(at(3, 5), at(3, 10)) == [(3, 7, 10)]


def test_a_late_job_writes_the_most_urgent_reminder_only(call):
    application = ApplicationFactory(call=call)
    with time_machine.travel(at(3, 5), tick=False):
        select_application(application_id=application.pk, by=None)

    assert [run(at(3, 14, 12)), run(at(3, 14, 12)), run(at(3, 15))] == [1, 0, 0]
    assert Chaser.objects.get().days_before == 1
    message = OutboxMessage.objects.latest("pk")
    assert message.expires_at == Application.objects.get().confirm_by


def test_a_reminder_that_has_not_left_is_dropped_when_the_company_answers(call):
    application = ApplicationFactory(call=call)
    with time_machine.travel(at(3, 5), tick=False):
        select_application(application_id=application.pk, by=None)
    run(at(3, 14))
    with time_machine.travel(at(3, 14, 11), tick=False):
        confirm_application(application_id=application.pk)

    assert list(OutboxMessage.objects.order_by("pk").values_list("kind", "state")) == [
        ("startups.selected", "queued"),
        ("startups.confirm_due", "dropped"),
        ("startups.confirmed", "queued"),
    ]
    assert run(at(3, 15)) == 0


# --- The checklist --------------------------------------------------------------------------------


def exhibitor(call, **fields):
    return ExhibitorFactory(
        application__call=call, application__language="en", confirmed_at=at(3, 10), **fields
    )


def test_what_is_to_be_done_is_chased_together_until_it_is_done(call):
    for item, due_at in (
        ("logo", at(5, 3, 18)), ("pitch", at(5, 3, 18)), ("badges", at(5, 9, 18)),
    ):  # fmt: skip
        ChecklistDeadline.objects.create(call=call, item=item, due_at=due_at)
    row = exhibitor(call, pitch_checked_at=at(4, 1))
    exhibitor(call, vector_logo="x.svg", pitch_checked_at=at(4, 1), badges_checked_at=at(4, 1))
    exhibitor(call, left_at=at(4, 1))

    assert days_of(at(4, 24), at(5, 13)) == [
        (4, 26, 10), (5, 1, 10), (5, 2, 10), (5, 4, 10), (5, 7, 10), (5, 10, 10),
    ]  # fmt: skip
    assert subjects() == [
        "To do by Friday 3 May 2030 for VivaTech 2030: send the logo in vector form",
        "Last days, until Friday 3 May 2030, for VivaTech 2030: send the logo in vector form",
        "To do by Thursday 9 May 2030 for VivaTech 2030: name the people to badge",
        "Overdue since Friday 3 May 2030 for VivaTech 2030: send the logo in vector form",
        "Last days, until Thursday 9 May 2030, for VivaTech 2030: name the people to badge",
        "Overdue since Thursday 9 May 2030 for VivaTech 2030: name the people to badge",
    ]
    assert {message.recipient for message in OutboxMessage.objects.all()} == {
        row.application.contact_email
    }


def test_several_things_equally_near_make_one_mail(call):
    for item in ("logo", "pitch", "needs"):
        ChecklistDeadline.objects.create(call=call, item=item, due_at=at(5, 3, 18))
    exhibitor(call)

    assert [run(at(4, 26)), run(at(4, 26))] == [1, 0]
    assert subjects() == ["To do by Friday 3 May 2030 for VivaTech 2030: 3 things"]
    assert "- Check name and pitches: before Friday 3 May 2030 at 18:00\n" in (
        OutboxMessage.objects.get().body
    )
    assert Chaser.objects.count() == 3


def signed(row, version, moment):
    CharterSignature.objects.create(
        exhibitor=row, version=version, text="…", name="Iris", signed_at=moment
    )


def new_charter(call, moment, text):
    with time_machine.travel(moment, tick=False):
        change_call(call_id=call.pk, charter_fr=text, by=None)


def test_who_signed_in_time_is_told_once_of_each_new_version_and_never_called_late(call):
    ChecklistDeadline.objects.create(call=call, item="charter", due_at=at(5, 3, 18))
    row = exhibitor(call)
    signed(row, 1, at(4, 20))
    new_charter(call, at(5, 10, 15), "Deux")
    assert days_of(at(5, 9), at(5, 16)) == [(5, 11, 10)]
    new_charter(call, at(5, 20, 15), "Trois")
    assert days_of(at(5, 20), at(5, 26)) == [(5, 21, 10)]
    signed(row, 3, at(5, 26))

    assert run(at(5, 27)) == 0
    assert subjects() == ["New version to sign for VivaTech 2030: the charter of Bretagne"] * 2
    assert "- Sign the charter: the text changed on Friday 10 May 2030; the new version" in (
        OutboxMessage.objects.order_by("pk")[0].body
    )


def test_a_new_version_is_no_other_deadline_for_who_signed_none(call):
    ChecklistDeadline.objects.create(call=call, item="charter", due_at=at(5, 3, 18))
    exhibitor(call)
    new_charter(call, at(5, 10, 15), "Deux")

    assert days_of(at(5, 4), at(5, 16)) == [(5, 4, 10)]
    assert subjects() == ["Overdue since Friday 3 May 2030 for VivaTech 2030: sign the charter"]


def test_a_new_version_in_good_time_is_chased_before_the_deadline(call):
    ChecklistDeadline.objects.create(call=call, item="charter", due_at=at(5, 3, 18))
    signed(exhibitor(call), 1, at(4, 20))
    new_charter(call, at(4, 28), "Deux")

    assert days_of(at(4, 25), at(5, 3)) == [(5, 1, 10)]
    assert subjects() == ["Last days, until Friday 3 May 2030, for VivaTech 2030: sign the charter"]


def test_what_the_region_opened_again_is_told_once_and_not_called_late(call):
    for item in ("pitch", "badges"):
        ChecklistDeadline.objects.create(call=call, item=item, due_at=at(5, 3, 18))
    done = {"pitch_checked_at": at(4, 20), "badges_checked_at": at(4, 20)}
    row, both = exhibitor(call, **done), exhibitor(call, **done)
    with time_machine.travel(at(5, 10, 15), tick=False):
        reopen_item(exhibitor_id=row.pk, item="badges", by=None)
        for item in ("pitch", "badges"):
            reopen_item(exhibitor_id=both.pk, item=item, by=None)

    assert days_of(at(5, 10), at(5, 20)) == [(5, 11, 10)]
    assert sorted(subjects()) == [
        "To do again for VivaTech 2030: 2 things",
        "To do again for VivaTech 2030: name the people to badge",
    ]


def test_every_kind_and_lead_has_a_subject_of_its_own(call):
    ChecklistDeadline.objects.create(call=call, item="logo", due_at=at(5, 3, 18))
    exhibitor(call)
    ApplicationFactory(call=call, status="draft", created_at=at(2, 10), language="en")
    for status, fields in (
        ("incomplete", {"correction_due_at": at(3, 12, 23, 59)}),
        ("selected", {"confirm_by": at(3, 12, 23, 59), "decided_at": at(3, 1)}),
    ):
        ApplicationFactory(call=call, status=status, language="en", **fields)
    for first, last in ((at(2, 25), at(3, 14)), (at(4, 25), at(5, 6))):
        days_of(first, last)

    told = subjects()
    assert len(told) == len(set(told)) == 2 + 1 + 2 + 3
    assert {len(leads) for leads in LEADS.values()} == {1, 2, 3}


@pytest.mark.parametrize("count", [1, 3])
def test_looking_for_reminders_asks_as_often_for_one_as_for_three(
    call, count, django_assert_num_queries
):
    ChecklistDeadline.objects.create(call=call, item="logo", due_at=at(5, 3, 18))
    for _ in range(count):
        exhibitor(call)
        ApplicationFactory(
            call=call, status="selected", confirm_by=at(3, 12, 23, 59), decided_at=at(3, 1)
        )
    run(at(3, 12))
    run(at(5, 2))
    assert Chaser.objects.count() == 2 * count
    with django_assert_num_queries(12):
        run(at(5, 2))
