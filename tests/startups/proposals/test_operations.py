"""Applying and taking back: what a proposal does to the board, and when it may not."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from startups.floor.proposal.difference import read
from startups.models import BoardStep
from startups.operations import proposals
from startups.operations.board import CellConfirmed, change_board, confirm_stays
from startups.operations.refusals import ChangedMeanwhile
from tests.factories import organiser
from tests.startups.proposals.floor import board, company, give, half_days, put, row_of_stands
from tests.startups.proposals.runs import answered, ask

pytestmark = pytest.mark.django_db


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
    difference = read(run, timezone.now())
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
