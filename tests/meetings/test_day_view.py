"""The organisers' day: what is drawn, what should be minded, who sees what."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from events.models import Day, Region
from meetings.day_view.html import Columns, facts
from meetings.day_view.pieces import Shade, Wanted
from meetings.day_view.reading import read_day
from meetings.models import Availability, Delegate, Meeting, OfficeHolder, Participant
from meetings.operations import cancel_meeting, confirm_meeting, create_meeting, record_answer
from pavilion.core.access import Role
from tests.factories import (
    DelegationFactory,
    ParticipationFactory,
    PersonFactory,
    SessionFactory,
    StandFactory,
    organiser,
)
from tests.meetings.conftest import ELEVEN, HALF_PAST_TEN, TEN

DAY = datetime(2030, 6, 12).date()  # noqa: DTZ001
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def meet(edition, by=None, **fields):
    values = {"subject_fr": "Souveraineté", "starts_at": TEN, "ends_at": HALF_PAST_TEN}
    return create_meeting(edition=edition, by=by, **{**values, **fields})


def read(by, edition, **wanted):
    return read_day(by, edition, DAY, Wanted(**wanted))


def drawn(reading):
    """Column by column: whose, and each meeting's subject and state there."""
    return [
        (column.name, [(block.shown.meeting.subject_fr, block.state) for block in column.blocks])
        for column in reading.columns
    ]


def minded(reading):
    (shown,) = reading.shown.values()
    return shown.clashes, shown.cautions, shown.unanswered


def test_a_meeting_stands_with_each_of_its_people_as_they_answered(national, edition, person):
    other = PersonFactory(first_name="Loeiza", last_name="Trévidic")
    late = PersonFactory(first_name="Zoé", last_name="Zimmer")
    meeting = meet(edition, person_ids=[person.pk, other.pk, late.pk])
    confirm_meeting(meeting_id=meeting.pk, by=None)
    for who, answer in ((person, "accepted"), (other, "declined")):
        Participant.objects.filter(person=who).update(answer=answer, is_required=who == person)

    reading = read(national, edition)

    assert drawn(reading) == [
        ("Maïwenn Kerzoncuff", [("Souveraineté", "confirmed")]),
        ("Loeiza Trévidic", [("Souveraineté", "cancelled")]),
        ("Zoé Zimmer", [("Souveraineté", "waiting")]),
    ]
    assert minded(reading) == ([], [], ["Zoé Zimmer"])


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (lambda pk: None, "option"),
        (lambda pk: confirm_meeting(meeting_id=pk, by=None), "waiting"),
        (lambda pk: cancel_meeting(meeting_id=pk, by=None), "cancelled"),
        (lambda pk: Meeting.objects.filter(pk=pk).update(status="held"), "held"),
    ],
)
def test_rooms_show_the_meeting_s_own_state(national, edition, person, room, act, state):
    act(meet(edition, person_ids=[person.pk], room=room).pk)

    assert drawn(read(national, edition, view="rooms")) == [
        ("North Room", [("Souveraineté", state)])
    ]


def test_stands_and_places_outside_have_columns_of_their_own(national, edition):
    stand = StandFactory(number="A-12")
    meet(edition, stand=stand)
    meet(
        edition,
        subject_fr="Dîner",
        place="Palais",
        starts_at=TEN + timedelta(days=0, hours=4),
        ends_at=HALF_PAST_TEN + timedelta(hours=4),
    )

    assert drawn(read(national, edition, view="rooms")) == [
        ("Stand A-12", [("Souveraineté", "option")]),
        ("Elsewhere", [("Dîner", "option")]),
    ]


def test_who_was_needed_and_declined_is_a_conflict(national, edition, person):
    meeting = meet(edition, person_ids=[person.pk], asks_substitutes=False)
    Participant.objects.update(answer="declined")

    reading = read(national, edition, view="rooms")

    assert minded(reading) == (["Declined: Maïwenn Kerzoncuff"], [], [])
    assert reading.shown[meeting.pk].state == "conflict"


def test_what_somebody_said_of_their_time_is_minded_and_drawn(national, edition, person):
    meet(edition, person_ids=[person.pk])
    person.works_from = time(9)
    person.save()
    Availability.objects.create(person=person, starts_at=TEN, ends_at=ELEVEN, note="Train")

    reading = read(national, edition)

    midnight = TEN - timedelta(hours=10)
    assert reading.columns[0].shades == [
        Shade("busy", midnight, TEN - timedelta(hours=1), "Outside their hours"),
        Shade("busy", TEN, ELEVEN, "Train"),
    ]
    assert minded(reading) == (
        [],
        ["Maïwenn Kerzoncuff: not available from 10:00 to 11:00"],
        [],
    )


def test_available_only_then_means_not_available_otherwise(national, edition, person):
    meet(edition, person_ids=[person.pk])
    Availability.objects.create(
        person=person, kind="free", starts_at=ELEVEN, ends_at=ELEVEN + timedelta(hours=1)
    )

    (before, after) = read(national, edition).columns[0].shades

    assert (before.ends_at, after.starts_at) == (ELEVEN, ELEVEN + timedelta(hours=1))


def test_stretches_in_which_somebody_is_available_may_overlap(national, edition, person):
    meet(edition, person_ids=[person.pk])
    for length in (3, 1):
        Availability.objects.create(
            person=person, kind="free", starts_at=TEN, ends_at=TEN + timedelta(hours=length)
        )

    (before, after) = read(national, edition).columns[0].shades

    assert (before.ends_at, after.starts_at) == (TEN, TEN + timedelta(hours=3))


def test_the_holder_of_an_office_stands_in_two_places_at_most_once(
    national, edition, person, office
):
    meet(edition, subject_fr="À la fonction", office_ids=[office.pk])
    meet(edition, subject_fr="Au nom", person_ids=[person.pk])
    OfficeHolder.objects.create(office=office, person=person, starts_on="2029-01-01")

    reading = read(national, edition)

    sentence = "Maïwenn Kerzoncuff is expected at “À la fonction” and “Au nom”"
    assert [shown.clashes for shown in reading.shown.values()] == [[sentence], [sentence]]
    assert drawn(reading) == [
        ("Maïwenn Kerzoncuff", [("À la fonction", "conflict"), ("Au nom", "conflict")])
    ]


def test_two_that_are_not_neighbours_clash_too(national, edition, person, office):
    hour = timedelta(hours=1)
    meet(edition, subject_fr="Matinée", ends_at=TEN + 3 * hour, office_ids=[office.pk])
    meet(edition, subject_fr="Au début", person_ids=[person.pk])
    late = {"starts_at": TEN + 2 * hour, "ends_at": TEN + 2 * hour + TEN_MINUTES}
    meet(edition, subject_fr="À la fin", person_ids=[person.pk], **late)
    OfficeHolder.objects.create(office=office, person=person, starts_on="2029-01-01")

    told = [shown.clashes for shown in read(national, edition).shown.values()]

    first = "Maïwenn Kerzoncuff is expected at “Matinée” and “Au début”"
    last = "Maïwenn Kerzoncuff is expected at “Matinée” and “À la fin”"
    assert told == [[first, last], [first], [last]]


def test_a_region_and_a_delegation_chosen_show_where_their_office_holders_go(
    national, edition, person, office, room
):
    OfficeHolder.objects.create(office=office, person=person, starts_on="2029-01-01")
    delegation = DelegationFactory(edition=edition)
    Delegate.objects.create(delegation=delegation, person=person)
    meet(edition, office_ids=[office.pk], room=room)
    other = PersonFactory(region=Region.objects.get(code="76"))
    meet(edition, subject_fr="Ailleurs", person_ids=[other.pk], place="Scène")
    theirs = [("Souveraineté", "option")]

    for wanted in ({"region": "53"}, {"delegation": delegation.pk}):
        assert drawn(read(national, edition, **wanted)) == [("Maïwenn Kerzoncuff", theirs)]
        assert drawn(read(national, edition, view="rooms", **wanted)) == [("North Room", theirs)]


def test_offices_and_delegations_across(national, edition, person, office):
    delegation = DelegationFactory(edition=edition, name_fr="Bretagne", name_en="Brittany")
    Delegate.objects.create(delegation=delegation, person=person)
    DelegationFactory(edition=edition, name_fr="Normandie", name_en="Normandy")
    meet(edition, person_ids=[person.pk], office_ids=[office.pk])
    block = [("Souveraineté", "option")]

    assert drawn(read(national, edition, view="offices")) == [
        ("Minister delegate for Digital Affairs and AI", block)
    ]
    assert drawn(read(national, edition, view="delegations")) == [("Brittany", block)]
    assert drawn(read(national, edition, view="delegations", is_all=True)) == [
        ("Brittany", block),
        ("Normandy", []),
    ]
    assert drawn(read(national, edition, delegation=delegation.pk)) == [
        ("Maïwenn Kerzoncuff", block)
    ]


def test_a_region_sees_its_own_and_that_the_rest_is_taken(national, edition, room):
    desk = organiser("53", Role.READER, language="en")
    other = ParticipationFactory(region=Region.objects.get(code="76"), edition=edition)
    meet(edition, subject_fr="Secret", participation=other, room=room)
    SessionFactory(room=room, starts_at=ELEVEN, ends_at=ELEVEN + timedelta(hours=1))

    reading = read(desk, edition, view="rooms")

    assert (reading.shown, drawn(reading)) == ({}, [("North Room", [])])
    kinds = [(shade.kind, shade.label) for shade in reading.columns[0].shades]
    assert ("taken", "Another meeting") in kinds
    assert drawn(read(national, edition, view="rooms", region="76")) == [
        ("North Room", [("Secret", "option")])
    ]
    assert drawn(read(national, edition, view="rooms", region="53")) == [("North Room", [])]


def test_the_grid_begins_and_ends_with_the_fair_or_what_lies_outside_it(national, edition):
    day = Day.objects.get()
    empty = read(national, edition)
    meet(
        edition,
        place="Palais",
        travel_minutes=30,
        starts_at=day.closes - TEN_MINUTES,
        ends_at=day.closes + timedelta(hours=2),
        outside_hours_reason="Dîner",
    )

    assert (empty.hours.start, empty.hours.stop) == (day.opens_at.hour, day.closes_at.hour)
    assert read(national, edition).hours.stop == day.closes_at.hour + 3


def test_a_piece_says_where_it_stands_by_classes_and_escapes_what_people_wrote(
    national, edition, room
):
    meeting = meet(edition, subject_fr="<b>Gras</b> & fort", room=room)
    reading = read(national, edition, view="rooms")

    html = Columns(reading, "rooms").column(reading.columns[0])

    page = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    block = html.partition('<li class="block')[2].partition("</li>")[0]
    assert block == (
        f' state-option mine at-h10 at-m00 to-h10 to-m30" data-m="{meeting.pk}"><a href="{page}" '
        'title="10:00–10:30\n&lt;b&gt;Gras&lt;/b&gt; &amp; fort\nNorth Room"><time>10:00</time> '
        "<b>&lt;b&gt;Gras&lt;/b&gt; &amp; fort</b><small></small></a>"
    )
    assert html.count('<li class="buffer at-h9 at-m50 to-h10 to-m00"') == 1
    assert "style=" not in html


def test_facts_are_what_the_script_moves_it_by(national, edition, person, room):
    meeting = meet(edition, person_ids=[person.pk], room=room)

    assert facts(read(national, edition)) == {
        meeting.pk: {
            "title": "Souveraineté",
            "when": "10:00–10:30",
            "start": 600,
            "length": 30,
            "margin": 10,
            "sequence": 0,
            "place": f"room:{room.pk}",
            "where": "North Room",
            "status": "Option",
            "state": "option",
            "canMove": True,
            "people": [["Maïwenn Kerzoncuff, President of the Regional Council", "No answer yet"]],
            "minded": [],
            "page": reverse("admin:meetings_meeting_change", args=[meeting.pk]),
            "move": reverse("admin:meetings_meeting_reschedule", args=[meeting.pk]),
        }
    }


def test_a_confirmed_meeting_says_that_an_answer_is_awaited_until_all_are_there(
    national, edition, person
):
    meeting = confirm_meeting(meeting_id=meet(edition, person_ids=[person.pk]).pk, by=national)
    told = []
    for answer in (None, "accepted"):
        if answer:
            participant = meeting.participants.get()
            record_answer(participant_id=participant.pk, answer=answer, via="phone")
        fact = facts(read(national, edition))[meeting.pk]
        told.append((fact["state"], fact["status"]))

    assert told == [
        ("waiting", "Confirmed, waiting for an answer"),
        ("confirmed", "Confirmed"),
    ]


@pytest.mark.parametrize("view", ["people", "rooms", "offices", "delegations"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_day_costs_the_same_however_full(
    client, national, edition, person, office, room, view, count, django_assert_num_queries
):
    delegation = DelegationFactory(edition=edition)
    for number in range(count):
        extra = PersonFactory()
        Delegate.objects.create(delegation=delegation, person=extra)
        starts_at = TEN + number * timedelta(hours=1)
        meeting = meet(
            edition,
            room=room,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            person_ids=[person.pk, extra.pk],
            office_ids=[office.pk],
        )
        Availability.objects.create(person=extra, starts_at=TEN, ends_at=ELEVEN)
        record_answer(
            participant_id=meeting.participants.get(person=extra).pk, answer="accepted", via="phone"
        )
    client.force_login(national)
    page = reverse("admin:meetings_day", args=["2030-06-12"])
    client.get(page)

    with django_assert_num_queries(
        {"people": 18, "offices": 18, "rooms": 19, "delegations": 20}[view]
    ):
        answer = client.get(page, {"view": view})

    assert len(answer.context["reading"].shown) == count
