import pytest

from startups.models import BoardStep, StandHold
from startups.operations import change_board
from tests.factories import (
    AllocationFactory,
    organiser,
)
from tests.startups.board_page.sent import address, held, hold, move, send
from tests.startups.fair import exhibitor, stand

pytestmark = pytest.mark.django_db


def test_step_is_taken_and_answered_with_the_rows_it_touched(client, manager, half_days):
    who, where = exhibitor("Alizé"), stand("BRE-1")
    stand("BRE-2")

    answer = move(client, who, where, half_days, seen={who.pk: 0}, since=0).json()

    assert held(who) == [("BRE-1", "am", "planned"), ("BRE-1", "pm", "planned")]
    assert answer["step"] == answer["serial"] == 1
    assert list(answer["rows"]) == [str(where.pk)]
    assert answer["waiting"] == {str(who.pk): ""}
    assert answer["people"][str(who.pk)]["rev"] == 1
    assert answer["back"] == {
        "undo": {"id": BoardStep.objects.get().pk, "what": "Place: Alizé"},
        "redo": None,
    }
    assert answer["steps"] == [{"who": str(manager), "what": "Place: Alizé", "mine": True}]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "stand BRE-1 is taken by Brume"),
        ("fr", "le stand BRE-1 est pris par Brume"),
    ],
)
def test_conflict_is_refused_with_whom_in_the_readers_language(
    client, manager, half_days, language, sentence
):
    manager.language = language
    manager.save()
    who, where = exhibitor("Alizé"), stand("BRE-1")
    AllocationFactory(exhibitor=exhibitor("Brume"), stand=where, half_day=half_days[0])

    response = move(client, who, where, half_days)

    told = response.json()
    assert (response.status_code, told["code"]) == (409, "half_days_taken")
    assert sentence in told["detail"]
    assert held(who) == []


def test_what_touches_others_is_shown_first_and_done_once_one_is_sure(client, manager, half_days):
    first, second = exhibitor("Alizé"), exhibitor("Brume")
    here, there = stand("BRE-1"), stand("BRE-2")
    AllocationFactory(exhibitor=first, stand=here, half_day=half_days[0])
    AllocationFactory(exhibitor=second, stand=there, half_day=half_days[0], status="confirmed")
    day = half_days[0].pk
    body = {
        "kind": "exchange",
        "stays": {first.pk: {day: there.pk}, second.pk: {day: here.pk}},
        "seen": {first.pk: 0, second.pk: 0},
    }

    asked = send(client, "_steps", **body).json()["ask"]
    untouched = held(first), held(second)
    shown = send(client, "_preview", **body).json()
    done = send(client, "_steps", **body, sure=True).json()

    assert asked == shown
    assert asked["touches_others"]
    assert "Confirmed until now: Brume, BRE-2" in asked["html"]
    assert untouched == ([("BRE-1", "am", "planned")], [("BRE-2", "am", "confirmed")])
    assert done["step"] == 1
    assert (held(first), held(second)) == (
        [("BRE-2", "am", "planned")],
        [("BRE-1", "am", "planned")],
    )


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(client, manager, half_days):
    who, here, there = exhibitor("Alizé"), stand("BRE-1"), stand("BRE-2")
    colleague = organiser(full_name="Anatole Vaubanrier")
    stay = {who.pk: {half_days[0].pk: there.pk}}
    change_board(edition_id=here.edition_id, stays=stay, kind=BoardStep.Kind.PLACE, by=colleague)

    response = move(client, who, here, half_days, seen={who.pk: 0})

    assert (response.status_code, response.json()["code"]) == (409, "changed_meanwhile")
    assert "Anatole Vaubanrier" in response.json()["detail"]
    assert held(who) == [("BRE-2", "am", "planned")]


def test_changes_are_those_after_what_was_seen_and_nothing_else(client, manager, half_days):
    who, where = exhibitor("Alizé"), stand("BRE-1")
    nothing = client.get(address("_changes", since=0)).json()
    colleague = organiser(full_name="Anatole Vaubanrier")
    stay = {who.pk: {half_days[0].pk: where.pk}}
    change_board(edition_id=where.edition_id, stays=stay, kind=BoardStep.Kind.PLACE, by=colleague)

    found = client.get(address("_changes", since=0)).json()
    then = client.get(address("_changes", since=1)).json()

    assert (nothing, then) == ({"serial": 0}, {"serial": 1})
    assert list(found["rows"]) == [str(where.pk)]
    assert found["steps"] == [{"who": "Anatole Vaubanrier", "what": "Place: Alizé", "mine": False}]


@pytest.mark.parametrize("count", [1, 3])
def test_changes_ask_as_often_for_many_as_for_one(
    client, manager, half_days, count, django_assert_num_queries
):
    for number in range(count):
        where = stand(f"BRE-{number}")
        stay = {exhibitor(f"Société {number}").pk: {half_days[0].pk: where.pk}}
        change_board(edition_id=where.edition_id, stays=stay, kind=BoardStep.Kind.PLACE, by=manager)
    client.get(address("_changes", since=0))

    with django_assert_num_queries(29):
        found = client.get(address("_changes", since=0)).json()

    assert len(found["rows"]) == count


def test_one_undoes_and_redoes_ones_own_steps_by_name(client, manager, half_days):
    who, here, there = exhibitor("Alizé"), stand("BRE-1"), stand("BRE-2")
    move(client, who, here, half_days)
    answer = move(client, who, there, half_days, kind="move").json()

    back = [answer["back"]]
    for way in ("undo", "undo", "redo", "redo"):
        answer = send(client, "_undo", step=back[-1][way]["id"]).json()
        back.append(answer["back"])

    told = [{way: step and step["what"] for way, step in each.items()} for each in back]
    placed, moved = "Place: Alizé", "Move: Alizé"
    assert told == [
        {"undo": moved, "redo": None},
        {"undo": placed, "redo": moved},
        {"undo": None, "redo": placed},
        {"undo": placed, "redo": moved},
        {"undo": moved, "redo": None},
    ]
    assert held(who) == [("BRE-2", "am", "planned"), ("BRE-2", "pm", "planned")]


def test_confirming_keeping_free_and_back(client, manager, half_days):
    who, here = exhibitor("Alizé"), stand("BRE-1")
    AllocationFactory(exhibitor=who, stand=here, half_day=half_days[0])
    chosen = {"exhibitors": [who.pk], "half_days": [half_days[0].pk]}

    send(client, "_steps", kind="confirm", **chosen)
    confirmed = held(who)
    send(client, "_steps", kind="release", **chosen)
    hold(client, here, half_days[1], "Une délégation", None)
    notes = list(StandHold.objects.values_list("note", flat=True))
    hold(client, here, half_days[1], None, "Une délégation")

    assert (confirmed, notes) == ([("BRE-1", "am", "confirmed")], ["Une délégation"])
    assert (held(who), StandHold.objects.count()) == ([("BRE-1", "am", "planned")], 0)
