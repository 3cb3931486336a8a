"""The calendar of an exhibitor's stand, over HTTP."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from events.models import HalfDay
from events.operations import change_day, change_stand
from startups import operations
from startups.models import Allocation, FloorRules, StandCalendar, StandDay
from startups.operations.floor_rules import change_floor_rules
from startups.tasks import keep_stand_calendars
from tests.core.test_ical import VTIMEZONE, unfolded
from tests.factories import AllocationFactory, DayFactory, HalfDayFactory, organiser
from tests.startups.fair import exhibitor, participation_of, stand

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 5, 20, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def half_days():
    """Wednesday 12 and Thursday 13 June, morning and afternoon."""
    days = [DayFactory(), DayFactory(date=date(2030, 6, 13))]
    return [HalfDayFactory(day=day, part=part) for day in days for part in HalfDay.Part]


@pytest.fixture
def armor(half_days):
    found = exhibitor("Armor")
    found.application.language = "en"
    found.application.save()
    return found


def give(who, *cells):
    Allocation.objects.filter(exhibitor=who).delete()
    for half_day, where in cells:
        AllocationFactory(exhibitor=who, stand=where, half_day=half_day)


def announce():
    operations.announce_plan(participation_id=participation_of("53").pk, by=None)


def calendar_of(who):
    return StandCalendar.objects.get(exhibitor=who)


def read(client, who, **headers):
    return client.get(calendar_of(who).get_absolute_url(), headers=headers)


def events(client, who):
    text = read(client, who).content.decode()
    lines = unfolded(text[text.index("END:VTIMEZONE\r\n") + len("END:VTIMEZONE\r\n") :])[:-1]
    found = "\n".join(lines).split("BEGIN:VEVENT\n")[1:]
    return [each.splitlines() for each in found]


def state(client, who):
    wanted = ("SUMMARY", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "TRANSP")
    return [[line for line in event if line.startswith(wanted)] for event in events(client, who)]


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


def test_an_unchanged_calendar_is_one_look_up(
    client, armor, half_days, clock, django_assert_num_queries
):
    give(armor, (half_days[0], stand("A12")))
    announce()
    clock.shift(MINUTE)
    first = read(client, armor)
    url = calendar_of(armor).get_absolute_url()

    with django_assert_num_queries(1):
        again = client.get(url, headers={"if-none-match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    for header in ("ETag", "Last-Modified", "Cache-Control"):
        assert again.headers[header] == first.headers[header]
    assert first.headers["Last-Modified"] == "Mon, 20 May 2030 07:00:00 GMT"
    assert not again.cookies
    since = client.get(url, headers={"if-modified-since": first.headers["Last-Modified"]})
    assert since.status_code == 304


def test_what_changes_changes_the_tag(client, armor, half_days, clock):
    a12 = stand("A12")
    give(armor, (half_days[0], a12))
    announce()
    first = read(client, armor)
    clock.shift(MINUTE)
    announce()
    same = read(client, armor)
    give(armor, (half_days[0], a12), (half_days[1], a12))
    announce()
    other = read(client, armor, if_none_match=first.headers["ETag"])

    assert same.headers["ETag"] == first.headers["ETag"]
    assert same.content == first.content
    assert (other.status_code, other.headers["Last-Modified"]) == (
        200,
        "Mon, 20 May 2030 07:00:59 GMT",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_a_calendar_costs_the_same_however_long(
    client, armor, half_days, count, django_assert_num_queries
):
    a12 = stand("A12")
    give(armor, *((half_day, a12) for half_day in half_days[:count]))
    announce()
    url = calendar_of(armor).get_absolute_url()

    with django_assert_num_queries(3):
        client.get(url)


def test_a_new_address_closes_the_former_one(client, armor, half_days):
    give(armor, (half_days[0], stand("A12")))
    announce()
    former = calendar_of(armor)

    operations.renew_stand_calendar(exhibitor_id=armor.pk, by_name="Camille")

    assert client.get(former.get_absolute_url()).status_code == 404
    assert read(client, armor).status_code == 200
    forged = calendar_of(armor).get_absolute_url().replace(former.public_id[:4], "AAAA")
    assert client.get(forged).status_code == 404
    assert client.post(calendar_of(armor).get_absolute_url()).status_code == 405


def test_nothing_opens_once_the_application_is_anonymised(client, armor, half_days):
    give(armor, (half_days[0], stand("A12")))
    announce()
    armor.application.anonymised_at = NOW
    armor.application.save()

    assert read(client, armor).status_code == 404


def test_the_last_fetch_is_noted_every_five_minutes(client, armor, half_days, clock):
    give(armor, (half_days[0], stand("A12")))
    announce()
    for _minute in range(6):
        read(client, armor, user_agent="Thunderbird/153")
        clock.shift(MINUTE)

    found = calendar_of(armor)
    assert (found.fetched_at, found.fetched_with) == (NOW + 5 * MINUTE, "Thunderbird/153")


def test_a_stand_of_the_day_the_clocks_change_is_told_in_paris_time(
    client, half_days, time_machine
):
    time_machine.move_to("2030-03-01T10:00:00+01:00", tick=False)
    lumen = exhibitor("Lumen")
    day = DayFactory(date=date(2030, 3, 31))
    morning = HalfDayFactory(day=day)
    give(lumen, (morning, stand("A12")))
    announce()

    assert state(client, lumen)[0][1:3] == [
        "DTSTART;TZID=Europe/Paris:20300331T090000",
        "DTEND;TZID=Europe/Paris:20300331T130000",
    ]


def test_an_address_that_is_asked_too_often_waits(client, armor, half_days):
    give(armor, (half_days[0], stand("A12")))
    announce()
    url = reverse("startups:stand_calendar", args=[calendar_of(armor).token])
    statuses = [client.get(url).status_code for _time in range(121)]

    assert (statuses[:120], statuses[120]) == ([200] * 120, 429)


def test_what_is_called_otherwise_or_opens_later_is_told_at_once(
    client, armor, half_days, django_capture_on_commit_callbacks
):
    a12, by = stand("A12"), organiser()
    give(armor, (half_days[0], a12))
    announce()

    with django_capture_on_commit_callbacks(execute=True):
        change_stand(stand_id=a12.pk, by=by, number="C99")
    renamed = StandDay.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        change_day(day_id=half_days[0].day_id, by=by, opens_at=time(10))
    later = StandDay.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        change_floor_rules(
            participation_id=participation_of("53").pk,
            by=by,
            handover_note_fr="Rien.",
            handover_note_en="",
        )
    noted = StandDay.objects.get()

    assert "SUMMARY:Stand C99" in renamed.block
    assert "DTSTART;TZID=Europe/Paris:20300612T100000" in later.block
    assert "To leave on the stand: Rien." in noted.block.replace("\r\n ", "")
    assert [each.sequence for each in (renamed, later, noted)] == [1, 2, 2]


def test_calendars_wait_until_a_new_name_is_committed(
    armor, half_days, django_capture_on_commit_callbacks
):
    """Whoever announces holds the board and the calendars, then wants the stands."""
    a12 = stand("A12")
    give(armor, (half_days[0], a12))
    announce()

    with django_capture_on_commit_callbacks() as waiting:
        change_stand(stand_id=a12.pk, by=organiser(), number="C99")
        within = StandDay.objects.get()
    for call in waiting:
        call()

    assert "SUMMARY:Stand A12" in within.block
    assert "SUMMARY:Stand C99" in StandDay.objects.get().block


@pytest.mark.parametrize(
    "refresh",
    [
        lambda: operations.refresh_stand_days_at(Q()),
        lambda: operations.refresh_coming_stand_days(now=NOW),
    ],
)
def test_calendars_are_read_once_nobody_can_announce_anything(
    armor, half_days, refresh, django_capture_on_commit_callbacks
):
    give(armor, (half_days[0], stand("A12")))
    announce()

    with CaptureQueriesContext(connection) as asked:
        refresh()

    tables = [
        each["sql"].split('FROM "')[1].split('"')[0] for each in asked if "FROM" in each["sql"]
    ]
    assert tables[1] == "startups_board"
    assert set(tables[2:]) > {"startups_standday", "startups_publishedallocation"}


def test_another_language_moves_nothing(armor, half_days):
    a12, b03 = stand("A12"), stand("B03")
    give(armor, (half_days[0], a12), (half_days[1], b03), (half_days[2], a12))
    announce()
    give(armor, (half_days[0], a12), (half_days[1], b03))
    announce()

    armor.application.language = "fr"
    armor.application.save()
    keep_stand_calendars()

    kept, gone = StandDay.objects.filter(exhibitor=armor).order_by("day__date")
    assert "SUMMARY:Stands A12 et B03 · VivaTech 2030" in kept.block
    assert "SUMMARY:[Annulé] Stand A12 · VivaTech 2030" in gone.block
    assert (kept.sequence, gone.sequence) == (0, 1)


def test_once_a_day_what_nobody_told_of_is_brought_up_to_date(client, armor, half_days):
    lumen, a12 = exhibitor("Lumen"), stand("A12")
    give(armor, (half_days[0], a12))
    give(lumen, (half_days[1], a12))
    announce()
    lumen.application.display_name = "Lumière"
    lumen.application.save()

    keep_stand_calendars()

    day = StandDay.objects.get(exhibitor=armor)
    assert "Lumière takes it over" in day.block.replace("\r\n ", "")
    assert day.sequence == 0
