import pytest
from django.urls import reverse

from startups.models import BoardStep, StandHold
from startups.operations import hold_stand
from tests.factories import (
    AllocationFactory,
    EditionFactory,
    organiser,
)
from tests.startups.board_page.sent import address, held, hold, move, send, step_of
from tests.startups.fair import exhibitor, stand

pytestmark = pytest.mark.django_db


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


def test_unknown_region_edition_and_exhibitor_do_not_exist(client, manager, half_days):
    who = exhibitor("Alizé")
    found = [
        client.get(address(region="99")),
        client.get(reverse("admin:startups_board", args=[1999])),
        send(client, "_steps", kind="free", stays={who.pk + 99: {}}, seen={who.pk + 99: 0}),
    ]

    assert [each.status_code for each in found] == [404, 404, 404]


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
