import pytest

from events.imports import Problem, Reading, Shape, compare
from events.models import Region, Stand, Zone
from events.operations import ChangedMeanwhile, change_plan, change_stand, undo_last
from pavilion.core.access import access_of
from tests.factories import (
    LevelFactory,
    ParticipationFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


def reading(*shapes):
    return Reading(shapes=list(shapes))


def stand(name, zone="", **values):
    return Shape(f"Line · {name}", name, values, zone_name=zone)


def area(name, outline):
    return Shape(f"Shape {name}", name, {"outline": outline}, is_zone=True)


BOX = [[0, 0], [20, 0], [20, 20], [0, 20]]


def test_compare_says_what_is_new_changed_the_same_and_gone_and_one_edit_writes_it():
    zone = ZoneFactory(outline=BOX)
    for number in ("A-1", "A-2", "A-3"):
        StandFactory(zone=zone, number=number)
    by = organiser()

    found = compare(
        zone.level,
        reading(
            stand("A-1", x=1.0, y=1.0),
            stand("A-2", x=4.5, y=1.0, has_screen=True),
            stand("A-4", x=8.0, y=1.0, width=2.0),
        ),
        access_of(by),
    )

    assert (found.new, found.changed, found.same, found.gone, found.problems) == (
        [("A-4", zone.name)],
        [("A-2", "x (m), screen")],
        1,
        ["A-3"],
        [],
    )
    edit = change_plan(level_id=zone.level_id, by=by, **found.changes(), label="Imported")
    assert edit.label == "Imported"
    assert list(Stand.objects.order_by("number").values_list("number", "x", "has_screen")) == [
        ("A-1", 1, False),
        ("A-2", 4.5, True),
        ("A-3", 1, False),
        ("A-4", 8, False),
    ]
    undo_last(level_id=zone.level_id, by=by)
    assert list(Stand.objects.order_by("number").values_list("number", "x")) == [
        ("A-1", 1),
        ("A-2", 1),
        ("A-3", 1),
    ]


def test_what_the_file_does_not_hold_goes_only_when_asked():
    gone = StandFactory(number="A-1", zone=ZoneFactory(outline=BOX))
    file = reading(stand("A-2", x=1.0, y=1.0))
    national = access_of(organiser())

    assert compare(gone.zone.level, file, national).stands == {}
    assert compare(gone.zone.level, file, national, removes=True).stands == {gone.pk: None}


def test_new_areas_hold_the_stands_that_lie_in_them():
    level = LevelFactory()
    by = organiser()
    found = compare(
        level, reading(stand("A-1", x=1.0, y=1.0), area("Bretagne", BOX)), access_of(by)
    )
    assert found.new == [("Bretagne", "area"), ("A-1", "Bretagne")]

    change_plan(level_id=level.pk, by=by, **found.changes())
    assert Stand.objects.get().zone == Zone.objects.get()


def test_an_area_known_by_name_is_redrawn():
    zone = ZoneFactory(name_fr="Bretagne", outline=BOX)
    wide = [[0, 0], [30, 0], [30, 20], [0, 20]]
    found = compare(zone.level, reading(area("bretagne", wide)), access_of(organiser()))
    assert (found.zones, found.changed) == (
        {zone.pk: {"outline": wide}},
        [("Bretagne", "area redrawn")],
    )


def test_compare_names_each_problem_and_leaves_it_out():
    zone = ZoneFactory(name_fr="Bretagne", outline=BOX)
    elsewhere = ZoneFactory(level=LevelFactory(number=2), name_fr="Haut")
    StandFactory(zone=elsewhere, number="B-1")

    found = compare(
        zone.level,
        reading(
            stand("A-1", x=1.0, y=1.0),
            stand("a-1", x=5.0, y=1.0),
            stand("A-2"),
            stand("A-3", x=90.0, y=90.0),
            stand("A-4", zone="Corse", x=1.0, y=1.0),
            stand("B-1", x=1.0, y=1.0),
            area("Bow tie", [[0, 0], [4, 4], [4, 0], [0, 4]]),
        ),
        access_of(organiser()),
    )

    assert found.new == [("A-1", "Bretagne")]
    assert found.problems == [
        Problem("Line · a-1", "Its name comes twice in the file: the first one counts."),
        Problem("Shape Bow tie", "Two of its sides cross each other: move a corner."),
        Problem("Line · A-2", "It is new and has no place: give x and y."),
        Problem(
            "Line · A-3",
            "It lies in no area: name its area, draw one, or choose one for the rest.",
        ),
        Problem("Line · A-4", "No area of this level is called “Corse”."),
        Problem("Line · B-1", "Hall 7, level 2 already has a stand with this number."),
    ]


def test_an_area_can_be_chosen_for_the_rest():
    zone = ZoneFactory(outline=BOX)
    found = compare(
        zone.level,
        reading(stand("A-3", x=90.0, y=90.0)),
        access_of(organiser()),
        default_zone=zone.pk,
    )
    assert found.new_stands == [{"x": 90.0, "y": 90.0, "number": "A-3", "zone": zone.pk}]


def test_a_region_brings_in_its_own_stands_only():
    mine = ZoneFactory(name_fr="Bretagne", outline=BOX)
    far = [[30, 0], [40, 0], [40, 9], [30, 9]]
    theirs = ZoneFactory(
        name_fr="Auvergne",
        outline=far,
        participation=ParticipationFactory(region=Region.objects.get(code="84")),
    )
    StandFactory(zone=theirs, number="ARA-1")

    found = compare(
        mine.level,
        reading(
            stand("BRE-1", x=1.0, y=1.0),
            stand("ARA-1", x=31.0, y=1.0),
            stand("ARA-2", x=31.0, y=1.0),
            area("Corse", far),
        ),
        access_of(organiser("53")),
        removes=True,
    )

    assert (found.new, found.stands, found.gone) == ([("BRE-1", "Bretagne")], {}, [])
    assert [(problem.where, problem.sentence) for problem in found.problems] == [
        ("Shape Corse", "Areas are drawn by the national team."),
        ("Line · ARA-1", "This stand is not yours to change."),
        ("Line · ARA-2", "Auvergne is not yours to change."),
    ]


def test_what_changed_since_the_file_was_looked_at_is_not_overwritten():
    row = StandFactory(number="A-1", zone=ZoneFactory(outline=BOX))
    by = organiser()
    found = compare(row.zone.level, reading(stand("A-1", x=5.0)), access_of(by))
    change_stand(stand_id=row.pk, by=None, x=9)

    with pytest.raises(ChangedMeanwhile):
        change_plan(level_id=row.zone.level_id, by=by, **found.changes())


def test_compare_asks_the_same_of_the_database_however_much_the_file_holds(
    django_assert_num_queries,
):
    zone = ZoneFactory(outline=BOX)
    access = access_of(organiser())
    for count in (1, 3):
        shapes = [stand(f"A-{count}{index}", x=1.0, y=1.0) for index in range(count)]
        with django_assert_num_queries(4):
            compare(zone.level, reading(*shapes), access)
