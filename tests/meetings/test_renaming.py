"""Calendars show the names of today: of rooms, stands, halls, people, functions."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from kombu.exceptions import OperationalError

from events.operations import change_edition, change_room, change_stand, change_zone
from meetings import tasks
from meetings.operations import (
    cancel_meeting,
    change_office,
    change_person,
    create_meeting,
    refresh_calendars,
    renaming,
)
from pavilion.core.models import ActivityEntry
from tests.core.test_ical import unfolded
from tests.factories import FeedFactory, PersonFactory, StandFactory, organiser
from tests.meetings.conftest import HALF_PAST_TEN, TEN

HOUR = timedelta(hours=1)


def pencil(edition, by, hours=0, **fields):
    return create_meeting(
        edition=edition,
        subject_fr="Entretien",
        starts_at=TEN + hours * HOUR,
        ends_at=HALF_PAST_TEN + hours * HOUR,
        by=by,
        **fields,
    )


@pytest.fixture
def meeting(edition, national, person, office, room):
    return pencil(edition, national, person_ids=[person.pk], office_ids=[office.pk], room=room)


@pytest.fixture
def feed(person):
    return FeedFactory(person=person, language="en")


@pytest.fixture
def read(client, feed):
    def line(name):
        lines = unfolded(client.get(feed.get_absolute_url()).content.decode())
        return next(each for each in lines if each.startswith(name))

    return line


def rename_hall(client, room):
    """Halls are the admin's own."""
    hall = room.zone.level.hall
    client.post(
        reverse("admin:events_hall_change", args=[hall.pk]),
        {
            "edition": hall.edition_id,
            "name_fr": "Pavillon 5",
            "levels-TOTAL_FORMS": "0",
            "levels-INITIAL_FORMS": "0",
        },
    )


@pytest.mark.parametrize(
    ("rename", "place"),
    [
        (
            lambda client, room, by: change_room(room_id=room.pk, by=by, name_en="South Room"),
            "South Room, Hall 7, level 1, Paris Expo Porte de Versailles",
        ),
        (
            lambda client, room, by: change_edition(
                edition_id=room.edition_id, by=by, venue_name="Grand Palais"
            ),
            "North Room, Hall 7, level 1, Grand Palais",
        ),
        (
            lambda client, room, by: rename_hall(client, room),
            "North Room, Pavillon 5, level 1, Paris Expo Porte de Versailles",
        ),
    ],
    ids=["room", "venue", "hall, in the admin"],
)
def test_a_new_name_of_a_place_reaches_calendars(
    client, national, meeting, room, feed, read, rename, place
):
    client.force_login(national)
    etag = client.get(feed.get_absolute_url()).headers["ETag"]

    rename(client, room, national)

    assert read("LOCATION") == "LOCATION:" + place.replace(",", "\\,")
    assert client.get(feed.get_absolute_url()).headers["ETag"] != etag
    assert read("SEQUENCE") == "SEQUENCE:0"


def test_a_stand_is_told_with_its_zone(edition, national, person, read):
    stand = StandFactory(number="A-12")
    pencil(edition, national, person_ids=[person.pk], stand=stand)

    change_stand(stand_id=stand.pk, by=national, number="B-7")
    change_zone(zone_id=stand.zone_id, by=national, name_en="Brittany")

    assert read("LOCATION").startswith("LOCATION:Stand B-7\\, Brittany\\, Hall 7")


def test_a_new_name_or_title_reaches_everybodys_calendar(national, meeting, person, office, read):
    change_person(person_id=person.pk, by=national, last_name="Le Goff")
    change_office(office_id=office.pk, by=national, title_en="Minister for Digital Affairs")

    assert read("DESCRIPTION") == (
        "DESCRIPTION:Expected:\\n– Minister for Digital Affairs\\n"
        "– Maïwenn Le Goff\\, President of the Regional Council"
    )
    assert list(
        ActivityEntry.objects.filter(verb__endswith=".changed").values_list("verb", "after")
    ) == [
        ("person.changed", {"last_name": "Le Goff"}),
        ("office.changed", {"title_en": "Minister for Digital Affairs"}),
    ]


WISHES = (
    *("wants_invitations", "wants_feed", "wants_programme", "wants_morning_news"),
    *("remind_evening_before", "remind_hour_before"),
)
# What the page sends of the secretariats and of what was said of their time: no row.
NO_ROWS = {
    f"{rows}-{count}_FORMS": "0"
    for rows in ("secretariats", "availabilities")
    for count in ("TOTAL", "INITIAL")
}


def test_the_admin_renames_through_the_operations(client, national, meeting, person, office, read):
    client.force_login(national)
    client.post(
        reverse("admin:meetings_person_change", args=[person.pk]),
        {
            "first_name": "Maïwenn",
            "last_name": "Le Goff",
            "region": "53",
            "email": person.email,
            "language": "en",
            **dict.fromkeys(WISHES, "on"),
            **NO_ROWS,
        },
    )
    client.post(
        reverse("admin:meetings_office_change", args=[office.pk]),
        {
            "title_fr": "Ministre",
            "kind": office.kind,
            "code": office.code,
            "precedence": "100",
            "email": office.email,
            "language": "en",
            **NO_ROWS,
        },
    )

    assert read("DESCRIPTION") == "DESCRIPTION:Expected:\\n– Ministre\\n– Maïwenn Le Goff"
    entries = ActivityEntry.objects.filter(verb__endswith=".changed").order_by("pk")
    assert [(entry.verb, len(entry.after)) for entry in entries] == [
        ("person.changed", 3),
        ("office.changed", 2),
    ]


def test_what_no_calendar_tells_moves_no_feed(client, national, meeting, room, person, feed):
    before = client.get(feed.get_absolute_url())

    change_room(room_id=room.pk, by=national, capacity=12)
    change_person(person_id=person.pk, by=national, phone="+33 6 00 00 00 01")

    after = client.get(feed.get_absolute_url())
    assert (after.headers["ETag"], after.content) == (before.headers["ETag"], before.content)


def test_what_is_cancelled_keeps_the_name_it_had(national, meeting, room, read):
    cancel_meeting(meeting_id=meeting.pk, by=national)

    change_room(room_id=room.pk, by=national, name_en="South Room")

    assert read("LOCATION").startswith("LOCATION:North Room")


def test_a_stranger_renames_nobody(person, office):
    with pytest.raises(PermissionDenied):
        change_person(person_id=person.pk, by=organiser("76"), last_name="X")
    with pytest.raises(PermissionDenied):
        change_office(office_id=office.pk, by=organiser("53"), title_fr="X")


def test_renaming_asks_as_often_for_three_meetings_as_for_one(edition, national, person, room):
    # What the log looks up once a process.
    change_room(room_id=room.pk, by=national, name_fr="Centre", name_en="Centre")
    counts = []
    for hours, name in ((0, "South"), (1, "East"), (2, "West")):
        pencil(edition, national, hours, person_ids=[person.pk], room=room)
        with CaptureQueriesContext(connection) as queries:
            change_room(room_id=room.pk, by=national, name_fr=name, name_en=name)
        counts.append(len(queries))

    assert len(set(counts)) == 1


@pytest.mark.parametrize("is_broker_up", [True, False])
def test_many_meetings_are_left_to_a_worker_while_there_is_a_broker(
    national, meeting, room, read, monkeypatch, django_capture_on_commit_callbacks, is_broker_up
):
    monkeypatch.setattr(renaming, "MOST_AT_ONCE", 0)
    error = None if is_broker_up else OperationalError("closed")
    with (
        patch.object(renaming.current_app, "send_task", side_effect=error) as send,
        django_capture_on_commit_callbacks(execute=True),
    ):
        change_room(room_id=room.pk, by=national, name_en="South Room")

    send.assert_called_once_with("meetings.tasks.refresh_calendars", [[meeting.pk]])
    assert read("LOCATION").startswith("LOCATION:South Room") is not is_broker_up
    tasks.refresh_calendars([meeting.pk])
    assert read("LOCATION").startswith("LOCATION:South Room")
    assert refresh_calendars([meeting.pk]) == 0


def test_somebody_without_address_is_no_rival(national, db):
    PersonFactory(email="")
    other = PersonFactory(email="autre@region.example")

    changed = change_person(person_id=other.pk, by=national, email="")

    assert changed.email == ""
