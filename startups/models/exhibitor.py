from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import HalfDay, Participation, Stand
from pavilion.core import tokens
from pavilion.core.access import access_of
from pavilion.core.models import User
from startups.models.application import Application


def vector_path(exhibitor: "Exhibitor", filename: str) -> str:
    suffix = filename.rsplit(".", 1)[-1].lower()[:5] if "." in filename else "bin"
    return f"logos/{exhibitor.application.public_id}/{tokens.new_public_id()}.{suffix}"


class ExhibitorQuerySet(models.QuerySet["Exhibitor"]):
    def present(self) -> "ExhibitorQuerySet":
        return self.filter(left_at__isnull=True)

    def visible_to(self, user: User | AnonymousUser) -> "ExhibitorQuerySet":
        """The directory is public with its edition; those who left are seen by their region."""
        access = access_of(user)
        if access.is_national:
            return self
        public = Q(
            left_at__isnull=True,
            participation__edition__is_published=True,
            application__anonymised_at__isnull=True,
        )
        return self.filter(public | Q(participation__region__in=access.desk_codes))


class Exhibitor(models.Model):
    """An application that was confirmed: its company has a place on the pavilion."""

    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        related_name="exhibitor",
        verbose_name=_("application"),
    )
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="exhibitors", verbose_name=_("region")
    )
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    confirmed_at = models.DateTimeField(_("confirmed"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    # What the stands are given out by, beside what the company wished and needs.
    granted_half_days = models.PositiveSmallIntegerField(
        _("half-days granted"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(40)],
        help_text=_("Empty: as many as wished or, without a wish, all of them."),
    )
    impossible_half_days = models.ManyToManyField(
        HalfDay,
        blank=True,
        related_name="impossible_for",
        verbose_name=_("impossible half-days"),
    )
    kind_needed = models.CharField(
        _("kind of stand needed"),
        max_length=10,
        choices=Stand.Kind.choices,
        blank=True,
        help_text=_("Empty: any."),
    )
    keeps_apart_from = models.ManyToManyField(
        "self", blank=True, verbose_name=_("competitors to keep apart")
    )
    rank = models.PositiveSmallIntegerField(
        _("rank for the stands"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("1 is served first. Empty: after those with a rank, by the jury’s marks."),
    )
    # Raised by every change of its half-days on the board: nobody overwrites what they never saw.
    stay_revision = models.PositiveIntegerField(default=0, editable=False)

    vector_logo = models.FileField(_("logo in vector form"), upload_to=vector_path, blank=True)
    pitch_checked_at = models.DateTimeField(_("name and pitches checked"), null=True, blank=True)
    needs_checked_at = models.DateTimeField(_("technical needs confirmed"), null=True, blank=True)
    badges_checked_at = models.DateTimeField(_("people to badge named"), null=True, blank=True)

    objects = ExhibitorQuerySet.as_manager()

    class Meta:
        verbose_name = _("exhibitor")
        verbose_name_plural = _("exhibitors")

    def __str__(self) -> str:
        return str(self.application)

    def get_absolute_url(self) -> str:
        return reverse("startups:exhibitor", args=[self.slug])

    @property
    def region_code(self) -> str:
        return self.participation.region_id


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def visible_to(self, user: User | AnonymousUser) -> "AllocationQuerySet":
        """Teams read the plan being made, their neighbours’ too; only its region changes it.

        Everybody else reads what was published, see `PublishedAllocation`.
        """
        return self if access_of(user).is_member else self.none()


class Allocation(models.Model):
    """One exhibitor on one stand for one half-day, in the plan being made."""

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("allocation", "Planned")
        CONFIRMED = "confirmed", pgettext_lazy("allocation", "Confirmed")

    exhibitor = models.ForeignKey(
        Exhibitor, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("exhibitor")
    )
    stand = models.ForeignKey(
        Stand, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("stand")
    )
    half_day = models.ForeignKey(
        HalfDay, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("half-day")
    )
    # Confirmed: no proposal moves it, nor a step on the board that does not say so.
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.PLANNED
    )
    created_at = models.DateTimeField(_("allocated"), default=timezone.now)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_exhibitor_per_stand_and_half_day", fields=["stand", "half_day"]
            ),
            models.UniqueConstraint(
                name="one_stand_per_exhibitor_and_half_day", fields=["exhibitor", "half_day"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exhibitor} · {self.stand} · {self.half_day}"
