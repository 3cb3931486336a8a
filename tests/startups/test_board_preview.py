"""What a change of the plan would touch, told before it is made."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import translation

from meetings.models import Meeting, Stop, Visit
from startups.models import (
    Absence,
    Allocation,
    BoardStep,
    PlaceOffer,
    PlanVersion,
    PublishedAllocation,
    Swap,
)
from startups.operations import HalfDaysTaken, preview
from startups.operations.board.previewing import Cell, StayChange
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    ExhibitorFactory,
    HalfDayFactory,
    MeetingFactory,
    StandFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def morning():
    return HalfDayFactory()


@pytest.fixture
def afternoon(morning):
    return HalfDayFactory(part="pm")


def named(name, *, needs=None, **fields):
    application = ApplicationFactory(status="confirmed", display_name=name, **(needs or {}))
    return ExhibitorFactory(application=application, **fields)


def previewed(stays, by=None, **options):
    wanted = {
        exhibitor.pk: {day.pk: stand.pk for day, stand in stay.items()}
        for exhibitor, stay in stays.items()
    }
    edition = next(iter(stays)).participation.edition_id
    return preview(edition_id=edition, stays=wanted, by=by, **options)


def warned(found):
    return [(each.code, each.sentence) for each in found.warnings]


def test_preview_tells_every_stay_it_changes_and_writes_nothing(morning, afternoon):
    first, second = named("Iroise", granted_half_days=1), named("Molène", granted_half_days=1)
    one, two = StandFactory(number="A1"), StandFactory(number="A2")
    AllocationFactory(exhibitor=second, stand=one, half_day=morning)

    found = previewed({first: {morning: one}, second: {afternoon: two}})

    day, night = "Wednesday 12 June, morning", "Wednesday 12 June, afternoon"
    assert found.changes == [
        StayChange(first.pk, "Iroise", "53", [], [Cell(morning.pk, day, one.pk, "A1")]),
        StayChange(
            second.pk,
            "Molène",
            "53",
            [Cell(morning.pk, day, one.pk, "A1")],
            [Cell(afternoon.pk, night, two.pk, "A2")],
        ),
    ]
    assert (found.meetings, found.mails, found.warnings) == ([], [], [])
    assert (Allocation.objects.count(), BoardStep.objects.count()) == (1, 0)


def test_preview_is_refused_as_the_change_would_be(morning):
    stand = AllocationFactory(stand__number="A1", half_day=morning).stand

    with pytest.raises(HalfDaysTaken, match="A1"):
        previewed({named("Iroise"): {morning: stand}})


def test_preview_names_meetings_and_stops_at_those_stands_then(morning, afternoon):
    exhibitor, stand = named("Iroise"), StandFactory(number="A1")
    at = morning.starts_at + timedelta(hours=1)
    meeting = MeetingFactory(
        stand=stand,
        room=None,
        subject_fr="Signature",
        starts_at=at,
        ends_at=at + timedelta(hours=1),
    )
    # Another time, another stand, and one called off.
    later = afternoon.starts_at + timedelta(hours=1)
    MeetingFactory(stand=stand, room=None, starts_at=later, ends_at=later + timedelta(hours=1))
    elsewhere = StandFactory()
    MeetingFactory(stand=elsewhere, room=None, starts_at=at, ends_at=at + timedelta(hours=1))
    MeetingFactory(
        stand=stand, room=None, status="cancelled", starts_at=at, ends_at=at + timedelta(hours=1)
    )
    walk = MeetingFactory(
        format=Meeting.Format.WALK_THROUGH,
        subject_fr="Visite",
        starts_at=at,
        ends_at=at + timedelta(hours=2),
    )
    visit = Visit.objects.create(meeting=walk)
    Stop.objects.create(visit=visit, position=1, stand=stand, starts_at=morning.starts_at)
    Stop.objects.create(visit=visit, position=2, stand=stand, starts_at=afternoon.starts_at)

    found = previewed({exhibitor: {morning: stand}})
    seen = [
        len(previewed({exhibitor: {morning: stand}}, by=by).meetings)
        for by in (organiser(""), organiser("53"))
    ]

    assert [(each.sentence, each.url) for each in found.meetings] == [
        (
            "Wed 12 June, 09:00, stand A1: stop of “Visite”.",
            f"/admin/meetings/meeting/{walk.pk}/change/",
        ),
        (
            "Wed 12 June, 10:00, stand A1: Signature.",
            f"/admin/meetings/meeting/{meeting.pk}/change/",
        ),
    ]
    assert seen == [2, 0]


def test_preview_tells_who_will_be_written_to(morning):
    told, untold = named("Iroise"), named("Molène")
    one, two = StandFactory(number="A1"), StandFactory(number="A2")
    AllocationFactory(exhibitor=told, stand=one, half_day=morning)
    AllocationFactory(exhibitor=untold, stand=two, half_day=morning)
    before = previewed({told: {}, untold: {morning: one}}).mails
    PlanVersion.objects.create(participation=told.participation, number=1)
    for exhibitor, stand in ((told, two), (untold, one)):
        PublishedAllocation.objects.create(exhibitor=exhibitor, stand=stand, half_day=morning)
    Swap.objects.create(proposer=told, other=named("Sein"))
    absence = Absence.objects.create(exhibitor=told, stand=one, half_day=morning)
    PlaceOffer.objects.create(
        absence=absence,
        application=ApplicationFactory(display_name="Ouessant"),
        expires_at=morning.ends_at,
    )

    found = previewed({told: {}, untold: {morning: one}})

    assert before == []
    assert found.mails == [
        "Iroise will get a mail when the plan is announced again.",
        "The swap proposed between Iroise and Sein may fall through.",
        "Ouessant was offered stand A1, Wednesday 12 June, morning: that may fall through.",
    ]


def test_preview_warns_of_needs_the_stand_does_not_meet(morning):
    exhibitor = named(
        "Iroise",
        needs={"power_watts": 2000, "needs_water": True, "heavy_load": 400},
        kind_needed="desk",
        granted_half_days=1,
    )
    fitting = StandFactory(number="A1", kind="desk", power_watts=3000, has_water=True, max_load=500)
    poor = StandFactory(number="A2", power_watts=500)

    assert warned(previewed({exhibitor: {morning: fitting}})) == []
    assert warned(previewed({exhibitor: {morning: poor}})) == [
        (
            "needs",
            "Stand A2 lacks what Iroise needs: counter, 2\u00a0kW, water, 400\u00a0kg/m².",
        )
    ]


def test_preview_warns_of_impossible_too_many_too_few_and_scattered_half_days(morning, afternoon):
    exhibitor = named("Iroise", granted_half_days=1)
    exhibitor.impossible_half_days.add(afternoon)
    one, two = StandFactory(number="A1"), StandFactory(number="A2")
    other = named("Molène", granted_half_days=2)

    assert warned(
        previewed({exhibitor: {morning: one, afternoon: two}, other: {morning: two}})
    ) == [
        ("impossible", "Wednesday 12 June, afternoon is impossible for Iroise."),
        ("more", "Iroise would have 2 half-days, for 1 granted."),
        ("fewer", "Molène would have 1 half-day, for 2 granted."),
        ("stands", "Iroise would be on several stands: A1, A2."),
    ]


def test_preview_warns_of_competitors_side_by_side_at_the_same_time(morning, afternoon):
    exhibitor, rival = (named(name, granted_half_days=1) for name in ("Iroise", "Molène"))
    exhibitor.keeps_apart_from.add(rival)
    beside = [StandFactory(number=f"A{at}", x=at, y=1) for at in (1, 2)]
    far = StandFactory(number="B1", x=20, y=20)
    AllocationFactory(exhibitor=rival, stand=beside[0], half_day=morning)

    assert warned(previewed({exhibitor: {morning: far}})) == []
    assert warned(previewed({exhibitor: {afternoon: beside[1]}})) == []
    assert warned(previewed({exhibitor: {morning: beside[1]}, rival: {morning: far}})) == []
    assert warned(previewed({exhibitor: {morning: beside[1]}})) == [
        (
            "competitors",
            "Wednesday 12 June, morning: Iroise would be beside its competitor Molène.",
        )
    ]


@pytest.mark.parametrize("count", [1, 3])
@time_machine.travel(datetime(2030, 6, 1, tzinfo=UTC), tick=False)
def test_a_preview_takes_as_many_queries_for_one_as_for_many(
    morning, count, django_assert_num_queries
):
    rival = AllocationFactory(half_day=morning).exhibitor
    exhibitors = [named(f"Iroise {at}") for at in range(count)]
    wanted = {}
    for exhibitor in exhibitors:
        exhibitor.keeps_apart_from.add(rival)
        wanted[exhibitor] = {morning: StandFactory()}
    PlanVersion.objects.create(participation=rival.participation, number=1)

    with django_assert_num_queries(18):
        previewed(wanted)
