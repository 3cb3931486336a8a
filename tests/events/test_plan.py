from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from events.models import PlanEdit, Region, Stand, Zone
from events.operations import StandNumberTaken, change_stand, change_zone
from events.operations.plan import change_plan
from events.operations.plan_refusals import ChangedMeanwhile, NotOnThisLevel, StillUsed
from events.operations.plan_values import ValueRefused
from events.signals import place_changed
from pavilion.core.models import ActivityEntry
from tests.factories import (
    AllocationFactory,
    HallFactory,
    LevelFactory,
    ParticipationFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
TAKES = "it takes letters, digits, spaces, dots and hyphens, and at least one letter or digit."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def told():
    return [
        (entry.verb, entry.target_label, entry.region_code, entry.before, entry.after)
        for entry in ActivityEntry.objects.order_by("pk")
    ]


def test_change_plan_makes_changes_and_removes_in_one_edit_with_one_entry_each():
    zone = ZoneFactory()
    moved, gone = StandFactory(zone=zone, number="A-1"), StandFactory(zone=zone, number="A-2")
    by = organiser("53")

    edit = change_plan(
        level_id=zone.level_id,
        by=by,
        stands={moved.pk: {"x": 2.5, "y": "1,75"}, gone.pk: None},
        new_stands=[{"zone": zone.pk, "number": "A-2", "x": 4, "y": 1, "kind": "desk"}],
        seen={"stands": {moved.pk: 1, gone.pk: 1}},
    )

    assert list(
        Stand.objects.order_by("number").values_list("number", "x", "y", "kind", "revision")
    ) == [
        ("A-1", Decimal("2.50"), Decimal("1.75"), "pod", 2),
        ("A-2", Decimal("4.00"), Decimal("1.00"), "desk", 1),
    ]
    made = Stand.objects.get(number="A-2")
    assert (edit.by, edit.level, edit.label) == (
        by,
        zone.level,
        "Removed: A-2 · Moved: A-1 · Added: A-2",
    )
    assert edit.before["stands"][str(moved.pk)] == {"x": "1.00", "y": "1.00"}
    assert edit.after["stands"][str(moved.pk)] == {"x": "2.50", "y": "1.75"}
    assert (edit.after["stands"][str(gone.pk)], edit.before["stands"][str(made.pk)]) == (None, None)
    assert [line[:3] for line in told()] == [
        ("stand.deleted", "A-2", "53"),
        ("stand.changed", "A-1", "53"),
        ("stand.created", "A-2", "53"),
    ]


def test_change_plan_that_changes_nothing_leaves_no_trace():
    stand = StandFactory()

    assert (
        change_plan(
            level_id=stand.zone.level_id, by=None, stands={stand.pk: {"x": "1.00", "rotation": 360}}
        )
        is None
    )

    stand.refresh_from_db()
    assert (stand.revision, told(), PlanEdit.objects.count()) == (1, [], 0)


def test_change_plan_refuses_what_somebody_else_changed_and_says_who_and_when(time_machine):
    time_machine.move_to("2030-05-02T12:30:00Z", tick=False)
    stand, other = StandFactory(number="A-1"), StandFactory(number="A-2")
    change_stand(stand_id=stand.pk, by=organiser(email="lea@pavilion.example"), x=7)

    with pytest.raises(ChangedMeanwhile) as refusal:
        change_plan(
            level_id=stand.zone.level_id,
            by=organiser(),
            stands={other.pk: {"x": 3}, stand.pk: {"x": 9}},
            seen={"stands": {stand.pk: 1, other.pk: 1}},
        )

    assert str(refusal.value) == (
        "A-1 was changed meanwhile by lea@pavilion.example (2 May 2030, 14:30). "
        "Nothing was written: look at the drawing as it is now."
    )
    assert refusal.value.details == {"changed": [stand.pk]}
    assert sorted(Stand.objects.values_list("x", flat=True)) == [1, 7]


def test_change_plan_names_a_stand_that_somebody_removed(time_machine):
    time_machine.move_to("2030-05-02T12:30:00Z", tick=False)
    stand = StandFactory(number="A-1")
    level_id = stand.zone.level_id
    change_plan(
        level_id=level_id, by=organiser(email="lea@pavilion.example"), stands={stand.pk: None}
    )

    with pytest.raises(ChangedMeanwhile) as refusal:
        change_plan(level_id=level_id, by=None, stands={stand.pk: {"x": 3}})

    assert str(refusal.value) == (
        "A-1 is no longer there (lea@pavilion.example, 2 May 2030, 14:30). "
        "Nothing was written: look at the drawing as it is now."
    )


def test_change_plan_lets_two_stands_exchange_their_numbers():
    one, other = StandFactory(number="A-1"), StandFactory(number="A-2")

    change_plan(
        level_id=one.zone.level_id,
        by=None,
        stands={one.pk: {"number": "A-2"}, other.pk: {"number": "A-1"}},
    )

    assert Stand.objects.in_bulk().keys() == {one.pk, other.pk}
    assert {stand.pk: stand.number for stand in Stand.objects.all()} == {
        one.pk: "A-2",
        other.pk: "A-1",
    }


def test_change_plan_refuses_a_number_that_is_taken_here_or_on_another_level():
    stand = StandFactory(number="A-1")
    level = LevelFactory(number=2)
    StandFactory(number="B-1", zone=ZoneFactory(level=level, name_fr="Ailleurs"))

    for number in ("B-1", "A-2"):
        with pytest.raises(StandNumberTaken) as refusal:
            change_plan(
                level_id=stand.zone.level_id,
                by=None,
                stands={stand.pk: {"number": number}},
                new_stands=[{"zone": stand.zone_id, "number": "A-2"}],
            )
        assert str(refusal.value) == (
            f"Another stand of this edition already has the number {number}."
        )
    assert sorted(Stand.objects.values_list("number", flat=True)) == ["A-1", "B-1"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"width": 0}, "A-1, width (m): A stand has a size: more than zero."),
        ({"x": "beside"}, "A-1, x (m): This is not a number."),
        ({"x": float("nan")}, "A-1, x (m): This is not a number."),
        ({"rotation": None}, "A-1, rotation (°): This is not a number."),
        ({"kind": "palace"}, "A-1, kind: Value 'palace' is not a valid choice."),
        ({"number": " "}, "A-1, number: This field cannot be blank."),
        ({"number": []}, "A-1, number: This is not a text."),
        ({"number": {}}, "A-1, number: This is not a text."),
        ({"number": True}, "A-1, number: This is not a text."),
        ({"number": "a\0b"}, "A-1, number: It holds a sign that cannot be written."),
        ({"number": "\ud800"}, "A-1, number: It holds a sign that cannot be written."),
        ({"number": ".."}, f"A-1, number: “..” cannot be a stand’s number: {TAKES}"),
        ({"number": "A#1?"}, f"A-1, number: “A#1?” cannot be a stand’s number: {TAKES}"),
        ({"kind": []}, "A-1, kind: This is not a text."),
        ({"has_screen": {}}, "A-1, screen: “{}” value must be either True or False."),
        ({"power_watts": []}, "A-1, power (W): “[]” value must be an integer."),
        ({"rotation": []}, "A-1, rotation (°): This is not a number."),
        ({"zone": []}, "A-1: its area is not on this level."),
        ({"zone": {}}, "A-1: its area is not on this level."),
        ({"zone": True}, "A-1: its area is not on this level."),
        ({"colour": "red"}, "A-1: the plan knows no “colour”."),
        ({"zone": 999_999}, "A-1: its area is not on this level."),
    ],
)
def test_change_plan_refuses_what_a_field_cannot_hold(values, sentence):
    stand = StandFactory(number="A-1")

    with pytest.raises((ValueRefused, NotOnThisLevel)) as refusal:
        change_plan(level_id=stand.zone.level_id, by=None, stands={stand.pk: values})

    assert str(refusal.value) == sentence


@pytest.mark.parametrize("zone", [[1], {"a": 1}, None, True, 1.5])
def test_a_new_stand_names_its_area_by_key(zone):
    with pytest.raises(NotOnThisLevel) as refusal:
        change_plan(level_id=ZoneFactory().level_id, by=organiser(), new_stands=[{"zone": zone}])
    assert str(refusal.value).endswith(": its area is not on this level.")


@pytest.mark.parametrize("participation", [[], {}, "x", True, 10**20])
def test_an_area_is_given_to_a_region_by_key(participation):
    zone = ZoneFactory()
    with pytest.raises(NotOnThisLevel) as refusal:
        change_plan(
            level_id=zone.level_id,
            by=organiser(),
            zones={zone.pk: {"participation": participation}},
        )
    assert str(refusal.value) == "This region does not take part in the edition."


def test_an_areas_name_is_a_text():
    zone = ZoneFactory()
    with pytest.raises(ValueRefused) as refusal:
        change_plan(level_id=zone.level_id, by=organiser(), zones={zone.pk: {"name_en": ["x"]}})
    assert str(refusal.value) == "Bretagne, name (English): This is not a text."


def test_a_region_edits_the_stands_of_its_own_zones_only():
    mine = StandFactory()
    theirs = StandFactory(
        zone=ZoneFactory(participation=ParticipationFactory(region=Region.objects.get(code="84")))
    )
    by, level_id = organiser("53"), mine.zone.level_id

    for stands, zones in (
        ({theirs.pk: {"x": 5}}, {}),
        ({mine.pk: {"zone": theirs.zone_id}}, {}),
        ({}, {mine.zone_id: {"name_fr": "Ici"}}),
    ):
        with pytest.raises(PermissionDenied):
            change_plan(level_id=level_id, by=by, stands=stands, zones=zones)

    assert change_plan(level_id=level_id, by=by, stands={mine.pk: {"x": 5}}).label == (
        f"Moved: {mine.number}"
    )


def test_change_plan_removes_no_stand_that_somebody_holds_and_names_who():
    allocation = AllocationFactory(stand__number="A-1")
    stand = allocation.stand

    with pytest.raises(StillUsed) as refusal:
        change_plan(level_id=stand.zone.level_id, by=organiser(), stands={stand.pk: None})

    assert str(refusal.value) == (
        f"A-1 cannot be removed: 1 allocation ({allocation}). Free what stands there first, or "
        "take the stand out of use."
    )
    assert Stand.objects.filter(pk=stand.pk).exists()


def test_change_plan_names_what_holds_a_stand_by_kind_alone_to_who_may_not_see_it():
    allocation = AllocationFactory(stand__number="A-1")
    region = Region.objects.get(code="84")
    zone = ZoneFactory(
        level=allocation.stand.zone.level, participation=ParticipationFactory(region=region)
    )
    Stand.objects.filter(pk=allocation.stand_id).update(zone=zone)

    with pytest.raises(StillUsed) as refusal:
        change_plan(level_id=zone.level_id, by=organiser("84"), stands={allocation.stand_id: None})

    assert "A-1 cannot be removed: 1 allocation" in str(refusal.value)


def test_change_plan_draws_a_new_area_with_its_stands():
    level = LevelFactory()
    participation = ParticipationFactory()

    edit = change_plan(
        level_id=level.pk,
        by=organiser(),
        new_zones={
            "shape": {
                "name_fr": "Bretagne",
                "participation": participation.pk,
                "outline": [[0, 0], [6, 0], [6, 4.004], [0, 4], [0, 0]],
            }
        },
        new_stands=[{"zone": "shape", "number": "A-1", "x": 1, "y": 1}],
    )

    zone = Zone.objects.get()
    assert (zone.outline, zone.participation) == ([[0, 0], [6, 0], [6, 4.0], [0, 4]], participation)
    assert Stand.objects.get().zone == zone
    assert edit.label == "Area Bretagne added · Added: A-1"


@pytest.mark.parametrize(
    ("outline", "why"),
    [
        ([[0, 0], [4, 4], [4, 0], [0, 4]], "Two of its sides cross each other: move a corner."),
        ([[0, 0], [4, 4]], "An area has three corners at least."),
        ([[0, 0], [4, "x"], [1, 1]], "Corners are pairs of numbers"),
        ([[0, 0], [4, float("inf")], [1, 1]], "A corner is too far away: 10,000 m at most."),
        ([[index, 0] for index in range(600)], "600 corners: 500 at most are kept."),
    ],
)
def test_an_outline_that_is_no_area_is_refused(outline, why):
    zone = ZoneFactory(name_fr="Bretagne")

    with pytest.raises(ValueRefused) as refusal:
        change_plan(level_id=zone.level_id, by=None, zones={zone.pk: {"outline": outline}})

    assert str(refusal.value).startswith(f"Bretagne, outline: {why}")


def test_a_zone_goes_with_its_stands_or_not_at_all():
    stand = StandFactory()
    zone = stand.zone

    with pytest.raises(StillUsed) as refusal:
        change_plan(level_id=zone.level_id, by=None, zones={zone.pk: None})
    assert str(refusal.value) == (
        f"{zone} cannot be removed: 1 stand ({stand}). Move or remove that first."
    )

    change_plan(level_id=zone.level_id, by=None, zones={zone.pk: None}, stands={stand.pk: None})
    assert (Zone.objects.count(), Stand.objects.count()) == (0, 0)


def test_a_stand_of_another_level_is_not_on_this_one():
    stand = StandFactory()
    other = LevelFactory(hall=HallFactory(name_fr="Hall 1"))

    with pytest.raises(ChangedMeanwhile) as refusal:
        change_plan(level_id=other.pk, by=None, stands={stand.pk: {"x": 3}})

    assert refusal.value.details == {"changed": [stand.pk]}


def test_calendars_hear_of_new_names_and_not_of_new_places():
    stand = StandFactory()
    heard = []
    receiver = place_changed.connect(
        lambda place, **kwargs: heard.append(place), weak=False, dispatch_uid="test"
    )
    try:
        change_plan(level_id=stand.zone.level_id, by=None, stands={stand.pk: {"x": 3}})
        change_plan(level_id=stand.zone.level_id, by=None, stands={stand.pk: {"number": "Z"}})
    finally:
        place_changed.disconnect(receiver, dispatch_uid="test")

    assert heard == [stand]


def test_the_older_doors_raise_the_revision_too():
    stand = StandFactory()
    change_stand(stand_id=stand.pk, by=None, x=4)
    change_zone(zone_id=stand.zone_id, by=None, name_fr="Ici")
    change_zone(zone_id=stand.zone_id, by=None, name_fr="Ici")

    stand.refresh_from_db()
    assert (stand.revision, stand.zone.revision) == (2, 2)


def test_change_plan_asks_the_same_of_the_database_however_many_stands_move(
    django_assert_num_queries,
):
    zone = ZoneFactory()
    change_plan(level_id=zone.level_id, by=None, stands={StandFactory(zone=zone).pk: {"x": 2}})
    for count in (1, 3):
        stands = [StandFactory(zone=zone) for _ in range(count)]
        with django_assert_num_queries(12):
            change_plan(
                level_id=zone.level_id,
                by=None,
                stands={stand.pk: {"x": 9} for stand in stands},
                new_stands=[{"zone": zone.pk, "number": f"M-{stand.pk}"} for stand in stands],
            )
