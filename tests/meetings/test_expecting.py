"""Whose a participant's row is: by name, or by an office held on the meeting's day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from meetings import expecting
from meetings.models import OfficeHolder, Participant, Person
from tests.factories import MeetingFactory, OfficeFactory, ParticipantFactory, PersonFactory

pytestmark = pytest.mark.django_db


def held(office, person, starts_on=date(2030, 1, 1), ends_on=None):
    return OfficeHolder.objects.create(
        office=office, person=person, starts_on=starts_on, ends_on=ends_on
    )


def at_office(office, **fields):
    return ParticipantFactory(person=None, office=office, **fields)


def test_a_row_is_somebody_s_by_name_or_by_the_office_they_hold(person, office):
    held(office, person)
    by_name, by_office = ParticipantFactory(person=person), at_office(office)
    ParticipantFactory()
    at_office(OfficeFactory())

    assert set(expecting.of_person(person)) == {by_name, by_office}
    assert set(expecting.of_person(person.pk)) == {by_name, by_office}
    assert set(expecting.of_people(Person.objects.filter(pk=person.pk))) == {by_name, by_office}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_theirs"),
    [
        (date(2030, 6, 13), None, True),
        (date(2030, 6, 14), None, False),
        (date(2030, 1, 1), date(2030, 6, 13), True),
        (date(2030, 1, 1), date(2030, 6, 12), False),
    ],
    ids=["from that day", "not yet", "until that day", "no longer"],
)
def test_an_office_counts_on_the_meeting_s_day_in_paris(
    person, office, starts_on, ends_on, is_theirs
):
    """A meeting at half past midnight in Paris, still the day before in Greenwich."""
    held(office, person, starts_on, ends_on)
    meeting = MeetingFactory(starts_at=datetime(2030, 6, 12, 22, 30, tzinfo=UTC))
    row = at_office(office, meeting=meeting)

    assert list(expecting.of_person(person)) == ([row] if is_theirs else [])
    assert list(expecting.people_at(Participant.objects.all())) == ([person] if is_theirs else [])
    annotated = expecting.with_expected(Participant.objects.all()).get()
    assert annotated.expected_id == (person.pk if is_theirs else None)


def test_people_at_meetings_are_named_once(person, office):
    held(office, person)
    at_office(office)
    ParticipantFactory(person=person)
    other = ParticipantFactory()

    found = expecting.people_at(Participant.objects.order_by("position"))

    assert set(found) == {person, other.person}
    assert found.count() == 2


def test_one_row_is_kept_for_each_meeting_by_name_rather_than_by_office(person, office):
    meeting = MeetingFactory()
    by_office = at_office(office, meeting=meeting)
    by_name = ParticipantFactory(meeting=meeting, person=person)
    elsewhere = at_office(office)

    assert expecting.once([by_office, by_name, elsewhere]) == [by_name, elsewhere]
    by_name.removed_at = timezone.now()
    assert expecting.once([by_name, by_office]) == [by_office]


@pytest.mark.parametrize("number", [1, 3])
def test_asking_takes_one_query_however_many_they_are(
    person, office, number, django_assert_num_queries
):
    held(office, person)
    for shift in range(number):
        start = datetime(2030, 6, 12, 8, tzinfo=UTC) + timedelta(hours=shift)
        at_office(office, meeting=MeetingFactory(starts_at=start))
        ParticipantFactory(person=person)
        ParticipantFactory(person=PersonFactory())

    with django_assert_num_queries(1):
        assert len(expecting.of_person(person)) == 2 * number
    with django_assert_num_queries(1):
        assert len(expecting.people_at(Participant.objects.all())) == 1 + number
    with django_assert_num_queries(1):
        assert len(expecting.with_expected(Participant.objects.all())) == 3 * number
