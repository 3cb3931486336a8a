"""A step is taken back as long as what it touched is as it left it."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from startups.models import Allocation, BoardStep, StandHold
from startups.operations import (
    AlreadyUndone,
    ChangedMeanwhile,
    StandNotInUse,
    change_board,
    confirm_stays,
    drop_hold,
    exchange,
    hold_stand,
    place,
    undo_step,
)
from tests.factories import (
    ApplicationFactory,
    ExhibitorFactory,
    HalfDayFactory,
    StandFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def morning():
    return HalfDayFactory()


def named(name):
    return ExhibitorFactory(application=ApplicationFactory(status="confirmed", display_name=name))


def put(exhibitor, stand, half_day, by=None):
    return place(exhibitor_id=exhibitor.pk, stand_id=stand.pk, half_day_ids=[half_day.pk], by=by)


def table():
    rows = Allocation.objects.order_by("stand__number").select_related("exhibitor__application")
    return [(str(row.exhibitor), row.stand.number, row.status) for row in rows]


def test_undo_step_puts_back_stays_and_their_confirmation(morning):
    first, second = named("Iroise"), named("Molène")
    put(first, StandFactory(number="A1"), morning)
    put(second, StandFactory(number="A2"), morning)
    confirm_stays(edition_id=morning.edition_id, exhibitor_ids=[first.pk], by=None)
    was = table()
    step = exchange(first=first.pk, second=second.pk, by=None, over_confirmed=True)
    by = organiser("53")

    undo = undo_step(step_id=step.pk, by=by)
    again = undo_step(step_id=step.pk, by=by)

    assert (table(), again) == (was, undo)
    assert (undo.kind, undo.undoes, undo.serial, undo.by) == ("undo", step, 5, by)
    assert (undo.before, undo.after) == (step.after, step.before)


def test_an_undo_is_undone_too(morning):
    exhibitor = named("Iroise")
    step = put(exhibitor, StandFactory(number="A1"), morning)

    undo = undo_step(step_id=step.pk, by=None)
    without = table()
    redo = undo_step(step_id=undo.pk, by=None)

    assert (without, table()) == ([], [("Iroise", "A1", "planned")])
    assert redo.undoes == undo


def test_undo_step_of_a_confirmation_and_of_a_stand_kept_free(morning):
    exhibitor, stand = named("Iroise"), StandFactory()
    put(exhibitor, StandFactory(number="A1"), morning)
    confirmed = confirm_stays(edition_id=morning.edition_id, exhibitor_ids=[exhibitor.pk], by=None)
    hold_stand(stand_id=stand.pk, half_day_ids=[morning.pk], note="Travaux", by=None)
    dropped = drop_hold(stand_id=stand.pk, half_day_ids=[morning.pk], by=None)

    undo_step(step_id=confirmed.pk, by=None)
    undone = undo_step(step_id=dropped.pk, by=None)
    kept = list(StandHold.objects.values_list("note", flat=True))
    assert (table(), kept) == ([("Iroise", "A1", "planned")], ["Travaux"])
    assert undone.after["holds"] == {f"{stand.pk}:{morning.pk}": "Travaux"}


@time_machine.travel(datetime(2030, 6, 1, 7, 30, tzinfo=UTC), tick=False)
def test_undo_step_is_refused_with_who_changed_what_it_touched_since(morning):
    first, second = named("Iroise"), named("Molène")
    one, two, three = (StandFactory(number=number) for number in ("A1", "A2", "A3"))
    step = change_board(
        edition_id=morning.edition_id,
        stays={first.pk: {morning.pk: one.pk}, second.pk: {morning.pk: two.pk}},
        kind=BoardStep.Kind.PROPOSAL,
        by=None,
    )
    colleague = organiser("53", full_name="Gwenaëlle Riou")
    change_board(
        edition_id=morning.edition_id,
        stays={second.pk: {morning.pk: three.pk}},
        kind=BoardStep.Kind.MOVE,
        by=colleague,
    )
    was = table()

    with pytest.raises(ChangedMeanwhile, match=r"Molène.*Gwenaëlle Riou") as refusal:
        undo_step(step_id=step.pk, by=None)

    assert refusal.value.details == {
        "changed": [
            {
                "name": "Molène",
                "step": 2,
                "by": "Gwenaëlle Riou",
                "at": "2030-06-01T09:30:00+02:00",
            }
        ]
    }
    assert (table(), BoardStep.objects.count()) == (was, 2)


def test_undo_step_of_a_hold_is_refused_once_it_says_something_else(morning):
    stand = StandFactory(number="A1")
    step = hold_stand(stand_id=stand.pk, half_day_ids=[morning.pk], note="Invité", by=None)
    hold_stand(stand_id=stand.pk, half_day_ids=[morning.pk], note="Travaux", by=None)

    with pytest.raises(ChangedMeanwhile, match="A1") as refusal:
        undo_step(step_id=step.pk, by=None)

    assert [each["step"] for each in refusal.value.details["changed"]] == [2]


def test_a_colleague_who_undoes_it_too_learns_who_did(morning):
    step = put(named("Iroise"), StandFactory(), morning)
    undo_step(step_id=step.pk, by=organiser("53", full_name="Gwenaëlle Riou"))

    with pytest.raises(AlreadyUndone, match="Gwenaëlle Riou"):
        undo_step(step_id=step.pk, by=organiser("53"))


def test_undo_step_obeys_the_rules_of_the_day(morning):
    exhibitor, stand = named("Iroise"), StandFactory(number="A1")
    put(exhibitor, stand, morning)
    freed = change_board(
        edition_id=morning.edition_id, stays={exhibitor.pk: {}}, kind=BoardStep.Kind.FREE, by=None
    )
    stand.is_open = False
    stand.save(update_fields=["is_open"])

    with pytest.raises(StandNotInUse):
        undo_step(step_id=freed.pk, by=None)

    assert table() == []


def test_undo_step_is_for_managers_of_the_region(morning):
    step = put(named("Iroise"), StandFactory(), morning)

    for stranger in (organiser("28"), organiser("53", role="reader")):
        with pytest.raises(PermissionDenied):
            undo_step(step_id=step.pk, by=stranger)


def test_whoever_may_not_undo_a_step_learns_nothing_of_it(morning):
    step = put(named("Iroise"), StandFactory(number="A1"), morning)
    hold = hold_stand(stand_id=StandFactory(number="A2").pk, half_day_ids=[morning.pk], by=None)
    undo_step(step_id=step.pk, by=None)

    for each in (step, hold):
        with pytest.raises(PermissionDenied):
            undo_step(step_id=each.pk, by=organiser("28"))
    with pytest.raises(AlreadyUndone, match="automati"):
        undo_step(step_id=step.pk, by=organiser("53"))
