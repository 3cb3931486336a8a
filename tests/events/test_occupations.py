from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from events.models import Occupation
from events.operations.occupations import Overlap, key, occupy, release

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2030, 6, 12, hour, minute, tzinfo=UTC)


NINE, TEN = at(9), at(10)


def hold(holder: str, *resources: str, starts_at=NINE, ends_at=TEN) -> None:
    occupy(holder=holder, resources=resources, starts_at=starts_at, ends_at=ends_at)


def taken() -> list[tuple[str, str, int]]:
    rows = Occupation.objects.order_by("resource", "starts_at")
    return [(row.resource, row.holder, row.starts_at.hour) for row in rows]


def test_key_names_a_resource():
    assert key("room", 3) == "room:3"


def test_occupy_takes_everything_or_nothing():
    hold("meeting:1", "room:1")

    with pytest.raises(Overlap) as refusal:
        hold("meeting:2", "person:1", "room:1", starts_at=at(9, 30), ends_at=at(11))

    assert [(clash.resource, clash.holder) for clash in refusal.value.clashes] == [
        ("room:1", "meeting:1")
    ]
    assert taken() == [("room:1", "meeting:1", 9)]


def test_what_ends_at_ten_leaves_room_for_what_starts_at_ten():
    hold("meeting:1", "room:1")
    hold("meeting:2", "room:1", starts_at=at(10), ends_at=at(11))

    assert taken() == [("room:1", "meeting:1", 9), ("room:1", "meeting:2", 10)]


def test_occupy_again_moves_what_was_held():
    hold("meeting:1", "room:1", "person:1")
    hold("meeting:1", "person:1", "stand:1", starts_at=at(9, 30), ends_at=at(14))

    assert taken() == [("person:1", "meeting:1", 9), ("stand:1", "meeting:1", 9)]


def test_refused_move_leaves_the_old_place_held():
    hold("meeting:1", "room:1")
    hold("meeting:2", "room:1", starts_at=at(11), ends_at=at(12))

    with pytest.raises(Overlap):
        hold("meeting:2", "room:1", starts_at=at(9), ends_at=at(12))

    assert taken() == [("room:1", "meeting:1", 9), ("room:1", "meeting:2", 11)]


def test_release_frees_and_may_be_repeated():
    hold("meeting:1", "room:1")

    release(holder="meeting:1")
    release(holder="meeting:1")

    assert taken() == []


@pytest.mark.parametrize(
    "overlap",
    [
        {"starts_at": at(8), "ends_at": at(11)},
        {"starts_at": at(9, 15), "ends_at": at(9, 30)},
        {"starts_at": at(9, 59), "ends_at": at(12)},
        {"starts_at": at(8), "ends_at": at(9, 1)},
    ],
    ids=["around", "inside", "at the end", "at the beginning"],
)
def test_database_itself_refuses_an_overlap(overlap):
    hold("meeting:1", "room:1")

    with pytest.raises(IntegrityError, match="resource_is_in_one_place"), transaction.atomic():
        Occupation.objects.create(resource="room:1", holder="meeting:2", **overlap)


def test_database_itself_refuses_to_move_one_onto_another():
    hold("meeting:1", "room:1")
    hold("meeting:2", "room:1", starts_at=at(11), ends_at=at(12))

    with pytest.raises(IntegrityError, match="resource_is_in_one_place"), transaction.atomic():
        Occupation.objects.filter(holder="meeting:2").update(starts_at=at(9))
