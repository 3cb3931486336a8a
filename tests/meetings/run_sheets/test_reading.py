from datetime import date, timedelta

import pytest

from events.models import Region
from meetings.models import Delegate, Stop, Visit
from meetings.run_sheets.marking import marks_of
from meetings.run_sheets.reading import read, read_one
from meetings.run_sheets.subjects import Subject, of_person
from tests.factories import (
    DayFactory,
    DelegationFactory,
    MeetingFactory,
    OfficeFactory,
    ParticipantFactory,
    ParticipationFactory,
    PersonFactory,
    PublishedAllocationFactory,
    StandFactory,
)
from tests.meetings.conftest import ELEVEN, HALF_PAST_TEN, TEN
from tests.meetings.run_sheets.lines import line, text, who

pytestmark = pytest.mark.django_db


def read_meetings(subject):
    return [each.meeting for each in read_one(subject)]


def test_line_says_what_where_who_in_order_and_whom_to_call(meeting, subject, person, office):
    assert read_one(subject) == [
        line(
            meeting.pk,
            region="",
            subject={"fr": "Entretien", "en": "Talk"},
            place={"fr": "Salon Nord", "en": "North Room"},
            way={"fr": "Hall 7, niveau 1", "en": "Hall 7, level 1"},
            people=(
                who(
                    "",
                    key=f"office:{office.pk}",
                    name={"fr": office.title_fr, "en": office.title_en},
                ),
                who(
                    "Maïwenn Kerzoncuff",
                    key=f"person:{person.pk}",
                    title={"fr": person.title_fr, "en": person.title_en},
                ),
            ),
            contact_name="Lou Kervadec",
            contact_phone="06 01 02 03 04",
        )
    ]


def test_nothing_secret_is_in_a_line(meeting, subject, person):
    meeting.internal_note = "NOTE-INTERNE"
    meeting.outside_hours_reason = "RAISON"
    meeting.save()
    person.needs_note, person.needs_note_until = "BESOIN", date(2030, 7, 1)
    person.save()

    told = str(read_one(subject))

    assert [word for word in ("NOTE-INTERNE", "RAISON", "BESOIN") if word in told] == []


def test_run_sheet_leaves_out_whom_one_declined_and_who_declined(meeting, subject, office):
    other = MeetingFactory(starts_at=ELEVEN, status="confirmed")
    ParticipantFactory(meeting=other, person=subject.row, answer="declined")
    meeting.participants.filter(office=office).update(answer="declined")

    (only,) = read_one(subject)

    assert (only.meeting, [each.key for each in only.people]) == (
        meeting.pk,
        [f"person:{subject.row.pk}"],
    )


def test_meeting_with_an_office_is_its_holders_under_their_name(meeting, edition, office):
    holder = PersonFactory(first_name="Soizic", last_name="Le Bris")
    office.holders.create(person=holder, starts_on=date(2029, 1, 1), ends_on=date(2030, 6, 12))
    former = PersonFactory()
    office.holders.create(person=former, starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31))

    (only,) = read_one(of_person(holder, edition))

    assert only.people[0] == who(
        "Soizic Le Bris",
        key=f"office:{office.pk}",
        title={"fr": office.title_fr, "en": office.title_en},
    )
    assert read_one(of_person(former, edition)) == []


def test_stand_in_is_told_for_whom_they_come(meeting, subject, person):
    absent = meeting.participants.get(person=person)
    deputy = PersonFactory(first_name="Yann", last_name="Riou")
    ParticipantFactory(meeting=meeting, person=deputy, stands_in_for=absent, keeps_rank=True)
    absent.answer = "declined"
    absent.save()

    (only,) = read_one(Subject("room", meeting.room, meeting.edition))

    assert [(each.name["fr"], each.instead_of) for each in only.people[1:]] == [
        (
            "Yann Riou",
            {
                "fr": "Maïwenn Kerzoncuff, présidente du conseil régional",
                "en": "Maïwenn Kerzoncuff, President of the Regional Council",
            },
        )
    ]


def test_speeches_go_up_the_order_of_names(meeting, subject, office, person):
    meeting.format = "inauguration"
    meeting.save()

    (only,) = read_one(subject)

    assert only.speakers == (f"person:{person.pk}", f"office:{office.pk}")


def test_place_outside_has_its_way_and_a_visit_its_stops_with_who_stands_there(meeting, subject):
    outside = MeetingFactory(
        starts_at=ELEVEN, status="confirmed", place="Bercy", travel_minutes=35, format="walkthrough"
    )
    ParticipantFactory(meeting=outside, person=subject.row)
    visit = Visit.objects.create(meeting=outside, meeting_point="Gate B")
    shown = PublishedAllocationFactory(
        stand=StandFactory(number="A-1"), exhibitor__application__display_name="Armor"
    )
    Stop.objects.create(visit=visit, position=1, stand=shown.stand, starts_at=ELEVEN, note="Démo")
    meeting.travel_minutes = 20
    meeting.save()

    inside, walk = read_one(subject)

    assert inside.travel_minutes == 0
    assert (walk.place, walk.way, walk.travel_minutes) == (text("Bercy"), text(""), 35)
    assert (walk.meeting_point, walk.meeting_point_at) == ("Gate B", ELEVEN - timedelta(minutes=10))
    assert [(each.stand, each.company, each.note) for each in walk.stops] == [
        ("A-1", "Armor", "Démo")
    ]


def test_each_kind_of_run_sheet_has_its_meetings(meeting, person, edition, room):
    elsewhere = MeetingFactory(
        starts_at=TEN + timedelta(days=1), ends_at=HALF_PAST_TEN + timedelta(days=1)
    )
    occitanie = PersonFactory(region=Region.objects.get(code="76"))
    ParticipantFactory(meeting=elsewhere, person=occitanie)
    delegation = DelegationFactory(edition=edition)
    Delegate.objects.create(delegation=delegation, person=person)
    bretagne = ParticipationFactory(edition=edition)
    other = ParticipationFactory(edition=edition, region=occitanie.region)
    own = MeetingFactory(starts_at=ELEVEN, participation=bretagne)

    found = {
        subject.key: read_meetings(subject)
        for subject in (
            Subject("person", person, edition),
            Subject("delegation", delegation, edition),
            Subject("region", bretagne, edition),
            Subject("region", other, edition),
            Subject("room", room, edition),
            Subject("day", DayFactory(), edition),
        )
    }

    assert found == {
        f"person:{person.pk}": [meeting.pk],
        f"delegation:{delegation.pk}": [meeting.pk],
        "region:53": [meeting.pk, own.pk],
        "region:76": [elsewhere.pk],
        f"room:{room.pk}": [meeting.pk],
        f"day:{DayFactory().pk}": [meeting.pk, own.pk],
    }


def test_preparation_weeks_before_is_no_part_of_it_the_eve_is(meeting, subject):
    before = MeetingFactory(starts_at=TEN - timedelta(days=20), ends_at=ELEVEN - timedelta(days=20))
    eve = MeetingFactory(starts_at=TEN - timedelta(days=1), ends_at=ELEVEN - timedelta(days=1))
    for each in (before, eve):
        ParticipantFactory(meeting=each, person=subject.row)

    assert read_meetings(subject) == [eve.pk, meeting.pk]


@pytest.mark.parametrize("rows", [1, 3])
def test_reading_asks_as_often_for_many(meeting, edition, person, django_assert_num_queries, rows):
    people = [person, *(PersonFactory() for _each in range(rows - 1))]
    for number, each in enumerate(people):
        made = MeetingFactory(
            starts_at=TEN + timedelta(hours=number + 1),
            status="confirmed",
            format="walkthrough",
        )
        held = OfficeFactory()
        held.holders.create(person=PersonFactory(), starts_on=date(2029, 1, 1))
        ParticipantFactory(meeting=made, person=each)
        ParticipantFactory(meeting=made, person=None, office=held)
        visit = Visit.objects.create(meeting=made)
        Stop.objects.create(visit=visit, position=1, stand=StandFactory(), starts_at=ELEVEN)
    subjects = [of_person(each, edition) for each in people]

    with django_assert_num_queries(8):
        found = read(subjects)
        marks_of(found.lines[subjects[0].key], found.meetings, is_of_one=True)

    assert sum(map(len, found.lines.values())) == rows + 1
