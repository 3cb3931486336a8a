"""Stands are called otherwise while their plan is announced: calendars end as both have it."""

from datetime import UTC, datetime
from functools import partial

import pytest

from events.operations import change_stand
from startups.models import PublishedAllocation, StandDay
from startups.operations import announce_plan, move_stay, place
from tests.factories import HalfDayFactory
from tests.startups.fair import exhibitor, participation_of, stand
from tests.startups.test_races import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TRIES = 8
BEFORE = datetime(2030, 6, 1, 8, tzinfo=UTC)


def test_calendars_tell_what_is_announced_whoever_comes_first(time_machine):
    time_machine.move_to(BEFORE, tick=False)
    armor, morning = exhibitor("Armor"), HalfDayFactory()
    announce = partial(announce_plan, participation_id=participation_of("53").pk, by=None)
    one, other = stand("A1"), stand("B1")
    place(exhibitor_id=armor.pk, stand_id=one.pk, half_day_ids=[morning.pk], by=None)
    announce()

    for number in range(2, TRIES + 2):
        one, other = other, one
        move_stay(exhibitor_id=armor.pk, stand_id=one.pk, by=None)
        results = together(
            announce,
            partial(change_stand, stand_id=one.pk, by=None, number=f"A{number}"),
            partial(change_stand, stand_id=other.pk, by=None, number=f"B{number}"),
        )

        assert [each for each in results if isinstance(each, Exception)] == []
        there = PublishedAllocation.objects.select_related("stand").get()
        assert there.stand.pk == one.pk
        assert f"SUMMARY:Stand {there.stand.number} ·" in StandDay.objects.get().block
