"""Asking for a proposal and stopping it: the board stays as it is."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from pavilion.core.models import ActivityEntry, Job
from startups.floor.proposal import solving
from startups.models import AllocationRun
from startups.operations import proposals
from tests.factories import organiser
from tests.startups.fair import participation_of
from tests.startups.proposals.floor import board, company, half_days, put, row_of_stands
from tests.startups.proposals.runs import ask, run_job

pytestmark = pytest.mark.django_db


def test_proposal_is_looked_for_by_a_worker_and_changes_nothing(stand_in):
    half_days(1)
    row_of_stands(1)
    company("Alpha", rank=1)
    company("Beta")
    manager = organiser("53", language="en")

    run = ask(by=manager, seed=3, time_limit=9, only_gaps=True)
    job = run_job(run)

    assert (run.status, run.by, run.seed, run.time_limit, run.only_gaps) == (
        *("optimal", manager, 3, 9, True),
    )
    assert (run.plan["placed"], run.progress["placed"], run.progress["unplaced"]) == (1, 1, 1)
    assert (job.state, job.region_code) == ("done", "53")
    assert job.result["url"] == f"/admin/startups/allocationrun/{run.pk}/change/"
    assert board() == {}
    assert [entry.verb for entry in ActivityEntry.objects.order_by("pk")] == ["proposal.asked"]


@pytest.mark.parametrize("who", [("76", "manager"), ("53", "reader"), ("", "reader")])
def test_proposal_is_asked_for_by_who_manages_the_region(who):
    with pytest.raises(PermissionDenied):
        ask(by=organiser(*who))


def test_all_regions_are_the_national_teams(stand_in):
    edition = participation_of("53").edition

    with pytest.raises(PermissionDenied):
        proposals.propose_allocation(edition_id=edition.pk, by=organiser("53"))
    run = proposals.propose_allocation(edition_id=edition.pk, by=organiser())

    assert run.participation is None


def test_one_proposal_at_a_time_for_a_region():
    first = ask()

    with pytest.raises(proposals.ProposalUnderWay) as refusal:
        ask()

    assert refusal.value.details == {"run": first.pk}
    assert ask(code="76").status == "queued"


def test_proposal_whose_worker_is_dead_keeps_nobody_from_asking():
    first = ask()
    Job.objects.update(state="failed")

    second = ask()

    first.refresh_from_db()
    assert (first.status, second.status) == ("failed", "queued")


def test_nothing_to_place_is_told(stand_in):
    half_days(1)
    row_of_stands(1)

    run = ask()
    job = run_job(run)

    assert (run.status, run.error, job.state) == ("failed", job.result["error"], "failed")


def test_solver_that_breaks_is_told(stand_in):
    stand_in("breaks")
    half_days(1)
    row_of_stands(1)
    company("Alpha")

    run = ask()
    job = run_job(run)

    assert (run.status, job.state) == ("failed", "failed")
    assert run.error == job.result["error"] != ""


def test_job_begun_again_after_a_worker_died_reads_the_board_anew(stand_in):
    days = half_days(1)
    [stand] = row_of_stands(1)
    alpha = company("Alpha")
    run = ask()
    proposals.begin_run(run.pk)
    beta = company("Beta", rank=1)
    put(beta, stand, days)

    run_job(run)

    assert run.status == "optimal"
    assert [row["id"] for row in run.problem["exhibitors"]] == [alpha.pk, beta.pk]


# --- Stopping ---


def test_stop_before_it_began(stand_in):
    run = ask()

    stopped = proposals.cancel_run(run_id=run.pk, by=organiser("53"))
    job = run_job(run)

    assert (stopped.status, run.status, job.state, run.plan) == (
        "cancelled",
        "cancelled",
        "done",
        {},
    )
    assert proposals.cancel_run(run_id=run.pk, by=None).cancel_asked_at == stopped.cancel_asked_at


def test_stop_keeps_the_best_so_far(stand_in, monkeypatch):
    stand_in("waits")
    monkeypatch.setattr(solving, "BEAT", 1.0)  # it listens by then
    half_days(1)
    row_of_stands(1)
    company("Alpha")
    run = ask()
    AllocationRun.objects.update(cancel_asked_at=timezone.now())  # while it works

    run_job(run)

    assert (run.status, run.plan["placed"]) == ("cancelled", 1)
    assert proposals.apply_run(run_id=run.pk, by=None) is not None


def test_stop_before_it_found_a_plan(stand_in):
    stand_in("deaf")
    half_days(1)
    row_of_stands(1)
    company("Alpha")
    run = ask()
    AllocationRun.objects.update(cancel_asked_at=timezone.now())

    job = run_job(run)

    assert (run.status, run.plan, job.state) == ("cancelled", {}, "done")
    assert job.result["sentence"] == run.error != ""
    with pytest.raises(proposals.NoProposal):
        proposals.apply_run(run_id=run.pk, by=None)


def test_stop_is_for_who_manages_the_region():
    run = ask()

    with pytest.raises(PermissionDenied):
        proposals.cancel_run(run_id=run.pk, by=organiser("76"))
