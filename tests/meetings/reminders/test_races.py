"""Schedulers at once: rows are claims, and a mail is promised by whoever holds the claim."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from meetings.operations import confirm_meeting, create_meeting, send_due_reminders
from meetings.operations.digests import send_programmes, send_waiting_lists
from pavilion.core.models import OutboxMessage
from tests.factories import DayFactory, OfficeFactory, PersonFactory, organiser
from tests.meetings.conftest import HALF_PAST_TEN, TEN

EVENING = datetime(2030, 6, 11, 16, 0, tzinfo=UTC)
NINE_A_WEEK_BEFORE = datetime(2030, 6, 5, 7, 0, tzinfo=UTC)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_six_schedulers_send_each_reminder_and_digest_once():
    edition, by = DayFactory().edition, organiser(language="en")
    people = [PersonFactory(language="en") for _each in range(5)]
    for person in people:
        meeting = create_meeting(
            edition=edition,
            subject_fr="Entretien",
            starts_at=TEN,
            ends_at=HALF_PAST_TEN,
            by=by,
            person_ids=[person.pk],
            office_ids=[OfficeFactory().pk],
        )
        confirm_meeting(meeting_id=meeting.pk, by=by)

    def look(_scheduler):
        try:
            return (
                send_programmes(now=NINE_A_WEEK_BEFORE),
                send_due_reminders(now=EVENING),
                send_waiting_lists(now=EVENING.replace(hour=7)),
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as schedulers:
        counts = list(schedulers.map(look, range(6)))

    assert [sum(column) for column in zip(*counts, strict=True)] == [5, 5, 1]
    kinds = ("meetings.programme", "meetings.reminder", "meetings.waiting")
    rows = OutboxMessage.objects.filter(kind__in=kinds).values_list("kind", "recipient")
    assert Counter(rows) == {
        **{("meetings.programme", person.email): 1 for person in people},
        **{("meetings.reminder", person.email): 1 for person in people},
        ("meetings.waiting", by.email): 1,
    }
