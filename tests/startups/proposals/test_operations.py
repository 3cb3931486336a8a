"""Asking, applying, stopping, taking back: what a proposal does to the board, and when."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from pavilion.core import jobs
from pavilion.core.models import ActivityEntry, Job
from startups.floor import proposed, solving
from startups.models import AllocationRun, BoardStep
from startups.operations import proposals
from startups.operations.board import CellConfirmed, change_board, confirm_stays
from startups.operations.writing import ChangedMeanwhile
from tests.factories import organiser
from tests.startups.fair import participation_of
from tests.startups.proposals.floor import board, company, give, half_days, put, row_of_stands

pytestmark = pytest.mark.django_db


def ask(by=None, code="53", **options):
    participation = participation_of(code)
    return proposals.propose_allocation(
        edition_id=participation.edition_id, participation_id=participation.pk, by=by, **options
    )


def run_job(run) -> Job:
    jobs.run(run.job_id)
    run.refresh_from_db()
    return Job.objects.get(pk=run.job_id)


def answered(stays, unplaced=(), code="53", **fields):
    """A run whose answer is given by the test: {exhibitor: {half-day: stand}}."""
    participation = participation_of(code)
    run = AllocationRun.objects.create(
        edition=participation.edition, participation=participation, **fields
    )
    proposals.begin_run(run.pk)
    plan = {
        "status": "optimal",
        "levels": [],
        "groups": {},
        "seconds": 0.1,
        "placed": len(stays),
        "stays": {
            exhibitor.pk: {half_day.pk: stand.pk for half_day, stand in stay.items()}
            for exhibitor, stay in stays.items()
        },
        "unplaced": [{"exhibitor": each.pk, "reason": {}} for each in unplaced],
    }
    return proposals.finish_run(run.pk, json.loads(json.dumps(plan)))


@pytest.fixture
def rows():
    """Four half-days, two stands, and two companies that would change places."""
    days = half_days()
    first, second = row_of_stands(2)
    alpha, beta = company("Alpha"), company("Beta")
    put(alpha, first, days)
    put(beta, second, days)
    run = answered({alpha: dict.fromkeys(days, second), beta: dict.fromkeys(days, first)})
    return days, (first, second), (alpha, beta), run


# --- Asking ---


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


# --- Applying ---


def test_whole_proposal_is_one_step(rows):
    _days, _stands, (alpha, beta), run = rows
    manager = organiser("53")

    step = proposals.apply_run(run_id=run.pk, by=manager, reason="Accord")

    assert (step.kind, step.by, step.reason, set(step.after["stays"])) == (
        *("proposal", manager, "Accord", {str(alpha.pk), str(beta.pk)}),
    )
    assert list(run.steps.all()) == [step]
    assert board() == {
        "Alpha": "P2:12am P2:12pm P2:13am P2:13pm",
        "Beta": "P1:12am P1:12pm P1:13am P1:13pm",
    }
    assert proposals.apply_run(run_id=run.pk, by=manager) is None


def test_part_that_needs_others_is_refused_by_name(rows):
    _days, _stands, (alpha, beta), run = rows
    before = board()

    with pytest.raises(proposals.PartsMissing) as refusal:
        proposals.apply_run(run_id=run.pk, by=None, exhibitor_ids=[alpha.pk])

    assert refusal.value.details == {"exhibitors": [{"id": beta.pk, "name": "Beta", "reason": ""}]}
    assert "Beta" in str(refusal.value)
    assert board() == before


def test_part_that_stands_alone_is_applied():
    days = half_days(1)
    first, second = row_of_stands(2)
    alpha, beta = company("Alpha"), company("Beta")
    run = answered({alpha: dict.fromkeys(days, first), beta: dict.fromkeys(days, second)})

    proposals.apply_run(run_id=run.pk, by=None, exhibitor_ids=[beta.pk])
    assert board() == {"Beta": "P2:12am P2:12pm"}
    proposals.apply_run(run_id=run.pk, by=None)

    assert board() == {"Alpha": "P1:12am P1:12pm", "Beta": "P2:12am P2:12pm"}
    assert run.steps.count() == 2


def test_who_has_no_place_in_it_is_freed():
    days = half_days(1)
    [stand] = row_of_stands(1)
    alpha, beta = company("Alpha"), company("Beta", rank=1)
    put(alpha, stand, days)
    run = answered({beta: dict.fromkeys(days, stand)}, unplaced=[alpha])

    proposals.apply_run(run_id=run.pk, by=None)

    assert board() == {"Beta": "P1:12am P1:12pm"}


def test_board_that_changed_since_is_not_overwritten(rows):
    days, (first, _second), (alpha, beta), run = rows
    give(alpha, dict.fromkeys(days[:1], first))

    with pytest.raises(proposals.BoardChanged) as refusal:
        proposals.apply_run(run_id=run.pk, by=None)

    assert [row["id"] for row in refusal.value.details["exhibitors"]] == [alpha.pk, beta.pk]
    difference = proposed.read(run, timezone.now())
    assert {pk: change.hindrance for pk, change in difference.changes.items()} == {
        alpha.pk: "changed",
        beta.pk: "in_the_way",
    }


def test_newcomer_in_the_way_is_told():
    days = half_days(1)
    [stand] = row_of_stands(1)
    alpha = company("Alpha")
    run = answered({alpha: dict.fromkeys(days, stand)})
    put(company("Newcomer"), stand, days[:1])

    with pytest.raises(proposals.BoardChanged):
        proposals.apply_run(run_id=run.pk, by=None)

    assert board() == {"Newcomer": "P1:12am"}


def test_who_left_since_is_told(rows):
    _days, _stands, (alpha, _beta), run = rows
    alpha.left_at = timezone.now()
    alpha.save()

    with pytest.raises(proposals.BoardChanged):
        proposals.apply_run(run_id=run.pk, by=None)


def test_confirmed_since_is_not_moved(rows):
    _days, (first, _second), (alpha, _beta), run = rows
    confirm_stays(edition_id=first.edition_id, exhibitor_ids=[alpha.pk], by=None)

    with pytest.raises(CellConfirmed):
        proposals.apply_run(run_id=run.pk, by=None)


def test_half_days_that_have_begun_meanwhile_stay(rows, time_machine):
    days, (first, _second), (alpha, beta), _run = rows
    free_days = answered({alpha: dict.fromkeys(days, first)}, unplaced=[beta])
    time_machine.move_to("2030-06-13T06:00:00+02:00")

    proposals.apply_run(run_id=free_days.pk, by=None)

    assert board()["Beta"] == "P2:12am P2:12pm"


def test_stranger_to_the_proposal_is_refused(rows):
    *_others, run = rows
    stranger = company("Garonne", code="76")

    with pytest.raises(proposals.NotInProposal) as refusal:
        proposals.apply_run(run_id=run.pk, by=None, exhibitor_ids=[stranger.pk])

    assert refusal.value.details == {"exhibitors": [stranger.pk]}


def test_proposal_without_a_plan_is_not_applied():
    run = ask()

    with pytest.raises(proposals.NoProposal):
        proposals.apply_run(run_id=run.pk, by=None)


@pytest.mark.parametrize("operation", [proposals.apply_run, proposals.roll_back_run])
def test_applying_is_for_who_manages_the_region(rows, operation):
    *_others, run = rows
    with pytest.raises(PermissionDenied):
        operation(run_id=run.pk, by=organiser("76"))


def test_preview_tells_and_writes_nothing(rows):
    *_others, run = rows
    before = board()

    told = proposals.preview_run(run_id=run.pk, by=None)

    assert [change.name for change in told.changes] == ["Alpha", "Beta"]
    assert board() == before
    assert BoardStep.objects.filter(kind="proposal").count() == 0


# --- Taking back ---


def test_applied_parts_are_taken_back_together():
    days = half_days(1)
    first, second = row_of_stands(2)
    alpha, beta = company("Alpha"), company("Beta")
    run = answered({alpha: dict.fromkeys(days, first), beta: dict.fromkeys(days, second)})
    proposals.apply_run(run_id=run.pk, by=None, exhibitor_ids=[beta.pk])
    proposals.apply_run(run_id=run.pk, by=None)

    undone = proposals.roll_back_run(run_id=run.pk, by=organiser("53"))

    assert (len(undone), board()) == (2, {})
    assert proposals.roll_back_run(run_id=run.pk, by=None) == []
    # And it can be applied again.
    assert proposals.apply_run(run_id=run.pk, by=None) is not None


def test_taking_back_what_somebody_changed_since_is_refused(rows):
    days, (first, second), (alpha, _beta), run = rows
    proposals.apply_run(run_id=run.pk, by=None)
    change_board(
        edition_id=first.edition_id,
        stays={alpha.pk: {days[0].pk: second.pk}},
        kind="move",
        by=organiser("53"),
    )
    before = board()

    with pytest.raises(ChangedMeanwhile):
        proposals.roll_back_run(run_id=run.pk, by=None)

    assert board() == before


def test_taking_back_what_was_never_applied_is_refused(rows):
    *_others, run = rows
    with pytest.raises(proposals.NotApplied):
        proposals.roll_back_run(run_id=run.pk, by=None)
