"""Stands kept free on the board, and given back."""

from datetime import date

import pytest

from startups.models import Allocation, BoardStep, StandHold
from startups.operations import (
    HalfDaysTaken,
    NotInEdition,
    StandHeld,
    change_board,
    drop_hold,
    hold_stand,
)
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    EditionFactory,
    ExhibitorFactory,
    HalfDayFactory,
    HallFactory,
    LevelFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def morning():
    return HalfDayFactory()


@pytest.fixture
def afternoon(morning):
    return HalfDayFactory(part="pm")


def named(name, **fields):
    return ExhibitorFactory(
        application=ApplicationFactory(status="confirmed", display_name=name), **fields
    )


def change(stays, **options):
    options = {"kind": BoardStep.Kind.MOVE, "by": None, **options}
    wanted = {
        exhibitor.pk: {day.pk: stand.pk for day, stand in stay.items()}
        for exhibitor, stay in stays.items()
    }
    return change_board(edition_id=EditionFactory().pk, stays=wanted, **options)


def table():
    """Who is where, as it is written."""
    rows = Allocation.objects.order_by("half_day__starts_at", "stand__number")
    return [
        (str(row.exhibitor), row.stand.number, row.half_day.part, row.status)
        for row in rows.select_related("exhibitor__application", "stand", "half_day")
    ]


def test_a_stand_kept_free_is_given_to_nobody_until_it_is_given_back(morning, afternoon):
    exhibitor, stand = named("Iroise"), StandFactory(number="A1")
    both = [morning.pk, afternoon.pk]
    held = hold_stand(stand_id=stand.pk, half_day_ids=both, note="Invité", by=organiser("53"))
    again = hold_stand(stand_id=stand.pk, half_day_ids=both, note="Invité", by=None)

    with pytest.raises(StandHeld, match="Invité") as refusal:
        change({exhibitor: {morning: stand}})
    drop_hold(stand_id=stand.pk, half_day_ids=[morning.pk], by=None)
    change({exhibitor: {morning: stand}})

    assert refusal.value.details == {
        "half_days": [
            {
                "half_day": morning.pk,
                "label": str(morning),
                "stand": "A1",
                "kept_for": "Invité",
            }
        ]
    }
    assert (held.region_code, held.after, again) == (
        "53",
        {
            "stays": {},
            "holds": {f"{stand.pk}:{morning.pk}": "Invité", f"{stand.pk}:{afternoon.pk}": "Invité"},
        },
        None,
    )
    assert list(StandHold.objects.values_list("half_day", "note")) == [(afternoon.pk, "Invité")]
    assert table() == [("Iroise", "A1", "am", "planned")]


def test_a_stand_is_kept_free_only_where_nobody_is(morning):
    stand = AllocationFactory(stand__number="A1", half_day=morning).stand

    with pytest.raises(HalfDaysTaken, match="A1"):
        hold_stand(stand_id=stand.pk, half_day_ids=[morning.pk], by=None)

    assert not StandHold.objects.exists()


def test_one_change_gives_back_a_stand_kept_free_and_places_somebody_there(morning):
    exhibitor, stand = named("Iroise"), StandFactory(number="A1")
    hold_stand(stand_id=stand.pk, half_day_ids=[morning.pk], by=None)

    step = change({exhibitor: {morning: stand}}, holds={(stand.pk, morning.pk): None})

    assert step.before["holds"] == {f"{stand.pk}:{morning.pk}": ""}
    assert (table(), StandHold.objects.count()) == ([("Iroise", "A1", "am", "planned")], 0)


def test_a_stand_of_another_edition_is_not_kept_free_on_this_one_s_board(morning):
    edition = EditionFactory(year=2031, starts_on=date(2031, 6, 12), ends_on=date(2031, 6, 15))
    level = LevelFactory(hall=HallFactory(edition=edition))
    stand = StandFactory(number="Z9", zone=ZoneFactory(level=level, participation=None))

    with pytest.raises(NotInEdition, match="Z9"):
        change({}, holds={(stand.pk, morning.pk): "Invité"}, kind=BoardStep.Kind.HOLD)

    assert not StandHold.objects.exists()
