import pytest
from django.utils import translation

from events.geometry import Place
from events.models import Stand
from events.operations.plan_refusals import ChangedMeanwhile
from events.operations.plan_rows import duplicate_row, in_reading_order, number_row
from events.operations.plan_values import ValueRefused
from events.operations.venue import StandNumberTaken
from tests.factories import StandFactory, ZoneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def placed():
    return [
        (stand.number, float(stand.x), float(stand.y)) for stand in Stand.objects.order_by("number")
    ]


def test_duplicate_row_repeats_a_pod_with_its_equipment_and_the_next_free_numbers():
    pod = StandFactory(number="A-08", width="1.6", power_watts=1000, has_screen=True, kind="desk")
    StandFactory(number="A-10", x=50, y=50)

    edit = duplicate_row(
        level_id=pod.zone.level_id,
        stand_ids=[pod.pk],
        count=3,
        spacing=0.4,
        direction="right",
        by=None,
    )

    assert placed() == [
        ("A-08", 1, 1),
        ("A-09", 3, 1),
        ("A-10", 50, 50),
        ("A-11", 5, 1),
        ("A-12", 7, 1),
    ]
    last = Stand.objects.get(number="A-12")
    assert (last.power_watts, last.has_screen, last.kind, last.zone) == (
        1000,
        True,
        "desk",
        pod.zone,
    )
    assert edit.label == "Added: A-09, A-11, A-12"


def test_duplicate_row_repeats_several_as_one_block():
    zone = ZoneFactory()
    pair = [StandFactory(zone=zone, number=f"A-{n}", x=n, y=1) for n in (1, 2)]

    duplicate_row(
        level_id=zone.level_id,
        stand_ids=[stand.pk for stand in pair],
        count=1,
        spacing=2,
        direction="down",
        by=None,
    )

    assert placed() == [("A-1", 1, 1), ("A-2", 2, 1), ("A-3", 1, 4), ("A-4", 2, 4)]


def test_duplicate_row_follows_the_way_a_turned_stand_lies():
    pod = StandFactory(number="A-1", rotation=90, width=2, depth=1, x=5, y=5)

    duplicate_row(
        level_id=pod.zone.level_id,
        stand_ids=[pod.pk],
        count=1,
        spacing=0,
        direction="along",
        by=None,
    )

    assert placed() == [("A-1", 5, 5), ("A-2", 5, 7)]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"count": 0}, "From 1 to 200 copies at a time."),
        ({"count": 201}, "From 1 to 200 copies at a time."),
        ({"direction": "round"}, "A row goes right, down, left or up."),
        ({"stand_ids": []}, "Choose a stand first."),
    ],
)
def test_duplicate_row_refuses_what_makes_no_row(asked, sentence):
    pod = StandFactory()
    usual = {"stand_ids": [pod.pk], "count": 1, "spacing": 1, "direction": "right"}

    with pytest.raises(ValueRefused) as refusal:
        duplicate_row(level_id=pod.zone.level_id, by=None, **(usual | asked))

    assert (str(refusal.value), Stand.objects.count()) == (sentence, 1)


GRID = [
    Place(row * 3 + column, 1, column * 2.0, row * 3.0 + column * 0.2, 1.0, 1.0)
    for row in range(2)
    for column in range(3)
]


@pytest.mark.parametrize(
    ("direction", "order"),
    [
        ("right", [0, 1, 2, 3, 4, 5]),
        ("left", [2, 1, 0, 5, 4, 3]),
        ("down", [0, 3, 1, 4, 2, 5]),
        ("up", [3, 0, 4, 1, 5, 2]),
    ],
)
def test_in_reading_order_goes_row_after_row_even_when_rows_are_a_little_askew(direction, order):
    assert in_reading_order(GRID, direction) == order


def test_number_row_numbers_along_the_row_over_the_numbers_they_had():
    zone = ZoneFactory()
    stands = [StandFactory(zone=zone, number=f"A-0{n}", x=n, y=1) for n in (1, 2, 3)]

    number_row(
        level_id=zone.level_id,
        stand_ids=[stand.pk for stand in stands],
        prefix="A-",
        start=1,
        direction="left",
        by=None,
    )

    assert placed() == [("A-01", 3, 1), ("A-02", 2, 1), ("A-03", 1, 1)]


def test_number_row_refuses_numbers_that_are_taken_too_long_or_seen_too_early():
    zone = ZoneFactory()
    stand = StandFactory(zone=zone, number="A-1")
    StandFactory(number="B-02")
    asked = {"level_id": zone.level_id, "stand_ids": [stand.pk], "direction": "right", "by": None}

    with pytest.raises(StandNumberTaken) as taken:
        number_row(prefix="B-", start=2, **asked)
    assert str(taken.value) == "Another stand of this edition already has the number B-02."
    with pytest.raises(ValueRefused) as long:
        number_row(prefix="ABCDEFGHIJK-", start=1, **asked)
    assert str(long.value) == "ABCDEFGHIJK-01 is too long: 12 signs at most."
    with pytest.raises(ChangedMeanwhile):
        number_row(prefix="C-", start=1, seen={"stands": {stand.pk: 4}}, **asked)
