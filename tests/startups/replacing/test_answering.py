import pytest
from django.core.exceptions import PermissionDenied

from pavilion.core.models import OutboxMessage
from startups import operations
from startups.floor.candidates import candidates
from startups.models import (
    Allocation,
    BoardStep,
    Call,
    Exhibitor,
    PlaceOffer,
    PublishedAllocation,
    StandHold,
)
from startups.operations import (
    NoPlaceLeft,
    NotAvailable,
    OfferOver,
    PlaceTaken,
)
from tests.factories import CallFactory, organiser
from tests.startups.announced import cells
from tests.startups.fair import exhibitor
from tests.startups.replacing.morning import AFTERNOON, MORNING, TEN, verbs

pytestmark = pytest.mark.django_db


def test_accept_offer_changes_and_announces_the_plan_once(fair):
    offer = fair.offered()
    OutboxMessage.objects.all().delete()

    operations.accept_offer(offer_id=offer.pk, by_name="Maël")

    assert operations.accept_offer(offer_id=offer.pk).status == "taken"
    for model in (Allocation, PublishedAllocation):
        assert cells(model, fair.iroise) == [(AFTERNOON, "A1")]
        assert cells(model, fair.molene) == [(MORNING, "A1"), (AFTERNOON, "B2")]
    (step,) = BoardStep.objects.all()
    assert (step.kind, step.by, step.by_name) == ("absence", None, "Maël")
    recipients = sorted(OutboxMessage.objects.values_list("recipient", flat=True))
    assert recipients == sorted(
        each.application.contact_email for each in (fair.iroise, fair.molene)
    )
    with pytest.raises(PlaceTaken):
        fair.offered(fair.ushant.application)


def test_a_confirmed_stand_is_given_on_all_the_same(fair):
    Allocation.objects.update(status="confirmed")

    operations.accept_offer(offer_id=fair.offered().pk)

    assert cells(Allocation, fair.molene) == [(MORNING, "A1"), (AFTERNOON, "B2")]


def test_a_neighbour_keeps_its_stand_and_the_other_is_kept_free_for_it(fair):
    operations.accept_offer(offer_id=fair.offered(fair.ushant.application).pk)

    assert cells(Allocation, fair.ushant) == [(MORNING, "A2")]
    assert cells(PublishedAllocation, fair.iroise) == [(AFTERNOON, "A1")]
    hold = StandHold.objects.get()
    assert (hold.stand, hold.half_day, hold.note) == (fair.a1, fair.morning, "Ushant")


def test_a_company_of_the_waiting_list_becomes_an_exhibitor_by_saying_yes(fair):
    sein = fair.waiting("Sein", rank=3)
    offer = fair.offered(sein)
    OutboxMessage.objects.all().delete()

    operations.accept_offer(offer_id=offer.pk, by_name="Sterenn")

    sein.refresh_from_db()
    assert (sein.status, sein.waiting_rank) == ("confirmed", None)
    assert cells(PublishedAllocation, sein.exhibitor) == [(MORNING, "A1"), (AFTERNOON, "A1")]
    assert cells(Allocation, fair.iroise) == []
    kinds = list(OutboxMessage.objects.filter(recipient=sein.contact_email).values_list("kind"))
    assert ("startups.confirmed",) in kinds
    assert ("startups.promoted",) not in kinds


def test_without_a_place_the_waiting_list_is_told_how_to_get_one(fair):
    sein = fair.waiting("Sein", rank=3)
    call = CallFactory()
    call.places = 3
    call.save()
    with pytest.raises(NoPlaceLeft) as refused:
        fair.offered(sein)
    assert str(refused.value) == (
        "All 3 places of the call are confirmed or offered, and Sein needs one to exhibit. Note "
        "that Iroise did not come at all, which frees its place, or raise the number of places of "
        "the call."
    )

    operations.mark_no_show(exhibitor_id=fair.iroise.pk, by=None)
    operations.accept_offer(offer_id=fair.offered(sein).pk)

    sein.refresh_from_db()
    assert sein.status == "confirmed"
    assert cells(Allocation, sein.exhibitor) == [(MORNING, "A1"), (AFTERNOON, "A1")]


def test_a_place_filled_meanwhile_refuses_the_yes_and_changes_nothing(fair):
    sein = fair.waiting("Sein", rank=3)
    offer = fair.offered(sein)
    Call.objects.update(places=3)

    with pytest.raises(NoPlaceLeft):
        operations.accept_offer(offer_id=offer.pk)

    sein.refresh_from_db()
    assert (sein.status, PlaceOffer.objects.get().status) == ("waitlisted", "offered")
    assert not Exhibitor.objects.filter(application=sein).exists()


def test_a_stand_given_on_the_board_meanwhile_is_no_longer_to_be_had(fair):
    offer = fair.offered()
    operations.release_allocations(
        exhibitor_id=fair.iroise.pk, half_day_ids=[fair.morning.pk], by=None
    )
    third = exhibitor("Bréhat")
    operations.allocate(
        exhibitor_id=third.pk, stand_id=fair.a1.pk, half_day_ids=[fair.morning.pk], by=None
    )

    with pytest.raises(NotAvailable):
        operations.accept_offer(offer_id=offer.pk)


def test_too_late_the_company_calls_and_the_organiser_may_still_say_yes(fair, time_machine):
    offer = fair.offered()
    time_machine.move_to(offer.expires_at, tick=False)

    with pytest.raises(OfferOver) as refused:
        operations.accept_offer(offer_id=offer.pk)
    assert refused.value.details == {"expires_at": "2030-06-12T10:30:00+02:00"}

    manager = organiser("53")
    assert operations.accept_offer(offer_id=offer.pk, by=manager).status == "taken"
    assert BoardStep.objects.get().by == manager


def test_decline_offer_asks_nobody_else_by_itself(fair):
    offer = fair.offered()

    operations.decline_offer(offer_id=offer.pk, by_name="Maël")

    assert operations.decline_offer(offer_id=offer.pk).status == "declined"
    assert PlaceOffer.objects.count() == 1
    (again,) = [
        one
        for one in candidates([offer.absence], TEN)[offer.absence_id]
        if one.application == fair.molene.application
    ]
    assert again.answered.status == "declined"
    with pytest.raises(OfferOver):
        operations.accept_offer(offer_id=offer.pk)


def test_expire_offers_ends_what_nobody_answered(fair, time_machine):
    offer = fair.offered()

    assert operations.expire_offers(now=TEN) == 0
    assert operations.expire_offers(now=offer.expires_at) == 1
    assert operations.expire_offers(now=offer.expires_at) == 0
    assert verbs() == ["absence.noted", "offer.made", "offer.expired"]


def test_withdraw_offer_lets_somebody_else_be_asked(fair):
    offer = fair.offered()

    with pytest.raises(PermissionDenied):
        operations.withdraw_offer(offer_id=offer.pk, by=organiser("76"))
    operations.withdraw_offer(offer_id=offer.pk, by=organiser("53"))

    assert operations.withdraw_offer(offer_id=offer.pk, by=None).status == "withdrawn"
    assert fair.offered(fair.ushant.application).status == "offered"
    with pytest.raises(OfferOver):
        operations.decline_offer(offer_id=offer.pk)
