"""The drawing through the API: edits, rows, numbers, undo, files; what it says by itself."""

import pytest

from events.models import PlanEdit, Region, Stand
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import (
    HalfDayFactory,
    ParticipationFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
EDITS = "/api/v1/plan-edits/"


@pytest.fixture
def zone():
    return ZoneFactory(outline=[[0, 0], [20, 0], [20, 20], [0, 20]])


@pytest.fixture
def manager():
    return organiser("53", language="en")


def post(user, address, sent):
    response = client_of(user).post(address, sent, format="json")
    return response.status_code, response.json() if response.content else None


def test_an_edit_is_made_and_taken_back_and_made_again(zone, manager):
    stand = StandFactory(zone=zone, number="A-1")
    sent = {
        "level": zone.level_id,
        "stands": {str(stand.pk): {"x": 4.5}},
        "new_stands": [{"zone": zone.pk, "x": 8, "y": 1}],
        "seen": {"stands": {str(stand.pk): 1}},
    }

    status, edit = post(manager, EDITS, sent)
    assert (status, edit["label"], edit["by"], edit["undone_by"]) == (
        201,
        "Moved: A-1 · Added: A-2",
        str(manager),
        None,
    )
    status, undone = post(manager, f"{EDITS}{edit['id']}/undo/", {})
    assert (status, undone["undoes"], Stand.objects.count()) == (200, edit["id"], 1)
    status, redone = post(manager, f"{EDITS}redo-last/", {"level": zone.level_id})
    assert (status, redone["undoes"], Stand.objects.count()) == (201, undone["id"], 2)
    status, last = post(manager, f"{EDITS}undo-last/", {"level": zone.level_id})
    assert (status, last["undoes"], Stand.objects.count()) == (201, redone["id"], 1)


def test_an_edit_of_what_somebody_changed_is_refused_and_names_it(zone, manager):
    stand = StandFactory(zone=zone, number="A-1")
    sent = {
        "level": zone.level_id,
        "stands": {stand.pk: {"x": 4}},
        "seen": {"stands": {stand.pk: 7}},
    }

    status, body = post(manager, EDITS, sent)

    assert (status, body["code"], body["details"]) == (
        409,
        "changed_meanwhile",
        {"changed": [stand.pk]},
    )
    assert body["detail"].startswith("A-1 was changed meanwhile.")


def test_what_already_is_so_makes_no_edit(zone, manager):
    stand = StandFactory(zone=zone)
    sent = {"level": zone.level_id, "stands": {str(stand.pk): {"x": 1}}}
    assert post(manager, EDITS, sent) == (204, None)
    assert not PlanEdit.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"stands": {"one": {}}}, "stands"),
        ({"stands": {"1": 3}}, "stands"),
        ({"new_stands": "many"}, "new_stands"),
        ({"seen": {"stands": {"1": "first"}}}, "seen"),
        ({"level": 999_999}, "level"),
    ],
)
def test_what_is_no_edit_is_a_400_that_names_the_field(zone, manager, sent, field):
    status, body = post(manager, EDITS, {"level": zone.level_id, **sent})
    assert (status, list(body)) == (400, [field])


def test_strangers_readers_and_other_regions_change_nothing(zone):
    stand = StandFactory(zone=zone)
    sent = {"level": zone.level_id, "stands": {str(stand.pk): {"x": 4}}}
    ParticipationFactory(region=Region.objects.get(code="84"))

    answers = [
        client_of(user).post(EDITS, sent, format="json").status_code
        for user in (None, organiser("84"), organiser("53", role=Role.READER))
    ]

    assert (answers, PlanEdit.objects.count()) == ([401, 403, 403], 0)


def test_rows_are_repeated_and_numbered(zone, manager):
    stand = StandFactory(zone=zone, number="A-01", x=1, y=1)
    of_level = {"level": zone.level_id}

    status, row = post(
        manager,
        f"{EDITS}duplicate/",
        {**of_level, "stand_ids": [stand.pk], "count": 2, "spacing": 1},
    )
    assert (status, row["label"]) == (201, "Added: A-02, A-03")
    ids = list(Stand.objects.values_list("pk", flat=True))
    status, numbered = post(
        manager,
        f"{EDITS}number/",
        {**of_level, "stand_ids": ids, "prefix": "B-", "start": 7, "direction": "left"},
    )
    assert (status, numbered["label"]) == (201, "Renumbered: B-07, B-08, B-09")
    assert list(Stand.objects.order_by("x").values_list("number", flat=True)) == [
        "B-09",
        "B-08",
        "B-07",
    ]


def test_a_file_is_compared_then_written(zone, manager):
    sent = {
        "level": zone.level_id,
        "format": "csv",
        "content": "number;x;y\nA-1;2,5;3\nA-2;beside;3\n",
    }

    status, found = post(manager, f"{EDITS}compare-file/", sent)
    assert (status, found) == (
        200,
        {
            "new": [{"name": "A-1", "what": zone.name}],
            "changed": [],
            "same": 0,
            "gone": [],
            "passed_over": 0,
            "problems": [
                {
                    "where": "Line 3",
                    "sentence": "x (m): “beside” is not a number: write 2.5 or 2,5.",
                    "is_left_out": True,
                }
            ],
            "writes": 1,
        },
    )
    assert not Stand.objects.exists()
    status, edit = post(manager, f"{EDITS}import-file/", sent)
    assert (status, edit["label"], Stand.objects.get().number) == (201, "Added: A-1", "A-1")


def test_a_file_that_cannot_be_read_is_refused(zone, manager):
    sent = {"level": zone.level_id, "format": "svg", "content": "<svg"}
    status, body = post(manager, f"{EDITS}compare-file/", sent)
    assert (status, body["code"]) == (409, "unreadable")


def test_the_drawing_of_a_level_tells_neighbours_aisles_and_what_to_look_at(zone):
    one, other, facing = (
        StandFactory(zone=zone, number=number, x=x, y=y)
        for number, x, y in (("A-1", 1, 1), ("A-2", 2, 1), ("A-3", 1, 3))
    )

    told = client_of().get(f"/api/v1/levels/{zone.level_id}/survey/").json()

    assert told == {
        "beside": [[one.pk, other.pk]],
        "aisles": [
            {
                "first": one.pk,
                "second": facing.pk,
                "width": 1.0,
                "corners": [[1.0, 2.0], [2.0, 2.0], [2.0, 3.0], [1.0, 3.0]],
            }
        ],
        "warnings": [
            {
                "kind": "narrow",
                "stands": [one.pk, facing.pk],
                "text": told["warnings"][0]["text"],
            }
        ],
    }


def test_a_half_day_tells_how_many_visitors_are_expected():
    half_day = HalfDayFactory()
    address = f"/api/v1/half-days/{half_day.pk}/"

    response = client_of(organiser()).patch(address, {"pace": "busy", "part": "pm"}, format="json")
    assert (response.status_code, response.json()["pace"], response.json()["part"]) == (
        200,
        "busy",
        "am",
    )
    refused = client_of(organiser("53")).patch(address, {"pace": "quiet"}, format="json")
    wrong = client_of(organiser()).patch(address, {"pace": "wild"}, format="json")
    assert (refused.status_code, wrong.status_code) == (403, 400)
    half_day.refresh_from_db()
    assert half_day.pace == "busy"


def test_edits_are_listed_with_the_same_questions_however_many(
    zone, manager, django_assert_num_queries
):
    stand = StandFactory(zone=zone)
    client = client_of(manager)
    for x in range(3):
        for step in range(1 if x == 0 else 2):
            post(
                manager,
                EDITS,
                {"level": zone.level_id, "stands": {stand.pk: {"x": 5 + x * 2 + step}}},
            )
        if x in (0, 2):
            with django_assert_num_queries(4):
                client.get(EDITS)
