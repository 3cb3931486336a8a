"""Swaps that come to an end by themselves, and pages that still tell of them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from pavilion.core.models import OutboxMessage
from startups import operations
from startups.floor.board.steps import undoing
from startups.models import Allocation, BoardStep, Swap
from startups.operations import TooManySwaps
from startups.operations.board.undoing import NotUndoable
from tests.factories import organiser
from tests.startups.announced import cells, put
from tests.startups.fair import exhibitor, stand
from tests.startups.swapping.exchanged import BEFORE
from tests.startups.test_swap_pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved_away(fair):
    """A swap about a stand that nobody of the region has any more, nor will have."""
    swap = fair.propose()
    operations.move_stay(exhibitor_id=fair.iroise.pk, stand_id=stand("C3").pk, by=None)
    operations.announce_plan(participation_id=fair.iroise.participation_id, by=None)
    OutboxMessage.objects.all().delete()
    return swap


def told():
    rows = OutboxMessage.objects.filter(kind__startswith="startups.swap").order_by("pk")
    return list(rows.values_list("kind", "recipient"))


def address(who):
    return who.application.contact_email


def test_an_announced_move_to_another_stand_overtakes_the_swap(fair, moved_away):
    assert operations.settle_swaps(now=BEFORE) == 1

    moved_away.refresh_from_db()
    assert moved_away.status == "overtaken"
    assert told() == [
        ("startups.swap_overtaken", address(each)) for each in (fair.iroise, fair.molene)
    ]


def test_pages_tell_of_a_stand_that_nobody_has_any_more(client, fair, moved_away):
    shown = [
        client.get(page(each, *name))
        for each in (fair.iroise, fair.molene)
        for name in (("swaps",), ("swap", moved_away.pk))
    ]
    client.force_login(organiser("53"))
    shown.append(client.get(reverse("admin:startups_swap_change", args=[moved_away.pk])))

    assert {("A1" in each.content.decode(), each.status_code) for each in shown} == {(True, 200)}


def test_its_proposer_takes_it_back_all_the_same(fair, moved_away):
    operations.withdraw_swap(swap_id=moved_away.pk)

    assert told() == [("startups.swap_withdrawn", address(fair.molene))]


def test_who_withdraws_leaves_no_swap_open_and_the_other_alone_is_told(fair):
    swap = fair.accepted()
    OutboxMessage.objects.all().delete()

    operations.withdraw_application(application_id=fair.iroise.application_id, by=None)

    swap.refresh_from_db()
    assert swap.status == "overtaken"
    assert told() == [("startups.swap_overtaken", address(fair.molene))]
    assert operations.settle_swaps(now=BEFORE) == 0


def test_a_swap_is_not_undone_on_the_board_and_an_older_step_comes_next(fair):
    manager = organiser("53")
    older = operations.move_stay(
        exhibitor_id=exhibitor_on(stand("D4"), fair.thursday).pk,
        stand_id=stand("E5").pk,
        by=manager,
    )
    operations.approve_swap(swap_id=fair.accepted().pk, by=manager)
    step = BoardStep.objects.get(kind="swap")

    with pytest.raises(NotUndoable) as refused:
        operations.undo_step(step_id=step.pk, by=manager)

    assert "exchange the two again on the board" in str(refused.value)
    assert cells(Allocation, fair.iroise) == [("Thursday 13 June, morning", "B2")]
    assert undoing(step.board, manager).undo == older


def exhibitor_on(where, half_day):
    found = exhibitor("Groix")
    put(found, where, half_day)
    return found


def test_nobody_is_mailed_behind_an_anonymised_application(fair):
    swap = fair.propose()
    application = fair.iroise.application
    application.anonymised_at, application.contact_email = timezone.now(), ""
    application.save()
    OutboxMessage.objects.all().delete()

    operations.refuse_swap(swap_id=swap.pk, reason="Non.", by=None)

    assert told() == [("startups.swap_refused", address(fair.molene))]


def test_one_that_cannot_be_ended_keeps_none_of_the_others(fair, time_machine, caplog):
    broken = fair.propose()
    third, place = exhibitor("Sein"), stand("C3")
    put(third, place, fair.thursday)
    other = fair.propose(other_id=third.pk, takes={fair.thursday.pk: place.pk})
    Swap.objects.filter(pk=broken.pk).update(gives={"x": 1})
    time_machine.move_to(fair.wednesday.starts_at, tick=False)

    with caplog.at_level("CRITICAL", logger="startups.operations.swapping.ending"):
        assert operations.settle_swaps(now=fair.wednesday.starts_at) == 1

    other.refresh_from_db()
    assert other.status == "lapsed"


@pytest.mark.parametrize("count", [1, 3])
def test_swaps_that_go_on_cost_the_same_for_one_and_three(fair, count, django_assert_num_queries):
    fair.propose()
    for number in range(count - 1):
        other, place = exhibitor(f"Autre {number}"), stand(f"C{number}")
        put(other, place, fair.thursday)
        fair.propose(other_id=other.pk, takes={fair.thursday.pk: place.pk})

    with django_assert_num_queries(9):
        assert operations.settle_swaps(now=BEFORE) == 0


def test_the_same_company_is_asked_twice_a_day_at_most(fair, time_machine):
    for _ in range(2):
        operations.withdraw_swap(swap_id=fair.propose().pk)

    with pytest.raises(TooManySwaps) as refused:
        fair.propose()
    assert str(refused.value) == (
        "You have proposed a swap to Molène 2 times today, which is the limit: propose the next "
        "one tomorrow."
    )

    time_machine.move_to(BEFORE.replace(hour=23), tick=False)
    assert fair.propose().status == "proposed"


def test_what_no_database_keeps_is_no_error(client, fair):
    form = page(fair.iroise, "swap_with", fair.molene.pk)
    given = {"donne": fair.wednesday.pk, "prend": fair.thursday.pk}
    long = f"{fair.wednesday.pk:018d}9"

    assert client.get(page(fair.iroise, "swaps"), {"donne": long}).status_code == 404
    assert client.get(form, {"donne": long}).status_code == 200
    client.post(form, {**given, "message": "On\0 échange"})
    swap = Swap.objects.get()
    client.post(page(fair.molene, "swap", swap.pk), {"answer": "decline", "reason": "No\0n"})
    swap.refresh_from_db()
    assert (swap.message, swap.reason, swap.status) == ("On échange", "Non", "declined")
