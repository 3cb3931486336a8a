"""The rotation board's page and what its script asks."""

import json

import pytest
from django.urls import reverse

from pavilion.core.access import Role
from startups.models import Allocation, BoardStep, StandHold
from startups.operations import change_board, free, hold_stand
from tests.factories import (
    AllocationFactory,
    EditionFactory,
    HalfDayFactory,
    organiser,
)
from tests.startups.fair import exhibitor, participation_of, stand

pytestmark = pytest.mark.django_db


@pytest.fixture
def half_days():
    return [HalfDayFactory(), HalfDayFactory(part="pm")]


@pytest.fixture
def manager(client):
    user = organiser("53", full_name="Nolwenn Kerdarec", language="en")
    client.force_login(user)
    return user


def address(name="", **query):
    return reverse(f"admin:startups_board{name}", args=[2030], query=query)


def send(client, name, **body):
    return client.post(address(name), json.dumps(body), content_type="application/json")


def move(client, who, where, half_days, kind="place", **more):
    stay = {half_day.pk: where.pk for half_day in half_days}
    who.refresh_from_db()
    more = {"seen": {who.pk: who.stay_revision}, **more}
    return send(client, "_steps", kind=kind, stays={who.pk: stay}, **more)


def hold(client, where, half_day, note, seen, name="_steps"):
    cell = f"{where.pk}:{half_day.pk}"
    return send(client, name, kind="hold", holds={cell: note}, seen_holds={cell: seen})


def held(who):
    rows = Allocation.objects.filter(exhibitor=who).order_by("half_day__starts_at")
    return list(rows.values_list("stand__number", "half_day__part", "status"))


@pytest.mark.parametrize("count", [1, 3])
def test_board_asks_as_often_for_many_stands_as_for_one(
    client, manager, half_days, count, django_assert_num_queries
):
    for number in range(count):
        who = exhibitor(f"Société {number}")
        AllocationFactory(exhibitor=who, stand=stand(f"BRE-{number}"), half_day=half_days[0])
        hold_stand(
            stand_id=stand(f"BRE-1{number}").pk, half_day_ids=[half_days[0].pk], by=None, note="Z"
        )
        exhibitor(f"Sans stand {number}").application.wanted_half_days.set(half_days)
    client.get(address())

    with django_assert_num_queries(21):
        response = client.get(address())

    assert response.content.decode().count('class="bar t5') == count


def test_board_shows_bars_holes_what_is_kept_free_and_what_to_mind(client, manager, half_days):
    who = exhibitor("Nomverif", power_watts=2000)
    where = stand("BRE-2", power_watts=500)
    AllocationFactory(exhibitor=who, stand=where, half_day=half_days[0], status="confirmed")
    hold_stand(stand_id=where.pk, half_day_ids=[half_days[1].pk], by=None, note="<Délégation>")
    stand("BRE-10", power_watts=0)

    [(_area, rows)] = client.get(address()).context["areas"]

    link = reverse("admin:startups_exhibitor_changelist")
    assert rows == (
        f'<div role="row" class="board-row mine" data-s="{where.pk}" data-r="53" '
        'data-has="pod,500,0,0,0,0,250,1">'
        '<div role="rowheader" class="stand" title="500\xa0W"><b>BRE-2</b>'
        "<small>500\xa0W</small></div>"
        f'<div role="gridcell" class="bar t5 n1 sure warn" aria-colspan="1" '
        f'data-x="{who.pk}" title="Nomverif · Cybersecurity · lacks: 2\xa0kW">'
        f'<a href="{link}{who.pk}/">Nomverif</a><small>lacks: 2\xa0kW</small></div>'
        '<div role="gridcell" class="held n1" aria-colspan="1">'
        "<span>kept free</span><small>&lt;Délégation&gt;</small></div></div>"
        f'<div role="row" class="board-row mine" data-s="{where.pk + 1}" data-r="53" '
        'data-has="pod,0,0,0,0,0,250,1">'
        '<div role="rowheader" class="stand" title=""><b>BRE-10</b><small></small></div>'
        + '<div role="gridcell" class="hole"><i>free</i></div>' * 2
        + "</div>"
    )


def test_who_has_less_than_granted_waits_beside_the_board(client, manager, half_days):
    none, some, full = exhibitor("Alizé"), exhibitor("Brume"), exhibitor("Crête")
    for who in (none, some, full):
        who.application.wanted_half_days.set(half_days)
    where = stand("BRE-1")
    AllocationFactory(exhibitor=some, stand=where, half_day=half_days[0])
    other = stand("BRE-2")
    for half_day in half_days:
        AllocationFactory(exhibitor=full, stand=other, half_day=half_day)

    page = client.get(address())

    assert [(each.who.name, each.given) for each in page.context["waiting"]] == [
        ("Alizé", "0 of 2 half-days"),
        ("Brume", "1 of 2 half-days"),
    ]
    assert page.context["summary"] == "1 exhibitor of 3 has all its half-days. 1 has no stand."


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


def test_neighbours_read_the_board_and_change_nothing(client, half_days):
    client.force_login(organiser("84", language="en"))
    participation_of("84")
    who, where = exhibitor("Alizé", power_watts=2000), stand("BRE-1", power_watts=100)
    AllocationFactory(exhibitor=who, stand=where, half_day=half_days[0])

    page = client.get(address(region="53"))
    refused = move(client, who, where, half_days)

    [(_area, rows)] = page.context["areas"]
    # What a company needs is its region's to read.
    assert ("fixed" in rows, "lacks" in rows, page.context["waiting"]) == (True, False, [])
    assert page.context["facts"]["people"] == {
        str(who.pk): {"name": "Alizé", "theme": 5, "region": "53"}
    }
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")


def test_history_tells_who_did_what(client, manager, half_days):
    who, here = exhibitor("Alizé"), stand("BRE-1")
    empty = client.get(address("_history")).content.decode()
    move(client, who, here, half_days)

    [step] = client.get(address("_history")).context_data["steps"]

    assert "Nothing has been moved yet." in empty
    assert (step.who, step.what, step.can_be_undone) == (str(manager), "Place: Alizé", True)
    [line] = step.details
    assert line.startswith("no stand → BRE-1, ")


@pytest.mark.parametrize("note", [None, "", "Pour d’autres"])
def test_what_a_colleague_keeps_free_is_not_overwritten(client, manager, half_days, note):
    where, colleague = stand("BRE-1"), organiser(full_name="Anatole Vaubanrier")
    hold_stand(
        stand_id=where.pk, half_day_ids=[half_days[0].pk], by=colleague, note="Pour la ministre"
    )

    for name in ("_preview", "_steps"):
        response = hold(client, where, half_days[0], note, "Avant" if note is None else None, name)

        assert (response.status_code, response.json()["code"]) == (409, "changed_meanwhile")
        assert response.json()["detail"].startswith(
            f"Stand BRE-1 ({half_days[0]}) was changed in the meantime by Anatole Vaubanrier, "
        )
    assert [(each.note, each.by) for each in StandHold.objects.all()] == [
        ("Pour la ministre", colleague)
    ]


def test_a_step_says_what_it_saw_of_all_it_changes(client, manager, half_days):
    who, where = exhibitor("Alizé"), stand("BRE-1")
    AllocationFactory(exhibitor=who, stand=where, half_day=half_days[0], status="confirmed")
    cell = f"{where.pk}:{half_days[1].pk}"

    refused = [
        send(client, "_steps", kind="free", stays={who.pk: {}}, sure=True),
        send(client, "_steps", kind="hold", holds={cell: ""}),
    ]

    assert [each.status_code for each in refused] == [400, 400]
    assert (held(who), StandHold.objects.count()) == ([("BRE-1", "am", "confirmed")], 0)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        '{"kind": "swap"}',
        '{"kind": "place", "stays": []}',
        '{"kind": "hold", "holds": {"1": ""}}',
        '{"kind": "confirm", "exhibitors": [1e999]}',
        '{"kind": "place", "stays": {"1": {"1": 1e999}}, "seen": {"1": 0}}',
        '{"kind": "hold", "holds": {"1:1": "a\\u0000b"}, "seen_holds": {"1:1": null}}',
        '{"kind": "hold", "holds": {"1:1": "a\\ud800"}, "seen_holds": {"1:1": null}}',
        '{"kind": "hold", "holds": {"1:1": 7}, "seen_holds": {"1:1": null}}',
        '{"kind": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
@pytest.mark.parametrize("name", ["_steps", "_preview"])
def test_what_no_script_of_ours_sends_is_a_bad_request(client, manager, half_days, body, name):
    EditionFactory()

    response = client.post(address(name), body, content_type="application/json")

    assert response.status_code == 400


def test_a_bad_request_has_written_nothing(client, manager, half_days):
    who, where = exhibitor("Alizé"), stand("BRE-1")

    refused = [move(client, who, where, half_days, since="zzz")]
    unmoved = held(who)
    move(client, who, where, half_days)
    refused.append(send(client, "_undo", step=BoardStep.objects.get().pk, since="zzz"))

    assert [each.status_code for each in refused] == [400, 400]
    assert (unmoved, len(held(who))) == ([], 2)


def test_a_company_s_contact_is_its_own_region_s_to_read(client, manager, half_days):
    who, where = exhibitor("Alizé"), stand("BRE-1")
    AllocationFactory(exhibitor=who, stand=where, half_day=half_days[0])
    free(exhibitor_id=who.pk, by=None, by_name="Maelle Kerjean")
    participation_of("28")

    found = []
    for reader in (organiser("53", Role.READER), organiser(""), organiser("28")):
        client.force_login(reader)
        [step] = client.get(address("_history", region="all")).context_data["steps"]
        [told] = client.get(address("_changes", since=0, region="all")).json()["steps"]
        found.append((step.who, told["who"]))

    assert found == [
        ("Maelle Kerjean", "Maelle Kerjean"),
        ("Maelle Kerjean", "Maelle Kerjean"),
        ("un exposant", "un exposant"),
    ]


def test_unknown_region_edition_and_exhibitor_do_not_exist(client, manager, half_days):
    who = exhibitor("Alizé")
    found = [
        client.get(address(region="99")),
        client.get(reverse("admin:startups_board", args=[1999])),
        send(client, "_steps", kind="free", stays={who.pk + 99: {}}, seen={who.pk + 99: 0}),
    ]

    assert [each.status_code for each in found] == [404, 404, 404]


def step_of(who, name):
    return reverse(f"admin:startups_exhibitor_{name}", args=[who.pk])


def test_same_is_done_by_plain_forms_on_the_exhibitors_page(client, manager, half_days):
    first, second = exhibitor("Alizé"), exhibitor("Brume")
    here, there = stand("BRE-1"), stand("BRE-2")
    AllocationFactory(exhibitor=first, stand=here, half_day=half_days[0])
    days = {"half_days": [half_days[0].pk]}

    shown = client.post(step_of(first, "move"), {"stand": there.pk, **days})
    untouched = held(first)
    seen = shown.context_data["seen"]
    client.post(step_of(first, "move"), {"stand": there.pk, **days, "_seen": seen})
    moved = held(first)
    client.post(step_of(first, "confirm-stay"), days)
    confirmed = held(first)
    client.post(step_of(first, "unconfirm-stay"), days)
    AllocationFactory(exhibitor=second, stand=here, half_day=half_days[1])
    seen = client.post(step_of(first, "exchange"), {"other": second.pk}).context_data["seen"]
    client.post(step_of(first, "exchange"), {"other": second.pk, "_seen": seen})

    assert (untouched, moved, confirmed) == (
        [("BRE-1", "am", "planned")],
        [("BRE-2", "am", "planned")],
        [("BRE-2", "am", "confirmed")],
    )
    assert (held(first), held(second)) == (
        [("BRE-1", "pm", "planned")],
        [("BRE-2", "am", "planned")],
    )
    kinds = BoardStep.objects.order_by("serial").values_list("kind", flat=True)
    assert list(kinds) == ["move", "confirm", "release", "exchange"]
