"""Why somebody has no place, in words that are true."""

import pytest
from django.utils import timezone, translation

from startups.floor.proposal.difference import read
from startups.floor.proposal.reasons import unplaced
from tests.startups.proposals.floor import company, half_days, put, row_of_stands
from tests.startups.proposals.runs import ask, run_job

pytestmark = pytest.mark.django_db


def _told():
    run = ask(only_gaps=True, time_limit=5)
    run_job(run)
    with translation.override("en"):
        rows = unplaced(run, read(run, timezone.now()))
        return {str(row.exhibitor): row.reason for row in rows}


def test_half_days_left_are_not_enough_if_they_are_not_in_a_row():
    first, second, third, fourth = half_days()
    (stand,) = row_of_stands(1)
    put(company("Alpha", granted_half_days=1), stand, [second])
    company("Beta", granted_half_days=2, wished=[first, third], impossible=[third, fourth])
    company("Gamma", granted_half_days=2, impossible=[fourth])

    assert _told() == {
        "Beta": "The only stand open to it (P1) is taken on Wednesday 12 June in the afternoon by "
        "Alpha. It has the better rank.",
        "Gamma": "The only stand open to it (P1) is taken on Wednesday 12 June in the afternoon by "
        "Alpha. Enough half-days are left, but no 2 in a row on one stand among those it can come. "
        "It has the better rank.",
    }


def test_stands_taken_at_different_times_are_not_said_to_be_taken_at_the_same():
    first, _second, _third, fourth = half_days()
    early, late = row_of_stands(2)
    put(company("Alpha", granted_half_days=1), early, [first])
    put(company("Beta", granted_half_days=1), late, [fourth])
    company("Gamma", granted_half_days=4)

    assert _told() == {
        "Gamma": "Each of the 2 stands open to it (P1 and P2) is not free on at least one half-day "
        "of every stay it could have. In the way: Alpha and Beta. They all have better ranks.",
    }
