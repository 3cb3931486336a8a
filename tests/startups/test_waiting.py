"""A place that comes free goes to the next of the waiting list, by itself."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import translation

from pavilion.core.models import ActivityEntry, OutboxMessage
from startups.models import Application
from startups.operations import (
    NoPlaceLeft,
    TooLate,
    WrongStatus,
    confirm_application,
    decline_application,
    fill_free_places,
    fill_places,
    lapse_offers,
    mark_no_show,
    move_on_waiting_list,
    places_held,
    prepare_decision,
    reject_application,
    select_application,
    waitlist_application,
    withdraw_application,
)
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    ExhibitorFactory,
    LateCodeFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 3, 20, 9, 0, tzinfo=UTC)
DEADLINE = datetime(2030, 3, 20, 22, 59, 59, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march(time_machine):
    time_machine.move_to(NOW, tick=False)


def a_call(**fields):
    return CallFactory(**{"places": 1, "released_at": NOW - timedelta(days=10), **fields})


def waiting(call, rank, **fields):
    return ApplicationFactory(call=call, status="waitlisted", waiting_rank=rank, **fields)


def holder(call, **fields):
    return ApplicationFactory(
        **{"call": call, "status": "selected", "confirm_by": DEADLINE, **fields}
    )


def statuses():
    return list(Application.objects.order_by("pk").values_list("status", flat=True))


def mails():
    rows = OutboxMessage.objects.order_by("pk").values_list("kind", "recipient")
    return [(kind.removeprefix("startups."), recipient.split("@")[0]) for kind, recipient in rows]


@pytest.mark.parametrize(
    ("leave", "status", "kind"),
    [
        (lambda pk: decline_application(application_id=pk), "declined", "declined"),
        (lambda pk: withdraw_application(application_id=pk), "withdrawn", "withdrawn"),
        (lambda pk: lapse_offers(now=DEADLINE + timedelta(seconds=1)), "declined", "lapsed"),
    ],
)
@pytest.mark.parametrize("released_at", [None, NOW])
def test_a_place_given_up_is_offered_to_the_next_in_line(leave, status, kind, released_at):
    call = a_call(released_at=released_at)
    leaver = holder(call, contact_email="a@a.example", display_name="Armor")
    second = waiting(call, 4, contact_email="c@c.example")
    first = waiting(call, 2, contact_email="b@b.example", decision_reason="Bon dossier")
    leave(leaver.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    assert statuses() == [status, "waitlisted", "selected"]
    assert (first.waiting_rank, first.promoted_at, first.decided_at) == (None, NOW, NOW)
    assert first.confirm_by == datetime(2030, 3, 23, 22, 59, 59, tzinfo=UTC)
    assert (first.decision_reason, second.waiting_rank) == ("", 4)
    assert sorted(mails()) == sorted([(kind, "a"), ("promoted", "b")])
    entry = ActivityEntry.objects.get(verb="application.promoted")
    assert (entry.by, "Armor" in entry.reason) == (None, True)


def test_an_exhibitor_who_withdraws_frees_its_place():
    call = a_call()
    exhibitor = ExhibitorFactory(application__call=call)
    waiting(call, 1)
    withdraw_application(application_id=exhibitor.application_id, by=organiser("53"))

    assert statuses() == ["withdrawn", "selected"]


def test_somebody_without_a_place_who_withdraws_frees_none():
    call = a_call(places=2)
    holder(call)
    leaver = ApplicationFactory(call=call)
    waiting(call, 1)
    call.released_at = None
    call.save()
    withdraw_application(application_id=leaver.pk)

    assert statuses() == ["selected", "withdrawn", "waitlisted"]


@pytest.mark.parametrize(
    ("fields", "now"),
    [
        ({"fills_by_itself": False}, NOW),
        ({}, datetime(2030, 6, 12, 0, 0, tzinfo=UTC)),  # the fair has begun
    ],
)
def test_a_place_stays_free_where_nothing_moves_by_itself(fields, now):
    call = a_call(**fields)
    leaver = holder(call)
    waiting(call, 1)
    with time_machine.travel(now, tick=False):
        decline_application(application_id=leaver.pk)
        fill_places(call_id=call.pk)
        fill_free_places(now=now)

    assert statuses() == ["declined", "waitlisted"]
    assert [kind for kind, _who in mails()] == ["declined"]


def test_an_offer_ends_before_the_fair_begins():
    call = a_call(offer_within_days=9)
    leaver, first = holder(call), waiting(call, 1)
    with time_machine.travel("2030-06-10T10:00:00+02:00", tick=False):
        decline_application(application_id=leaver.pk)

    first.refresh_from_db()
    assert first.confirm_by == datetime(2030, 6, 11, 21, 59, 59, tzinfo=UTC)


def test_a_place_kept_free_where_decisions_are_made_file_by_file_is_not_given():
    call = a_call(places=5, released_at=None)
    leaver = holder(call)
    waiting(call, 1)
    waiting(call, 2)
    ApplicationFactory(call=call)  # still to be decided
    fill_places(call_id=call.pk)
    assert statuses() == ["selected", "waitlisted", "waitlisted", "submitted"]

    decline_application(application_id=leaver.pk)
    fill_free_places(now=NOW)
    assert statuses() == ["declined", "selected", "waitlisted", "submitted"]


def test_once_a_closed_call_is_decided_file_by_file_its_free_places_are_filled():
    call = a_call(places=2, released_at=None)
    gone = holder(call)
    last = ApplicationFactory(call=call, late_code=LateCodeFactory(call=call))
    decline_application(application_id=gone.pk)
    ApplicationFactory(call=call, status="draft")
    ApplicationFactory(call=call, status="ineligible")
    waitlist_application(application_id=last.pk, by=None)

    assert statuses() == ["declined", "waitlisted", "draft", "ineligible"]
    assert [fill_free_places(now=NOW), fill_free_places(now=NOW)] == [1, 0]
    assert statuses() == ["declined", "selected", "draft", "ineligible"]


@pytest.mark.parametrize(
    "fields",
    [{"closes_at": NOW + timedelta(days=1)}, {"closes_at": NOW - timedelta(minutes=9)}],
)
def test_a_call_that_is_open_or_in_its_grace_keeps_its_free_places(fields):
    waiting(a_call(released_at=None, **fields), 1)

    assert (fill_free_places(now=NOW), statuses()) == (0, ["waitlisted"])


@pytest.mark.parametrize("status", ["submitted", "incomplete", "eligible"])
def test_what_is_left_to_decide_keeps_the_free_places(status):
    call = a_call(released_at=None)
    waiting(call, 1)
    ApplicationFactory(call=call, status=status)

    assert (fill_free_places(now=NOW), statuses()) == (0, ["waitlisted", status])


def test_a_prepared_decision_keeps_the_free_places():
    call = a_call(released_at=None)
    waiting(call, 1)
    turned_down = ApplicationFactory(call=call, status="rejected")
    prepare_decision(application_id=turned_down.pk, outcome="selected", by=None)

    assert (fill_free_places(now=NOW), statuses()) == (0, ["waitlisted", "rejected"])


def test_more_places_are_filled_in_a_released_call_and_only_as_many():
    call = a_call()
    holder(call)
    for rank in (3, 1, 2):
        waiting(call, rank)
    call.places = 3
    call.save()

    assert fill_free_places(now=NOW) == 2
    assert fill_free_places(now=NOW) == 0
    assert statuses() == ["selected", "waitlisted", "selected", "selected"]
    assert places_held(call) == 3


def test_whoever_joins_the_list_while_a_place_is_free_is_offered_it():
    call = a_call()
    application = waitlist_application(application_id=ApplicationFactory(call=call).pk, by=None)

    assert (application.status, application.waiting_rank) == ("selected", None)
    assert [kind for kind, _who in mails()] == ["waitlisted", "promoted"]


def test_select_application_refuses_more_than_the_places():
    call = a_call()
    holder(call)
    rival = ApplicationFactory(call=call)
    with pytest.raises(NoPlaceLeft) as refusal:
        select_application(application_id=rival.pk, by=None)

    assert refusal.value.details == {"places": 1, "held": 1}
    assert (statuses(), mails()) == (["selected", "submitted"], [])


def test_an_organiser_offers_a_free_place_to_anybody_on_the_list():
    call = a_call(fills_by_itself=False)
    waiting(call, 1)
    chosen = waiting(call, 2)
    user = organiser("53")
    select_application(application_id=chosen.pk, by=user, reason="Complète la thématique.")

    chosen.refresh_from_db()
    assert (chosen.status, chosen.confirm_by.date().isoformat()) == ("selected", "2030-03-23")
    entry = ActivityEntry.objects.get(verb="application.promoted")
    assert (entry.by, entry.reason) == (user, "Complète la thématique.")
    assert [kind for kind, _who in mails()] == ["promoted"]


# --- Lapses ---------------------------------------------------------------------------------------


def test_an_offer_holds_until_the_last_second_of_its_deadline():
    call = a_call()
    application = holder(call)
    with time_machine.travel(DEADLINE, tick=False):
        assert lapse_offers(now=DEADLINE) == 0
        confirm_application(application_id=application.pk)
        assert lapse_offers(now=DEADLINE + timedelta(days=1)) == 0

    assert statuses() == ["confirmed"]


def test_a_lapse_is_noted_mailed_and_done_once():
    call = a_call()
    application = holder(call, contact_email="a@a.example", language="en")
    late = DEADLINE + timedelta(hours=1)
    with time_machine.travel(late, tick=False):
        assert [lapse_offers(now=late), lapse_offers(now=late)] == [1, 0]

    application.refresh_from_db()
    assert (application.status, application.lapsed_at) == ("declined", late)
    with translation.override("en"):
        assert application.get_status_display() == "Not confirmed in time"
    assert mails() == [("lapsed", "a")]
    entry = ActivityEntry.objects.get()
    assert (entry.verb, entry.by, entry.before["status"], entry.after["status"]) == (
        "application.lapsed", None, "selected", "declined",
    )  # fmt: skip


def test_a_company_that_confirms_after_the_lapse_learns_where_it_stands():
    call = a_call()
    application = holder(call)
    late = DEADLINE + timedelta(hours=1)
    with time_machine.travel(late, tick=False):
        lapse_offers(now=late)
        with pytest.raises(TooLate) as refusal:
            confirm_application(application_id=application.pk)
        with pytest.raises(TooLate) as to_the_team:
            confirm_application(application_id=application.pk, by=organiser("53"))

    assert refusal.value.details == {
        "confirm_by": "2030-03-20T23:59:59+01:00",
        "lapsed_at": "2030-03-21T00:59:59+01:00",
    }
    assert "appel@region.example" in str(refusal.value)
    assert str(refusal.value) != str(to_the_team.value)


def test_a_lapsed_company_is_offered_a_place_again_by_an_organiser():
    call = a_call()
    application = holder(call)
    with time_machine.travel(DEADLINE + timedelta(hours=1), tick=False):
        lapse_offers(now=DEADLINE + timedelta(hours=1))
        select_application(application_id=application.pk, by=organiser("53"))
        confirm_application(application_id=application.pk)

    application.refresh_from_db()
    assert (application.status, application.lapsed_at) == ("confirmed", None)


def test_a_chain_of_lapses_reaches_everybody_who_waits_once():
    call = a_call()
    holder(call, contact_email="a@a.example")
    for rank, name in enumerate("bcd", start=1):
        waiting(call, rank, contact_email=f"{name}@x.example")
    for day in range(1, 40):
        now = NOW + timedelta(days=day)
        with time_machine.travel(now, tick=False):
            lapse_offers(now=now)

    assert statuses() == ["declined"] * 4
    assert mails() == [
        ("promoted", "b"), ("lapsed", "a"),
        ("promoted", "c"), ("lapsed", "b"),
        ("promoted", "d"), ("lapsed", "c"),
        ("lapsed", "d"),
    ]  # fmt: skip


def test_an_absence_during_the_fair_offers_nothing():
    call = a_call()
    exhibitor = ExhibitorFactory(application__call=call)
    waiting(call, 1)
    with time_machine.travel("2030-06-12T12:00:00+02:00", tick=False):
        mark_no_show(exhibitor_id=exhibitor.pk, by=None)

    assert statuses() == ["no_show", "waitlisted"]


# --- The order ------------------------------------------------------------------------------------


def order(call):
    rows = call.applications.filter(status="waitlisted").order_by("waiting_rank")
    return [(row.display_name, row.waiting_rank) for row in rows]


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (1, [("C", 2), ("A", 5), ("B", 9)]),
        (2, [("A", 2), ("C", 5), ("B", 9)]),
        (3, [("A", 2), ("B", 5), ("C", 9)]),
        (40, [("A", 2), ("B", 5), ("C", 9)]),
    ],
)
def test_move_on_waiting_list_makes_room(rank, expected):
    call = a_call(places=0)
    for name, held in (("A", 2), ("B", 5)):
        waiting(call, held, display_name=name)
    last = waiting(call, 9, display_name="C")
    user = organiser("53")
    moved = move_on_waiting_list(application_id=last.pk, rank=rank, by=user)
    move_on_waiting_list(application_id=last.pk, rank=rank, by=user)

    assert order(call) == expected
    assert moved.waiting_rank == dict(expected)["C"]
    entries = ActivityEntry.objects.filter(verb="application.rank_changed")
    changed = sum(dict(expected)[name] != held for name, held in (("A", 2), ("B", 5), ("C", 9)))
    assert [entries.count(), set(entries.values_list("by", flat=True)) - {user.pk}] == [
        changed,
        set(),
    ]
    assert mails() == []


def test_move_on_waiting_list_is_for_managers_and_for_who_waits():
    call = a_call(places=0)
    row = waiting(call, 1)
    with pytest.raises(PermissionDenied):
        move_on_waiting_list(application_id=row.pk, rank=1, by=organiser("28"))
    reject_application(application_id=row.pk, by=None, reason="Complet")
    with pytest.raises(WrongStatus):
        move_on_waiting_list(application_id=row.pk, rank=1, by=None)
