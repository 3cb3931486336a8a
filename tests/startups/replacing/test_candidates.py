import pytest

from startups.floor.candidates import candidates
from startups.models import (
    Absence,
)
from tests.startups.announced import put
from tests.startups.fair import exhibitor, second_morning, stand
from tests.startups.replacing.morning import AFTERNOON, MORNING, TEN, told

pytestmark = pytest.mark.django_db


def test_candidates_stand_in_order_with_their_reasons(fair):
    fair.waiting("Sein", rank=3)
    fair.waiting("Groix", rank=7)
    far = exhibitor("Bréhat")
    put(far, fair.b2, second_morning())

    assert told(fair.absent()) == [
        ("waiting", "Sein", "On the waiting list, position 1", [MORNING, AFTERNOON]),
        ("waiting", "Groix", "On the waiting list, position 2", [MORNING, AFTERNOON]),
        ("half_time", "Molène", "There today, on stand B2 in the afternoon", [MORNING]),
        (
            "half_time",
            "Bréhat",
            "Not there today; has a stand on Thu 13 morning",
            [MORNING, AFTERNOON],
        ),
        ("neighbour", "Ushant", "Beside it, on stand A2: could spread to both", [MORNING]),
    ]


def test_needs_are_met_or_told(fair):
    application = fair.molene.application
    application.power_watts, application.needs_water = 2000, True
    application.save()

    (found,) = [
        one
        for one in candidates([fair.absent()], TEN).popitem()[1]
        if one.application == application
    ]
    assert found.lacking == ["2\u00a0kW", "water"]


def test_who_is_absent_or_cannot_come_is_no_candidate(fair):
    third = exhibitor("Bréhat")
    third.impossible_half_days.add(fair.morning)
    absence = fair.absent()
    fair.absent(fair.ushant)

    assert [company for _kind, company, *_rest in told(absence)] == ["Molène"]


def test_candidates_are_read_in_as_many_queries_for_one_absence_as_for_three(
    fair, django_assert_num_queries
):
    absences = [fair.absent()]
    fair.waiting("Sein", rank=3)
    with django_assert_num_queries(11):
        candidates(absences, TEN)
    absences.append(fair.absent(fair.ushant))
    late = exhibitor("Bréhat")
    put(late, stand("C1", x=40, y=4), fair.morning)
    absences.append(fair.absent(late))
    absences = list(Absence.objects.select_related("exhibitor", "stand", "half_day"))
    with django_assert_num_queries(11):
        candidates(absences, TEN)
