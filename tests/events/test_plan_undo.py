import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from events.models import PlanEdit, Stand, Zone
from events.operations import change_stand
from events.operations.plan import change_plan
from events.operations.plan_refusals import ChangedMeanwhile, StillUsed
from events.operations.plan_undo import (
    AlreadyUndone,
    NothingToUndo,
    redo_last,
    standing,
    undo_edit,
    undo_last,
)
from tests.factories import AllocationFactory, StandFactory, ZoneFactory, organiser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def where():
    return {
        (stand.pk, stand.number, float(stand.x), stand.zone_id) for stand in Stand.objects.all()
    }


def test_undo_brings_back_what_was_removed_under_its_own_key_and_redo_removes_it_again():
    zone = ZoneFactory()
    kept, gone = StandFactory(zone=zone, number="A-1"), StandFactory(zone=zone, number="A-2")
    by = organiser()
    before = where()
    change_plan(
        level_id=zone.level_id,
        by=by,
        stands={kept.pk: {"x": 5}, gone.pk: None},
        new_stands=[{"zone": zone.pk, "number": "A-3"}],
    )
    after = where()

    assert undo_last(level_id=zone.level_id, by=by).label == (
        "Undone: Removed: A-2 · Moved: A-1 · Added: A-3"
    )
    assert where() == before
    assert redo_last(level_id=zone.level_id, by=by).label == (
        "Redone: Removed: A-2 · Moved: A-1 · Added: A-3"
    )
    assert where() == after
    undo_last(level_id=zone.level_id, by=by)
    assert where() == before


def test_undo_steps_back_edit_by_edit_and_a_new_edit_forgets_what_could_be_redone():
    stand, by = StandFactory(number="A-1"), organiser()
    level_id = stand.zone.level_id
    for x in (2, 3, 4):
        change_plan(level_id=level_id, by=by, stands={stand.pk: {"x": x}})
    seen = []
    for step in (undo_last, undo_last, redo_last, undo_last, undo_last):
        step(level_id=level_id, by=by)
        seen.append(int(Stand.objects.get().x))
    assert seen == [3, 2, 3, 2, 1]

    with pytest.raises(NothingToUndo) as refusal:
        undo_last(level_id=level_id, by=by)
    assert str(refusal.value) == "You have no edit of this level to take back."

    change_plan(level_id=level_id, by=by, stands={stand.pk: {"x": 9}})
    with pytest.raises(NothingToUndo):
        redo_last(level_id=level_id, by=by)
    assert standing(stand.zone.level, by).undo.label == "Moved: A-1"


def test_undo_is_refused_when_somebody_else_changed_the_same_stand():
    stand, by = StandFactory(number="A-1"), organiser()
    level_id = stand.zone.level_id
    change_plan(level_id=level_id, by=by, stands={stand.pk: {"x": 2}})
    change_stand(stand_id=stand.pk, by=organiser(email="lea@pavilion.example"), x=7)

    with pytest.raises(ChangedMeanwhile) as refusal:
        undo_last(level_id=level_id, by=by)

    assert str(refusal.value).startswith("A-1 was changed meanwhile by lea@pavilion.example (")
    assert Stand.objects.get().x == 7


def test_undo_leaves_alone_what_others_changed_elsewhere():
    mine, theirs = StandFactory(number="A-1"), StandFactory(number="A-2")
    by, level_id = organiser(), mine.zone.level_id
    change_plan(level_id=level_id, by=by, stands={mine.pk: {"x": 2}})
    change_plan(level_id=level_id, by=organiser(), stands={theirs.pk: {"x": 8}, mine.pk: {"y": 5}})

    undo_last(level_id=level_id, by=by)

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.x, mine.y, theirs.x) == (1, 5, 8)


def test_undo_of_a_new_stand_is_refused_once_somebody_stands_there():
    zone, by = ZoneFactory(), organiser()
    change_plan(level_id=zone.level_id, by=by, new_stands=[{"zone": zone.pk, "number": "A-1"}])
    AllocationFactory(stand=Stand.objects.get())

    with pytest.raises(StillUsed) as refusal:
        undo_last(level_id=zone.level_id, by=by)

    assert str(refusal.value).startswith("A-1 cannot be removed: 1 allocation (")


def test_undo_takes_a_removed_area_back_with_its_stands():
    stand, by = StandFactory(), organiser()
    zone = stand.zone
    level_id = zone.level_id
    before = where()
    change_plan(level_id=level_id, by=by, zones={zone.pk: None}, stands={stand.pk: None})

    undo_last(level_id=level_id, by=by)

    assert where() == before
    assert Zone.objects.get() == zone


def test_an_edit_is_taken_back_once_and_by_its_author_or_the_national_team():
    stand, by = StandFactory(), organiser("53")
    edit = change_plan(level_id=stand.zone.level_id, by=by, stands={stand.pk: {"x": 2}})

    with pytest.raises(PermissionDenied):
        undo_edit(edit_id=edit.pk, by=organiser("53"))
    undone = undo_edit(edit_id=edit.pk, by=organiser())
    assert undone.undoes == edit
    with pytest.raises(AlreadyUndone) as refusal:
        undo_edit(edit_id=edit.pk, by=by)
    assert str(refusal.value) == f"“Moved: {stand.number}” was already taken back."
    assert PlanEdit.objects.count() == 2
