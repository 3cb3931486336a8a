from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from events.models import Region, Stand
from events.operations import (
    StandNumberRefused,
    StandNumberTaken,
    ZoneOfAnotherEdition,
    change_stand,
    create_stand,
)
from pavilion.core.models import ActivityEntry
from tests.factories import (
    EditionFactory,
    HallFactory,
    LevelFactory,
    ParticipationFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


def noted():
    return list(
        ActivityEntry.objects.order_by("pk").values_list("verb", "region_code", "before", "after")
    )


def zone_of(code):
    return ZoneFactory(participation=ParticipationFactory(region=Region.objects.get(code=code)))


def test_create_stand_puts_it_in_the_zone_and_leaves_an_entry():
    zone = ZoneFactory()
    stand = create_stand(zone=zone, number="BRE-01", by=organiser("53"), x="2.5", y=1, kind="desk")

    stand.refresh_from_db()
    assert (stand.edition, stand.zone, stand.number, stand.x, stand.kind) == (
        zone.level.hall.edition,
        zone,
        "BRE-01",
        Decimal("2.50"),
        "desk",
    )
    assert noted() == [
        (
            "stand.created",
            "53",
            {},
            {"zone": zone.pk, "number": "BRE-01", "x": "2.5", "y": "1", "kind": "desk"},
        )
    ]


def test_create_stand_refuses_a_number_that_the_edition_already_has():
    taken = StandFactory(number="A-12")

    with pytest.raises(StandNumberTaken) as refusal:
        create_stand(zone=taken.zone, number="A-12", by=None, x=1, y=1)

    assert (refusal.value.field, refusal.value.details) == ("number", {"number": "A-12"})
    assert list(Stand.objects.all()) == [taken]
    assert noted() == []


def test_create_stand_is_not_for_another_region():
    with pytest.raises(PermissionDenied):
        create_stand(zone=ZoneFactory(), number="A-1", by=organiser("84"), x=1, y=1)


def test_change_stand_notes_only_what_changed_and_only_once():
    stand = StandFactory(number="A-1", x=1, has_screen=False)
    for _turn in range(2):
        change_stand(stand_id=stand.pk, by=organiser("53"), x="1.00", has_screen=True)

    stand.refresh_from_db()
    assert stand.has_screen is True
    assert noted() == [("stand.changed", "53", {"has_screen": False}, {"has_screen": True})]


def test_change_stand_refuses_a_number_that_the_edition_already_has():
    StandFactory(number="A-1")
    stand = StandFactory(number="A-2")

    with pytest.raises(StandNumberTaken):
        change_stand(stand_id=stand.pk, by=None, number="A-1")

    stand.refresh_from_db()
    assert stand.number == "A-2"


def test_change_stand_moves_between_regions_only_by_somebody_who_acts_for_both():
    stand = StandFactory(zone=zone_of("53"))
    elsewhere = zone_of("84")

    with pytest.raises(PermissionDenied):
        change_stand(stand_id=stand.pk, by=organiser("53"), zone=elsewhere)
    change_stand(stand_id=stand.pk, by=organiser(), zone=elsewhere)

    stand.refresh_from_db()
    assert stand.zone == elsewhere


def test_change_stand_refuses_the_zone_of_another_edition():
    level = LevelFactory(hall=HallFactory(edition=EditionFactory(year=2031)))
    stand = StandFactory()

    with pytest.raises(ZoneOfAnotherEdition):
        change_stand(stand_id=stand.pk, by=None, zone=ZoneFactory(level=level))


def test_change_stand_knows_no_other_field():
    with pytest.raises(TypeError):
        change_stand(stand_id=StandFactory().pk, by=None, edition_id=3)


@pytest.mark.parametrize("number", ["", ".", "..", "- .", "a/b", "A#1?", "A_1", "a\0b", "\ud800"])
def test_a_number_that_no_short_address_can_hold_is_refused(number):
    zone = ZoneFactory()
    stand = StandFactory(zone=zone, number="A-1")
    with pytest.raises(StandNumberRefused):
        create_stand(zone=zone, number=number, by=organiser(), x=1, y=1)
    with pytest.raises(StandNumberRefused) as refusal:
        change_stand(stand_id=stand.pk, by=organiser(), number=number)
    assert refusal.value.field == "number"
    assert list(Stand.objects.values_list("number", flat=True)) == ["A-1"]


@pytest.mark.parametrize("number", ["7", "É-1", "Pod 2", "B.12", "-7"])
def test_numbers_as_floor_plans_have_them_are_taken(number):
    stand = create_stand(zone=ZoneFactory(), number=number, by=organiser(), x=1, y=1)
    stand.full_clean()
    assert Stand.objects.get().number == number


def test_a_stand_numbered_before_the_rule_can_still_change():
    stand = StandFactory(number="A/1")
    assert (
        change_stand(stand_id=stand.pk, by=organiser(), number="A/1", power_watts=5).revision == 2
    )
