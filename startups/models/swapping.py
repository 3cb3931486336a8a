"""Exhibitors who exchange places, exhibitors who do not come, and who is asked to replace them."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import HalfDay, Stand
from pavilion.core.access import access_of
from pavilion.core.models import User
from startups.models.application import Application
from startups.models.exhibitor import Exhibitor


class SwapQuerySet(models.QuerySet["Swap"]):
    def visible_to(self, user: User | AnonymousUser) -> "SwapQuerySet":
        """The region's desk and the national team; exhibitors read theirs by their own link."""
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(proposer__participation__region__in=access.desk_codes)


class Swap(models.Model):
    """Two exhibitors of a region exchange what is announced of their half-days.

    `gives` and `takes` are cells as the proposer sees them, {half-day id: stand id}: what they
    leave to the other, and what they get.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACCEPTED = "accepted", _("Accepted by the other exhibitor")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined by the other exhibitor")
        REFUSED = "refused", _("Refused by the region")
        WITHDRAWN = "withdrawn", _("Taken back")
        OVERTAKEN = "overtaken", _("Overtaken by a change of the plan")
        LAPSED = "lapsed", _("Not settled in time")

    OPEN = ("proposed", "accepted")

    proposer = models.ForeignKey(
        Exhibitor,
        on_delete=models.PROTECT,
        related_name="swaps_proposed",
        verbose_name=_("proposed by"),
    )
    other = models.ForeignKey(
        Exhibitor,
        on_delete=models.PROTECT,
        related_name="swaps_received",
        verbose_name=_("proposed to"),
    )
    gives = models.JSONField(default=dict, editable=False)
    takes = models.JSONField(default=dict, editable=False)
    message = models.TextField(_("message"), blank=True, max_length=500)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.PROPOSED
    )
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("proposed"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="swaps_decided",
        verbose_name=_("decided by"),
    )

    objects = SwapQuerySet.as_manager()

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        constraints: ClassVar = [
            models.CheckConstraint(name="swap_is_between_two", condition=~Q(proposer=F("other"))),
            models.UniqueConstraint(
                name="one_open_swap_per_pair",
                fields=["proposer", "other"],
                condition=Q(status__in=["proposed", "accepted"]),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "created_at"], name="swaps_by_status")]

    def __str__(self) -> str:
        return f"{self.proposer} ⇄ {self.other}"

    @property
    def region_code(self) -> str:
        return self.proposer.region_code


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User | AnonymousUser) -> "AbsenceQuerySet":
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(exhibitor__participation__region__in=access.desk_codes)


class Absence(models.Model):
    """An exhibitor who is not on their stand on a half-day; their stand can be offered."""

    exhibitor = models.ForeignKey(
        Exhibitor, on_delete=models.PROTECT, related_name="absences", verbose_name=_("exhibitor")
    )
    stand = models.ForeignKey(
        Stand, on_delete=models.PROTECT, related_name="absences", verbose_name=_("stand")
    )
    half_day = models.ForeignKey(
        HalfDay, on_delete=models.PROTECT, related_name="absences", verbose_name=_("half-day")
    )
    at = models.DateTimeField(_("noted"), default=timezone.now)
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="absences_noted",
        verbose_name=_("by"),
    )
    # They came after all, before anybody took their place.
    came_at = models.DateTimeField(_("came after all"), null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_absence_per_exhibitor_and_half_day",
                fields=["exhibitor", "half_day"],
                condition=Q(came_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.exhibitor} · {self.half_day}"

    @property
    def region_code(self) -> str:
        return self.exhibitor.region_code


class PlaceOfferQuerySet(models.QuerySet["PlaceOffer"]):
    def visible_to(self, user: User | AnonymousUser) -> "PlaceOfferQuerySet":
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(absence__exhibitor__participation__region__in=access.desk_codes)

    def open_to(self, application: Application, now: datetime) -> "PlaceOffer | None":
        """What this company is asked at the moment."""
        mine = self.filter(application=application, status="offered", expires_at__gt=now)
        return mine.select_related("absence__stand").order_by("-pk").first()


class PlaceOffer(models.Model):
    """The stand of somebody absent, offered to a company of the region until `expires_at`."""

    class Status(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("offer", "Offered")
        TAKEN = "taken", _("Taken")
        DECLINED = "declined", pgettext_lazy("offer", "Declined")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Taken back")

    absence = models.ForeignKey(
        Absence, on_delete=models.PROTECT, related_name="offers", verbose_name=_("absence")
    )
    # An exhibitor, or a company of the waiting list.
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="place_offers",
        verbose_name=_("company"),
    )
    half_days = models.ManyToManyField(
        HalfDay, related_name="place_offers", verbose_name=_("half-days")
    )
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.OFFERED
    )
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="place_offers",
        verbose_name=_("by"),
    )
    offered_at = models.DateTimeField(_("offered"), default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = PlaceOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offered place")
        verbose_name_plural = _("offered places")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_offer_per_absence",
                fields=["absence"],
                condition=Q(status="offered"),
            ),
            models.UniqueConstraint(
                name="one_taker_per_absence", fields=["absence"], condition=Q(status="taken")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.absence}"

    @property
    def region_code(self) -> str:
        return self.absence.region_code
