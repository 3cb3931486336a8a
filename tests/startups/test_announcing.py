"""What is announced of the plan, whom it concerns, and who is told what."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import translation

from events.models import HalfDay
from pavilion.core.models import ActivityEntry, OutboxMessage
from startups import operations
from startups.models import (
    Allocation,
    PlanVersion,
    PublishedAllocation,
    StandCalendar,
)
from startups.operations.announcing import StillAnnounced
from startups.operations.board import place
from startups.operations.refusals import ChangedMeanwhile
from tests.factories import (
    AllocationFactory,
    DayFactory,
    HalfDayFactory,
    PublishedAllocationFactory,
    ZoneFactory,
    organiser,
)
from tests.startups.fair import exhibitor, participation_of, stand

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 5, 20, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def half_days():
    """Two days, Wednesday 12 and Thursday 13 June, morning and afternoon."""
    days = [DayFactory(), DayFactory(date=date(2030, 6, 13))]
    return [HalfDayFactory(day=day, part=part) for day in days for part in HalfDay.Part]


def give(who, where, *half_days):
    Allocation.objects.filter(exhibitor=who, half_day__in=half_days).delete()
    for half_day in half_days:
        AllocationFactory(exhibitor=who, stand=where, half_day=half_day)


def announced():
    rows = PublishedAllocation.objects.order_by("half_day__starts_at", "stand__number")
    return [(str(row.exhibitor), row.stand.number, row.half_day_id) for row in rows]


def announce(by=None, code="53", **options):
    return operations.announce_plan(
        participation_id=participation_of(code).pk, by=by or organiser(code), **options
    )


def mails():
    return list(OutboxMessage.objects.filter(kind="startups.plan_announced").order_by("pk"))


def test_announcing_tells_the_region_s_plan_and_keeps_it_as_a_version(half_days):
    armor, elsewhere = exhibitor("Armor"), exhibitor("Lumen", "76")
    a12 = stand("A12")
    give(armor, a12, *half_days[:2])
    give(elsewhere, stand("N1", "76"), half_days[0])
    by = organiser("53")

    version = announce(by, note="  Bonne préparation !  ")

    assert announced() == [("Armor", "A12", half_days[0].pk), ("Armor", "A12", half_days[1].pk)]
    cells = {str(half_days[0].pk): a12.pk, str(half_days[1].pk): a12.pk}
    assert (version.number, version.at, version.by, version.note) == (
        1,
        NOW,
        by,
        "Bonne préparation !",
    )
    assert version.cells == {str(armor.pk): cells}
    assert version.changes == {str(armor.pk): [{}, cells]}
    entry = ActivityEntry.objects.get(verb="plan.announced")
    assert (entry.by, entry.region_code, entry.after) == (by, "53", {"version": 1, "exhibitors": 1})


def test_announcing_twice_changes_nothing_and_tells_nobody(half_days):
    give(exhibitor("Armor"), stand("A12"), *half_days)
    announce()

    assert announce() is None
    assert PlanVersion.objects.count() == len(mails()) == 1
    assert StandCalendar.objects.get().revision == 2


def test_only_those_for_whom_something_changes_are_told(half_days):
    armor, lumen = exhibitor("Armor"), exhibitor("Lumen")
    a12, b03 = stand("A12"), stand("B03")
    give(armor, a12, *half_days)
    give(lumen, b03, *half_days[:1])
    announce()
    OutboxMessage.objects.all().delete()

    give(lumen, b03, half_days[1])
    version = announce()

    assert [mail.recipient for mail in mails()] == [lumen.application.contact_email]
    assert (version.number, list(version.changes)) == (2, [str(lumen.pk)])
    assert set(version.cells) == {str(armor.pk), str(lumen.pk)}


def test_two_who_exchange_their_stands_are_announced_at_once(half_days):
    armor, lumen = exhibitor("Armor"), exhibitor("Lumen")
    a12, b03 = stand("A12"), stand("B03")
    give(armor, a12, half_days[0])
    give(lumen, b03, half_days[0])
    announce()
    Allocation.objects.all().delete()
    give(armor, b03, half_days[0])
    give(lumen, a12, half_days[0])

    announce()

    assert announced() == [("Lumen", "A12", half_days[0].pk), ("Armor", "B03", half_days[0].pk)]


def test_what_changed_after_one_looked_is_not_announced_unseen(half_days):
    armor, by = exhibitor("Armor"), organiser("53", full_name="Anne Le Goff")
    a12 = stand("A12")
    step = place(exhibitor_id=armor.pk, stand_id=a12.pk, half_day_ids=[half_days[0].pk], by=by)
    other = exhibitor("Lumen", "76")
    place(
        exhibitor_id=other.pk,
        stand_id=stand("N1", "76").pk,
        half_day_ids=[half_days[0].pk],
        by=organiser("76"),
    )
    # A neighbour's step is none of theirs.
    announce(by, seen_serial=step.serial)
    place(exhibitor_id=armor.pk, stand_id=a12.pk, half_day_ids=[half_days[1].pk], by=by)

    with translation.override("en"), pytest.raises(ChangedMeanwhile) as refusal:
        announce(by, seen_serial=step.serial)

    assert str(refusal.value).startswith("Nothing was announced: Anne Le Goff changed the plan")
    assert refusal.value.details["serial"] == step.serial + 2
    assert PlanVersion.objects.count() == 1


def test_a_shared_stand_still_announced_for_another_region_stops_the_announcement(half_days):
    shared = stand("C01")
    shared.zone = ZoneFactory(participation=None, name_fr="Espace commun")
    shared.save()
    armor, lumen = exhibitor("Armor"), exhibitor("Lumen", "76")
    PublishedAllocationFactory(exhibitor=lumen, stand=shared, half_day=half_days[0])
    give(armor, shared, half_days[0])

    with translation.override("en"), pytest.raises(StillAnnounced) as refusal:
        announce()

    assert refusal.value.details == {
        "half_days": [
            {
                "half_day": half_days[0].pk,
                "label": "Wednesday 12 June, morning",
                "stand": "C01",
                "taken_by": "Lumen",
                "wanted_by": "Armor",
            }
        ]
    }
    preview = operations.preview_announcement(participation_of("53"))
    with translation.override("en"):
        assert [each.sentence for each in preview.obstacles] == [
            "Wednesday 12 June, morning: stand C01, meant for Armor, is still announced for Lumen "
            "(Occitanie). Their region announces its plan first, or the national team "
            "announces both at once."
        ]
    assert announced() == [("Lumen", "C01", half_days[0].pk)]
    assert not PlanVersion.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_the_national_team_announces_an_exchange_between_regions_at_once(half_days):
    shared, other = stand("C01"), stand("C02")
    common = ZoneFactory(participation=None, name_fr="Espace commun")
    for each in (shared, other):
        each.zone = common
        each.save()
    armor, lumen = exhibitor("Armor"), exhibitor("Lumen", "76")
    PublishedAllocationFactory(exhibitor=lumen, stand=shared, half_day=half_days[0])
    PublishedAllocationFactory(exhibitor=armor, stand=other, half_day=half_days[0])
    give(armor, shared, half_days[0])
    give(lumen, other, half_days[0])

    made = operations.announce_plans(
        participation_ids=[participation_of("53").pk, participation_of("76").pk], by=organiser()
    )

    assert [(version.region_code, list(version.changes)) for version in made] == [
        ("53", [str(armor.pk)]),
        ("76", [str(lumen.pk)]),
    ]
    assert announced() == [("Armor", "C01", half_days[0].pk), ("Lumen", "C02", half_days[0].pk)]


def test_announcing_some_leaves_the_others_as_announced(half_days):
    armor, lumen = exhibitor("Armor"), exhibitor("Lumen")
    give(armor, stand("A12"), half_days[0])
    give(lumen, stand("B03"), half_days[0])

    told = {armor.pk: [half_days[0].pk]}
    versions = operations.announce_cells(cells=told, by=None, by_name="Camille Le Goff")

    assert announced() == [("Armor", "A12", half_days[0].pk)]
    assert [(each.number, each.by, each.by_name) for each in versions] == [
        (1, None, "Camille Le Goff")
    ]
    assert operations.announce_cells(cells=told, by=None) == []
    assert operations.differing() == {lumen.participation_id: {lumen.pk}}


def test_a_stand_announced_for_somebody_of_the_region_who_is_not_named_is_refused(half_days):
    armor, lumen, a12 = exhibitor("Armor"), exhibitor("Lumen"), stand("A12")
    PublishedAllocationFactory(exhibitor=lumen, stand=a12, half_day=half_days[0])
    give(armor, a12, half_days[0])

    with translation.override("en"), pytest.raises(StillAnnounced) as refusal:
        operations.announce_cells(cells={armor.pk: [half_days[0].pk]}, by=None)

    assert "is still announced for Lumen" in str(refusal.value)
    both = dict.fromkeys((armor.pk, lumen.pk), (half_days[0].pk,))
    operations.announce_cells(cells=both, by=None)
    assert announced() == [("Armor", "A12", half_days[0].pk)]


def test_announcing_some_half_days_leaves_the_draft_of_the_others_unsaid(half_days):
    armor, lumen = exhibitor("Armor"), exhibitor("Lumen")
    a12, b03, c05 = stand("A12"), stand("B03"), stand("C05")
    give(armor, a12, *half_days[:2])
    give(lumen, c05, half_days[1])
    announce()
    OutboxMessage.objects.all().delete()
    give(lumen, stand("D07"), half_days[1])
    give(armor, b03, half_days[0])
    give(armor, c05, half_days[1])

    (version,) = operations.announce_cells(cells={armor.pk: [half_days[0].pk]}, by=None)

    assert announced() == [
        ("Armor", "B03", half_days[0].pk),
        ("Armor", "A12", half_days[1].pk),
        ("Lumen", "C05", half_days[1].pk),
    ]
    assert version.changes == {
        str(armor.pk): [
            {str(half_days[0].pk): a12.pk, str(half_days[1].pk): a12.pk},
            {str(half_days[0].pk): b03.pk, str(half_days[1].pk): a12.pk},
        ]
    }
    (mail,) = mails()
    assert ("B03" in mail.body, "C05" in mail.body) == (True, False)


def test_a_half_day_that_is_over_is_announced_to_nobody_any_more(half_days, clock):
    armor = exhibitor("Armor")
    give(armor, stand("A12"), *half_days[:2])
    announce()
    OutboxMessage.objects.all().delete()
    clock.move_to(half_days[0].ends_at)
    give(armor, stand("B03"), half_days[0])

    assert (announce(), mails(), operations.differing()) == (None, [], {})
    assert operations.preview_announcement(armor.participation).lines == []

    give(armor, stand("C05"), half_days[1])
    announce()
    assert announced() == [("Armor", "A12", half_days[0].pk), ("Armor", "C05", half_days[1].pk)]


def test_who_withdraws_is_announced_nowhere_at_once_and_keeps_what_lies_behind(half_days, clock):
    armor, lumen = exhibitor("Armor"), exhibitor("Lumen")
    a12 = stand("A12")
    give(armor, a12, *half_days[:3])
    give(lumen, a12, half_days[3])
    announce()
    OutboxMessage.objects.all().delete()
    clock.move_to(datetime(2030, 6, 12, 14, 0, tzinfo=UTC))

    operations.mark_no_show(exhibitor_id=armor.pk, by=organiser("53"), reason="Absents")

    assert announced() == [
        ("Armor", "A12", half_days[0].pk),
        ("Lumen", "A12", half_days[3].pk),
    ]
    version = PlanVersion.objects.get(number=2)
    assert list(version.changes) == [str(armor.pk)]
    assert not mails()
    assert announce() is None


@pytest.mark.parametrize("region", ["76", "reader"])
def test_a_plan_is_announced_by_its_region_only(half_days, region):
    give(exhibitor("Armor"), stand("A12"), half_days[0])
    by = organiser("53", "reader") if region == "reader" else organiser(region)

    with pytest.raises(PermissionDenied):
        announce(by)

    assert not PublishedAllocation.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_announcing_costs_the_same_for_one_and_three_exhibitors(
    half_days, count, django_assert_num_queries
):
    for number in range(count):
        give(exhibitor(f"Société {number}"), stand(f"A{number}"), *half_days)
    by = organiser("53")
    participation = participation_of("53").pk

    with django_assert_num_queries(39):
        operations.announce_plan(participation_id=participation, by=by)
