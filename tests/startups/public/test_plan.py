from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from tests.factories import PublishedAllocationFactory
from tests.startups.fair import BEFORE_THE_FAIR, afternoon, exhibitor, second_morning, stand

pytestmark = pytest.mark.django_db

FIRST_MORNING = datetime(2030, 6, 12, 8, tzinfo=UTC)


def drawn(response):
    return [
        (
            zone.region_code,
            [
                (one.number, one.occupant.name if one.occupant else None, one.is_marked)
                for one in zone.stands
            ],
        )
        for level in response.context["levels"]
        for zone in level.zones
    ]


def a_plan():
    PublishedAllocationFactory(exhibitor=exhibitor("Armor"), stand=stand("BRE-1"))
    PublishedAllocationFactory(
        exhibitor=exhibitor("Lumen", theme_id="health"), stand=stand("BRE-2"), half_day=afternoon()
    )
    stand("ARA-1", code="84")
    stand("BRE-9", is_open=False)


@pytest.mark.parametrize(
    ("now", "label", "is_now"),
    [
        (BEFORE_THE_FAIR, "Wednesday 12 June, morning", False),
        (FIRST_MORNING, "Wednesday 12 June, morning", True),
        (datetime(2030, 6, 12, 11, tzinfo=UTC), "Wednesday 12 June, afternoon", True),
        (datetime(2030, 6, 12, 16, tzinfo=UTC), "Wednesday 12 June, afternoon", False),
    ],
)
def test_plan_shows_the_present_half_day_else_the_next_else_the_last(client, now, label, is_now):
    a_plan()
    with time_machine.travel(now, tick=False):
        context = client.get(reverse("startups:plan")).context

    with translation.override("en"):
        assert (str(context["half_day"]), context["is_now"]) == (label, is_now)


def test_plan_shows_who_is_where_at_the_half_day_asked_for(client):
    a_plan()

    response = client.get(reverse("startups:plan"), {"half_day": afternoon().pk})

    assert drawn(response) == [
        ("84", [("ARA-1", None, False)]),
        ("53", [("BRE-1", None, False), ("BRE-2", "Lumen", False)]),
    ]


@pytest.mark.parametrize(
    ("query", "marked"),
    [({"theme": "cyber"}, ["BRE-1"]), ({"stand": "ARA-1"}, ["ARA-1"]), ({"theme": "ai"}, [])],
)
def test_plan_marks_a_theme_or_a_stand(client, query, marked):
    a_plan()

    response = client.get(reverse("startups:plan"), query)

    assert [
        number for _code, rows in drawn(response) for number, _name, mark in rows if mark
    ] == marked
    assert response.context["marked"] == len(marked)


def test_plan_of_one_region_is_drawn_from_close_by_with_names(client):
    a_plan()

    response = client.get(reverse("startups:plan"), {"region": "53"})

    assert drawn(response) == [("53", [("BRE-1", "Armor", False), ("BRE-2", None, False)])]
    assert [one.caption.text for one in response.context["levels"][0].zones[0].stands[:1]] == [
        "Armor"
    ]


def test_stand_says_who_is_here_now_and_at_every_half_day(client):
    armor, lumen, pod = exhibitor("Armor"), exhibitor("Lumen"), stand("BRE-1")
    PublishedAllocationFactory(exhibitor=armor, stand=pod)
    PublishedAllocationFactory(exhibitor=lumen, stand=pod, half_day=afternoon())
    second_morning()

    with time_machine.travel(FIRST_MORNING, tick=False):
        context = client.get(reverse("startups:stand", args=["BRE-1"])).context

    assert (context["occupant"], context["is_now"]) == (armor, True)
    assert [
        (row.day.date.day, [(bar.column, bar.span, bar.what) for bar in row.bars])
        for row in context["rotation"]
    ] == [(12, [(1, 1, armor), (2, 1, lumen)]), (13, [(1, 1, None)])]


def test_stand_of_an_unpublished_edition_is_not_found(client):
    edition = stand("BRE-1").edition
    edition.is_published = False
    edition.save()

    assert client.get(reverse("startups:stand", args=["BRE-1"])).status_code == 404
