"""Two people at one drawing: each edit waits for the other, and one winner says so."""

import threading

import pytest
from django.db import connections

from events.models import PlanEdit, Stand
from events.operations import ChangedMeanwhile, StandNumberTaken, change_plan
from tests.factories import StandFactory, ZoneFactory, organiser

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """What each call came to, all begun together."""
    gate = threading.Barrier(len(calls))
    results = [None] * len(calls)

    def run(index, call):
        gate.wait()
        try:
            results[index] = call()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


def test_of_two_who_move_a_stand_at_once_one_is_told_of_the_other():
    stand = StandFactory(number="A-1", zone__participation=None)
    level_id, seen = stand.zone.level_id, {"stands": {stand.pk: 1}}
    people = [organiser(), organiser()]

    results = at_once(
        *(
            lambda by=by, x=x: change_plan(
                level_id=level_id, by=by, stands={stand.pk: {"x": x}}, seen=seen
            )
            for x, by in enumerate(people, start=5)
        )
    )

    assert sorted(type(result).__name__ for result in results) == ["ChangedMeanwhile", "PlanEdit"]
    assert (PlanEdit.objects.count(), Stand.objects.get().revision) == (1, 2)
    assert any(isinstance(result, ChangedMeanwhile) for result in results)


def test_of_two_levels_that_want_a_number_at_once_one_gets_it():
    zones = [ZoneFactory(level__number=number, participation=None) for number in (1, 2)]

    results = at_once(
        *(
            lambda zone=zone: change_plan(
                level_id=zone.level_id, by=None, new_stands=[{"zone": zone.pk, "number": "A-1"}]
            )
            for zone in zones
        )
    )

    assert sorted(type(result).__name__ for result in results) == ["PlanEdit", "StandNumberTaken"]
    [refusal] = [result for result in results if isinstance(result, StandNumberTaken)]
    assert refusal.details == {"number": "A-1"}
    assert Stand.objects.count() == 1
