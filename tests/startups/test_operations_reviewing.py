from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from events.models import Region
from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry
from startups.models import Application, Review
from startups.operations import (
    DecisionsReleased,
    HasSteppedBack,
    NoLongerRead,
    NoSuchScore,
    NothingToScore,
    RecusalReasonMissing,
    ScoresMissing,
    hand_in_review,
    recompute_means,
    recuse_review,
    save_review,
    take_back_recusal,
)
from tests.factories import (
    CallFactory,
    CriterionFactory,
    ParticipationFactory,
    ReviewFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
Status = Review.Status


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2030-03-05T09:00:00+01:00", tick=False)


@pytest.fixture
def review() -> Review:
    """One reviewer, one file, two criteria: the first counts twice and goes to 5, then to 10."""
    found = ReviewFactory()
    CriterionFactory(call=found.application.call, name_fr="Innovation", weight=2)
    CriterionFactory(call=found.application.call, name_fr="Équipe", max_score=10)
    return found


def criteria(review) -> list[int]:
    return list(review.application.call.criteria.order_by("position").values_list("pk", flat=True))


def marks(review, *values) -> dict[int, int]:
    return dict(zip(criteria(review), values, strict=False))


def told() -> list[tuple[str, dict, dict]]:
    entries = ActivityEntry.objects.order_by("pk")
    return [(entry.verb, entry.before, entry.after) for entry in entries]


def as_it_is(review) -> tuple:
    review.refresh_from_db()
    given = dict(review.scores.order_by("criterion").values_list("criterion", "value"))
    return review.status, review.mean, given, review.comment


# --- Scoring ---


def test_each_score_is_kept_as_given_and_nobody_else_is_told(review):
    save_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 3))
    save_review(review_id=review.pk, by=review.reviewer, comment=" Solide. ")
    save_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 4))

    assert as_it_is(review) == (Status.ASSIGNED, None, marks(review, 4), "Solide.")
    assert told() == []


def test_handing_in_counts_the_mean_once(review):
    for _again in range(2):
        hand_in_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 4, 7))

    # 20 × (2 × 4/5 + 7/10) / 3 = 15.333…
    assert as_it_is(review) == (Status.DONE, Decimal("15.33"), marks(review, 4, 7), "")
    assert review.done_at == datetime(2030, 3, 5, 8, tzinfo=UTC)
    name = str(review.reviewer)
    assert told() == [("review.handed_in", {}, {"name": name, "mean": "15.33"})]


def test_a_review_handed_in_is_changed_until_the_decisions_are_released(review):
    hand_in_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 4, 7))

    save_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 5))

    assert as_it_is(review)[:2] == (Status.DONE, Decimal("18.00"))
    assert told()[1] == (
        "review.changed",
        {"mean": "15.33"},
        {"name": str(review.reviewer), "mean": "18.00"},
    )


def test_handing_in_asks_for_every_criterion(review):
    with pytest.raises(ScoresMissing, match="Équipe") as refusal:
        hand_in_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 4))

    missing = criteria(review)[1]
    assert (refusal.value.field, refusal.value.details) == (
        f"criterion_{missing}",
        {"criteria": [missing]},
    )
    assert as_it_is(review) == (Status.ASSIGNED, None, {}, "")


def test_a_call_without_criteria_has_nothing_to_hand_in():
    review = ReviewFactory()

    with pytest.raises(NothingToScore):
        hand_in_review(review_id=review.pk, by=review.reviewer)


@pytest.mark.parametrize("value", [-1, 6])
def test_a_score_beyond_the_criterion_is_refused(review, value):
    with pytest.raises(NoSuchScore):
        save_review(review_id=review.pk, by=review.reviewer, scores=marks(review, value))

    assert as_it_is(review) == (Status.ASSIGNED, None, {}, "")


def test_a_criterion_of_another_call_is_refused(review):
    normandie = ParticipationFactory(region=Region.objects.get(code="28"))
    foreign = CriterionFactory(call=CallFactory(participation=normandie))

    with pytest.raises(NoSuchScore):
        save_review(review_id=review.pk, by=review.reviewer, scores={foreign.pk: 3})


@pytest.mark.parametrize(
    ("code", "role"),
    [("53", Role.REVIEWER), ("53", Role.MANAGER), ("76", Role.REVIEWER), ("", Role.MANAGER)],
)
def test_only_its_own_reviewer_scores_and_steps_back(review, code, role):
    somebody = organiser(code, role)

    for act in (save_review, hand_in_review):
        with pytest.raises(PermissionDenied):
            act(review_id=review.pk, by=somebody, scores=marks(review, 4, 7))
    with pytest.raises(PermissionDenied):
        recuse_review(review_id=review.pk, by=somebody, reason="Un lien.")

    assert as_it_is(review) == (Status.ASSIGNED, None, {}, "")


def test_who_left_the_team_scores_no_more(review):
    review.reviewer.memberships.all().delete()

    with pytest.raises(PermissionDenied):
        save_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 4))


def release(call) -> None:
    call.released_at = datetime(2030, 3, 4, tzinfo=UTC)
    call.save()


def test_released_decisions_close_the_jury(review):
    release(review.application.call)

    for act in (
        lambda: save_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 4)),
        lambda: hand_in_review(review_id=review.pk, by=review.reviewer),
        lambda: recuse_review(review_id=review.pk, by=review.reviewer, reason="Un lien."),
        lambda: recompute_means(call_id=review.application.call_id, by=None),
    ):
        with pytest.raises(DecisionsReleased):
            act()


@pytest.mark.parametrize("status", ["withdrawn", "ineligible", "selected", "rejected"])
def test_a_file_that_left_the_jury_is_not_scored(review, status):
    Application.objects.update(status=status)

    with pytest.raises(NoLongerRead):
        hand_in_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 4, 7))


# --- Stepping back ---


def test_stepping_back_takes_scores_and_comment_away_and_hides_the_file(review):
    given = {"scores": marks(review, 4, 7), "comment": "Solide."}
    hand_in_review(review_id=review.pk, by=review.reviewer, **given)

    for _again in range(2):
        recuse_review(review_id=review.pk, by=review.reviewer, reason=" Mon frère y travaille. ")

    assert as_it_is(review) == (Status.RECUSED, None, {}, "")
    assert review.recusal_reason == "Mon frère y travaille."
    assert not Application.objects.visible_to(review.reviewer).exists()
    assert [verb for verb, _before, _after in told()] == ["review.handed_in", "review.recused"]


def test_stepping_back_wants_a_reason(review):
    with pytest.raises(RecusalReasonMissing):
        recuse_review(review_id=review.pk, by=review.reviewer, reason="  ")


def test_who_stepped_back_takes_that_back_before_scoring(review):
    recuse_review(review_id=review.pk, by=review.reviewer, reason="Un lien.")
    with pytest.raises(HasSteppedBack):
        save_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 4))

    for _again in range(2):
        take_back_recusal(review_id=review.pk, by=review.reviewer)

    assert as_it_is(review) == (Status.ASSIGNED, None, {}, "")
    assert review.recusal_reason == ""
    assert list(Application.objects.visible_to(review.reviewer)) == [review.application]


def test_the_regions_manager_gives_a_file_back_and_a_neighbour_does_not(review):
    recuse_review(review_id=review.pk, by=review.reviewer, reason="Un lien.")
    with pytest.raises(PermissionDenied):
        take_back_recusal(review_id=review.pk, by=organiser("76"))

    take_back_recusal(review_id=review.pk, by=organiser("53"))

    assert as_it_is(review)[0] == Status.ASSIGNED


# --- When the criteria change ---


def test_means_follow_new_weights_and_a_new_criterion_reopens_reviews(review):
    hand_in_review(review_id=review.pk, by=review.reviewer, scores=marks(review, 4, 7))
    call = review.application.call
    call.criteria.filter(name_fr="Innovation").update(weight=1)

    assert recompute_means(call_id=call.pk, by=organiser("53")) == 1
    assert as_it_is(review)[:2] == (Status.DONE, Decimal("15.00"))
    assert recompute_means(call_id=call.pk, by=None) == 0

    CriterionFactory(call=call, name_fr="Marché")
    assert recompute_means(call_id=call.pk, by=None) == 1
    assert as_it_is(review)[:2] == (Status.ASSIGNED, None)
    assert review.done_at is None


# --- One's own company ---


def test_nobody_reviews_their_own_company(review):
    Application.objects.update(contact_email=review.reviewer.email.upper())
    given = {"review_id": review.pk, "by": review.reviewer}

    with pytest.raises(PermissionDenied):
        save_review(**given, comment="Excellent.")
    with pytest.raises(PermissionDenied):
        hand_in_review(**given, scores=marks(review, 5, 10))
    with pytest.raises(PermissionDenied):
        recuse_review(**given, reason="Un lien.")

    assert as_it_is(review) == (Status.ASSIGNED, None, {}, "")
