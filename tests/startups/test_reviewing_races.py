"""A review handed in while its call changes: it is told no, or counts with every score."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from threading import Event, Thread

import pytest
from django.db import connection

from startups.operations import (
    DecisionsReleased,
    NoLongerRead,
    add_criterion,
    hand_in_review,
    mark_ineligible,
    prepare_decision,
    recuse_review,
    release_decisions,
    reopen_application,
    save_review,
    withdraw_application,
)
from startups.operations.deciding import releasing
from startups.operations.judging import reviewing
from tests.factories import CriterionFactory, ReviewFactory, organiser

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
# Long enough for who does not wait for a lock to be done.
A_MOMENT = 1.0


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(datetime(2030, 2, 15, 9, tzinfo=UTC), tick=False)


@pytest.fixture
def review():
    found = ReviewFactory()
    CriterionFactory(call=found.application.call)
    return found


def scores(review) -> dict[int, int]:
    return dict.fromkeys(review.application.call.criteria.values_list("pk", flat=True), 4)


def as_it_is(review) -> tuple:
    review.refresh_from_db()
    return review.status, review.mean, review.scores.count()


def one_within_the_other(
    monkeypatch, module, name: str, first: Callable[[], object], second: Callable[[], object]
) -> tuple[object, object]:
    """Begin `first`, hold it where it calls `name`, begin `second` there; what each came to."""
    held, go_on = Event(), Event()
    real = getattr(module, name)

    def holding(*args, **kwargs):
        held.set()
        go_on.wait(10)
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, holding)
    came: dict[str, object] = {}

    def run(key, act):
        try:
            came[key] = act()
        except Exception as error:
            came[key] = error
        finally:
            connection.close()

    threads = [
        Thread(target=run, args=("first", first)),
        Thread(target=run, args=("second", second)),
    ]
    threads[0].start()
    assert held.wait(10)
    threads[1].start()
    threads[1].join(A_MOMENT)
    waited = threads[1].is_alive()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert waited, came
    return came["first"], came["second"]


@pytest.mark.parametrize(
    "act",
    [
        lambda review: hand_in_review(
            review_id=review.pk, by=review.reviewer, scores=scores(review)
        ),
        lambda review: save_review(review_id=review.pk, by=review.reviewer, comment="Non."),
        lambda review: recuse_review(review_id=review.pk, by=review.reviewer, reason="Un lien."),
    ],
    ids=["hand_in", "save", "recuse"],
)
def test_nothing_is_reviewed_while_decisions_are_released(monkeypatch, review, act):
    application, manager = review.application, organiser("53")
    prepare_decision(application_id=application.pk, outcome="selected", by=manager)
    release = partial(release_decisions, call_id=application.call_id, by=manager)
    released, refused = one_within_the_other(
        monkeypatch, releasing, "give_place", release, partial(act, review)
    )

    assert (released.count, type(refused)) == (1, DecisionsReleased)
    assert as_it_is(review) == ("assigned", None, 0)


def test_a_criterion_added_while_a_review_is_handed_in_is_still_to_be_scored(monkeypatch, review):
    call = review.application.call
    hand_in = partial(
        hand_in_review, review_id=review.pk, by=review.reviewer, scores=scores(review)
    )
    add = partial(add_criterion, call_id=call.pk, by=organiser("53"), name_fr="Équipe", weight=5)

    handed_in, added = one_within_the_other(monkeypatch, reviewing, "_count", hand_in, add)

    assert (handed_in.pk, added.name_fr) == (review.pk, "Équipe")
    assert as_it_is(review) == ("assigned", None, 1)


def test_a_file_turned_away_while_a_review_is_handed_in_waits_for_it(monkeypatch, review):
    hand_in = partial(
        hand_in_review, review_id=review.pk, by=review.reviewer, scores=scores(review)
    )
    turn = partial(mark_ineligible, application_id=review.application_id, by=organiser("53"))

    one_within_the_other(monkeypatch, reviewing, "_count", hand_in, partial(turn, reason="Non."))

    assert as_it_is(review)[0] == "done"
    with pytest.raises(NoLongerRead):
        save_review(review_id=review.pk, by=review.reviewer, comment="Trop tard.")


def test_a_file_taken_back_and_up_again_while_its_review_is_handed_in_is_read_again(
    monkeypatch, review
):
    hand_in = partial(
        hand_in_review, review_id=review.pk, by=review.reviewer, scores=scores(review)
    )

    def take_up_again():
        withdraw_application(application_id=review.application_id)
        return reopen_application(application_id=review.application_id).status

    came = one_within_the_other(monkeypatch, reviewing, "_count", hand_in, take_up_again)

    assert (came[0].pk, came[1]) == (review.pk, "draft")
    assert as_it_is(review) == ("assigned", None, 1)
