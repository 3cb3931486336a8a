from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from pavilion.core.models import OutboxMessage
from startups import operations
from startups.models import (
    Absence,
    FloorRules,
)
from startups.operations import (
    NotOnAStand,
    PlaceTaken,
    TooEarly,
)
from tests.factories import organiser
from tests.startups.replacing.morning import MORNING, TEN, verbs

pytestmark = pytest.mark.django_db


def test_mark_absent_notes_it_once(fair):
    manager = organiser("53")

    absence = operations.mark_absent(
        exhibitor_id=fair.iroise.pk, half_day_id=fair.morning.pk, by=manager
    )

    assert fair.absent() == absence
    assert (absence.stand, absence.half_day, absence.by) == (fair.a1, fair.morning, manager)
    assert verbs() == ["absence.noted"]


def test_nobody_is_absent_before_the_regions_delay_is_over(fair, time_machine):
    time_machine.move_to(TEN - timedelta(minutes=1), tick=False)
    with pytest.raises(TooEarly) as refused:
        fair.absent()
    assert str(refused.value) == f"Iroise can be marked absent from 10:00 on: {MORNING}."
    assert refused.value.details == {"possible_from": "2030-06-12T10:00:00+02:00"}

    FloorRules.objects.create(participation=fair.iroise.participation, absent_after_minutes=30)
    assert fair.absent().exhibitor == fair.iroise


def test_who_has_no_stand_at_that_time_is_not_absent_from_it(fair):
    with pytest.raises(NotOnAStand):
        fair.absent(fair.molene)
    assert not Absence.objects.exists()


def test_another_region_marks_nobody_absent(fair):
    with pytest.raises(PermissionDenied):
        operations.mark_absent(
            exhibitor_id=fair.iroise.pk, half_day_id=fair.morning.pk, by=organiser("76")
        )


def test_mark_came_takes_the_offer_back_and_tells_its_company(fair):
    offer = fair.offered()

    operations.mark_came(absence_id=offer.absence_id, by=None)

    assert operations.mark_came(absence_id=offer.absence_id, by=None).came_at == TEN
    offer.refresh_from_db()
    assert offer.status == "withdrawn"
    assert [mail.kind for mail in OutboxMessage.objects.order_by("pk")] == [
        "startups.place_offered",
        "startups.place_withdrawn",
    ]
    # Gone again: another absence.
    assert fair.absent().pk != offer.absence_id


def test_who_comes_after_their_place_was_taken_is_told_by_whom(fair):
    offer = fair.offered()
    operations.accept_offer(offer_id=offer.pk)

    with pytest.raises(PlaceTaken) as refused:
        operations.mark_came(absence_id=offer.absence_id, by=None)

    assert str(refused.value) == (
        "Molène has taken the place meanwhile: give Iroise another stand on the board."
    )
