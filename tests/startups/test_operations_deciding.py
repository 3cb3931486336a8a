from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import translation

from events.models import HalfDay
from pavilion.core.models import ActivityEntry, OutboxMessage
from startups.models import Allocation, Application, Exhibitor
from startups.operations import (
    RankTaken,
    ReasonMissing,
    TooEarly,
    TooLate,
    WrongStatus,
    confirm_application,
    decline_application,
    mark_eligible,
    mark_ineligible,
    mark_no_show,
    reject_application,
    request_correction,
    select_application,
    waitlist_application,
    withdraw_application,
)
from startups.operations.applying.states import FOLLOWS
from tests.factories import (
    AllocationFactory,
    ApplicationFactory,
    DayFactory,
    ExhibitorFactory,
    HalfDayFactory,
    StandFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

DECIDED = datetime(2030, 3, 10, 9, 0, tzinfo=UTC)


def kinds():
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", flat=True))


def test_every_status_says_what_may_follow():
    assert set(FOLLOWS) == set(Application.Status)


@time_machine.travel(DECIDED, tick=False)
def test_select_application_sets_the_deadline_at_the_end_of_a_day_in_paris():
    application = ApplicationFactory()
    select_application(application_id=application.pk, by=organiser("53"))
    selected = select_application(application_id=application.pk, by=None)

    assert (selected.status, selected.decided_at) == ("selected", DECIDED)
    assert selected.confirm_by == datetime(2030, 3, 20, 22, 59, 59, tzinfo=UTC)
    assert kinds() == ["startups.selected"]
    assert ActivityEntry.objects.get().after["status"] == "selected"


@time_machine.travel(datetime(2030, 3, 25, 9, 0, tzinfo=UTC), tick=False)
def test_select_application_keeps_paris_midnight_across_the_clock_change():
    selected = select_application(application_id=ApplicationFactory().pk, by=None)

    assert selected.confirm_by == datetime(2030, 4, 4, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "decide",
    [
        lambda pk, by: request_correction(application_id=pk, message="SIRET", by=by),
        lambda pk, by: mark_eligible(application_id=pk, by=by),
        lambda pk, by: mark_ineligible(application_id=pk, by=by),
        lambda pk, by: select_application(application_id=pk, by=by),
        lambda pk, by: waitlist_application(application_id=pk, by=by),
        lambda pk, by: reject_application(application_id=pk, by=by, reason="Thème"),
        lambda pk, by: confirm_application(application_id=pk, by=by),
        lambda pk, by: decline_application(application_id=pk, by=by),
        lambda pk, by: withdraw_application(application_id=pk, by=by),
    ],
)
@pytest.mark.parametrize(("code", "role"), [("28", "manager"), ("53", "reviewer"), ("", "reader")])
def test_decisions_are_for_managers_of_the_region(decide, code, role):
    application = ApplicationFactory()
    with pytest.raises(PermissionDenied):
        decide(application.pk, organiser(code, role=role))

    application.refresh_from_db()
    assert application.status == "submitted"


def test_request_correction_sends_back_and_can_be_repeated_with_other_words():
    application = ApplicationFactory()
    request_correction(application_id=application.pk, message="Le SIRET est fermé.", by=None)
    request_correction(application_id=application.pk, message="Le SIRET est fermé.", by=None)
    request_correction(application_id=application.pk, message="Et le logo manque.", by=None)

    application.refresh_from_db()
    assert (application.status, application.decision_reason) == (
        "incomplete", "Et le logo manque.",
    )  # fmt: skip
    assert kinds() == ["startups.correction_requested"] * 2


def test_request_correction_and_reject_application_want_a_reason():
    application = ApplicationFactory()
    with pytest.raises(ReasonMissing):
        request_correction(application_id=application.pk, message=" ", by=None)
    with pytest.raises(ReasonMissing):
        reject_application(application_id=application.pk, reason="", by=None)


def test_eligibility_is_noted_without_a_mail_and_can_be_reversed():
    application = ApplicationFactory()
    mark_eligible(application_id=application.pk, by=None)
    mark_ineligible(application_id=application.pk, by=None, reason="Siège hors région")
    mark_ineligible(application_id=application.pk, by=None)

    application.refresh_from_db()
    assert (application.status, kinds()) == ("ineligible", [])
    assert list(ActivityEntry.objects.order_by("pk").values_list("verb", "reason")) == [
        ("application.eligible", ""),
        ("application.ineligible", "Siège hors région"),
    ]


def test_an_ineligible_application_cannot_be_selected():
    with pytest.raises(WrongStatus) as refusal:
        select_application(application_id=ApplicationFactory(status="ineligible").pk, by=None)

    assert refusal.value.details["possible"] == ["eligible", "rejected", "withdrawn"]


def test_waitlist_application_gives_the_next_free_rank():
    ranks = [
        waitlist_application(application_id=ApplicationFactory().pk, by=None).waiting_rank
        for _ in range(3)
    ]

    assert ranks == [1, 2, 3]
    assert kinds() == ["startups.waitlisted"] * 3


def test_waitlist_application_keeps_ranks_unique_when_somebody_leaves():
    first, second = ApplicationFactory(), ApplicationFactory()
    waitlist_application(application_id=first.pk, by=None)
    waitlist_application(application_id=second.pk, by=None)
    select_application(application_id=first.pk, by=None)
    third = waitlist_application(application_id=ApplicationFactory().pk, by=None)

    first.refresh_from_db()
    assert (first.waiting_rank, third.waiting_rank) == (None, 3)


def test_waitlist_application_moves_to_a_free_rank_and_refuses_a_taken_one():
    first, second = ApplicationFactory(display_name="Iroise"), ApplicationFactory()
    waitlist_application(application_id=first.pk, by=None)
    waitlist_application(application_id=second.pk, by=None)
    with pytest.raises(RankTaken) as refusal:
        waitlist_application(application_id=second.pk, by=None, rank=1)
    moved = waitlist_application(application_id=second.pk, by=None, rank=5)

    assert refusal.value.details == {"rank": 1, "taken_by": "Iroise"}
    assert moved.waiting_rank == 5
    assert kinds() == ["startups.waitlisted"] * 2


def test_reject_application_tells_the_reason_once():
    application = ApplicationFactory(status="eligible")
    reject_application(application_id=application.pk, by=None, reason="Trop de candidatures")
    reject_application(application_id=application.pk, by=None, reason="Autre")

    application.refresh_from_db()
    assert (application.status, application.decision_reason) == (
        "rejected", "Trop de candidatures",
    )  # fmt: skip
    assert kinds() == ["startups.rejected"]


def test_confirm_application_makes_one_exhibitor_with_its_own_address():
    ExhibitorFactory(slug="energies-d-iroise")
    application = ApplicationFactory(status="selected", display_name="Énergies d’Iroise")
    exhibitor = confirm_application(application_id=application.pk, by_name="Iris Le Roux")
    again = confirm_application(application_id=application.pk)

    assert (exhibitor.slug, again.pk) == ("energies-diroise", exhibitor.pk)
    assert kinds() == ["startups.confirmed"]


def test_confirm_application_numbers_namesakes():
    slugs = [
        confirm_application(
            application_id=ApplicationFactory(status="selected", display_name="Iroise").pk
        ).slug
        for _ in range(3)
    ]

    assert slugs == ["iroise", "iroise-2", "iroise-3"]


def test_confirm_application_is_refused_to_the_company_after_its_deadline():
    application = ApplicationFactory(status="selected", confirm_by=DECIDED)
    with time_machine.travel(DECIDED + timedelta(seconds=1), tick=False):
        with pytest.raises(TooLate) as refusal:
            confirm_application(application_id=application.pk)
        exhibitor = confirm_application(application_id=application.pk, by=organiser("53"))

    assert refusal.value.details == {"confirm_by": "2030-03-10T10:00:00+01:00"}
    assert exhibitor.application_id == application.pk


def test_decline_application_frees_the_place_and_it_can_be_offered_again():
    application = ApplicationFactory(status="selected")
    decline_application(application_id=application.pk, reason="Pas prêts")
    decline_application(application_id=application.pk)
    select_application(application_id=application.pk, by=None)

    assert kinds() == ["startups.declined", "startups.selected"]
    with pytest.raises(WrongStatus):
        decline_application(application_id=ApplicationFactory(status="rejected").pk)


@pytest.mark.parametrize(
    ("leave", "status"),
    [
        (lambda exhibitor: mark_no_show(exhibitor_id=exhibitor.pk, by=None), "no_show"),
        (
            lambda exhibitor: withdraw_application(application_id=exhibitor.application_id),
            "withdrawn",
        ),
    ],
)
def test_an_exhibitor_who_leaves_frees_what_lies_ahead_only(leave, status):
    exhibitor = ExhibitorFactory()
    morning = HalfDayFactory()
    tomorrow = HalfDayFactory(day=DayFactory(date=datetime(2030, 6, 13, tzinfo=UTC).date()))
    past = AllocationFactory(exhibitor=exhibitor, half_day=morning)
    AllocationFactory(exhibitor=exhibitor, half_day=tomorrow, stand=past.stand)

    with time_machine.travel(morning.ends_at, tick=False):
        leave(exhibitor)
        if status == "no_show":
            leave(exhibitor)

    exhibitor = Exhibitor.objects.select_related("application").get()
    assert (exhibitor.application.status, exhibitor.left_at) == (status, morning.ends_at)
    assert list(Allocation.objects.all()) == [past]


@pytest.mark.parametrize(
    ("held", "expected", "said"),
    [
        (True, "2030-06-12T13:00:00+02:00", "Wednesday 12 June 2030 at 13:00"),
        (False, "2030-06-12T00:00:00+02:00", "Wednesday 12 June 2030 at 00:00"),
    ],
)
def test_mark_no_show_is_refused_before_the_company_is_expected(held, expected, said):
    exhibitor = ExhibitorFactory(application__display_name="Armor")
    stand = StandFactory()
    if held:
        afternoon = HalfDayFactory(part=HalfDay.Part.AFTERNOON)
        tomorrow = HalfDayFactory(day=DayFactory(date=datetime(2030, 6, 13, tzinfo=UTC).date()))
        for half_day in (tomorrow, afternoon):
            AllocationFactory(exhibitor=exhibitor, half_day=half_day, stand=stand)
    starts = datetime.fromisoformat(expected)

    just_before = time_machine.travel(starts - timedelta(seconds=1), tick=False)
    with just_before, translation.override("en"), pytest.raises(TooEarly) as refusal:
        mark_no_show(exhibitor_id=exhibitor.pk, by=organiser("53"))
    exhibitor.application.refresh_from_db()
    assert (exhibitor.application.status, refusal.value.code) == ("confirmed", "too_early")
    assert refusal.value.details == {"expected_from": expected}
    assert str(refusal.value) == (
        f"Armor is expected from {said}: an absence can be noted from then on. "
        "Until then, withdraw its application."
    )

    with time_machine.travel(starts, tick=False):
        mark_no_show(exhibitor_id=exhibitor.pk, by=organiser("53"))
    exhibitor.application.refresh_from_db()
    assert exhibitor.application.status == "no_show"


def test_mark_no_show_is_refused_to_another_region():
    exhibitor = ExhibitorFactory()
    with pytest.raises(PermissionDenied):
        mark_no_show(exhibitor_id=exhibitor.pk, by=organiser("28"))
