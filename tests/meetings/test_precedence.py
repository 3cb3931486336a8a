"""Who is named first, who speaks first."""

from dataclasses import replace
from datetime import date

import pytest

from meetings import precedence, wording
from meetings.models import OfficeHolder, Participant
from meetings.precedence import Place, order_of_names, order_of_speeches
from tests.factories import MeetingFactory, OfficeFactory, ParticipantFactory, PersonFactory

MINISTER = Place(name="Ministre", rank=10, since=date(2029, 1, 1))
PRESIDENT = Place(name="Présidente", rank=35, since=date(2021, 7, 2))
SENIOR = Place(name="Zoé", rank=35, since=date(2015, 12, 18))
NOBODY = Place(name="Azou")
ALL = [NOBODY, PRESIDENT, SENIOR, MINISTER]


def names(places):
    return [each.name for each in order_of_names(places, lambda each: each)]


def test_names_go_by_rank_then_by_the_age_of_the_mandate_then_by_name():
    others = [Place(name="Émile"), Place(name="Esther"), replace(SENIOR, name="É", since=None)]

    assert names([*ALL, *others]) == [
        "Ministre",
        "Zoé",
        "Présidente",
        "É",
        "Azou",
        "Émile",
        "Esther",
    ]


@pytest.mark.parametrize(
    ("position", "order"),
    [
        (1, ["Azou", "Ministre", "Zoé", "Présidente"]),
        (2, ["Ministre", "Azou", "Zoé", "Présidente"]),
        (9, ["Ministre", "Zoé", "Présidente", "Azou"]),
    ],
)
def test_a_seat_given_by_hand_is_that_seat(position, order):
    assert names([replace(NOBODY, position=position), *ALL[1:]]) == order


def test_speeches_are_in_the_reverse_order():
    assert order_of_speeches(ALL, lambda each: each) == [NOBODY, PRESIDENT, SENIOR, MINISTER]
    assert precedence.order_of_names([], lambda each: each) == []


def held(office, person, starts_on=date(2021, 7, 2), ends_on=None):
    OfficeHolder.objects.create(office=office, person=person, starts_on=starts_on, ends_on=ends_on)


@pytest.fixture
def meeting(db):
    return MeetingFactory()


def expected(meeting, **fields):
    office = fields.pop("office", None)
    person = None if office else fields.pop("person", None) or PersonFactory(last_name="Aubry")
    return ParticipantFactory(meeting=meeting, person=person, office=office, **fields)


def in_order(meeting):
    return wording.in_order(meeting.participants.order_by("pk"))


def test_somebody_has_the_rank_of_the_office_they_hold_on_that_day(meeting):
    head, former = PersonFactory(), PersonFactory()
    held(OfficeFactory(precedence=35), head)
    held(OfficeFactory(precedence=2), former, ends_on=date(2030, 6, 11))
    nobody, of_former = expected(meeting), expected(meeting, person=former)
    of_head = expected(meeting, person=head)
    minister = expected(meeting, office=OfficeFactory(precedence=10))

    assert in_order(meeting) == [minister, of_head, nobody, of_former]
    assert wording.in_order_of_speeches(meeting.participants.all())[-1] == minister


def test_a_vice_president_keeps_the_rank_of_the_president_an_adviser_does_not(meeting):
    head = PersonFactory()
    held(OfficeFactory(precedence=35), head)
    prefect = expected(meeting, office=OfficeFactory(precedence=40))
    principal = expected(meeting, person=head, answer=Participant.Answer.DECLINED)
    vice = expected(meeting, stands_in_for=principal, keeps_rank=True)
    adviser = expected(meeting, stands_in_for=principal)

    assert in_order(meeting) == [principal, vice, prefect, adviser]


@pytest.mark.parametrize("number", [1, 3])
def test_the_order_asks_twice_at_most_and_never_for_what_is_loaded(
    meeting, number, django_assert_num_queries
):
    for _each in range(number):
        person = PersonFactory()
        held(OfficeFactory(), person)
        expected(meeting, person=person)
        expected(meeting, office=OfficeFactory())
    rows = list(meeting.participants.select_related("person", "office"))
    loaded = list(meeting.participants.ranked())

    with django_assert_num_queries(2):
        wording.in_order(rows)
    with django_assert_num_queries(0):
        wording.in_order(loaded)
