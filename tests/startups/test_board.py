"""The verbs of the rotation board: each one step, whole or refused."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import translation

from events.models import Region
from pavilion.core.models import ActivityEntry, OutboxMessage
from startups.models import Allocation, Board, BoardStep
from startups.operations import (
    CellConfirmed,
    ChangedMeanwhile,
    HalfDaysTaken,
    NothingToExchange,
    NotInEdition,
    change_board,
    confirm_stays,
    exchange,
    free,
    hold_stand,
    move_stay,
    place,
    release_allocations,
    unconfirm_stays,
    withdraw_application,
)
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    CallFactory,
    DayFactory,
    EditionFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
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


def test_change_board_gives_whole_stays_in_one_step(morning, afternoon):
    first, second = named("Iroise"), named("Molène")
    one, two = StandFactory(number="A1"), StandFactory(number="A2")
    AllocationFactory(exhibitor=first, stand=one, half_day=morning, status="confirmed")
    AllocationFactory(exhibitor=second, stand=one, half_day=afternoon)
    by = organiser("53")

    step = change(
        {first: {morning: one, afternoon: one}, second: {afternoon: two}}, by=by, reason="Panne"
    )

    assert table() == [
        ("Iroise", "A1", "am", "confirmed"),
        ("Iroise", "A1", "pm", "planned"),
        ("Molène", "A2", "pm", "planned"),
    ]
    day, night = str(morning.pk), str(afternoon.pk)
    assert (step.serial, step.kind, step.region_code, step.by, step.reason) == (
        *(1, "move", "53", by, "Panne"),
    )
    assert (step.before, step.after) == (
        {
            "stays": {
                str(first.pk): {day: [one.pk, "confirmed"]},
                str(second.pk): {night: [one.pk, "planned"]},
            },
            "holds": {},
        },
        {
            "stays": {
                str(first.pk): {day: [one.pk, "confirmed"], night: [one.pk, "planned"]},
                str(second.pk): {night: [two.pk, "planned"]},
            },
            "holds": {},
        },
    )
    first.refresh_from_db()
    assert (first.stay_revision, Board.objects.get().serial) == (1, 1)
    assert list(
        ActivityEntry.objects.order_by("target_id").values_list("verb", "reason", "before", "after")
    ) == [
        ("exhibitor.allocated", "Panne", {}, {"stand": "A1", "half_days": [afternoon.pk]}),
        (
            "exhibitor.moved",
            "Panne",
            {"stand": "A1", "half_days": [afternoon.pk]},
            {"stand": "A2", "half_days": [afternoon.pk]},
        ),
    ]
    assert not OutboxMessage.objects.exists()


def test_change_board_that_changes_nothing_leaves_no_trace(morning):
    exhibitor, stand = named("Iroise"), StandFactory()
    first = change({exhibitor: {morning: stand}})
    again = change({exhibitor: {morning: stand}}, seen={exhibitor.pk: 0})

    assert (first.serial, again) == (1, None)
    assert (BoardStep.objects.count(), ActivityEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "Nothing was changed. Wednesday 12 June, morning: stand A1 is taken by Iroise. "
            "Wednesday 12 June, afternoon: stand A2 is taken by Ouessant.",
        ),
        (
            "fr",
            "Rien n’a été modifié. mercredi 12 juin, matin\u00a0: le stand A1 est pris par Iroise. "
            "mercredi 12 juin, après-midi\u00a0: le stand A2 est pris par Ouessant.",
        ),
    ],
)
def test_change_board_refuses_everything_for_one_clash_by_name_and_half_day(
    morning, afternoon, language, words
):
    first, second, rival = named("Iroise"), named("Molène"), named("Ouessant")
    one, two = StandFactory(number="A1"), StandFactory(number="A2")
    AllocationFactory(exhibitor=rival, stand=two, half_day=afternoon)

    with translation.override(language), pytest.raises(HalfDaysTaken) as refusal:
        change({first: {morning: one}, second: {morning: one, afternoon: two}})

    assert str(refusal.value) == words
    assert table() == [("Ouessant", "A2", "pm", "planned")]
    assert not BoardStep.objects.exists()


def test_change_board_writes_the_statuses_it_is_told(morning, afternoon):
    first, second = named("Iroise"), named("Molène")
    one, two = StandFactory(number="A1"), StandFactory(number="A2")

    change({first: {morning: one}, second: {morning: two}}, statuses={first.pk: "confirmed"})

    assert table() == [("Iroise", "A1", "am", "confirmed"), ("Molène", "A2", "am", "planned")]


@time_machine.travel(datetime(2030, 6, 1, 7, 30, tzinfo=UTC), tick=False)
def test_change_board_refuses_who_saw_an_older_plan_and_says_who_changed_it(morning):
    exhibitor, one, two = named("Iroise"), StandFactory(number="A1"), StandFactory(number="A2")
    colleague = organiser("53", full_name="Gwenaëlle Riou")
    change({exhibitor: {morning: one}}, by=colleague, kind=BoardStep.Kind.PLACE)

    with pytest.raises(ChangedMeanwhile, match="Gwenaëlle Riou") as refusal:
        change({exhibitor: {morning: two}}, seen={exhibitor.pk: 0})
    moved = change({exhibitor: {morning: two}}, seen={exhibitor.pk: 1})

    assert refusal.value.details == {
        "exhibitors": [
            {
                "exhibitor": exhibitor.pk,
                "name": "Iroise",
                "stay_revision": 1,
                "step": 1,
                "by": "Gwenaëlle Riou",
                "at": "2030-06-01T09:30:00+02:00",
            }
        ]
    }
    assert moved.serial == 2


def test_confirmed_half_days_are_neither_moved_nor_freed_before_that_is_taken_back(morning):
    exhibitor, rival = named("Iroise"), named("Molène")
    one, two = StandFactory(number="A1"), StandFactory(number="A2")
    AllocationFactory(exhibitor=exhibitor, stand=one, half_day=morning, status="confirmed")
    AllocationFactory(exhibitor=rival, stand=two, half_day=morning)
    moves = [
        lambda: change({exhibitor: {morning: two}, rival: {}}),
        lambda: change({exhibitor: {}}),
        lambda: exchange(first=exhibitor.pk, second=rival.pk, by=None),
        lambda: release_allocations(exhibitor_id=exhibitor.pk, half_day_ids=[morning.pk], by=None),
    ]
    for move in moves:
        with pytest.raises(CellConfirmed) as refusal:
            move()
        assert refusal.value.details == {
            "half_days": [
                {
                    "half_day": morning.pk,
                    "label": str(morning),
                    "stand": "A1",
                    "exhibitor": "Iroise",
                }
            ]
        }

    unconfirm_stays(edition_id=morning.edition_id, exhibitor_ids=[exhibitor.pk], by=None)
    exchange(first=exhibitor.pk, second=rival.pk, by=None)

    assert table() == [("Molène", "A1", "am", "planned"), ("Iroise", "A2", "am", "planned")]


def test_move_stay_takes_all_or_some_half_days_to_another_stand(morning, afternoon):
    exhibitor = named("Iroise")
    one, two = StandFactory(number="A1"), StandFactory(number="A2")
    place(
        exhibitor_id=exhibitor.pk,
        stand_id=one.pk,
        half_day_ids=[morning.pk, afternoon.pk],
        by=None,
    )

    move_stay(exhibitor_id=exhibitor.pk, stand_id=two.pk, half_day_ids=[morning.pk], by=None)
    partly = table()
    move_stay(exhibitor_id=exhibitor.pk, stand_id=two.pk, by=None)

    assert partly == [("Iroise", "A2", "am", "planned"), ("Iroise", "A1", "pm", "planned")]
    assert table() == [("Iroise", "A2", "am", "planned"), ("Iroise", "A2", "pm", "planned")]


def test_exchange_gives_each_what_the_other_has(morning, afternoon):
    first, second = named("Iroise"), named("Molène")
    one, two = StandFactory(number="A1"), StandFactory(number="A2")
    change({first: {morning: one, afternoon: one}, second: {morning: two}})

    exchange(first=first.pk, second=second.pk, half_day_ids=[morning.pk], by=None)
    partly = table()
    exchange(first=first.pk, second=second.pk, by=None)

    assert partly == [
        ("Molène", "A1", "am", "planned"),
        ("Iroise", "A2", "am", "planned"),
        ("Iroise", "A1", "pm", "planned"),
    ]
    assert table() == [
        ("Iroise", "A1", "am", "planned"),
        ("Molène", "A2", "am", "planned"),
        ("Molène", "A1", "pm", "planned"),
    ]
    with pytest.raises(NothingToExchange):
        exchange(first=named("Sein").pk, second=named("Ouessant").pk, by=None)


def test_free_takes_the_named_half_days_or_all(morning, afternoon):
    exhibitor, stand = named("Iroise"), StandFactory(number="A1")
    change({exhibitor: {morning: stand, afternoon: stand}})

    free(exhibitor_id=exhibitor.pk, half_day_ids=[morning.pk], by=None)
    partly = table()
    free(exhibitor_id=exhibitor.pk, by=None)

    assert (partly, table()) == ([("Iroise", "A1", "pm", "planned")], [])
    assert free(exhibitor_id=exhibitor.pk, by=None) is None


def test_confirm_stays_and_back_are_steps_and_safe_to_repeat(morning, afternoon):
    exhibitor, stand = named("Iroise"), StandFactory(number="A1")
    change({exhibitor: {morning: stand, afternoon: stand}})
    named_half_days = {"edition_id": morning.edition_id, "exhibitor_ids": [exhibitor.pk]}

    confirmed = [
        confirm_stays(**named_half_days, half_day_ids=[morning.pk], by=None) for _ in range(2)
    ]
    partly = table()
    released = unconfirm_stays(**named_half_days, by=None)

    assert (confirmed[0].kind, confirmed[1], released.kind) == ("confirm", None, "release")
    assert partly == [("Iroise", "A1", "am", "confirmed"), ("Iroise", "A1", "pm", "planned")]
    assert table() == [("Iroise", "A1", "am", "planned"), ("Iroise", "A1", "pm", "planned")]
    assert list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "exhibitor.allocated",
        "exhibitor.stay_confirmed",
        "exhibitor.stay_unconfirmed",
    ]


def test_the_board_is_changed_by_managers_of_every_region_it_touches(morning):
    other = ParticipationFactory(region=Region.objects.get(code="28"))
    mine = named("Iroise")
    theirs = ExhibitorFactory(
        application=ApplicationFactory(status="confirmed", call=CallFactory(participation=other))
    )
    shared = StandFactory(zone=ZoneFactory(participation=None))
    strangers = (organiser("28"), organiser("53", role="reader"), organiser("", role="reader"))
    for stranger in strangers:
        with pytest.raises(PermissionDenied):
            change({mine: {morning: shared}}, by=stranger)
        with pytest.raises(PermissionDenied):
            hold_stand(stand_id=StandFactory().pk, half_day_ids=[morning.pk], by=stranger)
    with pytest.raises(PermissionDenied):
        change({mine: {morning: shared}, theirs: {}}, by=organiser("53"))
    with pytest.raises(PermissionDenied):
        hold_stand(stand_id=shared.pk, half_day_ids=[morning.pk], by=organiser("53"))

    step = change(
        {
            mine: {morning: shared},
            theirs: {morning: StandFactory(zone=ZoneFactory(participation=other))},
        },
        by=organiser(""),
    )

    assert (step.region_code, Allocation.objects.count()) == ("", 2)


def test_the_board_of_another_edition_is_refused(morning):
    later = EditionFactory(year=2031, starts_on=date(2031, 6, 11), ends_on=date(2031, 6, 14))
    exhibitor = named("Iroise")

    with pytest.raises(NotInEdition, match="Iroise"):
        change_board(
            edition_id=later.pk, stays={exhibitor.pk: {}}, kind=BoardStep.Kind.FREE, by=None
        )


def test_who_withdraws_leaves_confirmed_half_days_too_as_a_step(morning):
    exhibitor, stand = named("Iroise"), StandFactory(number="A1")
    AllocationFactory(exhibitor=exhibitor, stand=stand, half_day=morning, status="confirmed")

    with time_machine.travel(datetime(2030, 5, 1, tzinfo=UTC), tick=False):
        withdraw_application(application_id=exhibitor.application_id, by_name="Camille Le Goff")

    step = BoardStep.objects.get()
    assert (step.kind, step.by_name, step.before["stays"], step.after["stays"]) == (
        "free",
        "Camille Le Goff",
        {str(exhibitor.pk): {str(morning.pk): [stand.pk, "confirmed"]}},
        {str(exhibitor.pk): {}},
    )
    assert table() == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_change_takes_as_many_queries_for_one_as_for_many(
    morning, afternoon, count, django_assert_num_queries
):
    exhibitors = [named(f"Iroise {at}") for at in range(count)]
    stands = [StandFactory() for _ in exhibitors]
    present = {who: {morning: stand} for who, stand in zip(exhibitors, stands, strict=True)}
    change(present)
    wanted = {who: {afternoon: stand} for who, stand in zip(exhibitors, stands, strict=True)}
    by = organiser("53")

    with django_assert_num_queries(17):
        change(wanted, by=by)


def test_a_refusal_of_many_names_some_and_counts_the_others(morning, afternoon):
    second = [HalfDayFactory(day=DayFactory(date=date(2030, 6, 12 + day))) for day in (1, 2, 3, 4)]
    exhibitor, stand = named("Iroise"), StandFactory(number="A1")
    half_days = [morning, afternoon, *second, HalfDayFactory(day=second[-1].day, part="pm")]
    for half_day in half_days:
        AllocationFactory(exhibitor=exhibitor, stand=stand, half_day=half_day, status="confirmed")

    with translation.override("en"), pytest.raises(CellConfirmed) as refusal:
        change({exhibitor: {}})

    with translation.override("en"):
        told = [f"{half_day}: stand A1 is confirmed to Iroise." for half_day in half_days[:5]]
    assert str(refusal.value) == " ".join(
        ["Nothing was changed.", *told, "And 2 more.", "Take the confirmation back first."]
    )
    assert len(refusal.value.details["half_days"]) == 7
