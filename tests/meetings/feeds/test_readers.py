"""Through the life of a meeting, parsers that are not ours read what the service says."""

from datetime import timedelta

import icalendar
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from meetings.models import Meeting, Participant
from meetings.operations import (
    add_participant,
    cancel_meeting,
    confirm_meeting,
    record_answer,
    refresh_calendar,
    remove_participant,
    reschedule_meeting,
)
from tests.factories import FeedFactory, PersonFactory, RoomFactory
from tests.meetings.conftest import ELEVEN, HALF_PAST_ELEVEN, HALF_PAST_TEN, TEN
from tests.meetings.feeds.subscriber import MINUTE, read


def by_icalendar(text):
    for event in icalendar.Calendar.from_ical(text).walk("VEVENT"):
        yield (
            str(event["uid"]),
            int(event["sequence"]),
            str(event["status"]),
            event.decoded("dtstart"),
            str(event["summary"]),
            str(event.get("location", "")),
        )


def by_ical(text):
    for event in IcsCalendarStream.calendar_from_ics(text).events:
        yield (
            event.uid,
            event.sequence,
            event.status.value,
            event.dtstart,
            event.summary,
            event.location or "",
        )


def by_vobject(text):
    for event in getattr(vobject.readOne(text), "vevent_list", []):
        yield (
            event.uid.value,
            int(event.sequence.value),
            event.status.value,
            event.dtstart.value,
            event.summary.value,
            event.location.value if hasattr(event, "location") else "",
        )


@pytest.mark.parametrize("reader", [by_icalendar, by_ical, by_vobject])
def test_each_step_of_a_meetings_life(client, national, meeting, feed, person, clock, reader):
    """After each step: sequence, status, start, the beginning of the title and of the place."""
    refresh_calendar(meeting)
    rooms = {name: RoomFactory(name_fr=name, name_en=name) for name in ("Salon A", "Salon B")}
    colleague = PersonFactory(language="en")
    others = FeedFactory(person=colleague, language="en", has_alarms=True)
    told = {}

    def read_by_both():
        clock.shift(MINUTE)
        for each in (feed, others):
            told[each] = list(reader(read(client, each).content.decode()))
        return told[feed], told[others]

    def event(sequence, status, starts_at, title, place):
        subject = "Talk on sovereignty"
        venue = "Hall 7, level 1, Paris Expo Porte de Versailles"
        return [
            ("3f1c@pavilion", sequence, status, starts_at, f"{title}{subject}", f"{place}, {venue}")
        ]

    assert read_by_both() == (event(0, "TENTATIVE", TEN, "[Option] ", "North Room"), [])
    confirm_meeting(meeting_id=meeting.pk, by=national)
    assert read_by_both() == (event(1, "CONFIRMED", TEN, "", "North Room"), [])
    reschedule_meeting(
        meeting_id=meeting.pk, starts_at=ELEVEN, ends_at=HALF_PAST_ELEVEN, by=national
    )
    assert read_by_both() == (event(2, "CONFIRMED", ELEVEN, "", "North Room"), [])
    reschedule_meeting(
        meeting_id=meeting.pk,
        starts_at=ELEVEN,
        ends_at=HALF_PAST_ELEVEN,
        room=rooms["Salon A"],
        by=national,
    )
    assert read_by_both() == (event(3, "CONFIRMED", ELEVEN, "", "Salon A"), [])
    add_participant(meeting_id=meeting.pk, person_id=colleague.pk, by=national)
    now = event(3, "CONFIRMED", ELEVEN, "", "Salon A")
    assert read_by_both() == (now, now)
    participant = Participant.objects.get(person=person)
    record_answer(participant_id=participant.pk, answer="declined", via="link")
    assert read_by_both() == ([], now)
    record_answer(participant_id=participant.pk, answer="accepted", via="link")
    assert read_by_both()[0][0][2:] == now[0][2:]
    remove_participant(participant_id=participant.pk, by=national)
    sequence = Meeting.objects.get().sequence
    gone = event(sequence, "CANCELLED", ELEVEN, "[Cancelled] ", "Salon A")
    assert read_by_both() == (gone, event(sequence, "CONFIRMED", ELEVEN, "", "Salon A"))
    reschedule_meeting(meeting_id=meeting.pk, starts_at=TEN, ends_at=HALF_PAST_TEN, by=national)
    assert read_by_both() == (gone, event(sequence + 1, "CONFIRMED", TEN, "", "Salon A"))
    cancel_meeting(meeting_id=meeting.pk, by=national)
    assert read_by_both() == (
        gone,
        event(sequence + 2, "CANCELLED", TEN, "[Cancelled] ", "Salon A"),
    )


@pytest.mark.parametrize("has_alarms", [False, True])
def test_what_everybody_reads_is_one_calendar_with_one_event(
    client, meeting, person, has_alarms, clock
):
    clock.shift(timedelta(minutes=1))
    feed = FeedFactory(person=person, language="en", has_alarms=has_alarms)
    text = read(client, feed).content.decode()

    calendar = IcsCalendarStream.calendar_from_ics(text)

    assert [len(event.alarm) for event in calendar.events] == [int(has_alarms)]
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
