from datetime import date, time

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.operations import change_day, change_stand
from startups import operations
from startups.models import StandDay
from startups.operations.floor_rules import change_floor_rules
from startups.tasks import keep_stand_calendars
from tests.factories import DayFactory, HalfDayFactory, organiser
from tests.startups.fair import exhibitor, participation_of, stand
from tests.startups.stand_calendar.kept import NOW, announce, calendar_of, give, state

pytestmark = pytest.mark.django_db


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
