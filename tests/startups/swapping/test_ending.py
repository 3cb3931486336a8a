import pytest

from pavilion.core.models import OutboxMessage
from startups import operations
from startups.floor.exchanges import partners, read_floor
from startups.models import Exhibitor
from startups.operations import (
    ReasonMissing,
    SwapOver,
)
from tests.factories import organiser
from tests.startups.announced import put
from tests.startups.fair import exhibitor, stand
from tests.startups.swapping.exchanged import BEFORE, mails

pytestmark = pytest.mark.django_db


def test_decline_swap_tells_its_proposer_why(fair):
    swap = fair.propose()

    operations.decline_swap(swap_id=swap.pk, reason="Nous tenons au jeudi.", by_name="Maël")

    assert operations.decline_swap(swap_id=swap.pk).reason == "Nous tenons au jeudi."
    assert mails()[1:] == [
        (
            "startups.swap_declined",
            "Iris Le Roux",
            "The exchange with Molène does not take place",
        )
    ]
    with pytest.raises(SwapOver):
        operations.accept_swap(swap_id=swap.pk)


def test_withdraw_swap_tells_the_other(fair):
    swap = fair.propose()

    operations.withdraw_swap(swap_id=swap.pk)

    assert operations.withdraw_swap(swap_id=swap.pk).status == "withdrawn"
    message = OutboxMessage.objects.latest("pk")
    assert (message.kind, message.language) == ("startups.swap_withdrawn", "fr")


def test_refuse_swap_gives_both_its_reason(fair):
    swap = fair.accepted()
    told_before = len(mails())

    with pytest.raises(ReasonMissing):
        operations.refuse_swap(swap_id=swap.pk, reason=" ", by=None)
    operations.refuse_swap(swap_id=swap.pk, reason="B2 reste au hasard.", by=organiser("53"))

    assert operations.refuse_swap(swap_id=swap.pk, reason="x", by=None).status == "refused"
    told = OutboxMessage.objects.order_by("pk")[told_before:]
    assert [("B2 reste au hasard." in mail.body, mail.language) for mail in told] == [
        (True, "en"),
        (True, "fr"),
    ]


def test_open_swaps_lapse_when_their_first_half_day_begins(fair, time_machine):
    swap = fair.propose()

    assert operations.settle_swaps(now=BEFORE) == 0
    time_machine.move_to(fair.wednesday.starts_at, tick=False)
    assert operations.settle_swaps(now=fair.wednesday.starts_at) == 1
    assert operations.settle_swaps(now=fair.wednesday.starts_at) == 0

    swap.refresh_from_db()
    assert swap.status == "lapsed"
    assert [kind for kind, *_rest in mails()[1:]] == ["startups.swap_lapsed"] * 2


def test_a_swap_with_who_has_left_is_overtaken(fair):
    swap = fair.propose()
    Exhibitor.objects.filter(pk=fair.molene.pk).update(left_at=BEFORE)

    assert operations.settle_swaps(now=BEFORE) == 1
    swap.refresh_from_db()
    assert swap.status == "overtaken"


def test_partners_are_read_in_as_many_queries_for_one_as_for_three(fair, django_assert_num_queries):
    def found():
        with django_assert_num_queries(7):
            floor = read_floor(fair.iroise.participation_id, BEFORE)
            return partners(floor, floor.exhibitors[fair.iroise.pk], fair.wednesday.pk)

    assert [(one.exhibitor, one.options) for one in found()] == [
        (fair.molene, [{fair.thursday.pk: fair.b.pk}])
    ]
    busy, distant = exhibitor("Sein"), exhibitor("Ouessant")
    put(busy, stand("C3"), fair.wednesday, fair.thursday)
    put(distant, stand("D4", power_watts=0), fair.thursday)

    assert [(str(one.exhibitor), len(one.options), one.reasons) for one in found()] == [
        ("Molène", 1, []),
        ("Ouessant", 1, []),
        # A stand for a stand on the same half-day is an exchange too.
        ("Sein", 1, []),
    ]
