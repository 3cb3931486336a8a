"""Two organisers at the same moment: one winner, one refusal that names what is taken."""

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection

from startups.models import Allocation, Application
from startups.operations import (
    AlreadyApplied,
    HalfDaysTaken,
    Holder,
    QuotaExceeded,
    allocate,
    confirm_application,
    save_application,
    save_badges,
    waitlist_application,
)
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    ExhibitorFactory,
    HalfDayFactory,
    StandFactory,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TRIES = 5


def together(*actions: Callable[[], object]) -> list[object]:
    """What each returned or raised, all started at once, each on its own connection."""
    barrier = Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(index: int, action: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[index] = action()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def named(name):
    return ExhibitorFactory(application=ApplicationFactory(status="confirmed", display_name=name))


def test_one_of_two_rivals_gets_the_stand_and_the_other_learns_who_has_it():
    halves = [HalfDayFactory(), HalfDayFactory(part="pm")]
    for number in range(TRIES):
        rivals = [named(f"Iroise {number}"), named(f"Molène {number}")]
        stand = StandFactory()
        results = together(
            *(
                partial(
                    allocate,
                    exhibitor_id=rival.pk,
                    stand_id=stand.pk,
                    half_day_ids=[half.pk for half in order],
                    by=None,
                )
                for rival, order in zip(rivals, (halves, halves[::-1]), strict=True)
            )
        )
        (refusal,) = [one for one in results if isinstance(one, HalfDaysTaken)]
        winner = rivals[1 - results.index(refusal)]

        assert [entry["taken_by"] for entry in refusal.details["half_days"]] == [str(winner)] * 2
        assert set(Allocation.objects.filter(stand=stand).values_list("exhibitor", "half_day")) == {
            (winner.pk, half.pk) for half in halves
        }


def test_one_exhibitor_sent_to_two_stands_at_once_goes_to_one():
    half = HalfDayFactory()
    for number in range(TRIES):
        exhibitor, stands = named(f"Iroise {number}"), [StandFactory(), StandFactory()]
        results = together(
            *(
                partial(
                    allocate,
                    exhibitor_id=exhibitor.pk,
                    stand_id=stand.pk,
                    half_day_ids=[half.pk],
                    by=None,
                )
                for stand in stands
            )
        )

        assert [type(one) for one in results].count(HalfDaysTaken) == 1
        assert Allocation.objects.filter(exhibitor=exhibitor).count() == 1


def test_ranks_given_at_once_are_all_different():
    applications = [ApplicationFactory() for _ in range(4)]
    results = together(
        *(
            partial(waitlist_application, application_id=application.pk, by=None)
            for application in applications
        )
    )

    assert [type(one) for one in results] == [Application] * 4
    assert sorted(
        Application.objects.filter(status="waitlisted").values_list("waiting_rank", flat=True)
    ) == [1, 2, 3, 4]


def test_namesakes_who_confirm_at_once_get_two_addresses_and_two_clicks_one_exhibitor():
    first, second = (ApplicationFactory(status="selected", display_name="Iroise") for _ in range(2))
    results = together(
        *(
            partial(confirm_application, application_id=application.pk)
            for application in (first, second, first)
        )
    )

    assert {exhibitor.slug for exhibitor in results} == {"iroise", "iroise-2"}
    assert results[0].pk == results[2].pk


def test_one_company_typed_in_two_drafts_at_once_stays_in_one():
    call = CallFactory(opens_at="2020-01-01T00:00Z", closes_at="2099-01-01T00:00Z")
    drafts = [ApplicationFactory(call=call, status="draft", siret="") for _ in range(2)]
    results = together(
        *(
            partial(save_application, application_id=draft.pk, values={"siret": "73282932000074"})
            for draft in drafts
        )
    )

    assert sorted(type(one).__name__ for one in results) == ["AlreadyApplied", "Application"]
    assert AlreadyApplied in {type(one) for one in results}
    assert Application.objects.filter(siren="732829320").count() == 1


def test_colleagues_who_name_people_at_once_stay_within_the_quota_and_lose_nobody():
    for number in range(TRIES):
        exhibitor = named(f"Iroise {number}")  # three badges
        results = together(
            *(
                partial(
                    save_badges,
                    exhibitor_id=exhibitor.pk,
                    holders=[Holder(first, "Riou", "", f"{first.lower()}@societe.example")],
                    is_complete=True,
                    seen=[],
                )
                for first in ("Ada", "Eve", "Ida", "Noa")
            )
        )
        refused = [result for result in results if isinstance(result, Exception)]
        assert [type(refusal) for refusal in refused] == [QuotaExceeded]
        assert exhibitor.badges.count() == 3
