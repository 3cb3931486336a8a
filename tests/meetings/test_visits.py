from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from meetings.models import Visit
from meetings.operations import (
    NotOfThisEdition,
    TooManyVisitors,
    VisitTooLong,
    WrongStatus,
    cancel_meeting,
    create_meeting,
    create_visit,
)
from tests.factories import EditionFactory, StandFactory, organiser
from tests.meetings.conftest import HALF_PAST_TEN, TEN

MINUTE = timedelta(minutes=1)


@pytest.fixture
def meeting(edition, national):
    return create_meeting(
        edition=edition,
        subject_fr="Visite",
        format="walkthrough",
        starts_at=TEN,
        ends_at=HALF_PAST_TEN,
        by=national,
    )


def stops(*minutes):
    return [{"stand_id": StandFactory().pk, "minutes": each} for each in minutes]


def test_stops_follow_each_other_with_two_minutes_to_walk(meeting, national):
    visit = create_visit(meeting_id=meeting.pk, stops=stops(8, 8, 10), by=national, headcount=25)

    rows = visit.stops.order_by("position").values_list("position", "starts_at", "minutes")
    assert list(rows) == [(1, TEN, 8), (2, TEN + 10 * MINUTE, 8), (3, TEN + 20 * MINUTE, 10)]


def test_calling_again_replaces_the_route(meeting, national):
    first = create_visit(meeting_id=meeting.pk, stops=stops(8, 8), by=national)

    second = create_visit(meeting_id=meeting.pk, stops=stops(5), by=national, headcount=4)

    assert first == second
    assert (second.stops.count(), Visit.objects.get().headcount) == (1, 4)


def test_what_does_not_fit_is_refused_with_by_how_much(meeting, national):
    with translation.override("en"), pytest.raises(VisitTooLong) as refusal:
        create_visit(meeting_id=meeting.pk, stops=stops(15, 15), by=national)

    assert str(refusal.value) == "The route takes 2 minutes more than the meeting has."
    assert refusal.value.details == {"minutes_over": 2}
    assert not Visit.objects.exists()


def test_twenty_six_are_too_many(meeting, national):
    with pytest.raises(TooManyVisitors):
        create_visit(meeting_id=meeting.pk, stops=[], by=national, headcount=26)


def test_a_stand_of_another_edition_is_refused(meeting, national):
    elsewhere = StandFactory(
        zone__level__hall__edition=EditionFactory(year=2031), zone__participation=None
    )

    with pytest.raises(NotOfThisEdition):
        create_visit(meeting_id=meeting.pk, stops=[{"stand_id": elsewhere.pk}], by=national)


def test_a_cancelled_meeting_has_no_route(meeting, national):
    cancel_meeting(meeting_id=meeting.pk, by=national)

    with pytest.raises(WrongStatus):
        create_visit(meeting_id=meeting.pk, stops=[], by=national)


def test_a_stranger_lays_no_route(meeting):
    with pytest.raises(PermissionDenied):
        create_visit(meeting_id=meeting.pk, stops=[], by=organiser("53"))
