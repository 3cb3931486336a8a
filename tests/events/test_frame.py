"""The frame's operations: editions, days with their half-days, halls, zones, rooms."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from events import operations
from events.models import Day, Edition, HalfDay, Hall, Level, Participation, Region, Room, Zone
from pavilion.core.errors import DomainError
from pavilion.core.models import ActivityEntry
from tests.factories import (
    DayFactory,
    EditionFactory,
    HallFactory,
    LevelFactory,
    ParticipationFactory,
    RoomFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

THURSDAY = {
    "date": date(2030, 6, 13),
    "public": Day.Public.PROFESSIONAL,
    "exhibitor_access_at": time(8),
    "opens_at": time(9),
    "closes_at": time(18),
}
YEAR = {
    "year": 2031,
    "name": "VivaTech",
    "starts_on": date(2031, 6, 11),
    "ends_on": date(2031, 6, 14),
    "venue_name": "Paris Expo Porte de Versailles",
}
PLACE = {"x": "1.5", "y": "2"}


def noted():
    return list(
        ActivityEntry.objects.order_by("pk").values_list("verb", "region_code", "before", "after")
    )


def halves(day):
    return [
        (half.part, timezone.localtime(half.starts_at), timezone.localtime(half.ends_at))
        for half in HalfDay.objects.filter(day=day).order_by("starts_at")
    ]


def refused(operation, **fields):
    with translation.override("en"), pytest.raises(DomainError) as refusal:
        operation(by=None, **fields)
    return refusal.value.code, str(refusal.value), refusal.value.details


def test_create_edition_leaves_an_entry_and_is_not_published():
    edition = operations.create_edition(by=organiser(), **YEAR)

    edition.refresh_from_db()
    assert (str(edition), edition.starts_on, edition.is_published) == (
        "VivaTech 2031",
        date(2031, 6, 11),
        False,
    )
    assert noted() == [
        (
            "edition.created",
            "",
            {},
            {
                **YEAR,
                "starts_on": "2031-06-11",
                "ends_on": "2031-06-14",
                "venue_address": "",
                "is_published": False,
            },
        )
    ]


def test_create_edition_refuses_a_year_that_has_one():
    EditionFactory(year=2031, name="Salon")

    assert refused(operations.create_edition, **YEAR) == (
        "edition_exists",
        "The year 2031 already has its edition: Salon 2031.",
        {"year": 2031, "name": "Salon"},
    )
    assert Edition.objects.count() == 1


def test_change_edition_keeps_the_rest_and_notes_only_what_differs():
    edition = EditionFactory()

    operations.change_edition(
        edition_id=edition.pk, by=organiser(), name="VivaTech", venue_name="Grand Palais"
    )
    operations.change_edition(edition_id=edition.pk, by=organiser(), venue_name="Grand Palais")

    edition.refresh_from_db()
    assert (edition.venue_name, edition.starts_on) == ("Grand Palais", date(2030, 6, 12))
    assert noted() == [
        (
            "edition.changed",
            "",
            {"venue_name": "Paris Expo Porte de Versailles"},
            {"venue_name": "Grand Palais"},
        )
    ]


def test_an_edition_ends_after_it_starts():
    edition = EditionFactory()

    assert refused(operations.change_edition, edition_id=edition.pk, ends_on=date(2030, 6, 1)) == (
        "ends_before_it_starts",
        "The edition ends before it starts.",
        {},
    )


def test_create_day_brings_its_half_days_which_meet_at_one_o_clock():
    day = operations.create_day(edition=EditionFactory(), by=organiser(), **THURSDAY)

    assert halves(day) == [
        ("am", day.at(time(9)), day.at(time(13))),
        ("pm", day.at(time(13)), day.at(time(18))),
    ]
    assert [entry[0] for entry in noted()] == ["day.created"]


@pytest.mark.parametrize(
    ("opens", "closes", "part"), [(time(13), time(18), "pm"), (time(9), time(13), "am")]
)
def test_a_day_on_one_side_of_noon_has_one_half_day(opens, closes, part):
    hours = {**THURSDAY, "opens_at": opens, "closes_at": closes}

    day = operations.create_day(edition=EditionFactory(), by=None, **hours)

    assert halves(day) == [(part, day.at(opens), day.at(closes))]


def test_create_day_refuses_what_exists_what_lies_outside_and_hours_out_of_order():
    known = DayFactory(date=date(2030, 6, 13))
    edition = known.edition

    assert refused(operations.create_day, edition=edition, **THURSDAY) == (
        "day_exists",
        "VivaTech 2030 already has its Thursday 13 June.",
        {"day": known.pk, "date": "2030-06-13"},
    )
    sunday = {**THURSDAY, "date": date(2030, 6, 16)}
    assert refused(operations.create_day, edition=edition, **sunday) == (
        "outside_edition",
        "The fair runs from Wednesday 12 June to Saturday 15 June: Sunday 16 June is outside.",
        {},
    )
    shut = {**THURSDAY, "date": date(2030, 6, 14), "closes_at": time(9)}
    assert refused(operations.create_day, edition=edition, **shut) == (
        "hours_out_of_order",
        "A day lets exhibitors in, then opens, then closes: these hours are out of order.",
        {},
    )
    assert (Day.objects.count(), HalfDay.objects.count()) == (1, 0)


def test_change_day_takes_along_the_half_days_that_touched_its_hours():
    day = operations.create_day(edition=EditionFactory(), by=None, **THURSDAY)
    HalfDay.objects.filter(day=day, part="am").update(ends_at=day.at(time(12, 30)))

    operations.change_day(
        day_id=day.pk, by=organiser(), date=date(2030, 6, 14), opens_at=time(10), closes_at=time(17)
    )

    day.refresh_from_db()
    assert halves(day) == [
        ("am", day.at(time(10)), day.at(time(12, 30))),
        ("pm", day.at(time(13)), day.at(time(17))),
    ]
    assert noted()[-1] == (
        "day.changed",
        "",
        {"date": "2030-06-13", "opens_at": "09:00:00", "closes_at": "18:00:00"},
        {"date": "2030-06-14", "opens_at": "10:00:00", "closes_at": "17:00:00"},
    )


def test_change_day_refuses_hours_that_leave_nothing_of_a_half_day():
    day = operations.create_day(edition=EditionFactory(), by=None, **THURSDAY)

    assert refused(operations.change_day, day_id=day.pk, opens_at=time(14)) == (
        "hours_out_of_order",
        "The morning would end before it starts.",
        {},
    )
    day.refresh_from_db()
    assert day.opens_at == time(9)


def test_add_participation_once():
    edition, region = EditionFactory(), Region.objects.get(code="53")
    fields = {"edition": edition, "region": region, "contact_email": "contact@region.example"}

    joined = operations.add_participation(by=organiser(), floor_area=300, **fields)

    assert noted() == [
        (
            "participation.created",
            "53",
            {},
            {"contact_email": "contact@region.example", "floor_area": 300},
        )
    ]
    assert refused(operations.add_participation, **fields) == (
        "already_takes_part",
        "Bretagne already takes part in VivaTech 2030.",
        {"participation": joined.pk},
    )
    assert Participation.objects.count() == 1


def test_halls_levels_zones_and_rooms_are_built_once():
    edition, manager = EditionFactory(), organiser()

    hall = operations.create_hall(edition=edition, name_fr="Hall 7", by=manager)
    level = operations.create_level(hall=hall, number=2, width=100, depth=60, by=manager)
    zone = operations.create_zone(
        level=level, name_fr="Bretagne", participation=ParticipationFactory(), by=manager
    )
    room = operations.create_room(zone=zone, name_fr="Salon 1", capacity=4, by=manager, **PLACE)

    room.refresh_from_db()
    assert (room.edition, room.capacity, room.x) == (edition, 4, Decimal("1.50"))
    assert [entry[:2] for entry in noted()] == [
        ("hall.created", ""),
        ("level.created", ""),
        ("zone.created", "53"),
        ("room.created", "53"),
    ]
    assert refused(operations.create_hall, edition=edition, name_fr="Hall 7") == (
        "hall_exists",
        "VivaTech 2030 already has a hall named “Hall 7”.",
        {"hall": hall.pk, "name_fr": "Hall 7"},
    )
    assert refused(operations.create_level, hall=hall, number=2, width=1, depth=1) == (
        "level_exists",
        "Hall 7 already has a level 2.",
        {"level": level.pk, "number": 2},
    )
    assert refused(operations.create_zone, level=level, name_fr="Bretagne") == (
        "zone_exists",
        "Hall 7, level 2 already has a zone named “Bretagne”.",
        {"zone": zone.pk, "name_fr": "Bretagne"},
    )
    assert refused(operations.create_room, zone=zone, name_fr="Salon 1", **PLACE) == (
        "room_exists",
        "VivaTech 2030 already has a room named “Salon 1”.",
        {"room": room.pk, "name_fr": "Salon 1"},
    )
    assert [model.objects.count() for model in (Hall, Level, Zone, Room)] == [1, 1, 1, 1]


def test_a_zone_goes_to_another_region_of_its_edition_only():
    zone = ZoneFactory()
    occitanie = ParticipationFactory(region=Region.objects.get(code="76"))
    elsewhere = ParticipationFactory(edition=EditionFactory(year=2031))

    operations.change_zone(zone_id=zone.pk, by=organiser(), participation=occitanie)

    assert noted() == [
        (
            "zone.changed",
            "76",
            {"participation": zone.participation_id},
            {"participation": occitanie.pk},
        )
    ]
    assert refused(operations.change_zone, zone_id=zone.pk, participation=elsewhere) == (
        "outside_edition",
        "Bretagne does not take part in VivaTech 2030.",
        {},
    )


def test_a_room_is_renamed_and_moved_within_its_edition():
    room = RoomFactory(name_fr="Salon 1")
    taken = RoomFactory(name_fr="Salon 2")
    shared = ZoneFactory(participation=None)
    abroad = ZoneFactory(level=LevelFactory(hall=HallFactory(edition=EditionFactory(year=2031))))

    operations.change_room(room_id=room.pk, by=organiser(), zone=shared, name_en="Room 1")

    room.refresh_from_db()
    assert (room.zone, room.name_fr, room.name_en) == (shared, "Salon 1", "Room 1")
    assert refused(operations.change_room, room_id=room.pk, name_fr="Salon 2")[2] == {
        "room": taken.pk,
        "name_fr": "Salon 2",
    }
    assert refused(operations.change_room, room_id=room.pk, zone=abroad)[0] == (
        "zone_of_another_edition"
    )


@pytest.mark.parametrize("by", [lambda: organiser("53"), lambda: organiser("", "reader")])
def test_the_frame_is_the_national_managers(by):
    user, room = by(), RoomFactory()
    day, zone = DayFactory(), room.zone
    attempts = [
        lambda: operations.create_edition(by=user, **YEAR),
        lambda: operations.change_edition(edition_id=day.edition_id, by=user, name="X"),
        lambda: operations.create_day(edition=day.edition, by=user, **THURSDAY),
        lambda: operations.change_day(day_id=day.pk, by=user, opens_at=time(10)),
        lambda: operations.add_participation(
            edition=day.edition,
            region=Region.objects.get(code="76"),
            contact_email="contact@region.example",
            by=user,
        ),
        lambda: operations.create_hall(edition=day.edition, name_fr="Hall 9", by=user),
        lambda: operations.create_level(hall=zone.level.hall, number=9, width=1, depth=1, by=user),
        lambda: operations.create_zone(level=zone.level, name_fr="X", by=user),
        lambda: operations.change_zone(zone_id=zone.pk, by=user, name_fr="X"),
        lambda: operations.create_room(zone=zone, name_fr="X", by=user, **PLACE),
        lambda: operations.change_room(room_id=room.pk, by=user, name_fr="X"),
    ]

    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    assert noted() == []
