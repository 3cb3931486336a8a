from datetime import timedelta

import pytest

from pavilion.core.models import OutboxMessage
from startups import operations
from startups.operations import (
    CameAfterAll,
    HalfDayOver,
    NotAvailable,
    OfferOpen,
)
from tests.startups.announced import put
from tests.startups.fair import exhibitor, stand
from tests.startups.replacing.morning import TEN

pytestmark = pytest.mark.django_db


def test_offer_place_mails_one_company_until_the_region_s_time_is_over(fair):
    offer = fair.offered()

    assert fair.offered() == offer
    assert (offer.status, offer.expires_at) == ("offered", TEN + timedelta(minutes=30))
    assert list(offer.half_days.all()) == [fair.morning]
    message = OutboxMessage.objects.get()
    assert (message.kind, message.language, message.expires_at) == (
        "startups.place_offered",
        "fr",
        offer.expires_at,
    )
    assert f"/stand/remplacement/{offer.pk}/" in message.body
    with pytest.raises(OfferOpen) as refused:
        fair.offered(fair.ushant.application)
    assert refused.value.details["offer"] == offer.pk


def test_nobody_is_asked_for_two_places_at_once(fair):
    late = exhibitor("Bréhat")
    put(late, stand("C1", x=40, y=4), fair.morning)
    fair.offered()

    with pytest.raises(OfferOpen) as refused:
        operations.offer_place(
            absence_id=fair.absent(late).pk, application_id=fair.molene.application_id, by=None
        )

    assert str(refused.value) == "Molène is asked for stand A1 already, and has not answered yet."


def test_an_offer_never_outlives_what_is_offered(fair, time_machine):
    time_machine.move_to(fair.morning.ends_at - timedelta(minutes=10), tick=False)

    assert fair.offered().expires_at == fair.morning.ends_at


def test_only_who_can_take_it_is_offered_a_place(fair):
    stranger = exhibitor("Garonne", code="76")

    for application in (stranger.application, fair.iroise.application):
        with pytest.raises(NotAvailable):
            fair.offered(application)
    with pytest.raises(NotAvailable) as refused:
        fair.offered(half_day_ids=[fair.morning.pk, fair.afternoon.pk])
    assert str(refused.value) == "Molène can take this stand on: Wed 12 morning."


def test_nothing_is_offered_of_what_is_over_or_of_who_came(fair, time_machine):
    absence = fair.absent()
    offer = {"absence_id": absence.pk, "application_id": fair.molene.application_id, "by": None}
    time_machine.move_to(fair.morning.ends_at, tick=False)
    with pytest.raises(HalfDayOver):
        operations.offer_place(**offer)

    time_machine.move_to(TEN, tick=False)
    operations.mark_came(absence_id=absence.pk, by=None)
    with pytest.raises(CameAfterAll):
        operations.offer_place(**offer)
