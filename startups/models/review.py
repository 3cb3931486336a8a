"""The jury: who reads what, and what they think of it."""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pavilion.core.access import access_of
from pavilion.core.models import User
from startups.models.application import Application
from startups.models.shaping import Criterion


class ReviewQuerySet(models.QuerySet["Review"]):
    def done(self) -> "ReviewQuerySet":
        return self.filter(status=Review.Status.DONE)

    def of_submitted(self) -> "ReviewQuerySet":
        """Without those of applications that are drafts again."""
        return self.filter(application__submitted_at__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> "ReviewQuerySet":
        """A reviewer sees their own, and the others' of the same file once theirs is in.

        Where the call hides nothing, they see them at once. Never of a file they stepped back
        from, nor of their own company's. The region's desk and the national team see all.

        Nobody sees those of a file that was taken up again: a draft is its author's alone.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        access = access_of(user)
        submitted = self.of_submitted()
        if access.is_national:
            return submitted
        region = "application__call__participation__region"
        desk = Q(**{f"{region}__in": access.desk_codes})
        mine = Review.objects.filter(reviewer=user)
        given = mine.filter(status=Review.Status.DONE)
        open_files = mine.filter(application__call__hides_other_scores=False).exclude(
            status=Review.Status.RECUSED
        )
        member = Q(**{f"{region}__in": access.region_codes})
        return submitted.filter(
            desk
            | (
                member
                & ~Q(application__contact_email__iexact=user.email)
                & (
                    Q(reviewer=user)
                    | Q(status=Review.Status.DONE, application__in=given.values("application"))
                    | Q(status=Review.Status.DONE, application__in=open_files.values("application"))
                )
            )
        )


class Review(models.Model):
    """One reviewer's reading of one application."""

    class Status(models.TextChoices):
        ASSIGNED = "assigned", _("To read")
        DONE = "done", _("Scored")
        RECUSED = "recused", _("Recused")

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("application")
    )
    reviewer = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("reviewer")
    )
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.ASSIGNED
    )
    comment = models.TextField(_("comment"), blank=True, validators=[MaxLengthValidator(5000)])
    recusal_reason = models.CharField(_("reason for stepping back"), max_length=250, blank=True)
    # On 20, from scores and weights; computed when the review is handed in.
    mean = models.DecimalField(_("mean"), max_digits=4, decimal_places=2, null=True, blank=True)
    assigned_at = models.DateTimeField(_("assigned"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    done_at = models.DateTimeField(_("handed in"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_review_per_application_and_reviewer", fields=["application", "reviewer"]
            ),
            models.CheckConstraint(
                name="a_review_handed_in_has_its_mean",
                condition=Q(status="done", mean__isnull=False, done_at__isnull=False)
                | (~Q(status="done") & Q(mean__isnull=True, done_at__isnull=True)),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["reviewer", "status"], name="review_of_reviewer")]

    def __str__(self) -> str:
        return f"{self.application} · {self.reviewer}"

    @property
    def region_code(self) -> str:
        return self.application.region_code


class Score(models.Model):
    """What one review gives for one criterion, from 0 to the criterion's highest score."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="scores", verbose_name=_("review")
    )
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, related_name="scores", verbose_name=_("criterion")
    )
    value = models.PositiveSmallIntegerField(_("score"))

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_score_per_review_and_criterion", fields=["review", "criterion"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"
