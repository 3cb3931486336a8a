"""Reshuffles at the same minute as each other, and as the diary is written."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connections

from events.models import Occupation
from meetings.models import Meeting, OfficeHolder
from meetings.operations import SlotTaken, TermTaken, appoint_holder, create_meeting
from pavilion.core.errors import DomainError
from tests.factories import DayFactory, OfficeFactory, PersonFactory
from tests.meetings.conftest import TEN

TRIES = 10
FAIR = date(2030, 6, 12)

pytestmark = pytest.mark.django_db(transaction=True)


def together(*actions):
    barrier = Barrier(len(actions))

    def run(action):
        try:
            barrier.wait()
            return action()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def pencil(edition, starts_at=TEN, **whom):
    return create_meeting(
        edition=edition,
        subject_fr="Entretien",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        by=None,
        **whom,
    )


def appoint(office, person):
    return appoint_holder(office_id=office.pk, person_id=person.pk, starts_on=FAIR, by=None)


def test_two_appointed_to_one_office_end_in_one_holder_and_one_refusal():
    for _attempt in range(TRIES):
        office, rivals = OfficeFactory(), PersonFactory.create_batch(2)

        outcomes = together(*(lambda who=person, to=office: appoint(to, who) for person in rivals))

        [refusal] = [each for each in outcomes if isinstance(each, TermTaken)]
        [holder] = OfficeHolder.objects.filter(office=office)
        assert str(holder.person) in str(refusal)


def test_one_appointed_to_two_offices_at_once_waits_for_nobody():
    """Both reshuffles take the same person and each other's meetings: no deadlock surfaces."""
    edition = DayFactory().edition
    for attempt in range(TRIES):
        Meeting.objects.update(status=Meeting.Status.CANCELLED)
        Occupation.objects.all().delete()
        person, offices = PersonFactory(), OfficeFactory.create_batch(2)
        starts = [TEN + timedelta(hours=hour) for hour in (1, 3)]
        for office, start in zip(offices, starts, strict=True):
            pencil(edition, start, office_ids=[office.pk])
            pencil(edition, start + timedelta(hours=1), person_ids=[person.pk])

        outcomes = together(*(lambda to=office, who=person: appoint(to, who) for office in offices))

        assert [each.conflicts for each in outcomes] == [[], []], attempt
        held = Occupation.objects.filter(resource=f"person:{person.pk}")
        assert held.count() == 4


def test_a_meeting_pencilled_during_a_reshuffle_ends_in_no_overlap():
    edition = DayFactory().edition
    for _attempt in range(TRIES):
        Meeting.objects.update(status=Meeting.Status.CANCELLED)
        Occupation.objects.all().delete()
        person, office = PersonFactory(), OfficeFactory()
        pencil(edition, office_ids=[office.pk])

        outcomes = together(
            lambda who=person, to=office: appoint(to, who),
            lambda who=person: pencil(edition, person_ids=[who.pk]),
        )

        reshuffle, pencilled = outcomes
        held = list(Occupation.objects.filter(resource=f"person:{person.pk}"))
        assert len(held) == 1
        # Whoever came second was told: a refusal, or a conflict that stays in sight.
        assert isinstance(pencilled, SlotTaken) != bool(reshuffle.conflicts)


def test_a_meeting_pencilled_with_an_office_in_the_minute_of_a_reshuffle_takes_its_new_holder():
    edition = DayFactory().edition
    for attempt in range(TRIES):
        Meeting.objects.update(status=Meeting.Status.CANCELLED)
        Occupation.objects.all().delete()
        office, former, newcomer = OfficeFactory(), PersonFactory(), PersonFactory()
        appoint_holder(
            office_id=office.pk, person_id=former.pk, starts_on=date(2030, 1, 1), by=None
        )

        together(
            lambda who=newcomer, to=office: appoint(to, who),
            lambda to=office: pencil(edition, office_ids=[to.pk]),
            lambda who=newcomer: pencil(edition, TEN + timedelta(hours=2), person_ids=[who.pk]),
        )

        held = Occupation.objects.order_by("starts_at", "resource")
        assert list(held.values_list("resource", flat=True)) == 2 * [
            f"office:{office.pk}",
            f"person:{newcomer.pk}",
        ], attempt
