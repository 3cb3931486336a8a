import pytest

from pavilion.core.models import OutboxMessage
from startups import operations
from startups.floor.exchanges import partners, read_floor
from startups.models import Allocation, Exhibitor, Swap
from startups.operations import (
    AlreadyProposed,
    NotSwappable,
    TooManySwaps,
)
from tests.factories import organiser
from tests.startups.announced import put
from tests.startups.fair import afternoon, exhibitor, stand
from tests.startups.swapping.exchanged import BEFORE, mails, verbs

pytestmark = pytest.mark.django_db


def test_propose_swap_asks_the_other_in_their_language(fair):
    swap = fair.propose(message=" On échange ? ")

    assert (swap.status, swap.message) == ("proposed", "On échange ?")
    message = OutboxMessage.objects.get()
    assert (message.kind, message.language) == ("startups.swap_proposed", "fr")
    assert message.recipient == fair.molene.application.contact_email
    assert f"/stand/echange/{swap.pk}/" in message.body
    assert "On échange ?" in message.body
    assert fair.iroise.application.contact_email not in message.body
    assert fair.iroise.application.contact_name not in message.body
    assert verbs() == ["swap.proposed"]


def test_proposing_the_same_again_changes_nothing_and_another_to_the_same_is_refused(fair):
    swap = fair.propose()
    put(fair.iroise, fair.a, afternoon())

    assert fair.propose() == swap
    with pytest.raises(AlreadyProposed) as refused:
        fair.propose(gives={afternoon().pk: fair.a.pk})
    assert refused.value.details == {"swap": swap.pk}
    assert len(mails()) == 1


def test_three_swaps_of_one_exhibitor_wait_at_most(fair):
    for number in range(3):
        other = exhibitor(f"Autre {number}")
        place = stand(f"C{number}")
        put(other, place, fair.thursday)
        fair.propose(other_id=other.pk, takes={fair.thursday.pk: place.pk})

    with pytest.raises(TooManySwaps) as refused:
        fair.propose()

    assert refused.value.details == {"limit": 3}
    assert Swap.objects.count() == 3


def test_who_is_not_of_the_region_is_nobody_to_exchange_with(fair):
    stranger = exhibitor("Garonne", code="76")

    for other in (stranger, fair.iroise):
        with pytest.raises(Exhibitor.DoesNotExist):
            fair.propose(other_id=other.pk)


def test_what_is_in_the_way_is_told_in_sentences(fair):
    fair.molene.impossible_half_days.add(fair.wednesday)
    application = fair.iroise.application
    application.power_watts, application.needs_screen = 2000, True
    application.save()

    assert fair.against() == [
        "Stand B2 lacks what Iroise needs: 2\u00a0kW, screen.",
        "Wednesday 12 June, morning: Molène cannot come.",
    ]


def test_a_company_never_learns_what_another_needs_nor_what_the_region_plans(fair):
    fair.molene.impossible_half_days.add(fair.wednesday)
    application = fair.molene.application
    application.power_watts, application.needs_accessible_stand = 2000, True
    application.save()
    fair.a.is_accessible = False
    fair.a.save()
    neutral = "It is not possible at that time."

    assert fair.against(by=None) == [neutral]
    Allocation.objects.all().delete()
    assert fair.against(by=None) == [neutral]
    fair.iroise.impossible_half_days.add(fair.thursday)
    assert fair.against(by=None) == [neutral, "Thursday 13 June, morning: Iroise cannot come."]
    floor = read_floor(fair.iroise.participation_id, BEFORE)
    (one,) = partners(floor, fair.iroise, fair.wednesday.pk)
    assert one.reasons == [neutral, "Thursday 13 June, morning: Iroise cannot come."]


def test_the_other_company_is_told_no_more_when_it_accepts(fair):
    swap = fair.propose()
    Exhibitor.objects.get(pk=fair.iroise.pk).impossible_half_days.add(fair.thursday)

    with pytest.raises(NotSwappable) as refused:
        operations.accept_swap(swap_id=swap.pk)
    assert str(refused.value) == "It is not possible at that time."
    with pytest.raises(NotSwappable) as refused:
        operations.accept_swap(swap_id=swap.pk, by=organiser("53"))
    assert str(refused.value) == "Thursday 13 June, morning: Iroise cannot come."


def test_nobody_is_on_two_stands_after_an_exchange(fair):
    put(fair.molene, fair.b, fair.wednesday)

    assert fair.against() == ["Wednesday 12 June, morning: Molène is already on stand B2."]


def test_what_the_region_is_changing_waits_for_its_announcement(fair):
    Allocation.objects.filter(exhibitor=fair.molene).delete()

    assert fair.against() == [
        "Thursday 13 June, morning: the region is changing the plan of Molène."
    ]


def test_a_half_day_that_has_begun_is_not_exchanged(fair, time_machine):
    time_machine.move_to(fair.wednesday.starts_at, tick=False)

    assert fair.against() == ["Wednesday 12 June, morning has begun."]


def test_what_is_not_announced_so_is_not_exchanged(fair):
    elsewhere = stand("Z9")

    assert fair.against(takes={fair.thursday.pk: elsewhere.pk}) == [
        "The plan has changed since: it no longer says what is to be exchanged."
    ]
    assert fair.against(takes={}) == ["Both have to leave something and to get something else."]


def test_a_stand_that_closes_is_not_exchanged(fair):
    fair.b.is_open = False
    fair.b.save()

    assert fair.against() == ["Stand B2 is not in use this year."]
