"""Meetings as a program makes them, sends them and acts on them."""

from datetime import timedelta

from meetings.operations import create_meeting
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import EditionFactory, ParticipationFactory, organiser
from tests.meetings.conftest import TEN


def a_meeting(**fields):
    """A region's option at ten in Paris, as operations make it."""
    values = {
        "edition": EditionFactory(),
        "participation": ParticipationFactory(),
        "subject_fr": "Souveraineté numérique",
        "starts_at": TEN,
        "ends_at": TEN + timedelta(minutes=30),
    }
    return create_meeting(by=None, **{**values, **fields})


def sent(**fields):
    """A new meeting as a program sends it."""
    return {
        "edition": 2030,
        "region": "53",
        "subject_fr": "Souveraineté numérique",
        "starts_at": "2030-06-12T10:00:00+02:00",
        "ends_at": "2030-06-12T10:30:00+02:00",
        **fields,
    }


def post(user, meeting, action, body=None):
    return client_of(user).post(f"/api/v1/meetings/{meeting.pk}/{action}/", body or {})


def english(region_code="53", role=Role.MANAGER):
    return organiser(region_code, role, language="en")
