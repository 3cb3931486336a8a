"""A stand that the plan gives to somebody neither closes nor passes to another region."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import translation

from events.models import Region
from events.operations import change_plan, change_stand, change_zone
from startups.operations import StandInUse
from tests.factories import (
    AllocationFactory,
    HalfDayFactory,
    ParticipationFactory,
    StandFactory,
    ZoneFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    return AllocationFactory(
        stand__number="A12",
        exhibitor__application__display_name="Iroise",
        half_day=HalfDayFactory(),
    )


@pytest.fixture
def elsewhere():
    return ZoneFactory(participation=ParticipationFactory(region=Region.objects.get(code="28")))


def ways_to_lose(stand, elsewhere):
    level = stand.zone.level_id
    values = {"is_open": False}, {"zone": elsewhere.pk}
    return [
        lambda: change_stand(stand_id=stand.pk, by=None, is_open=False),
        lambda: change_stand(stand_id=stand.pk, by=None, zone=elsewhere),
        lambda: change_zone(zone_id=stand.zone_id, by=None, participation=elsewhere.participation),
        *(
            lambda wanted=wanted: change_plan(level_id=level, by=None, stands={stand.pk: wanted})
            for wanted in values
        ),
        lambda: change_plan(
            level_id=level,
            by=None,
            zones={stand.zone_id: {"participation": elsewhere.participation_id}},
        ),
    ]


@time_machine.travel(datetime(2030, 6, 1, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("way", range(6))
def test_a_stand_with_somebody_on_it_is_refused_by_name(held, elsewhere, way):
    with translation.override("en"), pytest.raises(StandInUse) as refusal:
        ways_to_lose(held.stand, elsewhere)[way]()

    held.stand.refresh_from_db()
    assert str(refusal.value) == (
        "The plan still has somebody there: free these half-days on the board first. "
        "Wednesday 12 June, morning: stand A12 is taken by Iroise."
    )
    assert refusal.value.details == {
        "half_days": [
            {
                "half_day": held.half_day_id,
                "label": "Wednesday 12 June, morning",
                "stand": "A12",
                "taken_by": "Iroise",
            }
        ]
    }
    assert (held.stand.is_open, held.stand.zone_id) == (True, held.stand.zone_id)


@time_machine.travel(datetime(2030, 6, 1, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("way", range(6))
def test_a_stand_without_anybody_may_close_and_pass_on(elsewhere, way):
    ways_to_lose(StandFactory(), elsewhere)[way]()


@time_machine.travel(datetime(2030, 6, 12, 12, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("way", range(6))
def test_half_days_that_are_over_keep_no_stand(held, elsewhere, way):
    ways_to_lose(held.stand, elsewhere)[way]()


@time_machine.travel(datetime(2030, 6, 1, tzinfo=UTC), tick=False)
def test_a_stand_passes_to_everybody_and_loses_power_with_somebody_on_it(held):
    shared = ZoneFactory(participation=None)

    change_stand(stand_id=held.stand_id, by=None, zone=shared, power_watts=0)

    held.stand.refresh_from_db()
    assert (held.stand.zone, held.stand.power_watts) == (shared, 0)
