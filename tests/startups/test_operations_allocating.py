from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from events.models import Region
from pavilion.core.models import ActivityEntry, OutboxMessage
from startups.models import Allocation
from startups.operations import (
    ExhibitorLeft,
    HalfDaysTaken,
    NotInEdition,
    NotInRegion,
    StandNotInUse,
    allocate,
    release_allocations,
)
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    DayFactory,
    EditionFactory,
    ExhibitorFactory,
    HalfDayFactory,
    ParticipationFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def half_days():
    return [HalfDayFactory(), HalfDayFactory(part="pm")]


def named(name):
    return ExhibitorFactory(application=ApplicationFactory(status="confirmed", display_name=name))


def give(exhibitor, stand, half_days, by=None):
    return allocate(
        exhibitor_id=exhibitor.pk,
        stand_id=stand.pk,
        half_day_ids=[half_day.pk for half_day in half_days],
        by=by,
    )


def test_allocate_gives_every_half_day_and_mails_nobody(half_days):
    exhibitor, stand = named("Iroise"), StandFactory(number="P001")
    given = give(exhibitor, stand, half_days, by=organiser("53"))

    assert [(row.exhibitor, row.stand, row.half_day) for row in given] == [
        (exhibitor, stand, half_days[0]),
        (exhibitor, stand, half_days[1]),
    ]
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.after) == (
        "exhibitor.allocated",
        {"stand": "P001", "half_days": [half_day.pk for half_day in half_days]},
    )
    assert not OutboxMessage.objects.exists()


def test_allocate_what_is_already_so_changes_nothing(half_days):
    exhibitor, stand = named("Iroise"), StandFactory()
    first = give(exhibitor, stand, half_days[:1])
    second = give(exhibitor, stand, half_days)
    third = give(exhibitor, stand, half_days)

    assert (second[0], third) == (first[0], second)
    assert ActivityEntry.objects.count() == 2


def test_allocate_refuses_naming_the_half_days_and_who_holds_them(half_days):
    exhibitor, rival = named("Iroise"), named("Molène")
    wanted, other = StandFactory(number="P001"), StandFactory(number="P002")
    AllocationFactory(exhibitor=rival, stand=wanted, half_day=half_days[0])
    AllocationFactory(exhibitor=exhibitor, stand=other, half_day=half_days[1])

    with pytest.raises(HalfDaysTaken) as refusal:
        give(exhibitor, wanted, half_days)

    assert refusal.value.details == {
        "half_days": [
            {
                "half_day": half_days[0].pk,
                "label": str(half_days[0]),
                "stand": "P001",
                "taken_by": "Molène",
            },
            {
                "half_day": half_days[1].pk,
                "label": str(half_days[1]),
                "exhibitor": "Iroise",
                "taken_by": "P002",
            },
        ]
    }
    for word in ("P001", "Molène", "P002", str(half_days[0]), str(half_days[1])):
        assert word in str(refusal.value)
    assert Allocation.objects.count() == 2


def test_allocate_is_refused_in_another_regions_area(half_days):
    other = ParticipationFactory(region=Region.objects.get(code="28"))
    with pytest.raises(NotInRegion) as refusal:
        give(named("Iroise"), StandFactory(zone=ZoneFactory(participation=other)), half_days)

    assert refusal.value.details["region"] == "28"


def test_allocate_accepts_a_stand_in_a_shared_area(half_days):
    stand = StandFactory(zone=ZoneFactory(participation=None))

    assert len(give(named("Iroise"), stand, half_days)) == 2


def test_allocate_is_refused_across_editions(half_days):
    next_year = EditionFactory(year=2031, starts_on=date(2031, 6, 11), ends_on=date(2031, 6, 14))
    day = DayFactory(edition=next_year, date=date(2031, 6, 11))
    exhibitor = named("Iroise")

    with pytest.raises(NotInEdition) as refusal:
        give(exhibitor, StandFactory(), [*half_days, stranger := HalfDayFactory(day=day)])
    assert refusal.value.details == {"half_days": [stranger.pk]}
    with pytest.raises(NotInEdition):
        give(
            exhibitor,
            StandFactory(zone=ZoneFactory(participation=None, level__hall__edition=next_year)),
            half_days,
        )


def test_allocate_is_refused_on_a_stand_out_of_use_and_to_who_left(half_days):
    with pytest.raises(StandNotInUse):
        give(named("Iroise"), StandFactory(is_open=False), half_days)
    gone = ExhibitorFactory(left_at=half_days[0].starts_at)
    with pytest.raises(ExhibitorLeft):
        give(gone, StandFactory(), half_days)


def test_allocate_and_release_are_for_managers_of_the_exhibitors_region(half_days):
    exhibitor, stand = named("Iroise"), StandFactory()
    for stranger in (organiser("28"), organiser("53", role="reader"), organiser("", role="reader")):
        with pytest.raises(PermissionDenied):
            give(exhibitor, stand, half_days, by=stranger)
        with pytest.raises(PermissionDenied):
            release_allocations(exhibitor_id=exhibitor.pk, half_day_ids=[], by=stranger)


def test_release_allocations_frees_the_named_half_days_and_is_safe_to_repeat(half_days):
    exhibitor, stand = named("Iroise"), StandFactory()
    give(exhibitor, stand, half_days)
    freed = [
        release_allocations(
            exhibitor_id=exhibitor.pk, half_day_ids=[half_days[0].pk], by=None, reason="Panne"
        )
        for _ in range(2)
    ]

    assert freed == [1, 0]
    assert list(Allocation.objects.values_list("half_day", flat=True)) == [half_days[1].pk]
    assert list(ActivityEntry.objects.values_list("verb", "reason").order_by("pk")) == [
        ("exhibitor.allocated", ""),
        ("exhibitor.released", "Panne"),
    ]
