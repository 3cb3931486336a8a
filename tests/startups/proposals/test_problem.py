"""What the solver is asked, read from the database."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from startups.floor.proposal import problem
from startups.models import FloorRules, Review, StandHold
from tests.factories import EditionFactory, ReviewFactory
from tests.startups.fair import participation_of
from tests.startups.proposals.floor import company, give, half_days, put, row_of_stands

pytestmark = pytest.mark.django_db
BEFORE = datetime(2030, 5, 1, tzinfo=UTC)
SECOND_DAY = datetime(2030, 6, 13, 6, tzinfo=UTC)


def read(now=BEFORE, **asked):
    return problem.read(edition_id=EditionFactory().pk, now=now, **asked)


def of(told, exhibitor):
    return next(row for row in told["exhibitors"] if row["id"] == exhibitor.pk)


def test_problem_tells_everything_the_solver_reads():
    days = half_days()
    first, second = row_of_stands(2, power_watts=2000, has_screen=True)
    region = participation_of("53")
    rival = company("Rival")
    asker = company(
        "Iroise",
        wished=days[:2],
        impossible=days[3:],
        apart=[rival],
        power_watts=1500,
        needs_screen=True,
        needs_water=True,
        heavy_load=300,
        kind_needed="desk",
        rank=1,
    )
    put(asker, second, days[:1], "confirmed")
    put(rival, first, days[1:2])
    FloorRules.objects.create(participation=region, levels=["placed", "few_moves"])

    told = read(seed=7, time_limit=5)

    keys = [each.pk for each in days]
    nothing = {
        **{"kind": "", "watts": 0, "screen": False, "network": False, "storage": False},
        **{"water": False, "load": 0, "accessible": False, "theme": "cyber"},
    }
    assert told == {
        "half_days": [{"id": key, "pace": "usual"} for key in keys],
        "stands": [
            {
                **{"id": stand.pk, "number": stand.number, "group": region.pk, "kind": "pod"},
                **{"watts": 2000, "screen": True, "network": False, "storage": False},
                **{"water": False, "load": 250, "accessible": True, "blocked": []},
                "neighbours": [other.pk],
            }
            for stand, other in ((first, second), (second, first))
        ],
        "exhibitors": [
            {
                **nothing,
                **{"id": rival.pk, "group": region.pk, "rank": 2, "granted": 4, "wished": []},
                **{"impossible": [], "apart": [asker.pk], "present": {str(keys[1]): first.pk}},
                "confirmed": [],
            },
            {
                **nothing,
                **{"id": asker.pk, "group": region.pk, "rank": 1, "granted": 2},
                **{"wished": keys[:2], "impossible": keys[3:], "apart": [rival.pk]},
                **{"kind": "desk", "watts": 1500, "screen": True, "water": True, "load": 300},
                **{"present": {str(keys[0]): second.pk}, "confirmed": keys[:1]},
            },
        ],
        "levels": {str(region.pk): ["placed", "few_moves"]},
        **{"only_gaps": False, "seed": 7, "time_limit": 5},
        "aside": {
            "kept": [],
            "cells": {
                str(rival.pk): {str(keys[1]): first.pk},
                str(asker.pk): {str(keys[0]): second.pk},
            },
            "holds": {},
            "others": {},
        },
    }
    assert "aside" not in problem.solver_input(told)


def test_ranks_follow_the_hand_then_the_jury_then_first_timers_then_who_came_first():
    half_days(1)
    early, late = datetime(2030, 2, 1, tzinfo=UTC), datetime(2030, 2, 9, tzinfo=UTC)
    newcomer = company("Newcomer", has_exhibited=False, submitted_at=late)
    veteran = company("Veteran", has_exhibited=True, submitted_at=early)
    patient = company("Patient", submitted_at=late)
    best = company("Best", submitted_at=late)
    chosen = company("Chosen", rank=3, submitted_at=late)
    for row, mean in ((newcomer, 12), (veteran, 12), (best, 18), (best, 16)):
        ReviewFactory(
            application=row.application,
            status=Review.Status.DONE,
            mean=Decimal(mean),
            done_at=timezone.now(),
        )

    told = read()

    ranked = sorted(told["exhibitors"], key=lambda row: row["rank"])
    assert [row["id"] for row in ranked] == [
        row.pk for row in (chosen, best, newcomer, veteran, patient)
    ]


def test_region_is_offered_its_own_and_shared_stands_less_what_others_have():
    days = half_days(1)
    [own] = row_of_stands(1)
    row_of_stands(1, "76", prefix="T")
    [shared] = row_of_stands(1, None, prefix="S")
    ours, theirs = company("Iroise"), company("Garonne", code="76")
    put(theirs, shared, days[:1])
    StandHold.objects.create(stand=own, half_day=days[1], note="Ministre")

    told = read(participation_id=participation_of("53").pk)

    assert {row["id"]: row["blocked"] for row in told["stands"]} == {
        own.pk: [days[1].pk],
        shared.pk: [days[0].pk],
    }
    assert [row["id"] for row in told["exhibitors"]] == [ours.pk]
    assert told["aside"]["holds"] == {f"{own.pk}:{days[1].pk}": "Ministre"}
    assert told["aside"]["others"] == {f"{shared.pk}:{days[0].pk}": theirs.pk}


def test_who_left_and_stands_out_of_use_are_no_part_of_it():
    days = half_days(1)
    [open_stand, closed] = row_of_stands(2)
    here = company("Iroise")
    company("Gone", left_at=BEFORE)
    put(here, closed, days[:1])
    closed.is_open = False
    closed.save()

    told = read()

    assert [row["id"] for row in told["stands"]] == [open_stand.pk]
    assert [(row["id"], row["present"]) for row in told["exhibitors"]] == [(here.pk, {})]


def test_confirmed_on_two_stands_is_left_as_it_is():
    days = half_days(1)
    first, second = row_of_stands(2)
    both, other = company("Both"), company("Other")
    give(both, {days[0]: first, days[1]: second}, "confirmed")

    told = read()

    assert [row["id"] for row in told["exhibitors"]] == [other.pk]
    assert {row["id"]: row["blocked"] for row in told["stands"]} == {
        first.pk: [days[0].pk],
        second.pk: [days[1].pk],
    }
    assert told["aside"]["kept"] == [both.pk]


def test_days_that_have_begun_are_left_as_they_are():
    days = half_days()
    first, second = row_of_stands(2)
    going_on, moved, new = company("Going on"), company("Moved"), company("New")
    put(going_on, first, days)
    put(moved, second, days[:2])

    told = read(SECOND_DAY)

    past = [each.pk for each in days[:2]]
    assert {row["id"]: row["blocked"] for row in told["stands"]} == {first.pk: [], second.pk: []}
    assert (of(told, going_on)["granted"], of(told, going_on)["confirmed"]) == (4, past)
    assert (of(told, moved)["granted"], of(told, moved)["confirmed"]) == (4, past)
    assert (of(told, new)["granted"], of(told, new)["impossible"]) == (2, past)


def test_who_changed_stands_has_its_past_behind_it():
    days = half_days()
    first, second = row_of_stands(2)
    mover = company("Mover", wished=days[1:])
    give(mover, {days[0]: first, days[1]: second, days[2]: second})

    told = read(SECOND_DAY)

    row = of(told, mover)
    assert (row["granted"], row["present"], row["confirmed"]) == (
        1,
        {str(days[2].pk): second.pk},
        [],
    )
    assert row["impossible"] == [each.pk for each in days[:2]]
    assert {each["id"]: each["blocked"] for each in told["stands"]} == {
        first.pk: [days[0].pk, days[1].pk],
        second.pk: [days[0].pk, days[1].pk],
    }


@pytest.mark.parametrize("number", [1, 3])
def test_problem_is_read_in_as_many_queries_whatever_the_size(number, django_assert_num_queries):
    days = half_days()
    for stand in row_of_stands(number):
        put(company(f"On {stand}", wished=days, impossible=days[:1]), stand, days)

    asked = {"edition_id": EditionFactory().pk, "participation_id": participation_of("53").pk}

    with django_assert_num_queries(10):
        problem.read(**asked, now=BEFORE)
