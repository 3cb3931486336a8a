from datetime import UTC, datetime

from meetings.models import CalendarBlock, Meeting, Participant
from meetings.operations import (
    add_participant,
    calendar_blocks,
    cancel_meeting,
    confirm_meeting,
    drop_old_tombstones,
    open_feed,
    record_answer,
    refresh_calendar,
    remove_participant,
    reschedule_meeting,
    with_everything,
)
from tests.core.test_ical import VTIMEZONE, unfolded
from tests.factories import FeedFactory, PersonFactory
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN
from tests.meetings.feeds.subscriber import MINUTE, events, read, state


def test_a_feed_line_by_line(client, national, meeting, feed, clock):
    clock.shift(MINUTE)
    confirm_meeting(meeting_id=meeting.pk, by=national)

    response = read(client, feed)

    header = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Pavilion//Calendar//EN
CALSCALE:GREGORIAN
NAME:Meetings · Maïwenn Kerzoncuff
X-WR-CALNAME:Meetings · Maïwenn Kerzoncuff
REFRESH-INTERVAL;VALUE=DURATION:PT1H
SOURCE;VALUE=URI:http://testserver/calendar/{feed.token}.ics
X-PUBLISHED-TTL:PT1H
X-WR-TIMEZONE:Europe/Paris
"""
    event = """\
BEGIN:VEVENT
SUMMARY:Talk on sovereignty
DTSTART;TZID=Europe/Paris:20300612T100000
DTEND;TZID=Europe/Paris:20300612T103000
DTSTAMP:20300520T070100Z
UID:3f1c@pavilion
SEQUENCE:1
CREATED:20300520T070000Z
DESCRIPTION:Expected:\\n– Minister delegate for Digital Affairs and AI\\n– Maïwenn Kerzoncuff\\, \
President of the Regional Council\\nOn site: Anne Le Goff\\, +33 6 00 00 00 00
LAST-MODIFIED:20300520T070100Z
LOCATION:North Room\\, Hall 7\\, level 1\\, Paris Expo Porte de Versailles
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
    assert unfolded(response.content.decode()) == (header + VTIMEZONE + event).splitlines()


def test_the_discreet_level_shows_time_and_place_only(client, national, meeting, person):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    feed = open_feed(person_id=person.pk, by=national, level="discreet", language="fr")

    assert events(client, feed) == [
        "BEGIN:VEVENT",
        "SUMMARY:Occupé",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "DTEND;TZID=Europe/Paris:20300612T103000",
        "DTSTAMP:20300520T070000Z",
        "UID:3f1c@pavilion",
        "SEQUENCE:1",
        "CLASS:PRIVATE",
        "CREATED:20300520T070000Z",
        "LAST-MODIFIED:20300520T070000Z",
        "LOCATION:Salon Nord\\, Hall 7\\, niveau 1\\, Paris Expo Porte de Versailles",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
    ]


def test_an_option_is_tentative(client, meeting, feed):
    assert state(client, feed) == [
        "SUMMARY:[Option] Talk on sovereignty",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "SEQUENCE:0",
        "STATUS:TENTATIVE",
        "TRANSP:OPAQUE",
    ]


def test_a_cancelled_meeting_stays_struck_through_until_thirty_days_after(
    client, national, meeting, feed, clock
):
    cancel_meeting(meeting_id=meeting.pk, by=national)
    assert state(client, feed) == [
        "SUMMARY:[Cancelled] Talk on sovereignty",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "SEQUENCE:1",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
    ]

    kept = drop_old_tombstones(now=datetime(2030, 7, 15, 12, tzinfo=UTC))
    feed.refresh_from_db()
    revision = feed.revision
    dropped = drop_old_tombstones(now=datetime(2030, 7, 16, 12, tzinfo=UTC))

    assert (kept, dropped) == (0, 1)
    feed.refresh_from_db()
    assert feed.revision == revision + 1
    assert events(client, feed) == []
    assert drop_old_tombstones(now=datetime(2030, 7, 16, 12, tzinfo=UTC)) == 0


def test_whoever_is_taken_off_keeps_a_tombstone_that_learns_nothing_more(
    client, national, meeting, feed, person
):
    colleague = PersonFactory(language="en")
    others = FeedFactory(person=colleague, language="en")
    add_participant(meeting_id=meeting.pk, by=national, person_id=colleague.pk)
    remove_participant(participant_id=Participant.objects.get(person=person).pk, by=national)
    tombstone = state(client, feed)
    etag = read(client, feed).headers["ETag"]

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )

    assert tombstone == [
        "SUMMARY:[Cancelled] Talk on sovereignty",
        "DTSTART;TZID=Europe/Paris:20300612T100000",
        "SEQUENCE:1",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
    ]
    assert state(client, feed) == tombstone
    feed.refresh_from_db()
    assert read(client, feed).headers["ETag"] == etag
    assert state(client, others)[1:3] == [
        "DTSTART;TZID=Europe/Paris:20300612T110000",
        "SEQUENCE:2",
    ]


def test_a_declined_meeting_is_left_out_until_it_moves(client, national, meeting, feed, person):
    confirm_meeting(meeting_id=meeting.pk, by=national)
    participant = Participant.objects.get(person=person)
    record_answer(participant_id=participant.pk, answer="declined", via="link")
    assert events(client, feed) == []

    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )

    assert state(client, feed)[2:4] == ["SEQUENCE:2", "STATUS:CONFIRMED"]


def test_an_empty_feed_still_has_its_time_zone(client, feed):
    text = read(client, feed).content.decode()

    assert text.endswith("END:VTIMEZONE\r\nEND:VCALENDAR\r\n")


def test_the_internal_note_leaves_by_no_feed(client, national, meeting):
    confirm_meeting(meeting_id=meeting.pk, by=national)

    assert CalendarBlock.objects.count() == 8
    assert not CalendarBlock.objects.filter(text__contains="budget").exists()


def test_bulk_blocks_are_those_the_operations_store(meeting, django_assert_num_queries):
    refresh_calendar(meeting)
    stored = {
        (block.level, block.language, block.has_alarms): block.text
        for block in CalendarBlock.objects.all()
    }
    loaded = list(with_everything(Meeting.objects.all()))

    with django_assert_num_queries(0):
        blocks = calendar_blocks(loaded[0])

    assert {(b.level, b.language, b.has_alarms): b.text for b in blocks} == stored
    assert len(stored) == 8


def test_somebody_elses_refusal_does_not_empty_a_feed(client, meeting, feed, office):
    other = meeting.participants.get(office=office)
    record_answer(participant_id=other.pk, answer="declined", via="phone")

    assert "SUMMARY:[Option] Talk on sovereignty" in events(client, feed)
