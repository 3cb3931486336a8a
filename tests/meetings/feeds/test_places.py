"""The calendars of regions, rooms and stands, and what stays where a meeting left."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from events.models import Region
from meetings.models import Appearance, Participant
from meetings.operations import (
    add_participant,
    cancel_meeting,
    change_person,
    confirm_meeting,
    create_meeting,
    create_visit,
    drop_old_tombstones,
    open_feed,
    record_answer,
    remove_participant,
    reschedule_meeting,
)
from tests.factories import (
    FeedFactory,
    ParticipationFactory,
    RoomFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN
from tests.meetings.feeds.subscriber import MINUTE, events, read, state

STRUCK = ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"]


@pytest.fixture
def bretagne(edition):
    return ParticipationFactory()


@pytest.fixture
def stand(bretagne):
    return StandFactory(zone=ZoneFactory(participation=bretagne), number="P042")


def of_region(participation):
    return FeedFactory(person=None, participation=participation, language="en")


def titles(client, feed) -> list[str]:
    return [line for line in events(client, feed) if line.startswith("SUMMARY")]


def test_a_regions_calendar_has_its_meetings_and_those_its_people_attend(
    client, edition, national, bretagne, meeting, person
):
    feed = of_region(bretagne)
    own = create_meeting(
        edition=edition,
        participation=bretagne,
        subject_fr="Signature",
        starts_at=ELEVEN,
        ends_at=HALF_PAST_ELEVEN,
        by=national,
    )

    assert titles(client, feed) == [
        "SUMMARY:[Option] Talk on sovereignty",
        "SUMMARY:[Option] Signature",
    ]

    remove_participant(participant_id=meeting.participants.get(person=person).pk, by=national)
    confirm_meeting(meeting_id=own.pk, by=national)

    assert titles(client, feed) == [
        "SUMMARY:[Cancelled] Talk on sovereignty",
        "SUMMARY:Signature",
    ]
    assert state(client, feed)[2:5] == ["SEQUENCE:1", *STRUCK]


def test_what_its_only_delegate_declined_leaves_a_regions_calendar(
    client, bretagne, meeting, person
):
    feed = of_region(bretagne)
    participant = meeting.participants.get(person=person)
    before = read(client, feed).headers["ETag"]

    record_answer(participant_id=participant.pk, answer="declined", via="link")

    assert read(client, feed).headers["ETag"] != before
    assert titles(client, feed) == []


def test_somebody_who_changes_regions_takes_their_meetings_along(
    client, national, bretagne, meeting, person, clock
):
    normandie = ParticipationFactory(region=Region.objects.get(code="76"))
    feeds = [of_region(each) for each in (bretagne, normandie)]
    before = [read(client, feed).headers["ETag"] for feed in feeds]
    clock.shift(MINUTE)

    change_person(person_id=person.pk, region=normandie.region, by=national)

    assert [titles(client, feed) for feed in feeds] == [
        ["SUMMARY:[Cancelled] Talk on sovereignty"],
        ["SUMMARY:[Option] Talk on sovereignty"],
    ]
    assert [read(client, feed).headers["ETag"] in before for feed in feeds] == [False, False]


def test_another_region_sees_nothing(client, meeting):
    other = ParticipationFactory(region=Region.objects.get(code="76"))

    assert events(client, of_region(other)) == []


def test_another_room_leaves_a_tombstone_at_the_hour_it_had_there(
    client, national, meeting, room, person
):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    there = RoomFactory(name_fr="Salon Sud", name_en="South Room")
    left, entered = (
        FeedFactory(person=None, room=each, language="en", has_alarms=True)
        for each in (room, there)
    )

    reschedule_meeting(
        meeting_id=meeting.pk,
        starts_at=ELEVEN,
        ends_at=HALF_PAST_ELEVEN,
        room=there,
        by=national,
    )

    assert state(client, left) == [
        "SUMMARY:[Cancelled] Talk on sovereignty",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "SEQUENCE:2",
        *STRUCK,
    ]
    assert "BEGIN:VALARM" not in events(client, left)
    assert not any(line.startswith("DESCRIPTION") for line in events(client, left))
    assert [line for line in events(client, left) if line.startswith("LOCATION")] == [
        "LOCATION:North Room\\, Hall 7\\, level 1\\, Paris Expo Porte de Versailles"
    ]
    assert state(client, entered)[:3] == [
        "SUMMARY:Talk on sovereignty",
        "DTSTART;TZID=Europe/Paris:20300612T110000",
        "SEQUENCE:2",
    ]


def test_a_tombstone_learns_nothing_and_rises_again_when_the_meeting_returns(
    client, national, meeting, room
):
    there = RoomFactory()
    feed = FeedFactory(person=None, room=room, language="en")

    def move(to, starts_at):
        reschedule_meeting(
            meeting_id=meeting.pk,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            room=to,
            by=national,
        )

    move(there, TEN)
    etag = read(client, feed).headers["ETag"]
    move(there, ELEVEN)
    cancelled = state(client, feed)
    assert read(client, feed).headers["ETag"] == etag
    move(room, ELEVEN)

    assert (cancelled[2], state(client, feed)[1:3]) == (
        "SEQUENCE:1",
        ["DTSTART;TZID=Europe/Paris:20300612T110000", "SEQUENCE:3"],
    )


def test_a_stands_calendar_has_its_meetings_and_the_stops_of_visits(
    client, edition, national, stand, bretagne
):
    feed = FeedFactory(person=None, stand=stand, language="en", has_alarms=True)
    walk = create_meeting(
        edition=edition,
        format="walkthrough",
        participation=bretagne,
        subject_fr="Visite",
        subject_en="Walk",
        starts_at=TEN,
        ends_at=ELEVEN,
        by=national,
    )
    other = StandFactory(zone=stand.zone)
    stops = [{"stand_id": other.pk, "minutes": 8}, {"stand_id": stand.pk, "minutes": 5}]
    create_visit(meeting_id=walk.pk, stops=stops, by=national)

    confirm_meeting(meeting_id=walk.pk, by=national)

    shown = events(client, feed)
    assert [line for line in shown if not line.startswith(("UID", "BEGIN:VAL"))][:10] == [
        "BEGIN:VEVENT",
        "SUMMARY:Visit: Walk",
        "DTSTART;TZID=Europe/Paris:20300612T101000",
        "DTEND;TZID=Europe/Paris:20300612T101500",
        "DTSTAMP:20300520T070000Z",
        "SEQUENCE:1",
        "CREATED:20300520T070000Z",
        "LAST-MODIFIED:20300520T070000Z",
        "LOCATION:Stand P042\\, Bretagne\\, Hall 7\\, level 1\\, Paris Expo Porte de Versailles",
        "STATUS:CONFIRMED",
    ]
    assert shown.count("BEGIN:VALARM") == 1
    uid = next(line for line in shown if line.startswith("UID"))
    assert walk.uid not in uid

    create_visit(meeting_id=walk.pk, stops=stops[1:], by=national)

    moved = events(client, feed)
    assert uid in moved
    assert state(client, feed)[1:3] == ["DTSTART;TZID=Europe/Paris:20300612T100000", "SEQUENCE:2"]

    create_visit(meeting_id=walk.pk, stops=stops[:1], by=national)

    assert state(client, feed) == [
        "SUMMARY:[Cancelled] Visit: Walk",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "SEQUENCE:3",
        *STRUCK,
    ]


def test_a_regions_stand_tells_its_desk_no_more_than_the_desk_sees(
    client, edition, national, stand, bretagne, person
):
    for number, fields in enumerate(({"participation": bretagne}, {}, {"person_ids": [person.pk]})):
        create_meeting(
            edition=edition,
            subject_fr=f"Entretien {number}",
            starts_at=TEN + number * timedelta(hours=1),
            ends_at=HALF_PAST_TEN + number * timedelta(hours=1),
            stand=stand,
            by=national,
            **fields,
        )
    desk = open_feed(by=organiser("53"), stand_id=stand.pk, language="en")
    common = StandFactory(zone=ZoneFactory(participation=None), number="C001")

    assert titles(client, desk) == [
        "SUMMARY:[Option] Entretien 0",
        "SUMMARY:[Option] Busy",
        "SUMMARY:[Option] Entretien 2",
    ]
    with pytest.raises(PermissionDenied):
        open_feed(by=organiser("53"), stand_id=common.pk)
    assert open_feed(by=national, stand_id=common.pk).region_code == ""


def test_the_calendars_of_desks_are_opened_by_those_who_manage_them(bretagne, room):
    for by, allowed in ((organiser("53"), True), (organiser("76"), False), (organiser(), True)):
        if allowed:
            assert open_feed(by=by, participation_id=bretagne.pk).opened_by == by
        else:
            with pytest.raises(PermissionDenied):
                open_feed(by=by, participation_id=bretagne.pk)


def test_tombstones_of_places_are_forgotten_with_the_others(client, national, meeting, room, clock):
    feed = FeedFactory(person=None, room=room)
    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, room=None, by=national
    )
    late = meeting.edition.ends_on + timedelta(days=31)
    assert titles(client, feed) != []

    now = TEN.replace(year=late.year, month=late.month, day=late.day)
    assert (drop_old_tombstones(now=now), drop_old_tombstones(now=now)) == (1, 0)

    assert titles(client, feed) == []
    assert Appearance.objects.filter(room=room).count() == 0


def test_added_again_is_in_the_calendar_again(client, national, meeting, feed, person, clock):
    remove_participant(participant_id=Participant.objects.get(person=person).pk, by=national)
    clock.shift(MINUTE)
    add_participant(meeting_id=meeting.pk, by=national, person_id=person.pk)

    assert state(client, feed) == [
        "SUMMARY:[Option] Talk on sovereignty",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "SEQUENCE:2",
        "STATUS:TENTATIVE",
        "TRANSP:OPAQUE",
    ]


def test_a_cancelled_meeting_is_struck_through_in_every_calendar(
    client, national, meeting, bretagne, room, feed
):
    feeds = [feed, of_region(bretagne), FeedFactory(person=None, room=room, language="en")]

    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert {tuple(state(client, each)[2:5]) for each in feeds} == {("SEQUENCE:1", *STRUCK)}
