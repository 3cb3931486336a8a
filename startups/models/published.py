"""What was announced of the plan: versions, who is where, and the calendar of each exhibitor."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Day, Edition, HalfDay, Participation, Stand
from pavilion.core import tokens
from pavilion.core.access import access_of
from pavilion.core.models import User
from startups.models.exhibitor import Exhibitor


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> "PlanVersionQuerySet":
        """Its region's desk and the national team."""
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(participation__region__in=access.desk_codes)


class PlanVersion(models.Model):
    """One region's plan as it was announced at a moment.

    `cells` is the whole of it, {exhibitor id: {half-day id: stand id}}; `changes` what differs
    from the version before, {exhibitor id: [cells before, cells after]}.
    """

    participation = models.ForeignKey(
        Participation,
        on_delete=models.PROTECT,
        related_name="plan_versions",
        verbose_name=_("region"),
    )
    number = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("announced"), default=timezone.now)
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plan_versions",
        verbose_name=_("by"),
    )
    by_name = models.CharField(_("in the name of"), max_length=150, blank=True)
    note = models.TextField(_("word to the exhibitors"), blank=True)
    cells = models.JSONField(default=dict, editable=False)
    changes = models.JSONField(default=dict, editable=False)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("announced plan")
        verbose_name_plural = _("announced plans")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_plan_version_per_number", fields=["participation", "number"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.participation} · {self.number}"

    @property
    def region_code(self) -> str:
        return self.participation.region_id


class PublishedAllocationQuerySet(models.QuerySet["PublishedAllocation"]):
    def visible_to(self, user: User | AnonymousUser) -> "PublishedAllocationQuerySet":
        """Public with its edition."""
        return self.filter(half_day__edition__in=Edition.objects.visible_to(user))


class PublishedAllocation(models.Model):
    """One exhibitor on one stand for one half-day, as visitors and exhibitors were told."""

    exhibitor = models.ForeignKey(
        Exhibitor,
        on_delete=models.PROTECT,
        related_name="published_allocations",
        verbose_name=_("exhibitor"),
    )
    stand = models.ForeignKey(
        Stand,
        on_delete=models.PROTECT,
        related_name="published_allocations",
        verbose_name=_("stand"),
    )
    half_day = models.ForeignKey(
        HalfDay,
        on_delete=models.PROTECT,
        related_name="published_allocations",
        verbose_name=_("half-day"),
    )

    objects = PublishedAllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("announced allocation")
        verbose_name_plural = _("announced allocations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_published_exhibitor_per_stand_and_half_day", fields=["stand", "half_day"]
            ),
            models.UniqueConstraint(
                name="one_published_stand_per_exhibitor_and_half_day",
                fields=["exhibitor", "half_day"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exhibitor} · {self.stand} · {self.half_day}"


def new_uid() -> str:
    return f"{uuid.uuid4()}@pavilion"


class StandCalendar(models.Model):
    """The private calendar address of one exhibitor's stand, see `meetings.Feed` for the token."""

    exhibitor = models.OneToOneField(
        Exhibitor,
        on_delete=models.PROTECT,
        related_name="calendar",
        verbose_name=_("exhibitor"),
    )
    public_id = models.CharField(
        max_length=22, unique=True, default=tokens.new_public_id, editable=False
    )
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    # Counts the changes of what it shows; the ETag comes from it.
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    fetched_at = models.DateTimeField(_("last asked for"), null=True, blank=True)
    fetched_with = models.CharField(_("asked for by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("exhibitor’s calendar")
        verbose_name_plural = _("exhibitors’ calendars")

    def __str__(self) -> str:
        return str(self.exhibitor)

    def get_absolute_url(self) -> str:
        return reverse("startups:stand_calendar", args=[self.token])

    @property
    def token(self) -> str:
        return tokens.make("stand", self.public_id, self.version)


class StandDay(models.Model):
    """One exhibitor's presence on one day, as announced: one event of its calendar, for life.

    A day taken away stays, cancelled, so that calendars learn of it.
    """

    exhibitor = models.ForeignKey(
        Exhibitor, on_delete=models.PROTECT, related_name="stand_days", verbose_name=_("exhibitor")
    )
    day = models.ForeignKey(
        Day, on_delete=models.PROTECT, related_name="stand_days", verbose_name=_("day")
    )
    uid = models.CharField(max_length=120, unique=True, default=new_uid, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # The calendar's lines for this day in the exhibitor's language, made when it changes.
    block = models.TextField(editable=False)

    class Meta:
        verbose_name = _("exhibitor’s day")
        verbose_name_plural = _("exhibitors’ days")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_stand_day_per_date", fields=["exhibitor", "day"]),
            models.CheckConstraint(
                name="stand_day_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exhibitor} · {self.day}"
