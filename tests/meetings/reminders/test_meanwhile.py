"""A meeting that changes while its reminder is being written."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from meetings.operations import (
    cancel_meeting,
    confirm_meeting,
    create_meeting,
    reschedule_meeting,
    send_due_reminders,
)
from pavilion.core.models import OutboxMessage
from tests.factories import DayFactory, PersonFactory, organiser
from tests.meetings.conftest import HALF_PAST_TEN, TEN

EVENING = datetime(2030, 6, 11, 16, 0, tzinfo=UTC)


def to_another_room(meeting, by):
    reschedule_meeting(
        meeting_id=meeting.pk,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place="Scène",
        by=by,
    )


def to_a_later_hour(meeting, by):
    reschedule_meeting(
        meeting_id=meeting.pk,
        starts_at=meeting.starts_at + timedelta(hours=2),
        ends_at=meeting.ends_at + timedelta(hours=2),
        by=by,
    )


def off(meeting, by):
    cancel_meeting(meeting_id=meeting.pk, by=by)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("change", [to_a_later_hour, to_another_room, off])
def test_a_reminder_being_written_while_its_meeting_changes_does_not_leave(change, clock):
    edition, by = DayFactory().edition, organiser(language="en")
    person = PersonFactory(language="en")
    meeting = create_meeting(
        edition=edition,
        subject_fr="Entretien",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=by,
        person_ids=[person.pk],
        place="Quai Est",
    )
    confirm_meeting(meeting_id=meeting.pk, by=by)
    clock.move_to(EVENING)
    written, begun = Event(), Event()

    def scheduler():
        try:
            with transaction.atomic():
                send_due_reminders(now=EVENING)
                written.set()
                # The other waits for this one's rows, if it waits at all.
                begun.wait(5)
                time.sleep(0.5)
        finally:
            connection.close()

    def organiser_changes():
        try:
            written.wait(5)
            begun.set()
            change(meeting, by)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(scheduler), pool.submit(organiser_changes)]:
            done.result(20)

    [message] = OutboxMessage.objects.filter(kind="meetings.reminder")
    assert (message.state, "Quai Est" in message.body) == ("dropped", True)
