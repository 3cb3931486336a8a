from collections import Counter
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from events.models import Region
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from startups.models import Review
from startups.operations import (
    AlreadyScored,
    Assigned,
    DecisionsReleased,
    NoReviewer,
    NotAReviewer,
    NotToRead,
    OwnFile,
    SteppedBack,
    assign_at_random,
    assign_by_hand,
    assign_by_theme,
    unassign_review,
)
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    ParticipationFactory,
    ReviewFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return CallFactory(reviews_each=2)


@pytest.fixture
def readers():
    return [organiser("53", Role.REVIEWER) for _ in range(3)]


def pairs() -> set[tuple[int, int]]:
    return set(Review.objects.values_list("application", "reviewer"))


def loads() -> Counter:
    return Counter(Review.objects.values_list("reviewer", flat=True))


def verbs() -> list[str]:
    return list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))


# --- By hand ---


def test_by_hand_every_file_goes_to_every_reviewer_once(call, readers):
    files = [ApplicationFactory(call=call) for _ in range(2)]
    asked = {
        "call_id": call.pk,
        "application_ids": [file.pk for file in files],
        "reviewer_ids": [reader.pk for reader in readers[:2]],
        "by": organiser("53"),
    }

    assert assign_by_hand(**asked) == Assigned(count=4)
    assert assign_by_hand(**asked) == Assigned(count=0)

    assert pairs() == {(file.pk, reader.pk) for file in files for reader in readers[:2]}
    assert verbs() == ["call.reviews_assigned_by_hand"]


def test_by_hand_nobody_gets_a_file_they_stepped_back_from(call, readers):
    review = ReviewFactory(
        application=ApplicationFactory(call=call), reviewer=readers[0], status="recused"
    )

    with pytest.raises(SteppedBack) as refusal:
        assign_by_hand(
            call_id=call.pk,
            application_ids=[review.application_id],
            reviewer_ids=[reader.pk for reader in readers],
            by=None,
        )

    assert refusal.value.details == {
        "application": review.application_id,
        "reviewer": readers[0].pk,
    }
    assert Review.objects.count() == 1


def test_by_hand_nobody_gets_their_own_company_s_file(call, readers):
    file = ApplicationFactory(call=call, contact_email=readers[0].email.upper())
    asked = {"call_id": call.pk, "application_ids": [file.pk], "by": None}

    with pytest.raises(OwnFile) as refusal:
        assign_by_hand(**asked, reviewer_ids=[reader.pk for reader in readers])

    assert refusal.value.details == {"application": file.pk, "reviewer": readers[0].pk}
    assert str(readers[0]) in str(refusal.value)
    assert not Review.objects.exists()


def test_a_share_passes_nobody_their_own_company_s_file(call, readers):
    mine, _other = readers[:2]
    file = ApplicationFactory(call=call, theme_id="cyber", contact_email=mine.email.upper())
    themes = {mine.pk: ["cyber"]}

    by_theme = assign_by_theme(call_id=call.pk, themes=themes, by=None)
    at_random = assign_at_random(call_id=call.pk, by=None)

    assert (by_theme, at_random) == (Assigned(count=0, short=0), Assigned(count=2, short=0))
    assert pairs() == {(file.pk, reader.pk) for reader in readers[1:]}


@pytest.mark.parametrize(
    ("code", "role", "fields"),
    [
        ("76", Role.REVIEWER, {}),
        ("53", Role.READER, {}),
        ("53", Role.MANAGER, {}),
        ("53", Role.REVIEWER, {"is_active": False}),
    ],
)
def test_only_the_regions_own_reviewers_read(call, code, role, fields):
    file = ApplicationFactory(call=call)
    stranger = organiser(code, role, **fields)

    with pytest.raises(NotAReviewer):
        assign_by_hand(
            call_id=call.pk, application_ids=[file.pk], reviewer_ids=[stranger.pk], by=None
        )
    with pytest.raises(NotAReviewer):
        assign_by_theme(call_id=call.pk, themes={stranger.pk: ["cyber"]}, by=None)


@pytest.mark.parametrize("status", ["draft", "withdrawn", "ineligible", "rejected"])
def test_only_files_before_the_jury_are_given_out(call, readers, status):
    file = ApplicationFactory(call=call, status=status)

    with pytest.raises(NotToRead):
        assign_by_hand(
            call_id=call.pk, application_ids=[file.pk], reviewer_ids=[readers[0].pk], by=None
        )

    assert assign_at_random(call_id=call.pk, by=None) == Assigned(count=0)


def test_files_of_another_region_are_not_given_out(call, readers):
    normandie = ParticipationFactory(region=Region.objects.get(code="28"))
    foreign = ApplicationFactory(call=CallFactory(participation=normandie))

    with pytest.raises(NotToRead):
        assign_by_hand(
            call_id=call.pk, application_ids=[foreign.pk], reviewer_ids=[readers[0].pk], by=None
        )


@pytest.mark.parametrize(
    ("code", "role"), [("76", "manager"), ("53", "reader"), ("53", "reviewer")]
)
def test_only_the_regions_managers_give_files_out(call, readers, code, role):
    review = ReviewFactory(application=ApplicationFactory(call=call), reviewer=readers[0])
    by = organiser(code, role)

    for act in (
        lambda: assign_at_random(call_id=call.pk, by=by),
        lambda: assign_by_theme(call_id=call.pk, themes={}, by=by),
        lambda: assign_by_hand(call_id=call.pk, application_ids=[], reviewer_ids=[], by=by),
        lambda: unassign_review(review_id=review.pk, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_released_decisions_close_the_giving_out(call, readers):
    call.released_at = datetime(2030, 3, 4, tzinfo=UTC)
    call.save()

    with pytest.raises(DecisionsReleased):
        assign_at_random(call_id=call.pk, by=None)


# --- At random ---


def test_at_random_every_file_gets_its_readers_with_equal_loads(call, readers):
    files = [ApplicationFactory(call=call) for _ in range(7)]

    assert assign_at_random(call_id=call.pk, by=organiser("53")) == Assigned(count=14)
    assert assign_at_random(call_id=call.pk, by=None) == Assigned(count=0)

    assert Counter(Review.objects.values_list("application", flat=True)) == {
        file.pk: 2 for file in files
    }
    assert sorted(loads().values()) == [4, 5, 5]
    assert verbs() == ["call.reviews_assigned_at_random"]


def test_at_random_respects_what_was_given_and_who_stepped_back(call, readers):
    first, second = (ApplicationFactory(call=call) for _ in range(2))
    ReviewFactory(application=first, reviewer=readers[0])
    ReviewFactory(application=second, reviewer=readers[0], status="recused")

    assign_at_random(call_id=call.pk, by=None)

    assert (first.pk, readers[0].pk) in pairs()
    assert set(
        Review.objects.filter(application=second, status="assigned").values_list(
            "reviewer", flat=True
        )
    ) == {readers[1].pk, readers[2].pk}


def test_at_random_says_for_how_many_files_readers_are_too_few(call):
    organiser("53", Role.REVIEWER)
    ApplicationFactory(call=call)

    assert assign_at_random(call_id=call.pk, by=None) == Assigned(count=1, short=1)


def test_without_reviewers_nothing_is_shared_out(call):
    with pytest.raises(NoReviewer):
        assign_at_random(call_id=call.pk, by=None)
    with pytest.raises(NoReviewer):
        assign_by_theme(call_id=call.pk, themes={}, by=None)


# --- By theme ---


def test_by_theme_files_are_shared_among_those_who_take_it(call, readers):
    cyber = [ApplicationFactory(call=call, theme_id="cyber") for _ in range(4)]
    ApplicationFactory(call=call, theme_id="greentech")
    call.reviews_each = 1
    call.save()

    result = assign_by_theme(
        call_id=call.pk,
        themes={readers[0].pk: ["cyber"], readers[1].pk: ["cyber"], readers[2].pk: []},
        by=None,
    )

    assert result == Assigned(count=4)
    assert loads() == {readers[0].pk: 2, readers[1].pk: 2}
    assert {file for file, _reader in pairs()} == {file.pk for file in cyber}
    assert verbs() == ["call.reviews_assigned_by_theme"]


# --- Taking back ---


def test_a_file_is_taken_back_from_who_has_not_scored_it(call, readers):
    review = ReviewFactory(application=ApplicationFactory(call=call), reviewer=readers[0])

    for _again in range(2):
        unassign_review(review_id=review.pk, by=organiser("53"))

    assert not Review.objects.exists()
    assert verbs() == ["review.unassigned"]


def test_a_review_handed_in_stays(call, readers):
    review = ReviewFactory(
        application=ApplicationFactory(call=call),
        reviewer=readers[0],
        status="done",
        mean="12.50",
        done_at=datetime(2030, 3, 4, tzinfo=UTC),
    )

    with pytest.raises(AlreadyScored):
        unassign_review(review_id=review.pk, by=None)
