"""What an address shows: alarms, what came by mail already, whose office one holds."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from meetings.models import Meeting, OfficeHolder, Participant, Person
from meetings.operations import (
    cancel_meeting,
    change_person,
    confirm_meeting,
    create_meeting,
    open_feed,
    record_answer,
    refresh_calendar,
)
from meetings.operations.calendars import move_feeds
from pavilion.core.models import OutboxMessage
from tests.factories import FeedFactory, PersonFactory
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, deliver
from tests.meetings.feeds.subscriber import MINUTE, events, read, state


def alarms(client, feed) -> list[str]:
    lines = events(client, feed)
    if "BEGIN:VALARM" not in lines:
        return []
    return lines[lines.index("BEGIN:VALARM") : lines.index("END:VALARM") + 1]


def test_alarms_ring_in_time_to_leave(client, national, meeting, person):
    feed = open_feed(person_id=person.pk, by=national, has_alarms=True)
    Meeting.objects.update(travel_minutes=20)
    refresh_calendar(meeting)

    shown = alarms(client, feed)

    assert [line for line in shown if not line.startswith("UID:")] == [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:[Option] Talk on sovereignty",
        "TRIGGER:-PT35M",
        "END:VALARM",
    ]
    assert sum(line.startswith("UID:") for line in shown) == 1  # RFC 9074


def test_discreet_alarms_tell_no_more_than_the_rest(client, national, meeting, person):
    feed = open_feed(person_id=person.pk, by=national, has_alarms=True, level="discreet")

    assert "DESCRIPTION:[Option] Busy" in alarms(client, feed)
    assert "sovereignty" not in read(client, feed).content.decode()


def test_what_is_cancelled_does_not_ring(client, national, meeting, person):
    feed = open_feed(person_id=person.pk, by=national, has_alarms=True)

    cancel_meeting(meeting_id=meeting.pk, by=national)

    assert (alarms(client, feed), state(client, feed)[3]) == ([], "STATUS:CANCELLED")


def test_what_left_by_mail_is_left_out_of_a_calendar_that_takes_invitations(
    client, edition, national, meeting, person, clock, django_assert_num_queries
):
    plain, without = (
        FeedFactory(person=person, language="en", without_invited=each) for each in (False, True)
    )
    create_meeting(
        edition=edition,
        subject_fr="Option",
        starts_at=ELEVEN,
        ends_at=HALF_PAST_ELEVEN,
        by=national,
        person_ids=[person.pk],
    )
    confirm_meeting(meeting_id=meeting.pk, by=national)
    clock.shift(MINUTE)
    before = read(client, without)
    assert before.content.count(b"BEGIN:VEVENT") == 2  # promised is not yet sent

    clock.shift(MINUTE)
    deliver()
    clock.shift(MINUTE)

    etag = before.headers["ETag"]
    with django_assert_num_queries(5):
        after = read(client, without, if_none_match=etag)
    assert (after.status_code, after.content.count(b"BEGIN:VEVENT")) == (200, 1)
    assert after.headers["Last-Modified"] > before.headers["Last-Modified"]
    with django_assert_num_queries(2):
        assert read(client, without, if_none_match=after.headers["ETag"]).status_code == 304
    assert read(client, plain).content.count(b"BEGIN:VEVENT") == 2
    cancel_meeting(meeting_id=meeting.pk, by=national)
    assert [line for line in events(client, without) if line.startswith("SUMMARY")] == [
        "SUMMARY:[Option] Option"
    ]


def test_what_came_back_is_in_such_a_calendar_again(client, national, meeting, person, clock):
    feed = FeedFactory(person=person, language="en", without_invited=True)
    confirm_meeting(meeting_id=meeting.pk, by=national)
    deliver()
    clock.shift(MINUTE)
    before = read(client, feed)
    clock.shift(MINUTE)
    OutboxMessage.objects.filter(recipient=person.email).update(
        state="bounced", bounced_at=timezone.now()
    )
    clock.shift(MINUTE)

    after = read(client, feed, if_modified_since=before.headers["Last-Modified"])

    assert before.content.count(b"BEGIN:VEVENT") == 0
    assert (after.status_code, after.content.count(b"BEGIN:VEVENT")) == (200, 1)


@pytest.fixture
def holder(office):
    holder = PersonFactory(first_name="Solenn", last_name="Prigent", language="en")
    OfficeHolder.objects.create(office=office, person=holder, starts_on=date(2029, 1, 1))
    return holder


def test_meetings_of_an_office_are_in_the_calendar_of_whoever_holds_it_that_day(
    client, office, holder, meeting, clock
):
    successor = PersonFactory(language="en")
    before, after = (FeedFactory(person=each, language="en") for each in (holder, successor))
    refresh_calendar(meeting)
    assert (len(state(client, before)), state(client, after)) == (5, [])

    OfficeHolder.objects.update(ends_on=date(2030, 6, 11))
    OfficeHolder.objects.create(office=office, person=successor, starts_on=date(2030, 6, 12))
    move_feeds(Person.objects.filter(pk__in=[holder.pk, successor.pk]))

    assert state(client, before)[2:] == ["SEQUENCE:1", "STATUS:CANCELLED", "TRANSP:TRANSPARENT"]
    assert state(client, after)[0] == "SUMMARY:[Option] Talk on sovereignty"
    etag = read(client, before).headers["ETag"]
    move_feeds(Person.objects.filter(pk=successor.pk))
    assert read(client, before).headers["ETag"] == etag


def test_what_an_office_declined_leaves_its_holders_calendar(client, office, holder, meeting):
    feed = FeedFactory(person=holder, language="en")
    refresh_calendar(meeting)
    participant = Participant.objects.get(office=office)

    record_answer(participant_id=participant.pk, answer="declined", via="phone")

    assert events(client, feed) == []


def test_a_person_called_otherwise_has_a_calendar_called_otherwise(client, national, feed, person):
    etag = read(client, feed).headers["ETag"]

    change_person(person_id=person.pk, by=national, last_name="Le Goff")

    after = read(client, feed, if_none_match=etag)
    assert "X-WR-CALNAME:Meetings · Maïwenn Le Goff" in after.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_change_costs_the_same_however_many_calendars_show_it(
    edition, national, room, count, django_assert_max_num_queries
):
    people = PersonFactory.create_batch(count)
    meeting = create_meeting(
        edition=edition,
        subject_fr="Tour de table",
        starts_at=ELEVEN,
        ends_at=HALF_PAST_ELEVEN,
        by=national,
        room=room,
        person_ids=[person.pk for person in people],
    )
    for person in people:
        FeedFactory(person=person)

    with django_assert_max_num_queries(17):
        refresh_calendar(meeting)


def test_nothing_of_briefings_notes_and_needs_is_in_any_calendar(
    client, edition, national, meeting, person, feed
):
    Person.objects.filter(pk=person.pk).update(
        needs_note="fauteuil", needs_note_until=edition.ends_on + timedelta(days=1)
    )
    confirm_meeting(meeting_id=meeting.pk, by=national)

    text = read(client, feed).content.decode()

    assert ("fauteuil" in text, "budget" in text) == (False, False)
