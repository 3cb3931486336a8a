from datetime import date
from itertools import combinations

import pytest

from pavilion.demo.agenda import Agenda
from pavilion.demo.dates import Dates, first_day_after
from pavilion.demo.facts import facts, shares, size_named
from pavilion.demo.floor_plan import Box, cells, pack, rows
from pavilion.demo.venue import areas_of, extent_of


def test_sizes_hold_the_real_numbers():
    medium, large = size_named("M"), size_named("L")

    assert {
        "regions": len(medium.regions),
        "startups": sum(region.startups for region in medium.regions),
        "applications": sum(region.applications for region in medium.regions),
        "pods": sum(region.pods for region in medium.regions),
        "stand_m2": sum(region.floor_area for region in medium.regions),
    } == facts()["totals"]
    assert large.regions == tuple(region.times(10) for region in medium.regions)


@pytest.mark.parametrize(("name", "levels"), [("S", 1), ("M", 1), ("L", 3)])
def test_floor_plan_puts_no_area_on_another(name, levels):
    areas = areas_of(size_named(name))
    width, depth = extent_of(areas)
    placed = pack(areas, width=width, depth=depth)
    overlaps = [
        (first, second)
        for first, second in combinations(placed, 2)
        if placed[first].level == placed[second].level
        and _overlap(placed[first].box, placed[second].box)
    ]

    assert overlaps == []
    assert {place.level for place in placed.values()} == set(range(levels))
    assert max(place.box.x + place.box.width for place in placed.values()) <= width
    assert max(place.box.y + place.box.depth for place in placed.values()) <= depth
    assert {
        code
        for code in areas
        if abs(placed[code].box.width * placed[code].box.depth - areas[code]) > 2
    } == set()


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.depth
        and other.y < one.y + one.depth
    )


def test_floor_plan_gives_each_pod_a_place_of_its_own():
    places = cells(Box(3, 3, 10, 12), 8)

    assert len(places) == 8
    assert [pair for pair in combinations(places, 2) if _overlap(*pair)] == []
    assert max(place.x + place.width for place in places) <= 13.01
    assert max(place.y + place.depth for place in places) <= 15.01


def test_floor_plan_puts_stands_in_rows_with_aisles():
    sizes = [(1.6, 1.25)] * 9 + [(3.0, 3.0)] * 3  # 17 m and 10 m long, in rows of 9.2 m
    places = rows(Box(3, 3, 10, 12), sizes)

    assert [(place.width, place.depth) for place in places] == sizes
    assert [pair for pair in combinations(places, 2) if _overlap(*pair)] == []
    assert min(place.x for place in places) >= 3
    assert max(place.x + place.width for place in places) <= 13.01
    assert max(place.y + place.depth for place in places) <= 15.01
    assert sorted({place.y for place in places}) == [3.4, 5.55, 7.7, 11.6]


@pytest.mark.parametrize(
    ("today", "first_day"),
    [
        (date(2026, 11, 22), date(2027, 6, 16)),
        (date(2027, 5, 2), date(2027, 6, 16)),  # 45 days ahead
        (date(2027, 5, 3), date(2028, 6, 21)),
    ],
)
def test_fair_begins_on_the_third_wednesday_of_june_far_enough_ahead(today, first_day):
    assert first_day_after(today) == first_day


def test_working_day_moves_away_from_the_weekend():
    dates = Dates.seen_from(date(2027, 3, 5))  # a Friday

    assert [dates.working_day(days) for days in (-6, -5, 0, 1, 2, 3)] == [-7, -7, 0, 3, 3, 3]


def test_shares_add_up_to_the_unit():
    assert shares(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}


def test_agenda_lets_meetings_follow_each_other():
    dates = Dates.seen_from(date(2027, 3, 5))
    nine, ten, eleven = (dates.in_days(0, hour) for hour in (9, 10, 11))
    agenda = Agenda()
    agenda.take(["room:1"], nine, ten)

    assert agenda.is_free(["room:1"], ten, eleven)
    assert agenda.is_free(["room:2"], nine, eleven)
    assert not agenda.is_free(["room:2", "room:1"], nine, eleven)
