from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from pavilion.core.ical import (
    PARIS,
    Attendee,
    Entry,
    MissingLocalTime,
    localise,
    render_calendar,
    render_event,
    render_invitation,
)

CHANGED = datetime(2027, 6, 1, 8, 0, tzinfo=UTC)
MEETING = Entry(
    uid="2f7c1c1e-6f0a-4a57-9f0e-0d6c5b8a1e42@pavilion",
    sequence=2,
    stamp=CHANGED,
    created=datetime(2027, 5, 3, 12, 30, tzinfo=UTC),
    last_modified=CHANGED,
    start=datetime(2027, 6, 16, 7, 0, tzinfo=UTC),
    end=datetime(2027, 6, 16, 7, 30, tzinfo=UTC),
    summary="Rendez-vous avec la ministre",
    status="CONFIRMED",
)
INVITED = replace(
    MEETING,
    organizer_email="rendez-vous@pavilion.example",
    organizer_name="Pavillon France",
    attendee=Attendee(email="elise.dupont@region.example", name="Élise Dupont, vice-présidente"),
)
VTIMEZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def feed(*entries: Entry) -> str:
    return render_calendar(map(render_event, entries), name="Pavillon")


def crlf(text: str) -> list[str]:
    """Line by line, each with its CRLF."""
    return [f"{line}\r\n" for line in text.splitlines()]


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").splitlines()


def moments_by_vobject(text: str) -> Iterator[tuple[datetime, datetime]]:
    for event in vobject.readOne(text).vevent_list:
        yield event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)


def moments_by_ical(text: str) -> Iterator[tuple[datetime, datetime]]:
    for event in IcsCalendarStream.calendar_from_ics(text).events:
        yield event.dtstart.astimezone(UTC), event.dtend.astimezone(UTC)


def test_feed_is_written_line_by_line():
    meeting = replace(
        MEETING,
        location="Hall 5, allée B",
        description="Salle 2\nBadge; pièce d'identité",
        url="https://pavilion.example/m/é",
        is_private=True,
        alarms=(timedelta(minutes=30), timedelta(days=1)),
        categories=("Officiel", "IA, numérique"),
        geo=(48.832, 2.287),
        colour="steelblue",
    )

    text = render_calendar(
        [render_event(meeting)],
        name="Élise Dupont",
        colour_name="navy",
        colour_hex="#112233",
        url="https://pavilion.example/",
        source="https://pavilion.example/calendar/token.ics",
    )

    assert text.splitlines(keepends=True) == crlf(
        """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Pavilion//Calendar//EN
CALSCALE:GREGORIAN
NAME:Élise Dupont
X-WR-CALNAME:Élise Dupont
COLOR:navy
REFRESH-INTERVAL;VALUE=DURATION:PT1H
SOURCE;VALUE=URI:https://pavilion.example/calendar/token.ics
URL:https://pavilion.example/
X-APPLE-CALENDAR-COLOR:#112233
X-PUBLISHED-TTL:PT1H
X-WR-TIMEZONE:Europe/Paris
"""
        + VTIMEZONE
        + """\
BEGIN:VEVENT
SUMMARY:Rendez-vous avec la ministre
DTSTART;TZID=Europe/Paris:20270616T090000
DTEND;TZID=Europe/Paris:20270616T093000
DTSTAMP:20270601T080000Z
UID:2f7c1c1e-6f0a-4a57-9f0e-0d6c5b8a1e42@pavilion
SEQUENCE:2
CATEGORIES:Officiel,IA\\, numérique
CLASS:PRIVATE
COLOR:steelblue
CREATED:20270503T123000Z
DESCRIPTION:Salle 2\\nBadge\\; pièce d'identité
GEO:48.832;2.287
LAST-MODIFIED:20270601T080000Z
LOCATION:Hall 5\\, allée B
STATUS:CONFIRMED
TRANSP:OPAQUE
URL:https://pavilion.example/m/%C3%A9
X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="Hall 5, allée B":geo:48.832
 000,2.287000
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Rendez-vous avec la ministre
TRIGGER:-P1D
UID:f0793063-d419-5f41-9737-17111c757278
END:VALARM
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Rendez-vous avec la ministre
TRIGGER:-PT30M
UID:8e87a63f-ddeb-5886-8e21-a2951a8bf193
END:VALARM
END:VEVENT
END:VCALENDAR
"""
    )


def test_invitation_is_written_line_by_line():
    text = render_invitation(INVITED, method="REQUEST")

    assert text.splitlines(keepends=True) == crlf(
        """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Pavilion//Calendar//EN
CALSCALE:GREGORIAN
METHOD:REQUEST
"""
        + VTIMEZONE
        + """\
BEGIN:VEVENT
SUMMARY:Rendez-vous avec la ministre
DTSTART;TZID=Europe/Paris:20270616T090000
DTEND;TZID=Europe/Paris:20270616T093000
DTSTAMP:20270601T080000Z
UID:2f7c1c1e-6f0a-4a57-9f0e-0d6c5b8a1e42@pavilion
SEQUENCE:2
ATTENDEE;CN="Élise Dupont, vice-présidente";CUTYPE=INDIVIDUAL;PARTSTAT=NE
 EDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:elise.dupont@region.examp
 le
CREATED:20270503T123000Z
LAST-MODIFIED:20270601T080000Z
ORGANIZER;CN="Pavillon France":mailto:rendez-vous@pavilion.example
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
    )


def test_empty_feed_still_has_its_time_zone():
    assert VTIMEZONE.replace("\n", "\r\n") + "END:VCALENDAR\r\n" in feed()


def test_feed_names_neither_method_nor_organiser_nor_attendee():
    text = feed(INVITED)

    assert not any(name in text for name in ("METHOD", "ORGANIZER", "ATTENDEE", "mailto"))


def test_same_entry_gives_the_same_octets():
    meeting = replace(MEETING, alarms=(timedelta(hours=1),), categories=("b", "a"))
    same_elsewhere = replace(meeting, start=meeting.start.astimezone(ZoneInfo("Asia/Tokyo")))

    assert render_event(meeting) == render_event(same_elsewhere)
    assert feed(meeting) == feed(meeting)


@pytest.mark.parametrize("read", [moments_by_vobject, moments_by_ical])
@pytest.mark.parametrize("day", [datetime(2027, 3, 28), datetime(2027, 10, 31)])  # noqa: DTZ001
def test_every_half_hour_around_a_clock_change_is_read_back_as_written(read, day):
    first = day.replace(tzinfo=UTC) - timedelta(hours=6)
    starts = [first + timedelta(minutes=30 * step) for step in range(48)]
    entries = [
        replace(MEETING, uid=f"{start:%d%H%M}", start=start, end=start + timedelta(minutes=30))
        for start in starts
    ]

    assert list(read(feed(*entries))) == [(entry.start, entry.end) for entry in entries]


def test_repeated_hour_of_autumn_is_written_in_utc():
    end = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    block = render_event(replace(MEETING, start=end - timedelta(hours=2), end=end))

    assert "DTSTART:20271030T233000Z\r\nDTEND:20271031T013000Z\r\n" in block


def test_meeting_may_cross_the_repeated_hour():
    start = datetime(2027, 10, 31, 2, 50, tzinfo=PARIS)
    end = datetime(2027, 10, 31, 2, 10, fold=1, tzinfo=PARIS)

    assert "DTEND:20271031T011000Z" in render_event(replace(MEETING, start=start, end=end))


def test_local_time_that_does_not_exist_is_refused():
    with pytest.raises(MissingLocalTime):
        localise(datetime(2027, 3, 28, 2, 30))  # noqa: DTZ001


def test_local_time_that_exists_twice_is_the_first_one():
    moment = localise(datetime(2027, 10, 31, 2, 30))  # noqa: DTZ001

    assert moment.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("shift", range(8))
@pytest.mark.parametrize("text", ["é" * 300, "🚀" * 99, "a;\n" * 99, "Île-de-France, été " * 20])
def test_long_lines_fold_at_75_octets_without_cutting_anything(text, shift):
    title = "x" * shift + text.strip()
    block = render_event(replace(MEETING, summary=title))

    lines = block.encode().split(b"\r\n")
    assert all(len(line) <= 75 and line.decode() is not None for line in lines)
    assert not any(line.endswith(b"\\") for line in lines)
    [event] = IcsCalendarStream.calendar_from_ics(feed(replace(MEETING, summary=title))).events
    assert event.summary == title


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85"])
def test_newlines_in_any_text_start_no_property(newline):
    evil = f"Élise{newline}BEGIN:VEVENT{newline}X-EVIL:1"
    entry = replace(
        INVITED,
        summary=evil,
        location=evil,
        description=evil,
        uid=evil,
        url=f"https://x.example/{evil}",
        categories=(evil,),
        geo=(48.8, 2.3),
        alarms=(timedelta(hours=1),),
        organizer_name=evil,
        attendee=Attendee(email="elise@region.example", name=evil),
    )

    text = render_invitation(entry, method="REQUEST")
    calendar = render_calendar([], name=evil, url=evil, source=evil, colour_hex=evil)

    assert not any(line.startswith("X-EVIL") for line in unfolded(text + calendar))
    assert unfolded(text).count("BEGIN:VEVENT") == 1
    assert "SUMMARY:Élise\\nBEGIN:VEVENT\\nX-EVIL:1" in unfolded(text)


def test_address_that_holds_a_newline_is_refused():
    entry = replace(INVITED, attendee=Attendee(email="a@b.example\r\nX-EVIL:1"))

    with pytest.raises(ValueError, match="Not an e-mail address"):
        render_invitation(entry, method="REQUEST")


def test_controls_go_tabs_become_blanks_and_backslashes_slashes():
    entry = replace(MEETING, summary=" \x00A\x0b\x7fB\tC\\nord\ud800 ")

    assert "\r\nSUMMARY:AB C/nord\r\n" in "\r\n" + render_event(entry)


def test_empty_text_leaves_no_property():
    block = render_event(replace(MEETING, location=" \r\n", categories=("\x00",)))

    assert "LOCATION" not in block
    assert "CATEGORIES" not in block


def test_quotes_and_carets_in_a_name_need_no_escape():
    entry = replace(INVITED, attendee=Attendee(email="e@region.example", name='Élise "Lise" ^ D'))
    text = render_invitation(entry, method="REQUEST")

    assert "ATTENDEE;CN=\"Élise 'Lise' D\";" in text


def test_cancelled_meeting_is_transparent_and_rings_no_alarm():
    entry = replace(MEETING, status="CANCELLED", alarms=(timedelta(hours=1),))

    block = render_event(entry)

    assert "\r\nSTATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\n" in block
    assert "VALARM" not in block


def test_cancellation_keeps_uid_start_and_attendee_and_asks_for_no_answer():
    entry = replace(INVITED, status="CANCELLED", sequence=3, alarms=(timedelta(hours=1),))

    lines = unfolded(render_invitation(entry, method="CANCEL"))

    assert lines.index("METHOD:CANCEL") < lines.index("BEGIN:VTIMEZONE")
    assert f"UID:{INVITED.uid}" in lines
    assert "SEQUENCE:3" in lines
    assert "DTSTART;TZID=Europe/Paris:20270616T090000" in lines
    assert any(
        line.startswith("ATTENDEE") and line.endswith(":mailto:elise.dupont@region.example")
        for line in lines
    )
    assert not any("RSVP" in line or "VALARM" in line for line in lines)


@pytest.mark.parametrize(("method", "status"), [("REQUEST", "CANCELLED"), ("CANCEL", "CONFIRMED")])
def test_method_that_contradicts_the_status_is_refused(method, status):
    with pytest.raises(ValueError, match="does not go with"):
        render_invitation(replace(INVITED, status=status), method=method)


def test_entry_refuses_naive_moments_and_an_end_before_its_start():
    with pytest.raises(ValueError, match="aware"):
        replace(MEETING, start=datetime(2027, 6, 16, 9, 0))  # noqa: DTZ001
    with pytest.raises(ValueError, match="end after"):
        replace(MEETING, end=MEETING.start)


def test_colour_of_an_event_is_a_name():
    with pytest.raises(ValueError, match="CSS3"):
        render_event(replace(MEETING, colour="#112233"))
