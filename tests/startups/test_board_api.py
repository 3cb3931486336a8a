"""Programs read the plan step by step, and change it."""

from datetime import UTC, datetime

import pytest
import time_machine

from pavilion.core.access import Role
from startups.models import Allocation, BoardStep, StandHold
from startups.operations import hold_stand, place
from tests.api import client_of
from tests.factories import (
    AllocationFactory,
    ExhibitorFactory,
    HalfDayFactory,
    StandFactory,
    organiser,
)
from tests.startups.fair import afternoon

pytestmark = pytest.mark.django_db
STEPS = "/api/v1/board-steps/"
HOLDS = "/api/v1/stand-holds/"


@pytest.fixture
def manager():
    return organiser("53", language="en", full_name="Gwenaëlle Riou")


def named(name):
    return ExhibitorFactory(application__display_name=name)


def stay(exhibitor, stand, *half_days, **fields):
    cells = [{"half_day": half_day.pk, "stand": stand.pk} for half_day in half_days]
    return {"exhibitor": exhibitor.pk, "cells": cells, **fields}


@time_machine.travel(datetime(2030, 6, 1, 7, 30, tzinfo=UTC), tick=False)
def test_a_change_is_a_step_that_others_read_after_the_last_they_saw(manager):
    exhibitor, stand, half_day = named("Abers"), StandFactory(number="B12"), HalfDayFactory()
    client = client_of(manager)
    body = {"edition": 2030, "kind": "place", "stays": [stay(exhibitor, stand, half_day)]}

    made = client.post(STEPS, {**body, "reason": "Ouverture"})
    again = client.post(STEPS, body)
    changed = client.post(
        STEPS, {**body, "kind": "move", "stays": [stay(exhibitor, stand, half_day, afternoon())]}
    )
    page = client_of(organiser("76", Role.READER)).get(f"{STEPS}?edition=2030&since=1").json()

    cell = {str(half_day.pk): [stand.pk, "planned"]}
    assert (made.status_code, made.json()) == (
        201,
        {
            "id": made.json()["id"],
            "edition": 2030,
            "serial": 1,
            "kind": "place",
            "region": "53",
            "by": "Gwenaëlle Riou",
            "at": "2030-06-01T09:30:00+02:00",
            "reason": "Ouverture",
            "before": {"stays": {str(exhibitor.pk): {}}, "holds": {}},
            "after": {"stays": {str(exhibitor.pk): cell}, "holds": {}},
            "undoes": None,
            "undone_by": None,
        },
    )
    assert (again.status_code, again.content, changed.status_code) == (204, b"", 201)
    assert [(step["serial"], step["kind"]) for step in page["results"]] == [(2, "move")]


def test_a_change_of_what_was_changed_meanwhile_or_is_taken_is_refused_by_code(manager):
    exhibitor, half_day = named("Abers"), HalfDayFactory()
    taken = AllocationFactory(stand__number="B12", half_day=half_day).stand
    client = client_of(manager)
    client.post(STEPS, {"edition": 2030, "stays": [stay(exhibitor, StandFactory(), half_day)]})
    was = set(Allocation.objects.values_list("exhibitor", "stand"))

    stale = client.post(
        STEPS, {"edition": 2030, "stays": [stay(exhibitor, taken, stay_revision=0)]}
    )
    clash = client.post(
        STEPS, {"edition": 2030, "stays": [stay(exhibitor, taken, half_day, stay_revision=1)]}
    )
    shown = client.post(
        f"{STEPS}preview/", {"edition": 2030, "stays": [stay(exhibitor, taken, half_day)]}
    )

    assert [(each.status_code, each.json()["code"]) for each in (stale, clash, shown)] == [
        (409, "changed_meanwhile"),
        (409, "half_days_taken"),
        (409, "half_days_taken"),
    ]
    assert "Gwenaëlle Riou" in stale.json()["detail"]
    assert set(Allocation.objects.values_list("exhibitor", "stand")) == was


def test_a_change_names_things_that_exist(manager):
    bodies = [
        {"edition": 2030, "stays": [{"exhibitor": 999, "cells": []}]},
        {"edition": 2030, "holds": [{"stand": 1, "half_day": 999, "note": ""}]},
        {"edition": 2029, "stays": "tous"},
    ]
    HalfDayFactory()

    answers = [client_of(manager).post(STEPS, body) for body in bodies]

    assert [(each.status_code, each.json()) for each in answers] == [
        (400, {"exhibitor": ["Invalid pk “999”: it does not exist."]}),
        (400, {"half_day": ["Invalid pk “999”: it does not exist."]}),
        (
            400,
            {
                "edition": ["Object with year=2029 does not exist."],
                "stays": ['Expected a list of items but got type "str".'],
            },
        ),
    ]


def test_a_preview_tells_all_it_would_touch_and_writes_nothing(manager):
    exhibitor, half_day = named("Abers"), HalfDayFactory()
    stand = StandFactory(number="B12")
    exhibitor.application.needs_water = True
    exhibitor.application.save()

    shown = client_of(manager).post(
        f"{STEPS}preview/", {"edition": 2030, "stays": [stay(exhibitor, stand, half_day)]}
    )

    assert (shown.status_code, shown.json()) == (
        200,
        {
            "changes": [
                {
                    "exhibitor": exhibitor.pk,
                    "name": "Abers",
                    "region": "53",
                    "before": [],
                    "after": [
                        {
                            "half_day": half_day.pk,
                            "label": "Wednesday 12 June, morning",
                            "stand": stand.pk,
                            "number": "B12",
                        }
                    ],
                }
            ],
            "meetings": [],
            "mails": [],
            "warnings": [
                {
                    "code": "needs",
                    "exhibitor": exhibitor.pk,
                    "sentence": "Stand B12 lacks what Abers needs: water.",
                }
            ],
        },
    )
    assert not BoardStep.objects.exists()


def test_a_step_is_undone_once(manager):
    exhibitor, half_day = named("Abers"), HalfDayFactory()
    client = client_of(manager)
    step = client.post(
        STEPS, {"edition": 2030, "stays": [stay(exhibitor, StandFactory(), half_day)]}
    ).json()

    undone = client.post(f"{STEPS}{step['id']}/undo/", {"reason": "Erreur"})
    again = client.post(f"{STEPS}{step['id']}/undo/")
    colleague = client_of(organiser("53")).post(f"{STEPS}{step['id']}/undo/")
    shown = client.get(f"{STEPS}{step['id']}/").json()

    assert (undone.status_code, undone.json()["undoes"]) == (201, step["id"])
    assert (again.json()["id"], shown["undone_by"]) == (undone.json()["id"],) * 2
    assert (colleague.status_code, colleague.json()["code"]) == (409, "already_undone")
    assert not Allocation.objects.exists()


def test_stands_are_kept_free_and_given_back(manager):
    stand, half_day = StandFactory(number="B12"), HalfDayFactory()
    client = client_of(manager)

    held = client.post(
        HOLDS, {"stand": stand.pk, "half_days": [half_day.pk], "note": "Invité d’honneur"}
    )
    refused = client.post(
        STEPS, {"edition": 2030, "stays": [stay(named("Abers"), stand, half_day)]}
    )
    page = client.get(f"{HOLDS}?region=53").json()["results"]
    given_back = client.delete(f"{HOLDS}{held.json()[0]['id']}/?reason=Annulé")

    assert held.status_code == 201
    assert held.json() == page
    assert page == [
        {
            "id": page[0]["id"],
            "edition": 2030,
            "region": "53",
            "stand": stand.pk,
            "stand_number": "B12",
            "half_day": half_day.pk,
            "half_day_name": "Wednesday 12 June, morning",
            "note": "Invité d’honneur",
            "created_at": page[0]["created_at"],
        }
    ]
    assert (refused.status_code, refused.json()["code"]) == (409, "stand_held")
    assert (given_back.status_code, StandHold.objects.count()) == (204, 0)


def test_an_exhibitors_stay_is_moved_exchanged_confirmed_and_released(manager):
    first, second = named("Abers"), named("Molène")
    stands = [StandFactory(number=number) for number in ("B1", "B2", "B3")]
    half_day = HalfDayFactory()
    AllocationFactory(exhibitor=first, stand=stands[0], half_day=half_day)
    AllocationFactory(exhibitor=second, stand=stands[1], half_day=half_day)
    client = client_of(manager)
    url = f"/api/v1/exhibitors/{first.pk}/"

    def where():
        rows = Allocation.objects.order_by("exhibitor__application__display_name")
        return list(rows.values_list("stand__number", "status"))

    moved = client.post(f"{url}move-stay/", {"stand": stands[2].pk, "stay_revision": 0})
    seen = [where()]
    client.post(f"{url}exchange/", {"other": second.pk, "half_days": [half_day.pk]})
    seen.append(where())
    client.post(f"{url}confirm-stay/", {})
    seen.append(where())
    refused = client.post(f"{url}move-stay/", {"stand": stands[0].pk})
    client.post(f"{url}unconfirm-stay/", {})
    stale = client.post(f"{url}move-stay/", {"stand": stands[0].pk, "stay_revision": 0})

    assert (moved.status_code, moved.json()["stay_revision"]) == (200, 1)
    assert seen == [
        [("B3", "planned"), ("B2", "planned")],
        [("B2", "planned"), ("B3", "planned")],
        [("B2", "confirmed"), ("B3", "planned")],
    ]
    assert [(each.status_code, each.json()["code"]) for each in (refused, stale)] == [
        (409, "cell_confirmed"),
        (409, "changed_meanwhile"),
    ]


def test_one_half_day_is_confirmed_and_released(manager):
    allocation = AllocationFactory()
    url = f"/api/v1/allocations/{allocation.pk}/"

    answers = [client_of(manager).post(f"{url}{verb}/") for verb in ("confirm", "unconfirm")]

    assert [(each.status_code, each.json()["status"]) for each in answers] == [
        (200, "confirmed"),
        (200, "planned"),
    ]


@pytest.mark.parametrize(
    ("user", "read", "written"),
    [
        (lambda: None, 401, 401),
        (lambda: organiser("75"), 200, 403),
        (lambda: organiser("53", Role.READER), 200, 403),
    ],
)
def test_teams_read_the_plan_and_its_region_changes_it(user, read, written):
    exhibitor, stand, half_day = named("Abers"), StandFactory(), HalfDayFactory()
    client = client_of(user())

    assert [client.get(url).status_code for url in (STEPS, HOLDS)] == [read] * 2
    answers = [
        client.post(STEPS, {"edition": 2030, "stays": [stay(exhibitor, stand, half_day)]}),
        client.post(
            f"{STEPS}preview/", {"edition": 2030, "stays": [stay(exhibitor, stand, half_day)]}
        ),
        client.post(HOLDS, {"stand": stand.pk, "half_days": [half_day.pk]}),
    ]
    assert [answer.status_code for answer in answers] == [written] * 3


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_one_and_three(count, django_assert_num_queries, manager):
    client = client_of(manager)
    for _ in range(count):
        exhibitor, half_day = named("Abers"), HalfDayFactory()
        client.post(STEPS, {"edition": 2030, "stays": [stay(exhibitor, StandFactory(), half_day)]})
        client.post(HOLDS, {"stand": StandFactory().pk, "half_days": [half_day.pk]})

    for url in (STEPS, HOLDS):
        with django_assert_num_queries(4):
            client.get(url)


def test_the_board_is_the_desks_to_read_and_a_contact_its_own_region_s(manager):
    who, stand, half_day = named("Abers"), StandFactory(number="B12"), HalfDayFactory()
    place(
        exhibitor_id=who.pk,
        stand_id=stand.pk,
        half_day_ids=[half_day.pk],
        by=None,
        by_name="Maelle Kerjean",
    )
    hold_stand(stand_id=stand.pk, half_day_ids=[afternoon().pk], by=None, note="Invité")
    readers = [
        manager,
        organiser("53", Role.READER),
        organiser("28", language="en"),
        organiser("53", Role.REVIEWER),
    ]

    found = []
    for reader in readers:
        client = client_of(reader)
        steps, holds = (client.get(page).json()["results"] for page in (STEPS, HOLDS))
        found.append(([step["by"] for step in steps], [hold["note"] for hold in holds]))

    assert found == [
        (["Maelle Kerjean", ""], ["Invité"]),
        (["Maelle Kerjean", ""], ["Invité"]),
        (["an exhibitor", ""], ["Invité"]),
        ([], []),
    ]


def test_what_contradicts_itself_is_refused(manager):
    who, half_day = named("Abers"), HalfDayFactory()
    one, other = StandFactory(number="B12"), StandFactory(number="B13")
    twice = stay(who, one, half_day)
    twice["cells"] += stay(who, other, half_day)["cells"]
    kept = {"half_day": half_day.pk, "stand": one.pk}
    bodies = [
        {"stays": [twice]},
        {"stays": [stay(who, one, half_day), stay(who, other, half_day)]},
        {"holds": [{**kept, "note": "A"}, {**kept, "note": None}]},
    ]

    answers = [client_of(manager).post(STEPS, {"edition": 2030, **body}) for body in bodies]

    sentence = "The same exhibitor, or the same half-day of it, is named twice."
    assert [(each.status_code, each.json()) for each in answers] == [
        (400, {"stays": [sentence]}),
        (400, {"stays": [sentence]}),
        (400, {"holds": ["The same half-day of a stand is named twice."]}),
    ]
    assert not BoardStep.objects.exists()


def test_what_is_kept_free_is_overwritten_only_as_it_was_read(manager):
    stand, half_day = StandFactory(number="B12"), HalfDayFactory()
    hold_stand(stand_id=stand.pk, half_day_ids=[half_day.pk], by=None, note="Invité")
    cell = {"half_day": half_day.pk, "stand": stand.pk, "note": None}
    client = client_of(manager)

    stale = client.post(STEPS, {"edition": 2030, "holds": [{**cell, "seen_note": "Travaux"}]})
    fresh = client.post(STEPS, {"edition": 2030, "holds": [{**cell, "seen_note": "Invité"}]})

    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
    assert (fresh.status_code, StandHold.objects.count()) == (201, 0)


@pytest.mark.parametrize("body", ['{"edition": 1e999}', "[" * 100_000, '{"edition": Infinity}'])
def test_what_is_no_json_of_ours_is_a_bad_request(manager, body):
    response = client_of(manager).generic("POST", STEPS, body, content_type="application/json")

    assert (response.status_code, list(response.json())) == (400, ["detail"])
