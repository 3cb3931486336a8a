"""What a reviewer does with a file: score it, hand the review in, or step back."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.access import access_of, ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.jury.marks import Mark, mean_of
from startups.models import Application, Call, Criterion, Review, Score
from startups.operations.applying.states import locked_with_call

# What is still before the jury: handed in, not turned away, not decided.
READABLE = (
    Application.Status.SUBMITTED,
    Application.Status.INCOMPLETE,
    Application.Status.ELIGIBLE,
)
COMMENT_LENGTH = 5000


class DecisionsReleased(DomainError):
    code = "decisions_released"


class NoLongerRead(DomainError):
    code = "no_longer_read"


class NoSuchScore(DomainError):
    code = "no_such_score"


class ScoresMissing(DomainError):
    code = "scores_missing"


class NothingToScore(DomainError):
    code = "nothing_to_score"


class HasSteppedBack(DomainError):
    code = "has_stepped_back"


class RecusalReasonMissing(DomainError):
    code = "reason_missing"


def save_review(
    *,
    review_id: int,
    by: User,
    scores: Mapping[int, int] | None = None,
    comment: str | None = None,
) -> Review:
    """Keep what is given, criterion by criterion; nobody else reads it before it is handed in.

    A review handed in already stays so: its mean follows. Safe to repeat.
    """
    with transaction.atomic():
        review = _written_by(review_id, by)
        _keep(review, scores or {}, comment)
        if review.status == Review.Status.DONE:
            _count(review, by=by)
    return review


def hand_in_review(
    *,
    review_id: int,
    by: User,
    scores: Mapping[int, int] | None = None,
    comment: str | None = None,
) -> Review:
    """Let the review count, once every criterion has its score. Safe to repeat.

    It can still be changed until the call's decisions are released.
    """
    with transaction.atomic():
        review = _written_by(review_id, by)
        _keep(review, scores or {}, comment)
        criteria = list(_criteria(review.application.call))
        if not criteria:
            raise NothingToScore(_("This call has no criteria yet."))
        given = set(review.scores.values_list("criterion", flat=True))
        missing = [criterion for criterion in criteria if criterion.pk not in given]
        if missing:
            names = ", ".join(str(criterion) for criterion in missing)
            raise ScoresMissing(
                _("Still to be scored: %(criteria)s.") % {"criteria": names},
                field=f"criterion_{missing[0].pk}",
                details={"criteria": [criterion.pk for criterion in missing]},
            )
        _count(review, by=by)
    return review


def recuse_review(*, review_id: int, by: User, reason: str) -> Review:
    """Step back from a file: it leaves the reviewer's sight, its scores go. Safe to repeat."""
    with transaction.atomic():
        review = _locked(review_id, by)
        if review.status == Review.Status.RECUSED:
            return review
        _ensure_read(review)
        if not reason.strip():
            raise RecusalReasonMissing(
                _("Say in a few words why you step back: only the region’s team reads it."),
                field="reason",
            )
        review.scores.all().delete()
        review.status = Review.Status.RECUSED
        review.recusal_reason = reason.strip()[:250]
        review.comment = ""
        review.mean = review.done_at = None
        review.save()
        _note(review, "review.recused", by=by, reason=review.recusal_reason)
    return review


def take_back_recusal(*, review_id: int, by: User) -> Review:
    """Read a file after all: it is to be scored from the start. Safe to repeat.

    The reviewer's own mistake to mend, or the region's decision.
    """
    with transaction.atomic():
        review = _locked(review_id, by, or_manager=True)
        if review.status != Review.Status.RECUSED:
            return review
        _ensure_read(review)
        review.status = Review.Status.ASSIGNED
        review.recusal_reason = ""
        review.save(update_fields=["status", "recusal_reason", "updated_at"])
        _note(review, "review.taken_back", by=by)
    return review


def recompute_means(*, call_id: int, by: User | None) -> int:
    """Follow a change of the criteria; returns how many means changed.

    A review that lacks the score of a new criterion is to be completed: it no longer counts.
    """
    with transaction.atomic():
        calls = Call.objects.select_related("participation__region", "participation__edition")
        call = calls.select_for_update(of=("self",), no_key=True).get(pk=call_id)
        ensure_manages(by, call.region_code)
        ensure_not_released(call)
        criteria = {criterion.pk: criterion for criterion in _criteria(call)}
        reviews = Review.objects.done().filter(application__call=call).order_by("pk")
        changed = []
        locked = reviews.select_for_update(of=("self",)).prefetch_related("scores")
        for review in locked:
            given = {score.criterion_id: score.value for score in review.scores.all()}
            mean = None
            if criteria and criteria.keys() <= given.keys():
                mean = mean_of([_mark(criteria[pk], given[pk]) for pk in criteria])
            if mean != review.mean:
                review.mean = mean
                if mean is None:
                    review.status, review.done_at = Review.Status.ASSIGNED, None
                changed.append(review)
        Review.objects.bulk_update(changed, ["mean", "status", "done_at"], batch_size=500)
        if changed:
            activity.record(
                by=by,
                verb="call.means_recomputed",
                target=call,
                region_code=call.region_code,
                after={"reviews": len(changed)},
            )
    return len(changed)


def read_again(application: Application) -> None:
    """Have a file that was taken up again read again: what was handed in spoke of another text.

    The scores stay as they were given, for their reviewers to confirm or change. To be called with
    the application locked.
    """
    Review.objects.done().filter(application=application).update(
        status=Review.Status.ASSIGNED, mean=None, done_at=None
    )


def ensure_not_released(call: Call) -> None:
    if call.released_at is not None:
        raise DecisionsReleased(
            _("The decisions of this call are released: the jury’s work is closed.")
        )


def is_open_to_jury(application: Application) -> bool:
    return application.status in READABLE and application.call.released_at is None


def _written_by(review_id: int, by: User) -> Review:
    """A review its author may write in now."""
    review = _locked(review_id, by)
    if review.status == Review.Status.RECUSED:
        raise HasSteppedBack(
            _("You stepped back from this file. Take that back before you score it.")
        )
    _ensure_read(review)
    return review


def _locked(review_id: int, by: User, *, or_manager: bool = False) -> Review:
    """The review, locked, for its own reviewer as long as they are in the region's team.

    After its call and its application, which nobody decides, releases or asks more scores of
    meanwhile. Nobody judges their own company.
    """
    application_id = Review.objects.values_list("application_id", flat=True).get(pk=review_id)
    application = locked_with_call(application_id)
    reviews = Review.objects.select_for_update(of=("self",)).select_related("reviewer")
    review = reviews.get(pk=review_id)
    review.application = application
    access, code = access_of(by), review.region_code
    is_its_reviewer = (
        review.reviewer_id == by.pk and code in access.regions and not application.is_from(by)
    )
    if not (is_its_reviewer or (or_manager and access.manages(code))):
        raise PermissionDenied(_("Only the reviewer of this file scores it."))
    return review


def _ensure_read(review: Review) -> None:
    ensure_not_released(review.application.call)
    if not is_open_to_jury(review.application):
        raise NoLongerRead(
            _("%(file)s is no longer before the jury: %(status)s.")
            % {
                "file": review.application,
                "status": review.application.get_status_display().lower(),
            }
        )


def _criteria(call: Call) -> list[Criterion]:
    return list(call.criteria.order_by("position", "pk"))


def _mark(criterion: Criterion, value: int) -> Mark:
    return Mark(value=value, max_score=criterion.max_score, weight=criterion.weight)


def _keep(review: Review, scores: Mapping[int, int], comment: str | None) -> None:
    criteria = {criterion.pk: criterion for criterion in _criteria(review.application.call)}
    for pk, value in scores.items():
        criterion = criteria.get(pk)
        if criterion is None or not 0 <= value <= criterion.max_score:
            most = criterion.max_score if criterion else 0
            name = str(criterion or pk)
            raise NoSuchScore(
                _("“%(criterion)s” is scored from 0 to %(most)s.")
                % {"criterion": name, "most": most},
                field=f"criterion_{pk}",
                details={"criterion": pk, "most": most},
            )
    for pk, value in scores.items():
        Score.objects.update_or_create(review=review, criterion_id=pk, defaults={"value": value})
    if comment is not None:
        review.comment = comment.strip()[:COMMENT_LENGTH]
    review.save(update_fields=["comment", "updated_at"])


def _count(review: Review, *, by: User) -> None:
    """Give the review the mean of its scores; a new one is handed in, a known one follows."""
    was, mean_before = review.status, review.mean
    scores = review.scores.select_related("criterion")
    review.mean = mean_of([_mark(score.criterion, score.value) for score in scores])
    review.status = Review.Status.DONE
    review.done_at = review.done_at or timezone.now()
    review.save(update_fields=["mean", "status", "done_at", "updated_at"])
    if was != Review.Status.DONE:
        _note(review, "review.handed_in", by=by, after={"mean": review.mean})
    elif mean_before != review.mean:
        before = {"mean": mean_before}
        _note(review, "review.changed", by=by, before=before, after={"mean": review.mean})


def _note(
    review: Review,
    verb: str,
    *,
    by: User,
    reason: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """On the file itself, whose page the region's team reads."""
    activity.record(
        by=by,
        verb=verb,
        target=review.application,
        region_code=review.region_code,
        reason=reason,
        before=before,
        after={"name": str(review.reviewer), **(after or {})},
    )
