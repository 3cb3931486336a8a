"""The same for programs: proposals, rules, terms."""

import pytest

from pavilion.core import jobs
from startups.models import AllocationRun, FloorRules
from startups.models.board import usual_levels
from tests.api import client_of
from tests.factories import organiser
from tests.startups.fair import participation_of
from tests.startups.proposals.floor import board, company, half_days, put, row_of_stands

pytestmark = pytest.mark.django_db
PROPOSALS = "/api/v1/proposals/"


@pytest.fixture
def manager():
    return organiser("53", language="en")


@pytest.fixture
def fair(stand_in):
    """Two stands with one company on the first, which the better ranked one would get."""
    days = half_days(1)
    [strong] = row_of_stands(1, prefix="S", power_watts=3000)
    row_of_stands(1, prefix="W")
    best = company("Best", power_watts=2000, rank=1)
    modest = company("Modest", rank=2)
    company("Late", rank=3, power_watts=2000)
    put(modest, strong, days)
    return best, modest


def solved(manager) -> int:
    made = client_of(manager).post(
        PROPOSALS, {"edition": 2030, "region": "53", "time_limit": 5}, format="json"
    )
    assert made.status_code == 201, made.data
    jobs.run(made.data["job"])
    return made.data["id"]


def test_proposal_is_asked_for_and_read(manager, fair):
    best, modest = fair
    key = solved(manager)

    row = client_of(manager).get(f"{PROPOSALS}{key}/").data

    assert {name: row[name] for name in ("edition", "region", "status", "placed")} == {
        **{"edition": 2030, "region": "53", "status": "optimal", "placed": 2}
    }
    assert row["levels"] == [{"name": "placed", "objective": 2, "bound": 2, "proved": True}]
    assert [
        (each["name"], each["kind"], each["needs"], each["hindrance"]) for each in row["changes"]
    ] == [("Best", "placed", [modest.pk], ""), ("Modest", "moved", [], "")]
    assert [len(each["after"]) for each in row["changes"]] == [2, 2]
    assert [(each["name"], each["reason"][:13]) for each in row["unplaced"]] == [
        ("Late", "It needs 2\N{NO-BREAK SPACE}kW")
    ]
    assert best.pk == row["changes"][0]["exhibitor"]


def test_parts_are_refused_and_applied_and_taken_back(manager, fair):
    best, modest = fair
    key = solved(manager)
    client = client_of(manager)

    refused = client.post(f"{PROPOSALS}{key}/apply/", {"exhibitors": [best.pk]}, format="json")
    applied = client.post(
        f"{PROPOSALS}{key}/apply/", {"exhibitors": [best.pk, modest.pk]}, format="json"
    )
    after = board()
    back = client.post(f"{PROPOSALS}{key}/roll-back/", {}, format="json")

    assert (refused.status_code, refused.data["code"]) == (409, "parts_missing")
    assert refused.data["details"]["exhibitors"] == [
        {"id": modest.pk, "name": "Modest", "reason": ""}
    ]
    assert (applied.status_code, applied.data["changes"]) == (200, [])
    assert after == {"Best": "S1:12am S1:12pm", "Modest": "W1:12am W1:12pm"}
    assert (back.status_code, board()) == (200, {"Modest": "S1:12am S1:12pm"})


def test_what_cannot_be_is_refused_with_a_code(manager, fair):
    client = client_of(manager)
    asked = {"edition": 2030, "region": "53"}
    first = client.post(PROPOSALS, asked, format="json")

    second = client.post(PROPOSALS, asked, format="json")
    early = client.post(f"{PROPOSALS}{first.data['id']}/apply/", {}, format="json")
    stopped = client.post(f"{PROPOSALS}{first.data['id']}/cancel/", {}, format="json")

    assert (second.status_code, second.data["code"]) == (409, "proposal_under_way")
    assert (early.status_code, early.data["code"]) == (409, "no_proposal")
    assert (stopped.status_code, stopped.data["status"]) == (200, "cancelled")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"edition": 2030, "region": ""}, 403),
        ({"edition": 2030, "region": "76"}, 403),
        ({"edition": 1999, "region": "53"}, 400),
        ({"edition": 2030, "region": "99"}, 400),
        ({"edition": 2030, "region": "53", "time_limit": 0}, 400),
    ],
)
def test_asking_for_what_is_not_ones_own(manager, fair, asked, status):
    participation_of("76")
    assert client_of(manager).post(PROPOSALS, asked, format="json").status_code == status
    assert not AllocationRun.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_as_many_queries(manager, number, django_assert_num_queries):
    participation = participation_of("53")
    for _each in range(number):
        AllocationRun.objects.create(edition=participation.edition, participation=participation)
    client = client_of(manager)
    client.get(PROPOSALS)

    with django_assert_num_queries(4):
        answer = client.get(PROPOSALS)

    assert answer.data["count"] == number


def test_rules_are_made_and_changed(manager):
    participation = participation_of("53")
    client = client_of(manager)

    made = client.post(
        "/api/v1/floor-rules/",
        {"participation": participation.pk, "handover_minutes": 10},
        format="json",
    )
    changed = client.patch(
        f"/api/v1/floor-rules/{made.data['id']}/",
        {"levels": [*reversed(usual_levels())]},
        format="json",
    )
    refused = client.patch(
        f"/api/v1/floor-rules/{made.data['id']}/", {"levels": ["placed"]}, format="json"
    )

    assert (made.status_code, made.data["handover_minutes"]) == (201, 10)
    assert changed.data["levels"] == [*reversed(usual_levels())]
    assert (refused.status_code, refused.data["code"]) == (409, "wrong_levels")
    assert FloorRules.objects.get().levels == [*reversed(usual_levels())]


def test_rules_are_ones_own():
    participation = participation_of("53")
    answer = client_of(organiser("76")).post(
        "/api/v1/floor-rules/", {"participation": participation.pk}, format="json"
    )
    assert answer.status_code == 403


def test_terms_are_read_and_changed(manager):
    days = half_days(1)
    row = company("Iroise")
    address = f"/api/v1/exhibitors/{row.pk}/stay-terms/"
    client = client_of(manager)

    before = client.get(address).data
    after = client.patch(address, {"rank": 2, "impossible_half_days": [days[0].pk]}, format="json")
    refused = client.patch(address, {"granted_half_days": 9}, format="json")

    nothing = {
        **{"granted_half_days": None, "kind_needed": "", "rank": None},
        **{"impossible_half_days": [], "keeps_apart_from": []},
    }
    assert before == nothing
    assert after.data == {**nothing, "rank": 2, "impossible_half_days": [days[0].pk]}
    assert (refused.status_code, refused.data["code"]) == (409, "wrong_terms")


def test_terms_are_the_desks_alone():
    address = f"/api/v1/exhibitors/{company('Iroise').pk}/stay-terms/"

    given = [
        client_of(organiser(*who)).get(address).status_code
        for who in (("53", "reader"), ("53", "reviewer"), ("76", "manager"), ("", "reader"))
    ]

    assert given == [200, 404, 404, 200]
