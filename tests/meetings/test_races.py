"""Two organisers, one minister, the same minute: one winner and one clear refusal, every time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from events.models import Edition, Occupation
from meetings.models import Meeting, Office
from meetings.operations import SlotTaken, confirm_meeting, create_meeting, reschedule_meeting
from tests.factories import DayFactory, OfficeFactory, organiser

TRIES = 50
NINE = datetime(2030, 6, 12, 7, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def edition() -> Edition:
    return DayFactory().edition


@pytest.fixture
def minister() -> Office:
    return OfficeFactory(title_fr="Ministre de l’Économie")


def together(*actions):
    """Run the actions at the same moment, each in its own thread and connection."""
    barrier = Barrier(len(actions))

    def run(action):
        try:
            barrier.wait()
            return action()
        except SlotTaken as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def plan(edition: Edition, minister: Office, subject: str, starts_at: datetime, by=None) -> Meeting:
    return create_meeting(
        edition=edition,
        subject_fr=subject,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        buffer_minutes=0,
        office_ids=[minister.pk],
        by=by,
    )


def confirm(*args) -> Meeting:
    return confirm_meeting(meeting_id=plan(*args).pk, by=None)


def test_rival_meetings_end_in_one_winner_and_one_refusal_that_names_the_clash(edition, minister):
    organisers = [organiser(), organiser()]
    for attempt in range(TRIES):
        starts_at = NINE + timedelta(minutes=10 * attempt)
        Meeting.objects.update(status=Meeting.Status.CANCELLED)
        Occupation.objects.all().delete()

        outcomes = together(
            *(
                lambda at=starts_at, user=user: confirm(
                    edition, minister, f"Entretien demandé par {user}", at, user
                )
                for user in organisers
            )
        )

        [refusal] = [outcome for outcome in outcomes if isinstance(outcome, SlotTaken)]
        [winner] = Meeting.objects.exclude(status=Meeting.Status.CANCELLED)
        assert winner.status == Meeting.Status.CONFIRMED
        [clash] = refusal.details["clashes"]
        assert (clash["resource"], clash["name"]) == (f"office:{minister.pk}", str(minister))
        assert winner.subject_fr in clash["by"]
        assert str(minister) in str(refusal)


def test_two_meetings_moved_onto_the_same_hour_end_in_one_winner(edition, minister):
    early = plan(edition, minister, "Tôt", NINE)
    late = plan(edition, minister, "Tard", NINE + timedelta(hours=6))

    for attempt in range(TRIES):
        wanted = NINE + timedelta(hours=2 if attempt % 2 else 4)
        outcomes = together(
            *(
                lambda pk=meeting.pk, at=wanted: reschedule_meeting(
                    meeting_id=pk, starts_at=at, ends_at=at + timedelta(minutes=30), by=None
                )
                for meeting in (early, late)
            )
        )
        assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == 1
        assert Meeting.objects.filter(starts_at=wanted).count() == 1
