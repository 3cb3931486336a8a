"""Several at once for one swap or one place: one of them gets it, the others learn why not."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from pavilion.core.models import OutboxMessage
from startups.models import (
    Absence,
    Allocation,
    BoardStep,
    Exhibitor,
    PlaceOffer,
    PublishedAllocation,
    Swap,
)
from startups.operations import (
    ChangedMeanwhile,
    accept_offer,
    accept_swap,
    approve_swap,
    decline_offer,
    expire_offers,
    mark_absent,
    mark_came,
    move_stay,
    offer_place,
    propose_swap,
    settle_swaps,
    withdraw_swap,
)
from tests.factories import ApplicationFactory, CallFactory, HalfDayFactory, StandFactory
from tests.startups.announced import cells, put
from tests.startups.fair import exhibitor, second_morning, stand
from tests.startups.test_races import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TRIES = 3
TEN = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)


def refusals(results):
    return sorted(
        getattr(one, "code", type(one).__name__) for one in results if isinstance(one, Exception)
    )


def pair(number):
    iroise, molene = exhibitor(f"Iroise {number}"), exhibitor(f"Molène {number}")
    put(iroise, stand(f"A{number}"), HalfDayFactory())
    put(molene, stand(f"B{number}"), second_morning())
    return iroise, molene


def accepted(iroise, molene):
    swap = propose_swap(
        exhibitor_id=iroise.pk,
        other_id=molene.pk,
        gives=dict(iroise.allocations.values_list("half_day", "stand")),
        takes=dict(molene.allocations.values_list("half_day", "stand")),
    )
    return accept_swap(swap_id=swap.pk)


def test_an_approval_races_a_move_on_the_board_and_nothing_is_lost(time_machine):
    time_machine.move_to(TEN - timedelta(days=2), tick=False)
    for number in range(TRIES):
        iroise, molene = pair(number)
        swap, elsewhere = accepted(iroise, molene), StandFactory()
        seen = {molene.pk: molene.stay_revision}
        results = together(
            partial(approve_swap, swap_id=swap.pk, by=None),
            partial(move_stay, exhibitor_id=molene.pk, stand_id=elsewhere.pk, by=None, seen=seen),
        )

        swap.refresh_from_db()
        plan = {each: [number for _day, number in cells(Allocation, each)] for each in
                (iroise, molene)}  # fmt: skip
        if swap.status == "approved":
            assert refusals(results) == [ChangedMeanwhile.code]
            assert plan == {iroise: [f"B{number}"], molene: [f"A{number}"]}
        else:
            assert (refusals(results), swap.status) == (["not_swappable"], "accepted")
            assert plan == {iroise: [f"A{number}"], molene: [elsewhere.number]}


def test_two_approvals_a_withdrawal_and_the_clock_settle_a_swap_once(time_machine):
    time_machine.move_to(TEN - timedelta(days=2), tick=False)
    for number in range(TRIES):
        iroise, molene = pair(number)
        swap = accepted(iroise, molene)
        OutboxMessage.objects.all().delete()
        results = together(
            partial(approve_swap, swap_id=swap.pk, by=None),
            partial(approve_swap, swap_id=swap.pk, by=None),
            partial(withdraw_swap, swap_id=swap.pk),
            partial(settle_swaps, now=TEN - timedelta(days=2)),
        )

        swap.refresh_from_db()
        told = Counter(OutboxMessage.objects.values_list("recipient", flat=True))
        if swap.status == "approved":
            assert refusals(results) == ["swap_over"]
            assert set(told.values()) == {1}
        else:
            assert (swap.status, refusals(results)) == ("withdrawn", ["swap_over"] * 2)
            assert sum(told.values()) == 1
        assert BoardStep.objects.filter(kind="swap").count() <= number + 1


def test_an_absence_is_noted_once_whoever_taps(time_machine):
    time_machine.move_to(TEN, tick=False)
    for number in range(TRIES):
        iroise, _molene = pair(number)
        note = partial(
            mark_absent, exhibitor_id=iroise.pk, half_day_id=HalfDayFactory().pk, by=None
        )
        results = together(note, note, note)

        assert refusals(results) == []
        assert {one.pk for one in results} == {Absence.objects.get(exhibitor=iroise).pk}


def test_one_place_is_offered_to_one_company_and_taken_once(time_machine):
    time_machine.move_to(TEN, tick=False)
    call = CallFactory()
    for number in range(TRIES):
        iroise, _molene = pair(number)
        waiting = [
            ApplicationFactory(call=call, status="waitlisted", waiting_rank=10 * number + rank)
            for rank in (1, 2)
        ]
        absence = mark_absent(exhibitor_id=iroise.pk, half_day_id=HalfDayFactory().pk, by=None)
        offers = together(
            *(
                partial(offer_place, absence_id=absence.pk, application_id=each.pk, by=None)
                for each in waiting
            )
        )
        assert refusals(offers) == ["offer_open"]
        offer = PlaceOffer.objects.get(absence=absence)
        results = together(
            *[partial(accept_offer, offer_id=offer.pk)] * 2,
            partial(decline_offer, offer_id=offer.pk),
            partial(mark_came, absence_id=absence.pk, by=None),
            partial(expire_offers, now=offer.expires_at),
        )

        offer.refresh_from_db()
        takers = Exhibitor.objects.filter(application__in=waiting)
        held = PublishedAllocation.objects.filter(stand=absence.stand, half_day=absence.half_day)
        if offer.status == "taken":
            assert [row.exhibitor for row in held] == [takers.get()]
            assert set(refusals(results)) <= {"offer_over", "place_taken"}
        else:
            assert not takers.exists()
            assert [row.exhibitor for row in held] == [iroise]
        assert not [one for one in results if type(one).__name__ == "OperationalError"]


def test_no_swap_is_left_open_by_two_workers(time_machine):
    time_machine.move_to(TEN - timedelta(days=2), tick=False)
    for number in range(TRIES):
        accepted(*pair(number))
    time_machine.move_to(TEN, tick=False)
    OutboxMessage.objects.all().delete()

    results = together(*[partial(settle_swaps, now=TEN)] * 3)

    assert (refusals(results), sum(results)) == ([], TRIES)
    assert set(Swap.objects.values_list("status", flat=True)) == {"lapsed"}
    assert OutboxMessage.objects.count() == 2 * TRIES
