from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from pavilion.core.models import ActivityEntry, OutboxMessage
from startups import operations
from startups.floor.candidates import candidates
from startups.models import (
    Absence,
    Allocation,
    BoardStep,
    Call,
    Exhibitor,
    FloorRules,
    PlaceOffer,
    PublishedAllocation,
    StandHold,
)
from startups.operations import (
    CameAfterAll,
    HalfDayOver,
    NoPlaceLeft,
    NotAvailable,
    NotOnAStand,
    OfferOpen,
    OfferOver,
    PlaceTaken,
    TooEarly,
)
from tests.factories import ApplicationFactory, CallFactory, HalfDayFactory, organiser
from tests.startups.announced import cells, put
from tests.startups.fair import afternoon, exhibitor, second_morning, stand

pytestmark = pytest.mark.django_db

# The fair opens at nine in Paris; an hour later one may be marked absent.
TEN = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)
MORNING, AFTERNOON = "Wednesday 12 June, morning", "Wednesday 12 June, afternoon"


@pytest.fixture(autouse=True)
def at_ten(time_machine):
    time_machine.move_to(TEN, tick=False)
    with translation.override("en"):
        yield


@pytest.fixture
def fair():
    return Fair()


class Fair:
    """Iroise has A1 all Wednesday; Molène is there in the afternoon, Ushant stands beside A1."""

    def __init__(self):
        self.morning, self.afternoon = HalfDayFactory(), afternoon()
        self.a1 = stand("A1", x=1, y=1, power_watts=1000)
        self.a2 = stand("A2", x=2, y=1)
        self.b2 = stand("B2", x=20, y=20)
        self.iroise = exhibitor("Iroise", language="en")
        self.molene = exhibitor("Molène", language="fr", contact_phone="02 98 00 00 00")
        self.ushant = exhibitor("Ushant")
        put(self.iroise, self.a1, self.morning, self.afternoon)
        put(self.molene, self.b2, self.afternoon)
        put(self.ushant, self.a2, self.morning)

    def waiting(self, name, rank, **fields):
        return ApplicationFactory(
            call=CallFactory(), status="waitlisted", display_name=name, waiting_rank=rank, **fields
        )

    def absent(self, who=None):
        return operations.mark_absent(
            exhibitor_id=(who or self.iroise).pk, half_day_id=self.morning.pk, by=None
        )

    def offered(self, application=None, **fields):
        application = application or self.molene.application
        absence = Absence.objects.filter(came_at=None, exhibitor=self.iroise).first()
        absence = absence or self.absent()
        return operations.offer_place(
            absence_id=absence.pk, application_id=application.pk, by=None, **fields
        )


def told(absence):
    return [
        (one.kind, str(one.application), one.reason, [str(day) for day in one.half_days])
        for one in candidates([absence], timezone.now())[absence.pk]
    ]


def verbs():
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))


# --- Absences ---


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


# --- Who could take the place ---


def test_candidates_stand_in_order_with_their_reasons(fair):
    fair.waiting("Sein", rank=3)
    fair.waiting("Groix", rank=7)
    far = exhibitor("Bréhat")
    put(far, fair.b2, second_morning())

    assert told(fair.absent()) == [
        ("waiting", "Sein", "On the waiting list, position 1", [MORNING, AFTERNOON]),
        ("waiting", "Groix", "On the waiting list, position 2", [MORNING, AFTERNOON]),
        ("half_time", "Molène", "There today, on stand B2 in the afternoon", [MORNING]),
        (
            "half_time",
            "Bréhat",
            "Not there today; has a stand on Thu 13 morning",
            [MORNING, AFTERNOON],
        ),
        ("neighbour", "Ushant", "Beside it, on stand A2: could spread to both", [MORNING]),
    ]


def test_needs_are_met_or_told(fair):
    application = fair.molene.application
    application.power_watts, application.needs_water = 2000, True
    application.save()

    (found,) = [
        one
        for one in candidates([fair.absent()], TEN).popitem()[1]
        if one.application == application
    ]
    assert found.lacking == ["2\u00a0kW", "water"]


def test_who_is_absent_or_cannot_come_is_no_candidate(fair):
    third = exhibitor("Bréhat")
    third.impossible_half_days.add(fair.morning)
    absence = fair.absent()
    fair.absent(fair.ushant)

    assert [company for _kind, company, *_rest in told(absence)] == ["Molène"]


def test_candidates_are_read_in_as_many_queries_for_one_absence_as_for_three(
    fair, django_assert_num_queries
):
    absences = [fair.absent()]
    fair.waiting("Sein", rank=3)
    with django_assert_num_queries(11):
        candidates(absences, TEN)
    absences.append(fair.absent(fair.ushant))
    late = exhibitor("Bréhat")
    put(late, stand("C1", x=40, y=4), fair.morning)
    absences.append(fair.absent(late))
    absences = list(Absence.objects.select_related("exhibitor", "stand", "half_day"))
    with django_assert_num_queries(11):
        candidates(absences, TEN)


# --- Offers ---


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
