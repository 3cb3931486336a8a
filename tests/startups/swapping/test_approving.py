import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from pavilion.core.models import OutboxMessage
from startups import operations
from startups.floor.exchanges import exchange_of, read_floor
from startups.models import Allocation, BoardStep, PublishedAllocation, Swap
from startups.operations import (
    NotAccepted,
    NotSwappable,
    SwapOver,
    SwapOvertaken,
)
from startups.operations.board import exchange
from tests.factories import DayFactory, HalfDayFactory, organiser
from tests.startups.announced import cells, put
from tests.startups.fair import afternoon, exhibitor, stand
from tests.startups.swapping.exchanged import BEFORE, mails, verbs

pytestmark = pytest.mark.django_db


def test_accept_swap_tells_its_proposer_and_asks_the_region(fair):
    swap = fair.accepted()

    assert operations.accept_swap(swap_id=swap.pk).status == "accepted"
    told = OutboxMessage.objects.order_by("pk")[1:]
    assert [(mail.kind, mail.recipient, mail.language) for mail in told] == [
        ("startups.swap_accepted", fair.iroise.application.contact_email, "en"),
        ("startups.swap_to_approve", "appel@region.example", "fr"),
    ]
    assert told[0].subject == "Molène accepts your exchange; the region still has to approve it"
    assert verbs() == ["swap.proposed", "swap.accepted"]


def test_approve_swap_writes_and_announces_the_exchange_and_tells_each_once(fair):
    swap = fair.accepted()
    told_before = len(mails())
    manager = organiser("53")

    approved = operations.approve_swap(swap_id=swap.pk, by=manager, reason="D’accord.")

    assert operations.approve_swap(swap_id=swap.pk, by=manager).status == "approved"
    assert (approved.status, approved.decided_by) == ("approved", manager)
    for model in (Allocation, PublishedAllocation):
        assert cells(model, fair.iroise) == [("Thursday 13 June, morning", "B2")]
        assert cells(model, fair.molene) == [("Wednesday 12 June, morning", "A1")]
    assert BoardStep.objects.get().kind == "swap"
    told = OutboxMessage.objects.order_by("pk")[told_before:]
    assert sorted((mail.recipient, mail.language) for mail in told) == sorted(
        (each.application.contact_email, each.application.language)
        for each in (fair.iroise, fair.molene)
    )


def test_approving_announces_the_exchange_alone_and_no_draft_stands_in_its_way(fair):
    friday = HalfDayFactory(day=DayFactory(date=date(2030, 6, 14)))
    ushant, c = exhibitor("Ushant"), stand("C3")
    put(ushant, c, friday)
    put(fair.iroise, fair.a, friday)
    swap = fair.accepted()
    OutboxMessage.objects.all().delete()
    # Being drafted: Iroise and Ushant change places on Friday, which nobody is told yet.
    exchange(first=fair.iroise.pk, second=ushant.pk, half_day_ids=[friday.pk], by=None)

    operations.approve_swap(swap_id=swap.pk, by=organiser("53"))

    assert cells(PublishedAllocation, fair.iroise) == [
        ("Thursday 13 June, morning", "B2"),
        ("Friday 14 June, morning", "A1"),
    ]
    assert cells(Allocation, fair.iroise)[1:] == [("Friday 14 June, morning", "C3")]
    # But for the private links, of which chance may make anything.
    said = [re.sub(r"http\S+", "", mail.body) for mail in OutboxMessage.objects.all()]
    assert not any("C3" in words for words in said)


def test_the_approver_reads_what_of_it_is_confirmed(fair):
    swap = fair.accepted()
    Allocation.objects.filter(exhibitor=fair.molene).update(status="confirmed")

    floor = read_floor(fair.iroise.participation_id, BEFORE)

    assert floor.fixed(exchange_of(swap)) == [
        "Thursday 13 June, morning: stand B2 is confirmed to Molène."
    ]


def test_a_whole_stay_is_exchanged_for_another(fair):
    put(fair.iroise, fair.a, afternoon())

    swap = fair.propose(gives={fair.wednesday.pk: fair.a.pk, afternoon().pk: fair.a.pk})
    operations.accept_swap(swap_id=swap.pk)
    operations.approve_swap(swap_id=swap.pk, by=None)

    assert cells(Allocation, fair.iroise) == [("Thursday 13 June, morning", "B2")]
    assert cells(Allocation, fair.molene) == [
        ("Wednesday 12 June, morning", "A1"),
        ("Wednesday 12 June, afternoon", "A1"),
    ]


def test_a_confirmed_half_day_is_exchanged_and_confirmed_again_where_it_goes(fair):
    Allocation.objects.filter(exhibitor=fair.molene).update(status="confirmed")
    swap = fair.accepted()

    operations.approve_swap(swap_id=swap.pk, by=None)

    assert {
        str(row.exhibitor): (str(row.stand), row.status)
        for row in Allocation.objects.order_by("pk")
    } == {"Iroise": ("B2", "planned"), "Molène": ("A1", "confirmed")}


def test_the_region_approves_what_both_agree_on_alone(fair):
    swap = fair.propose()

    with pytest.raises(NotAccepted):
        operations.approve_swap(swap_id=swap.pk, by=None)
    with pytest.raises(PermissionDenied):
        operations.approve_swap(swap_id=swap.pk, by=organiser("76"))


def test_a_plan_moved_and_not_announced_stops_the_approval_and_loses_nothing(fair):
    swap = fair.accepted()
    operations.move_stay(exhibitor_id=fair.molene.pk, stand_id=stand("C3").pk, by=None)

    with pytest.raises(NotSwappable):
        operations.approve_swap(swap_id=swap.pk, by=None)

    assert Swap.objects.get().status == "accepted"


def test_an_announced_change_overtakes_the_swap_and_both_are_told_once(fair):
    swap = fair.accepted()
    PublishedAllocation.objects.filter(exhibitor=fair.molene).delete()
    told_before = len(mails())

    for _ in range(2):
        with pytest.raises((SwapOvertaken, SwapOver)):
            operations.approve_swap(swap_id=swap.pk, by=None)

    assert Swap.objects.get().status == "overtaken"
    assert [kind for kind, *_rest in mails()[told_before:]] == ["startups.swap_overtaken"] * 2


def test_approving_one_swap_overtakes_the_others_about_the_same_half_days(fair):
    third = exhibitor("Sein")
    c = stand("C3")
    put(third, c, fair.thursday)
    rival = operations.propose_swap(
        exhibitor_id=third.pk,
        other_id=fair.molene.pk,
        gives={fair.thursday.pk: c.pk},
        takes={fair.thursday.pk: fair.b.pk},
    )

    operations.approve_swap(swap_id=fair.accepted().pk, by=None)

    rival.refresh_from_db()
    assert rival.status == "overtaken"
