from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from pavilion.core.models import ActivityEntry, OutboxMessage
from startups import operations
from startups.floor.exchanges import exchange_of, partners, read_floor
from startups.models import Allocation, BoardStep, Exhibitor, PublishedAllocation, Swap
from startups.operations import (
    AlreadyProposed,
    NotAccepted,
    NotSwappable,
    ReasonMissing,
    SwapOver,
    SwapOvertaken,
    TooManySwaps,
)
from startups.operations.board import exchange
from tests.factories import DayFactory, HalfDayFactory, organiser
from tests.startups.announced import cells, put
from tests.startups.fair import afternoon, exhibitor, second_morning, stand

pytestmark = pytest.mark.django_db

BEFORE = datetime(2030, 6, 10, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_days_before(time_machine):
    time_machine.move_to(BEFORE, tick=False)
    with translation.override("en"):
        yield


@pytest.fixture
def fair():
    """Iroise on A1 on Wednesday morning, Molène on B2 on Thursday morning."""
    return Fair()


class Fair:
    def __init__(self):
        self.wednesday, self.thursday = HalfDayFactory(), second_morning()
        self.a, self.b = stand("A1"), stand("B2")
        self.iroise = exhibitor("Iroise", language="en", contact_name="Iris Le Roux")
        self.molene = exhibitor("Molène", language="fr")
        put(self.iroise, self.a, self.wednesday)
        put(self.molene, self.b, self.thursday)

    def propose(self, **fields):
        told = {
            "exhibitor_id": self.iroise.pk,
            "other_id": self.molene.pk,
            "gives": {self.wednesday.pk: self.a.pk},
            "takes": {self.thursday.pk: self.b.pk},
            "by_name": "Iris Le Roux",
        }
        return operations.propose_swap(**{**told, **fields})

    def accepted(self):
        swap = self.propose()
        return operations.accept_swap(swap_id=swap.pk, by_name="Maël")

    def against(self, **fields):
        """As the desk is told."""
        with pytest.raises(NotSwappable) as refused:
            self.propose(**{"by": organiser("53"), **fields})
        assert not Swap.objects.exists()
        return refused.value.details["in_the_way"]


def mails():
    rows = OutboxMessage.objects.order_by("pk").values_list("kind", "recipient_name", "subject")
    return list(rows)


def verbs():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))


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
    assert not any("C3" in mail.body for mail in OutboxMessage.objects.all())


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
