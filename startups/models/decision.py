"""Decisions prepared in private, and the reminders of every deadline."""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pavilion.core.access import access_of
from pavilion.core.models import User
from startups.models.application import Application


class DecisionQuerySet(models.QuerySet["Decision"]):
    def pending(self) -> "DecisionQuerySet":
        return self.filter(released_at__isnull=True)

    def visible_to(self, user: User | AnonymousUser) -> "DecisionQuerySet":
        """The region's desk and the national team: neither companies nor reviewers."""
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(application__call__participation__region__in=access.desk_codes)


class Decision(models.Model):
    """What a region means to answer an application. Nobody else knows until it is released."""

    class Outcome(models.TextChoices):
        SELECTED = "selected", _("Selected")
        WAITLISTED = "waitlisted", _("On the waiting list")
        REJECTED = "rejected", _("Not selected")

    application = models.OneToOneField(
        Application,
        on_delete=models.CASCADE,
        related_name="decision",
        verbose_name=_("application"),
    )
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome.choices)
    # The order on the waiting list; equal or empty ones follow by mean, then by date of submission.
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    reason = models.TextField(
        _("reason"), blank=True, help_text=_("The mail to the company quotes it.")
    )
    note = models.TextField(_("note"), blank=True, help_text=_("For the team only."))
    prepared_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("prepared by"),
    )
    prepared_at = models.DateTimeField(_("prepared"), default=timezone.now)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="only_the_waiting_list_has_ranks",
                condition=Q(rank__isnull=True) | Q(outcome="waitlisted"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_outcome_display()}"

    @property
    def region_code(self) -> str:
        return self.application.region_code


class Chaser(models.Model):
    """A reminder of one deadline that was mailed, so that it is mailed once.

    Written with the message itself; a job that runs twice, late or in two workers finds the row.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="chasers")
    # "draft", "correction", "confirm", or a checklist item.
    kind = models.CharField(_("of what"), max_length=20)
    deadline = models.DateTimeField(_("deadline"))
    days_before = models.PositiveSmallIntegerField(_("days before"))
    sent_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("chaser")
        verbose_name_plural = _("chasers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_chaser_per_deadline_and_lead",
                fields=["application", "kind", "deadline", "days_before"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.application}"
