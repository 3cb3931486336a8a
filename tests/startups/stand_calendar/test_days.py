from datetime import UTC, datetime

import pytest
from django.utils import translation

from startups import operations
from startups.models import FloorRules, StandDay
from tests.core.test_ical import VTIMEZONE, unfolded
from tests.factories import organiser
from tests.startups.fair import exhibitor, participation_of, stand
from tests.startups.stand_calendar.kept import (
    MINUTE,
    announce,
    calendar_of,
    events,
    give,
    read,
    state,
)

pytestmark = pytest.mark.django_db


def test_a_calendar_line_by_line(client, armor, half_days, clock):
    lumen = exhibitor("Lumen")
    FloorRules.objects.create(
        participation=participation_of("53"),
        handover_minutes=20,
        handover_note_fr="La clé au comptoir.",
        handover_note_en="The key at the counter; the screen on.",
    )
    a12 = stand("A12")
    give(armor, (half_days[0], a12))
    give(lumen, (half_days[1], a12))
    announce()
    clock.shift(MINUTE)
    StandDay.objects.filter(exhibitor=armor).update(uid="3f1c@pavilion")
    operations.refresh_stand_days(edition=armor.participation.edition, exhibitor_ids=[armor.pk])

    response = read(client, armor)

    header = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Pavilion//Calendar//EN
CALSCALE:GREGORIAN
NAME:Stand of Armor · VivaTech 2030
X-WR-CALNAME:Stand of Armor · VivaTech 2030
REFRESH-INTERVAL;VALUE=DURATION:PT1H
SOURCE;VALUE=URI:http://testserver/calendar/stand/{calendar_of(armor).token}.ics
X-PUBLISHED-TTL:PT1H
X-WR-TIMEZONE:Europe/Paris
"""
    event = """\
BEGIN:VEVENT
SUMMARY:Stand A12 · VivaTech 2030
DTSTART;TZID=Europe/Paris:20300612T090000
DTEND;TZID=Europe/Paris:20300612T130000
DTSTAMP:20300520T070100Z
UID:3f1c@pavilion
SEQUENCE:0
CREATED:20300520T070000Z
DESCRIPTION:Exhibitors are let in from 08:00.\\nLeave stand A12 at 12:40: Lumen takes it over.\
\\nTo leave on the stand: The key at the counter\\; the screen on.
LAST-MODIFIED:20300520T070100Z
LOCATION:Stand A12\\, Hall 7\\, level 1\\, Paris Expo Porte de Versailles
STATUS:CONFIRMED
TRANSP:TRANSPARENT
URL:http://testserver/stands/A12/
END:VEVENT
END:VCALENDAR
"""
    assert unfolded(response.content.decode()) == (header + VTIMEZONE + event).splitlines()


def test_a_calendar_speaks_its_exhibitor_s_language(client, half_days):
    lumen, armor = exhibitor("Lumen"), exhibitor("Armor")
    a12, b03 = stand("A12"), stand("B03")
    give(armor, (half_days[0], a12))
    give(lumen, (half_days[1], a12), (half_days[2], b03), (half_days[3], a12))
    announce()

    with translation.override("en"):
        first, second = events(client, lumen)

    assert "SUMMARY:Stand A12 · VivaTech 2030" in first
    assert "DTSTART;TZID=Europe/Paris:20300612T130000" in first
    assert (
        "DESCRIPTION:Vous prenez le relais sur le stand A12\u00a0: Armor le quitte à "
        "12\u00a0h\u00a030." in first
    )
    assert "SUMMARY:Stands B03 et A12 · VivaTech 2030" in second
    assert (
        "LOCATION:Stand B03 et Stand A12\\, Hall 7\\, niveau 1\\, Paris Expo Porte de Versailles"
        in second
    )
    assert (
        "DESCRIPTION:Stand B03 le jeudi 13 juin au matin.\\nStand A12 le jeudi 13 juin "
        "après-midi.\\nLes exposants entrent dès 8\u00a0h." in second
    )


def test_a_day_keeps_its_uid_and_raises_its_sequence_only_when_it_moves(client, armor, half_days):
    lumen, a12, b03 = exhibitor("Lumen"), stand("A12"), stand("B03")
    give(armor, (half_days[0], a12))
    announce()
    before = StandDay.objects.get(exhibitor=armor)

    # Somebody follows: said in the description, and no reason to answer anew.
    give(lumen, (half_days[1], a12))
    announce()
    told = StandDay.objects.get(exhibitor=armor)
    give(armor, (half_days[0], b03))
    announce()
    moved = StandDay.objects.get(exhibitor=armor)

    assert before.uid == told.uid == moved.uid
    assert [each.sequence for each in (before, told, moved)] == [0, 0, 1]
    assert "Lumen takes it over" not in before.block.replace("\r\n ", "")
    assert "Lumen takes it over" in told.block.replace("\r\n ", "")


def test_a_day_taken_away_stays_cancelled_and_comes_back_under_its_uid(client, armor, half_days):
    a12 = stand("A12")
    give(armor, (half_days[0], a12), (half_days[2], a12))
    announce()
    uid = StandDay.objects.get(day=half_days[0].day).uid

    give(armor, (half_days[2], a12))
    announce()

    assert state(client, armor)[0] == [
        "SUMMARY:[Cancelled] Stand A12 · VivaTech 2030",
        "DTSTART;TZID=Europe/Paris:20300612T090000",
        "DTEND;TZID=Europe/Paris:20300612T130000",
        "SEQUENCE:1",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
    ]
    give(armor, (half_days[0], a12), (half_days[1], a12), (half_days[2], a12))
    announce()
    assert state(client, armor)[0] == [
        "SUMMARY:Stand A12 · VivaTech 2030",
        "DTSTART;TZID=Europe/Paris:20300612T090000",
        "DTEND;TZID=Europe/Paris:20300612T180000",
        "SEQUENCE:2",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
    ]
    assert StandDay.objects.get(day=half_days[0].day).uid == uid


def test_the_calendar_of_who_left_tells_that_the_days_are_cancelled(client, armor, half_days):
    give(armor, (half_days[0], stand("A12")))
    announce()

    operations.withdraw_application(application_id=armor.application_id, by=organiser("53"))

    assert [event[4] for event in state(client, armor)] == ["STATUS:CANCELLED"]


def test_days_taken_away_are_forgotten_thirty_days_after_the_fair(client, armor, half_days):
    give(armor, (half_days[0], stand("A12")))
    announce()
    give(armor)
    announce()

    assert operations.drop_old_stand_days(now=datetime(2030, 7, 15, 12, tzinfo=UTC)) == 0
    assert operations.drop_old_stand_days(now=datetime(2030, 7, 16, 12, tzinfo=UTC)) == 1
    assert events(client, armor) == []
    assert operations.drop_old_stand_days(now=datetime(2030, 7, 16, 12, tzinfo=UTC)) == 0
