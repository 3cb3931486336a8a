"""The real solver through the database: what changes moves no more than it must."""

import pytest

from pavilion.core import jobs
from startups.operations import proposals
from startups.operations.board import confirm_stays, free
from tests.startups.fair import participation_of
from tests.startups.proposals.floor import board, company, half_days, put, row_of_stands

pytestmark = pytest.mark.django_db


def replan(**options):
    participation = participation_of("53")
    run = proposals.propose_allocation(
        edition_id=participation.edition_id,
        participation_id=participation.pk,
        by=None,
        time_limit=5,
        **options,
    )
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run


@pytest.fixture
def full():
    """Ten stands, every second one with power; ten companies all over the fair."""
    days = half_days()
    strong = row_of_stands(5, prefix="S", power_watts=3000)
    weak = row_of_stands(5, prefix="W", y=8)
    companies = []
    for place, stand in enumerate([*strong, *weak]):
        needs = {"power_watts": 2000} if stand in strong else {}
        row = company(f"C{place:02d}", rank=place + 1, wished=days, **needs)
        put(row, stand, days)
        companies.append(row)
    return days, strong, weak, companies


def moved(before, after) -> set[str]:
    return {name for name in before.keys() & after.keys() if before[name] != after[name]}


def test_nothing_happened_nothing_moves(full):
    run = replan()
    before = board()

    assert run.status == "optimal"
    assert proposals.apply_run(run_id=run.pk, by=None) is None
    assert board() == before


def test_five_leave_and_a_stand_loses_its_power(full):
    """One of the five that need power has to move: onto a strong stand that was left."""
    _days, strong, _weak, companies = full
    for row in [companies[0], *companies[5:9]]:
        free(exhibitor_id=row.pk, by=None)
        row.left_at = row.confirmed_at
        row.save()
    strong[1].power_watts = 500
    strong[1].save()
    before = board()

    run = replan()
    proposals.apply_run(run_id=run.pk, by=None)

    assert run.plan["placed"] == 5
    moves = next(row for row in run.plan["levels"] if row["name"] == "few_moves")
    assert (moves["objective"], moves["bound"]) == (1, 1)
    assert moved(before, board()) == {"C01"}
    assert board()["C01"].startswith("S1:12am")


def test_gaps_only_moves_nobody(full):
    _days, strong, _weak, _companies = full
    strong[1].power_watts = 500
    strong[1].save()
    row_of_stands(1, prefix="N", power_watts=3000, y=20)
    company("New", rank=99)
    before = board()

    run = replan(only_gaps=True)
    proposals.apply_run(run_id=run.pk, by=None)

    after = board()
    assert moved(before, after) == set()
    assert after["New"] == "N1:12am N1:12pm N1:13am N1:13pm"


def test_confirmed_stays_where_it_is(full):
    _days, strong, _weak, companies = full
    confirm_stays(edition_id=strong[1].edition_id, exhibitor_ids=[companies[1].pk], by=None)
    strong[1].power_watts = 500
    strong[1].save()
    before = board()

    run = replan()
    proposals.apply_run(run_id=run.pk, by=None)

    assert moved(before, board()) == set()
    assert [row["kind"] for row in run.plan["warnings"]] == ["needs"]


def test_same_plan_and_seed_give_the_same_proposal(full):
    company("New", rank=99)
    first, second = replan(seed=7), replan(seed=7)

    assert first.plan["stays"] == second.plan["stays"]
