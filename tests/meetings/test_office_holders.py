"""A function and whoever holds it."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from meetings.models import Meeting, OfficeHolder
from meetings.operations import SlotTaken, slots
from tests.factories import OfficeFactory, PersonFactory, UserFactory, organiser
from tests.meetings.conftest import HALF_PAST_TEN, TEN
from tests.meetings.diary import held_by, pencil


def held_since(office, person, starts_on=date(2029, 1, 1), ends_on=None):
    return OfficeHolder.objects.create(
        office=office, person=person, starts_on=starts_on, ends_on=ends_on
    )


@pytest.mark.parametrize("first", ["office", "person"])
def test_a_minister_is_in_one_place_by_name_or_by_function(
    edition, national, person, office, first
):
    held_since(office, person)
    by_function, by_name = {"office_ids": [office.pk]}, {"person_ids": [person.pk]}
    taken, wanted = (by_function, by_name) if first == "office" else (by_name, by_function)
    meeting = pencil(edition, national, **taken)

    with translation.override("en"), pytest.raises(SlotTaken) as refusal:
        pencil(edition, national, **wanted)

    assert [row[0] for row in held_by(meeting)] == [f"office:{office.pk}", f"person:{person.pk}"]
    resource = f"person:{person.pk}" if first == "office" else f"office:{office.pk}"
    with translation.override("en"):
        named = "Maïwenn Kerzoncuff" if first == "office" else str(office)
    assert str(refusal.value) == (
        f"{named} is not free: “Talk”, Wednesday 12 June 2030, from 09:50 to 10:40 "
        "(buffers included)."
    )
    assert [clash["resource"] for clash in refusal.value.details["clashes"]] == [resource]


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(date(2029, 1, 1), date(2030, 6, 11)), (date(2030, 6, 13), None)],
    ids=["no longer", "not yet"],
)
def test_who_held_a_function_at_another_time_is_free(
    edition, national, person, office, starts_on, ends_on
):
    held_since(office, person, starts_on, ends_on)

    meeting = pencil(edition, national, office_ids=[office.pk])

    assert [row[0] for row in held_by(meeting)] == [f"office:{office.pk}"]


def test_a_minister_may_be_expected_by_name_and_by_function(edition, national, person, office):
    held_since(office, person)

    meeting = pencil(edition, national, person_ids=[person.pk], office_ids=[office.pk])

    assert [row[0] for row in held_by(meeting)] == [f"office:{office.pk}", f"person:{person.pk}"]


def test_holding_time_asks_as_often_for_three_ministers_as_for_one(edition, national, office):
    counts = []
    for number in (1, 3):
        people = PersonFactory.create_batch(number)
        for each in people:
            held_since(OfficeFactory(), each)
        meeting = pencil(
            edition,
            national,
            starts_at=TEN + number * timedelta(hours=1),
            ends_at=HALF_PAST_TEN + number * timedelta(hours=1),
            person_ids=[each.pk for each in people],
        )
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            slots.hold_time(meeting, by=None)
        # PostgreSQL queues for each resource.
        counts.append(len([each for each in queries if "advisory" not in each["sql"]]))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("ends_on", "sees"), [(None, True), (date(2030, 6, 11), False)], ids=["then", "before"]
)
def test_a_desk_sees_the_meetings_of_an_office_that_one_of_its_people_holds_then(
    edition, national, person, office, ends_on, sees
):
    account = UserFactory()
    person.user = account
    person.save()
    held_since(office, person, ends_on=ends_on)
    meeting = pencil(edition, national, office_ids=[office.pk])

    found = [
        list(Meeting.objects.visible_to(user))
        for user in (organiser("53"), organiser("28"), account)
    ]

    assert found == [[meeting] * sees, [], [meeting] * sees]
