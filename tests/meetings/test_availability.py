"""Who is free, as the database knows it; shown beside the form and by the API."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from meetings.availability import Question, look
from meetings.choosing import about_request
from meetings.models import Availability, Meeting, OfficeHolder
from pavilion.core.access import Role
from tests.api import client_of
from tests.factories import (
    DayFactory,
    MeetingRequestFactory,
    OfficeFactory,
    PersonFactory,
    RoomFactory,
    StandFactory,
    organiser,
)
from tests.meetings.conftest import ELEVEN, HALF_PAST_TEN, TEN
from tests.meetings.diary import pencil

NINE, SIX = datetime(2030, 6, 12, 7, tzinfo=UTC), datetime(2030, 6, 12, 16, tzinfo=UTC)


def said(starts_at, ends_at, kind="busy", note="", **whose):
    return Availability.objects.create(
        starts_at=starts_at, ends_at=ends_at, kind=kind, note=note, **whose
    )


def sight(edition, reader, **asked):
    with translation.override("en"):
        return look(Question(edition=edition, reader=reader, **asked))


def bars(line):
    return [(bar.kind, bar.span.starts_at, bar.span.ends_at, bar.what) for bar in line.bars]


def told(found):
    return [(f"{each.proposal.span.starts_at:%H:%M}", *each.reasons) for each in found.best]


def test_a_day_shows_meetings_what_was_said_and_working_hours(edition, national, person):
    person.works_from = time(9, 30)
    person.save()
    pencil(edition, national, person_ids=[person.pk])
    said(ELEVEN, ELEVEN + timedelta(hours=1), note="Plénière", person=person)

    [line] = sight(edition, national, people=[person]).lines

    assert bars(line) == [
        ("off", NINE, NINE + timedelta(minutes=30), "not available"),
        ("taken", TEN - timedelta(minutes=10), HALF_PAST_TEN + timedelta(minutes=10), "“Talk”"),
        ("away", ELEVEN, ELEVEN + timedelta(hours=1), "Plénière"),
    ]


def test_free_only_then_leaves_nothing_else_of_that_day(edition, national, office):
    said(TEN, ELEVEN, kind="free", office=office)

    found = sight(edition, national, offices=[office], minutes=60, margin_minutes=0)

    assert bars(found.lines[0]) == [
        ("off", NINE, TEN, "not available"),
        ("off", ELEVEN, SIX, "not available"),
    ]
    assert told(found)[0] == ("08:00", "Everybody is free.")


def test_an_office_is_taken_where_its_holder_is_and_shown_once(edition, national, office, person):
    OfficeHolder.objects.create(office=office, person=person, starts_on=date(2029, 1, 1))
    pencil(edition, national, person_ids=[person.pk])
    said(ELEVEN, SIX, note="Conseil", person=person)

    [line] = sight(edition, national, offices=[office]).lines

    # What was noted of somebody the reader did not ask about stays with them.
    assert [(kind, what) for kind, _start, _end, what in bars(line)] == [
        ("taken", "“Talk”"),
        ("away", "Not available"),
    ]


def test_the_reasons_are_whole_sentences(edition, national, person, room):
    pencil(edition, national, person_ids=[person.pk])
    other = PersonFactory(first_name="Inès", last_name="Aubry")
    said(ELEVEN, SIX, person=other)

    found = sight(
        edition,
        national,
        people=[person, other],
        rooms=[room, RoomFactory(name_fr="Salon Sud")],
        near=HALF_PAST_TEN,
        windows=[(NINE, TEN)],
    )

    assert told(found) == [
        (
            "07:00",
            "Everybody is free.",
            "Within the times asked for.",
            "North Room is free.",
            "1\u00a0h\u00a030 before the time wanted.",
        ),
        (
            "09:00",
            "Inès Aubry is not available.",
            "Outside the times asked for.",
            "North Room is free.",
            "30\u00a0min after the time wanted.",
        ),
        (
            "09:30",
            "Inès Aubry is not available.",
            "Outside the times asked for.",
            "North Room is free.",
            "1\u00a0h after the time wanted.",
        ),
    ]
    assert found.wanted.reasons[0] == "Maïwenn Kerzoncuff has another meeting."


def test_a_meeting_that_moves_is_not_in_its_own_way(client, edition, national, person):
    meeting = pencil(edition, national, person_ids=[person.pk])
    client.force_login(national)
    client.cookies["django_language"] = "en"

    page = client.get(
        reverse("admin:meetings_meeting_availability"),
        {"meeting": meeting.pk, "day": "2030-06-12", "starts": "10:00", "ends": "10:30"},
    )

    assert page.templates[0].name == "admin/meetings/_availability.html"
    assert page.context["told"].reasons == ["Everybody is free.", "At the time wanted."]
    assert [(best.day, best.starts, best.ends) for best in page.context["best"]] == [
        ("2030-06-12", "10:00", "10:30"),
        ("2030-06-12", "09:30", "10:00"),
        ("2030-06-12", "10:30", "11:00"),
    ]
    assert [row.line.name for row in page.context["rows"]] == ["Maïwenn Kerzoncuff"]


def test_a_page_without_anybody_asks_for_somebody(client, edition, national):
    client.force_login(national)
    page = client.get(reverse("admin:meetings_meeting_availability"), {"people": ["x", "999"]})
    assert (page.status_code, page.context.get("rows")) == (200, None)


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
def test_who_plans_nothing_sees_nobodys_day(client, edition, role):
    client.force_login(organiser("53", role))
    page = client.get(reverse("admin:meetings_meeting_availability"))
    assert page.status_code == 403


def test_a_program_is_told_the_best_times(edition, national, person):
    pencil(edition, national, person_ids=[person.pk])
    reader = organiser("53", language="en")

    answer = client_of(reader).get(
        "/api/v1/meetings/times/",
        {"edition": 2030, "people": person.pk, "near": "2030-06-12T10:00:00+02:00", "minutes": 45},
    )

    assert answer.status_code == 200
    assert answer.json()["best"][0] == {
        "starts_at": "2030-06-12T11:00:00+02:00",
        "ends_at": "2030-06-12T11:45:00+02:00",
        "is_possible": True,
        "room": None,
        "reasons": ["Everybody is free.", "1\u00a0h after the time wanted."],
    }
    assert answer.json()["near"]["reasons"] == [
        "Maïwenn Kerzoncuff has another meeting.",
        "At the time wanted.",
    ]
    assert answer.json()["expected"] == [
        {
            "key": f"person:{person.pk}",
            "name": "Maïwenn Kerzoncuff",
            "is_required": True,
            "busy": [
                {
                    "kind": "taken",
                    "what": "“Talk”",
                    "starts_at": "2030-06-12T09:50:00+02:00",
                    "ends_at": "2030-06-12T10:40:00+02:00",
                }
            ],
        }
    ]


def test_a_program_names_somebody_it_may_see(edition, person):
    def asked(user, **query):
        answer = client_of(user).get("/api/v1/meetings/times/", {"edition": 2030, **query})
        return answer.status_code

    assert asked(organiser("53")) == 400
    assert asked(organiser("28"), people=person.pk) == 400
    assert asked(organiser("53", Role.READER), people=person.pk) == 403
    assert asked(organiser("53"), people=person.pk) == 200


@pytest.mark.parametrize("number", [1, 3])
def test_looking_asks_as_often_for_three_as_for_one(
    edition, national, number, django_assert_num_queries
):
    people, offices = PersonFactory.create_batch(number), OfficeFactory.create_batch(number)
    for person, office in zip(people, offices, strict=True):
        OfficeHolder.objects.create(office=office, person=person, starts_on=date(2029, 1, 1))
        said(ELEVEN, SIX, person=person)
    pencil(edition, national, person_ids=[each.pk for each in people])
    rooms = RoomFactory.create_batch(number)

    with django_assert_num_queries(5):
        found = sight(edition, national, people=people, offices=offices, rooms=rooms)
    assert len(found.lines) == 3 * number
    assert Meeting.objects.count() == 1


def test_an_office_keeps_the_hours_of_whoever_holds_it_that_day(edition, national, office, person):
    DayFactory(date=date(2030, 6, 13))
    person.works_from = time(9, 30)
    person.save()
    OfficeHolder.objects.create(
        office=office, person=person, starts_on=date(2029, 1, 1), ends_on=date(2030, 6, 12)
    )

    [line] = sight(edition, national, offices=[office]).lines

    assert bars(line) == [("off", NINE, NINE + timedelta(minutes=30), "not available")]


def asked(client, user, **typed):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("admin:meetings_meeting_availability"), typed)
    return page.context


def test_everybody_in_the_form_counts_and_so_does_the_way(client, edition, national, person):
    first, second = PersonFactory(last_name="Un"), PersonFactory(last_name="Deux")
    office = OfficeFactory()
    pencil(edition, national, person_ids=[person.pk], buffer_minutes=0)

    context = asked(
        client,
        national,
        day="2030-06-12",
        starts="11:00",
        people=[first.pk],
        one_of=[second.pk],
        optional_people=[person.pk, first.pk],
        optional_offices=[office.pk],
        travel_minutes=45,
    )

    assert [(row.line.key, row.line.is_required) for row in context["rows"]] == [
        (f"office:{office.pk}", False),
        (f"person:{first.pk}", True),
        (f"person:{second.pk}", True),
        (f"person:{person.pk}", False),
    ]
    assert context["told"].reasons[0] == "Maïwenn Kerzoncuff has another meeting."


def test_a_chosen_room_that_is_taken_is_no_time_to_propose(client, edition, national, person, room):
    pencil(edition, national, room=room, ends_at=TEN + timedelta(hours=7, minutes=40))

    context = asked(
        client, national, day="2030-06-12", starts="10:00", people=[person.pk], room=room.pk
    )

    told = context["told"]
    assert (told.proposal.is_possible, told.reasons[0]) == (False, "Everybody is free.")
    assert told.reasons[1] == "North Room is not free."
    first, second, _third = context["best"]
    assert [(each.starts, each.told.proposal.is_possible) for each in (first, second)] == [
        ("09:00", True),
        ("10:00", False),
    ]


def test_a_request_keeps_the_buffer_of_its_format(edition, national, office):
    request = MeetingRequestFactory(office=office, format="round_table", minutes=60)
    question = Question(edition=edition, reader=national)

    assert about_request(question, request).margin_minutes == 15


def test_a_program_is_told_of_the_way_the_stand_and_who_is_optional(edition, national, person):
    stand = StandFactory()
    other = PersonFactory(region=person.region)
    pencil(edition, national, person_ids=[other.pk], stand=stand, buffer_minutes=0)

    answer = client_of(organiser("53", language="en")).get(
        "/api/v1/meetings/times/",
        {
            **{"edition": 2030, "people": person.pk, "optional_people": other.pk},
            **{"stand": stand.pk, "travel_minutes": 30, "near": "2030-06-12T10:45:00+02:00"},
        },
    )

    assert answer.status_code == 200
    near = answer.json()["near"]
    assert near["is_possible"] is False
    assert near["reasons"][:2] == [
        f"{other} has another meeting.",
        f"Stand {stand.number} is not free.",
    ]
    assert [row["is_required"] for row in answer.json()["expected"]] == [True, False]
