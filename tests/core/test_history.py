"""What happened to a row, in words: other rows by their names, at the same cost for many."""

import pytest
from django.utils import translation

from events.models import Region, Session
from pavilion.core import activity
from pavilion.core.desk import history
from tests.factories import (
    ApplicationFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


def changes_of(entry):
    with translation.override("en"):
        return history.line(entry).changes


def test_other_rows_are_told_by_name():
    session = SessionFactory()
    north, south = RoomFactory(name_fr="Salon Nord"), RoomFactory(name_fr="Salon Sud")
    before, after = {"room": north.pk}, {"room": south.pk}

    entry = activity.record(by=None, verb="x", target=session, before=before, after=after)

    assert changes_of(entry) == [("room", "Salon Nord", "Salon Sud")]


def test_a_row_that_is_gone_keeps_its_key_and_a_name_stays_a_name():
    session = SessionFactory()
    before, after = {"room": 987654}, {"room": "Salon 1"}

    entry = activity.record(by=None, verb="x", target=session, before=before, after=after)

    assert changes_of(entry) == [("room", "987654", "Salon 1")]


def test_keys_that_are_codes_and_lists_of_rows_are_told_by_name():
    participation = ParticipationFactory()
    region = Region.objects.get(code="53")
    moved = activity.record(by=None, verb="x", target=participation, after={"region": "53"})
    morning = HalfDayFactory()
    wished = activity.record(
        by=None, verb="x", target=ApplicationFactory(), after={"wanted_half_days": [morning.pk]}
    )

    assert changes_of(moved) == [("region", "", str(region))]
    with translation.override("en"):
        assert changes_of(wished) == [("half-days wished", "", str(morning))]


def test_half_days_that_are_no_field_of_the_row_are_told_by_name():
    exhibitor, morning = ExhibitorFactory(), HalfDayFactory()
    stay = {"stand": "A1", "half_days": [morning.pk]}

    moved = activity.record(by=None, verb="x", target=exhibitor, before=stay)

    with translation.override("en"):
        assert changes_of(moved) == [("half-days", str(morning), ""), ("stand", "A1", "")]


@pytest.mark.parametrize("rows", [1, 3])
def test_names_cost_the_same_for_one_and_three_entries(django_assert_num_queries, rows):
    session = SessionFactory()
    for _number in range(rows):
        rooms = {"before": {"room": RoomFactory().pk}, "after": {"room": RoomFactory().pk}}
        activity.record(by=None, verb="session.rescheduled", target=session, **rooms)
    national = organiser()
    with django_assert_num_queries(3):
        lines = history.lines_about(session, national)
    assert [len(line.changes) for line in lines] == [1] * rows
    assert Session.objects.count() == 1
