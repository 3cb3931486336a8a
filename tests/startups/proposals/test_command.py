"""manage.py allocate_stands: the real solver, in the foreground."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from startups.models import AllocationRun
from startups.operations import proposals
from tests.startups.fair import participation_of
from tests.startups.proposals.floor import board, company, half_days, row_of_stands

pytestmark = pytest.mark.django_db


def run_command(*options) -> str:
    out = io.StringIO()
    call_command(
        "allocate_stands", "--edition", "2030", "--language", "en", "--time-limit", "5", *options,
        stdout=out, stderr=io.StringIO(),
    )  # fmt: skip
    return out.getvalue()


@pytest.fixture
def fair():
    half_days(1)
    row_of_stands(1, power_watts=3000)
    row_of_stands(1, prefix="W")
    return company("Best", power_watts=2000, rank=1), company("Second", power_watts=2000, rank=2)


def test_answer_in_json(fair):
    best, second = fair

    answer = json.loads(run_command("--json"))

    run = AllocationRun.objects.get()
    assert answer.pop("seconds") == run.plan["seconds"]
    assert answer == {
        "status": "optimal",
        "levels": [
            {"name": "placed", "objective": 1, "bound": 1, "proved": True},
            {"name": "wished_days", "objective": 0, "bound": 0, "proved": True},
            {"name": "few_moves", "objective": 0, "bound": 0, "proved": True},
            {"name": "fairness", "objective": 0, "bound": 0, "proved": True},
            {"name": "neighbourhood", "objective": 0, "bound": 0, "proved": True},
        ],
        "placed": 1,
        "unplaced": [
            {
                "exhibitor": "Second",
                "id": second.pk,
                "slug": second.slug,
                "region": "53",
                "reason": "It needs 2\N{NO-BREAK SPACE}kW; the only stand with that (P1) is taken "
                "on Wednesday 12 June in the morning by Best. It has the better rank.",
            }
        ],
        "run": run.pk,
        "is_applied": False,
    }
    assert board() == {}
    assert (run.status, run.by, run.plan["stays"].keys()) == ("optimal", None, {str(best.pk)})


def test_answer_in_words_and_applied(fair):
    told = run_command("--region", "53", "--apply")

    assert told.splitlines()[1:] == [
        "  Everyone placed, by rank: 1 (proved)",
        "  The half-days wished: 0 (proved)",
        "  Few moves: 0 (proved)",
        "  Busy and quiet half-days shared fairly: 0 (proved)",
        "  Good neighbours: 0 (proved)",
        "1 exhibitor placed.",
        "Second (Bretagne): It needs 2\N{NO-BREAK SPACE}kW; the only stand with that (P1) is taken "
        "on Wednesday 12 June in the morning by Best. It has the better rank.",
        "Written onto the board: 1 exhibitor changed.",
    ]
    assert board() == {"Best": "P1:12am P1:12pm"}


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--edition", "1999"], 2),
        (["--region", "99"], 2),
        (["--time-limit", "0"], 2),
        (["--region", "76"], 2),  # takes part, with nothing to place
    ],
)
def test_wrong_questions_end_with_status_two(fair, options, status):
    participation_of("76")
    with pytest.raises(CommandError) as refusal:
        run_command(*options)
    assert refusal.value.returncode == status
    assert not AllocationRun.objects.filter(status__in=proposals.UNDER_WAY).exists()


def test_while_another_looks_it_ends_with_status_one(fair):
    proposals.propose_allocation(edition_id=participation_of("53").edition_id, by=None)
    with pytest.raises(CommandError) as refusal:
        run_command()
    assert refusal.value.returncode == 1
