"""Sixty-four clients want the same ten people in the same afternoon."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from threading import Barrier

import pytest
from django.db import connections

from events.models import Occupation
from meetings.models import Delegate, Delegation, Meeting, Participant
from meetings.operations import (
    SlotTaken,
    confirm_meeting,
    create_meeting,
    record_answer,
    reschedule_meeting,
)
from pavilion.core.errors import paris_iso
from tests.factories import DayFactory, FeedFactory, OfficeFactory, PersonFactory, RoomFactory

CLIENTS = 64
NOON = datetime(2030, 6, 12, 12, 0, tzinfo=UTC)  # two o'clock in Paris
HALF_HOUR = timedelta(minutes=30)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def edition():
    return DayFactory().edition


@pytest.fixture
def people(edition):
    people = [PersonFactory(email=f"p{n}@region.example") for n in range(10)]
    delegation = Delegation.objects.create(edition=edition, name_fr="Bretagne")
    for rank, person in enumerate(people):
        FeedFactory(person=person)
        is_substitute = rank > 7
        Delegate.objects.create(
            delegation=delegation,
            person=person,
            role="substitute" if is_substitute else "member",
            rank=rank if is_substitute else None,
        )
    return people


def at_once(clients):
    """Each in a thread and a connection of its own, begun together."""
    barrier = Barrier(len(clients))

    def run(client):
        barrier.wait()
        try:
            return list(client())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(run, clients))


def booking(number, edition, people, offices, rooms):
    """Books, confirms, moves, declines; yields what was refused: when it was wanted, and why."""
    random = Random(number)  # noqa: S311

    def client():
        wanted = random.sample(people, 4)
        starts_at = NOON + random.randrange(8) * HALF_HOUR
        try:
            meeting = create_meeting(
                edition=edition,
                subject_fr=f"Entretien {number}",
                starts_at=starts_at,
                ends_at=starts_at + HALF_HOUR,
                buffer_minutes=0,
                room=random.choice(rooms),
                person_ids=[each.pk for each in wanted],
                office_ids=[random.choice(offices).pk],
                by=None,
            )
            confirm_meeting(meeting_id=meeting.pk, by=None)
        except SlotTaken as refusal:
            yield starts_at, refusal
            return
        participant = Participant.objects.filter(meeting=meeting, person=wanted[0]).get()
        record_answer(participant_id=participant.pk, answer="declined", via="phone")
        moved_to = NOON + random.randrange(8) * HALF_HOUR
        try:
            reschedule_meeting(
                meeting_id=meeting.pk, starts_at=moved_to, ends_at=moved_to + HALF_HOUR, by=None
            )
        except SlotTaken as refusal:
            yield moved_to, refusal
        try:
            record_answer(participant_id=participant.pk, answer="accepted", via="phone")
        except SlotTaken as refusal:
            yield Meeting.objects.get(pk=meeting.pk).starts_at, refusal

    return client


def test_nobody_is_in_two_places_and_every_refusal_is_true(edition, people):
    offices = [OfficeFactory(email=f"o{n}@ministere.example") for n in range(3)]
    rooms = [RoomFactory(name_fr=f"Salon {n}") for n in range(4)]

    refused = at_once(
        [booking(number, edition, people, offices, rooms) for number in range(CLIENTS)]
    )

    held = Occupation.objects.order_by("resource", "starts_at")
    for earlier, later in pairwise(held):
        assert earlier.resource != later.resource or earlier.ends_at <= later.starts_at
    live = Meeting.objects.live()
    assert set(held.values_list("holder", flat=True)) == {f"meeting:{each.pk}" for each in live}
    refusals = [each for outcomes in refused for each in outcomes]
    assert refusals
    for wanted, refusal in refusals:
        assert refusal.details["clashes"]
        for clash in refusal.details["clashes"]:
            assert clash["name"] in str(refusal)
            assert clash["from"] < paris_iso(wanted + HALF_HOUR)
            assert clash["to"] > paris_iso(wanted)
