"""Offered places when the day goes on: over noon, a plan that changes, companies that leave."""

from datetime import date, timedelta

import pytest

from pavilion.core.models import OutboxMessage
from startups import operations
from startups.models import Allocation, BoardStep, PlaceOffer, PublishedAllocation, StandHold
from startups.operations import HalfDayOver, NoPlaceLeft, NotAvailable, NotOnAStand
from startups.operations.board import exchange, move_stay
from startups.operations.board.undoing import NotUndoable
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    DayFactory,
    HalfDayFactory,
    StandFactory,
    ZoneFactory,
    organiser,
)
from tests.startups.announced import cells, put
from tests.startups.fair import exhibitor, participation_of, stand
from tests.startups.replacing.morning import AFTERNOON, MORNING
from tests.startups.test_swap_pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def over_noon(fair, time_machine):
    """Bréhat is offered A1 ten minutes before noon, for what is left and for the afternoon."""
    brehat = exhibitor("Bréhat")
    time_machine.move_to(fair.morning.ends_at - timedelta(minutes=10), tick=False)
    offer = fair.offered(brehat.application)
    time_machine.move_to(fair.afternoon.starts_at, tick=False)
    return brehat, offer


def mails():
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", "recipient"))


def test_what_was_offered_before_noon_is_taken_after_it(fair, over_noon):
    brehat, offer = over_noon

    operations.accept_offer(offer_id=offer.pk)

    assert cells(PublishedAllocation, brehat) == [(AFTERNOON, "A1")]
    assert cells(PublishedAllocation, fair.iroise) == [(MORNING, "A1")]


def test_once_all_of_it_is_over_it_is_nobody_s(fair, over_noon, time_machine):
    _brehat, offer = over_noon
    time_machine.move_to(fair.afternoon.ends_at, tick=False)

    with pytest.raises(HalfDayOver) as refused:
        operations.accept_offer(offer_id=offer.pk, by=organiser("53"))
    assert str(refused.value) == f"It is over: {AFTERNOON}."


def test_taking_a_place_announces_it_alone_and_no_draft_stands_in_its_way(fair):
    friday = HalfDayFactory(day=DayFactory(date=date(2030, 6, 14)))
    put(fair.ushant, stand("C3", x=30, y=20), friday)
    put(fair.molene, fair.b2, friday)
    exchange(first=fair.molene.pk, second=fair.ushant.pk, half_day_ids=[friday.pk], by=None)
    offer = fair.offered()
    OutboxMessage.objects.all().delete()

    operations.accept_offer(offer_id=offer.pk)

    assert cells(PublishedAllocation, fair.molene) == [
        (MORNING, "A1"),
        (AFTERNOON, "B2"),
        ("Friday 14 June, morning", "B2"),
    ]
    assert not any("C3" in mail.body for mail in OutboxMessage.objects.all())


def test_a_neighbour_is_told_that_the_stand_beside_is_kept_free(fair, client):
    offer = fair.offered(fair.ushant.application)
    OutboxMessage.objects.all().delete()

    operations.accept_offer(offer_id=offer.pk)

    (mail,) = OutboxMessage.objects.filter(recipient=fair.ushant.application.contact_email)
    assert mail.kind == "startups.place_beside"
    assert "A1" in mail.subject
    shown = client.get(page(fair.ushant, "offer", offer.pk), headers={"accept-language": "en"})
    assert "Stand A1 is kept free for you" in shown.content.decode()


def test_the_desk_notes_a_neighbour_s_yes_on_a_stand_that_all_regions_share(fair):
    shared = ZoneFactory(participation=None, name_fr="Commun")
    one, beside = (StandFactory(number=f"S{x}", zone=shared, x=x, y=50) for x in (1, 2))
    late, next_to_it = exhibitor("Bréhat"), exhibitor("Sein")
    put(late, one, fair.morning)
    put(next_to_it, beside, fair.morning)
    offer = operations.offer_place(
        absence_id=fair.absent(late).pk, application_id=next_to_it.application_id, by=None
    )

    operations.accept_offer(offer_id=offer.pk, by=organiser("53"))

    hold = StandHold.objects.get()
    assert (hold.stand, hold.half_day, hold.note) == (one, fair.morning, "Sein")


def test_who_withdraws_is_asked_no_more_and_another_can_be(fair):
    offer = fair.offered()
    OutboxMessage.objects.all().delete()

    operations.withdraw_application(application_id=fair.molene.application_id, by=None)

    offer.refresh_from_db()
    assert offer.status == "withdrawn"
    assert "startups.place_withdrawn" not in dict(mails())
    assert fair.offered(fair.ushant.application).status == "offered"


def test_who_is_offered_a_place_of_the_call_meanwhile_takes_the_stand_all_the_same(fair):
    sein = fair.waiting("Sein", rank=3)
    offer = fair.offered(sein)
    operations.select_application(application_id=sein.pk, by=None)

    operations.accept_offer(offer_id=offer.pk)

    sein.refresh_from_db()
    assert sein.status == "confirmed"
    assert cells(PublishedAllocation, sein.exhibitor) == [(MORNING, "A1"), (AFTERNOON, "A1")]


def test_a_company_without_a_place_is_told_whom_to_ask(fair):
    sein = fair.waiting("Sein", rank=3)
    offer = fair.offered(sein)
    call = sein.call
    call.places = 3
    call.save()

    with pytest.raises(NoPlaceLeft) as refused:
        operations.accept_offer(offer_id=offer.pk)
    assert str(refused.value) == (
        "No place of the call is left any more. Write or call quickly: appel@region.example"
    )


@pytest.mark.parametrize("taker", ["another", "itself"])
def test_its_page_has_no_buttons_once_the_plan_says_otherwise(fair, client, taker):
    offer = fair.offered()
    given = {"another": exhibitor("Bréhat"), "itself": fair.molene}[taker]
    operations.release_allocations(
        exhibitor_id=fair.iroise.pk, half_day_ids=[fair.morning.pk], by=None
    )
    operations.allocate(
        exhibitor_id=given.pk, stand_id=fair.a1.pk, half_day_ids=[fair.morning.pk], by=None
    )

    shown = client.get(page(fair.molene, "offer", offer.pk), headers={"accept-language": "en"})

    assert "This offer no longer holds" in shown.content.decode()
    assert 'name="answer"' not in shown.content.decode()


def test_who_may_not_be_named_is_not_named(fair):
    absence = fair.absent()
    draft = ApplicationFactory(call=CallFactory(), status="draft", display_name="Brouillon")
    elsewhere = ApplicationFactory(
        call=CallFactory(participation=participation_of("28")),
        status="submitted",
        display_name="Garonne",
    )
    draft.submitted_at = None
    draft.save()

    for application in (draft, elsewhere):
        with pytest.raises(NotAvailable) as refused:
            operations.offer_place(absence_id=absence.pk, application_id=application.pk, by=None)
        assert str(refused.value).startswith("This company cannot take stand A1 now")


# --- The plan announced and the plan being made ---


def test_absent_is_who_is_not_where_everybody_was_told(fair):
    move_stay(exhibitor_id=fair.iroise.pk, stand_id=stand("C3", x=30, y=20).pk, by=None)
    put_on_paper = exhibitor("Bréhat")
    operations.allocate(
        exhibitor_id=put_on_paper.pk,
        stand_id=stand("D4", x=40, y=20).pk,
        half_day_ids=[fair.morning.pk],
        by=None,
    )

    assert fair.absent().stand == fair.a1
    with pytest.raises(NotOnAStand):
        fair.absent(put_on_paper)


def test_a_stand_that_the_region_is_changing_is_offered_to_nobody(fair):
    absence = fair.absent()
    move_stay(exhibitor_id=fair.iroise.pk, stand_id=stand("C3", x=30, y=20).pk, by=None)

    with pytest.raises(NotAvailable):
        operations.offer_place(
            absence_id=absence.pk, application_id=fair.molene.application_id, by=None
        )
    assert not PlaceOffer.objects.exists()


# --- What companies agreed on is not undone behind them ---


def test_the_replacement_of_somebody_absent_is_not_undone_on_the_board(fair):
    operations.accept_offer(offer_id=fair.offered().pk, by=organiser("53"))
    step = BoardStep.objects.get()

    with pytest.raises(NotUndoable) as refused:
        operations.undo_step(step_id=step.pk, by=organiser("53"))

    assert "free the stand on the board" in str(refused.value)
    assert cells(Allocation, fair.molene) == [(MORNING, "A1"), (AFTERNOON, "B2")]
