"""The jury's reading: who read which file, what they scored, and what was decided in private."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from pavilion.core.models import User
from pavilion.demo.calls import is_open
from pavilion.demo.dates import Dates
from pavilion.demo.facts import load
from startups.models import Application, Criterion, Decision, Review, Score

Status = Application.Status
NOT_READ = {Status.DRAFT, Status.INCOMPLETE, Status.INELIGIBLE}
_GOOD = {Status.SELECTED, Status.CONFIRMED, Status.DECLINED, Status.NO_SHOW}
_HUNDREDTH = Decimal("0.01")


class Jury:
    """Scores follow the decision loosely: a mean never decided alone."""

    def __init__(self, *, random: Random, dates: Dates, reviewers: dict[str, list[User]]) -> None:
        self._random = random
        self._dates = dates
        self._reviewers = reviewers

    def read(self, applications: dict[str, list[Application]]) -> None:
        reviews = [
            review
            for code, rows in applications.items()
            for row in rows
            if row.status not in NOT_READ and row.submitted_at
            for review in self._reviews(code, row)
        ]
        criteria = _criteria()
        scores = [score for review in reviews for score in self._scores(review, criteria)]
        _set_means(reviews, scores)
        Review.objects.bulk_create(reviews, batch_size=2000)
        Score.objects.bulk_create(scores, batch_size=5000)

    def decide(self, applications: dict[str, list[Application]], actors: dict[str, User]) -> None:
        """What was announced stays on record; where the call runs, some is being prepared."""
        Decision.objects.bulk_create(
            (
                decision
                for code, rows in applications.items()
                for row in rows
                if (decision := self._decision(row, actors[code])) is not None
            ),
            batch_size=2000,
        )

    def _reviews(self, code: str, row: Application) -> Iterator[Review]:
        readers = self._reviewers[code]
        start = row.pk % len(readers)
        for reviewer in (readers + readers)[start : start + row.call.reviews_each]:
            yield self._review(row, reviewer)

    def _review(self, row: Application, reviewer: User) -> Review:
        random = self._random
        assigned_at = self._assigned(row)
        review = Review(
            application=row, reviewer=reviewer, assigned_at=assigned_at, updated_at=assigned_at
        )
        chance = random.random()
        is_being_read = row.decided_at is None
        if chance < 0.02:
            review.status = Review.Status.RECUSED
            review.recusal_reason = random.choice(load("calls")["recusals"])
        elif not is_being_read or chance < 0.5:
            review.status = Review.Status.DONE
            # Until the evening before the results at the latest.
            latest = row.decided_at or self._dates.in_days(0)
            review.done_at = min(assigned_at + timedelta(hours=random.randint(5, 140)), latest)
        return review

    def _assigned(self, row: Application) -> datetime:
        return (row.submitted_at or row.created_at) + timedelta(hours=8)

    def _scores(self, review: Review, criteria: dict[int, list[Criterion]]) -> Iterator[Score]:
        if review.status != Review.Status.DONE:
            return
        random = self._random
        is_good = Status(review.application.status) in _GOOD
        level = random.gauss(3.9 if is_good else 2.9, 0.5)
        for criterion in criteria[review.application.call_id]:
            value = round(min(criterion.max_score, max(0, random.gauss(level, 0.7))))
            yield Score(review=review, criterion=criterion, value=value)
        tone = "high" if level > 3.6 else "middle" if level > 2.6 else "low"
        if random.random() < 0.6:
            review.comment = random.choice(load("calls")["comments"][tone])

    def _decision(self, row: Application, by: User) -> Decision | None:
        outcomes = {
            Status.WAITLISTED: Decision.Outcome.WAITLISTED,
            Status.REJECTED: Decision.Outcome.REJECTED,
        }
        if row.decided_at:
            outcome = outcomes.get(Status(row.status), Decision.Outcome.SELECTED)
            return Decision(
                application=row,
                outcome=outcome,
                rank=row.waiting_rank,
                reason=row.decision_reason,
                prepared_by=by,
                prepared_at=row.decided_at - timedelta(days=1),
                released_at=row.decided_at,
            )
        if row.status == Status.ELIGIBLE and is_open(row.region_code):
            return Decision(
                application=row,
                outcome=Decision.Outcome.WAITLISTED,
                prepared_by=by,
                prepared_at=self._dates.in_days(-1),
            )
        return None


def _criteria() -> dict[int, list[Criterion]]:
    by_call: dict[int, list[Criterion]] = {}
    for criterion in Criterion.objects.order_by("position", "pk"):
        by_call.setdefault(criterion.call_id, []).append(criterion)
    return by_call


def _set_means(reviews: list[Review], scores: list[Score]) -> None:
    """On 20, weighted, rounded half up: as the operation computes it."""
    sums: dict[int, list[Decimal]] = {}
    for score in scores:
        total = sums.setdefault(id(score.review), [Decimal(0), Decimal(0)])
        total[0] += Decimal(score.criterion.weight * score.value) / score.criterion.max_score
        total[1] += score.criterion.weight
    for review in reviews:
        if id(review) in sums:
            given, weight = sums[id(review)]
            review.mean = (20 * given / weight).quantize(_HUNDREDTH, ROUND_HALF_UP)
