"""Several at once for the same places: never one too many, never one left over, no mail twice."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from pavilion.core.models import OutboxMessage
from startups.models import Application, Exhibitor
from startups.operations import (
    NoPlaceLeft,
    TooLate,
    chase_deadlines,
    confirm_application,
    decline_application,
    fill_free_places,
    fill_places,
    lapse_offers,
    move_on_waiting_list,
    prepare_decision,
    reject_application,
    release_decisions,
    select_application,
    withdraw_application,
)
from tests.factories import ApplicationFactory, CallFactory
from tests.startups.test_races import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TRIES = 5
NOW = datetime(2030, 3, 20, 9, 0, tzinfo=UTC)
PAST = NOW - timedelta(hours=1)


@pytest.fixture(autouse=True)
def in_march(time_machine):
    time_machine.move_to(NOW, tick=False)


def a_call(*, places, holders, waiting, confirm_by=None):
    """A released call of its own edition's region, with offers out and a list."""
    Exhibitor.objects.all().delete()
    Application.objects.all().delete()
    OutboxMessage.objects.all().delete()
    call = CallFactory(places=places, released_at=PAST)
    type(call).objects.filter(pk=call.pk).update(places=places)
    held = [
        ApplicationFactory(call=call, status="selected", confirm_by=confirm_by or NOW)
        for _ in range(holders)
    ]
    listed = [
        ApplicationFactory(call=call, status="waitlisted", waiting_rank=rank)
        for rank in range(1, waiting + 1)
    ]
    return call, held, listed


def ensure_whole(call, *, places):
    """What must be true whoever was first."""
    rows = Counter(Application.objects.filter(call=call).values_list("status", flat=True))
    held = rows["selected"] + rows["confirmed"]
    assert held <= places
    assert held == places or not rows["waitlisted"]
    mails = Counter(OutboxMessage.objects.values_list("kind", "recipient"))
    assert set(mails.values()) <= {1}
    return rows


def ensure_none_broke(results):
    assert [one for one in results if isinstance(one, Exception)] == []


def test_two_workers_lapse_and_fill_at_once():
    for _ in range(TRIES):
        call, _held, listed = a_call(places=4, holders=4, waiting=6, confirm_by=PAST)
        ensure_none_broke(
            together(
                *[partial(lapse_offers, now=NOW)] * 2,
                *[partial(fill_free_places, now=NOW)] * 2,
                partial(fill_places, call_id=call.pk),
            )
        )

        rows = ensure_whole(call, places=4)
        assert rows == {"declined": 4, "selected": 4, "waitlisted": 2}
        promoted = Application.objects.filter(status="selected").values_list("pk", flat=True)
        assert set(promoted) == {row.pk for row in listed[:4]}
        kinds = Counter(OutboxMessage.objects.values_list("kind", flat=True))
        assert kinds == {"startups.lapsed": 4, "startups.promoted": 4}


def test_a_confirmation_races_the_lapse(time_machine):
    for number in range(TRIES):
        deadline = NOW - timedelta(seconds=1)
        call, (offered,), _listed = a_call(places=1, holders=1, waiting=2, confirm_by=deadline)
        # The company's click came in time, the worker's clock is past the deadline.
        time_machine.move_to(deadline, tick=False)
        actions = [
            partial(confirm_application, application_id=offered.pk),
            partial(lapse_offers, now=NOW),
        ]
        results = together(*(actions if number % 2 else actions[::-1]))

        rows = ensure_whole(call, places=1)
        offered.refresh_from_db()
        refusals = [one for one in results if isinstance(one, Exception)]
        if offered.status == "confirmed":
            assert (refusals, rows) == ([], {"confirmed": 1, "waitlisted": 2})
        else:
            assert [type(one) for one in refusals] == [TooLate]
            assert rows == {"declined": 1, "selected": 1, "waitlisted": 1}


def test_two_companies_that_decline_at_once_make_two_offers():
    for _ in range(TRIES):
        call, held, listed = a_call(places=3, holders=3, waiting=3)
        ensure_none_broke(
            together(*(partial(decline_application, application_id=row.pk) for row in held[:2]))
        )

        assert ensure_whole(call, places=3) == {"declined": 2, "selected": 3, "waitlisted": 1}
        listed[2].refresh_from_db()
        assert (listed[2].status, listed[2].waiting_rank) == ("waitlisted", 3)


def test_an_organiser_who_selects_races_the_promotion():
    for _ in range(TRIES):
        call, (leaver,), _listed = a_call(places=1, holders=1, waiting=2)
        other = ApplicationFactory(call=call)
        results = together(
            partial(decline_application, application_id=leaver.pk),
            partial(select_application, application_id=other.pk, by=None),
        )

        # The place goes on with the decline: the organiser finds it held, before or after.
        assert [type(one) for one in results] == [Application, NoPlaceLeft]
        rows = ensure_whole(call, places=1)
        assert rows == {"declined": 1, "selected": 1, "waitlisted": 1, "submitted": 1}


def test_two_organisers_who_select_at_once_give_the_last_place_once():
    for _ in range(TRIES):
        call, _held, _listed = a_call(places=1, holders=0, waiting=0)
        rivals = [ApplicationFactory(call=call) for _ in range(3)]
        results = together(
            *(partial(select_application, application_id=row.pk, by=None) for row in rivals)
        )

        assert Counter(type(one) for one in results) == {Application: 1, NoPlaceLeft: 2}
        assert ensure_whole(call, places=1) == {"selected": 1, "submitted": 2}


def test_whoever_leaves_the_list_while_a_place_comes_free_gets_it_or_not_and_nobody_is_stuck():
    for _ in range(TRIES):
        call, (leaver,), listed = a_call(places=1, holders=1, waiting=3)
        ensure_none_broke(
            [
                one
                for one in together(
                    partial(decline_application, application_id=leaver.pk),
                    partial(withdraw_application, application_id=listed[0].pk),
                    partial(reject_application, application_id=listed[1].pk, by=None, reason="x"),
                    partial(move_on_waiting_list, application_id=listed[2].pk, rank=1, by=None),
                )
                if type(one).__name__ != "WrongStatus"
            ]
        )

        ensure_whole(call, places=1)


def test_two_releases_at_once_tell_everybody_once():
    for _ in range(TRIES):
        call, _held, _listed = a_call(places=2, holders=0, waiting=0)
        type(call).objects.filter(pk=call.pk).update(released_at=None)
        for outcome in ("selected", "selected", "waitlisted", "rejected"):
            application = ApplicationFactory(call=call)
            prepare_decision(
                application_id=application.pk, outcome=outcome, by=None, reason="Motif"
            )
        results = together(*[partial(release_decisions, call_id=call.pk, by=None)] * 3)

        assert sorted(one.count for one in results) == [0, 0, 4]
        assert ensure_whole(call, places=2) == {"selected": 2, "waitlisted": 1, "rejected": 1}


def test_two_workers_chase_once():
    for _ in range(TRIES):
        call, _held, _listed = a_call(
            places=3, holders=3, waiting=0, confirm_by=NOW + timedelta(days=1)
        )
        results = together(*[partial(chase_deadlines, now=NOW)] * 3)

        ensure_none_broke(results)
        assert sum(results) == 3
        ensure_whole(call, places=3)
