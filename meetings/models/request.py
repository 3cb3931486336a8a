from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import Edition, Participation
from meetings.models.office import Office
from meetings.models.people import Person
from pavilion.core.access import access_of
from pavilion.core.languages import localized
from pavilion.core.models import User


class MeetingRequestQuerySet(models.QuerySet["MeetingRequest"]):
    def open(self) -> "MeetingRequestQuerySet":
        return self.filter(status=MeetingRequest.Status.OPEN)

    def visible_to(self, user: User | AnonymousUser) -> "MeetingRequestQuerySet":
        """The national team sees all, a region's desk its own."""
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(participation__region__in=access.desk_codes)


class MeetingRequest(models.Model):
    """That a region would like to meet somebody: whom, for whom, why, when and how long."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("meeting request", "Open")
        PLANNED = "planned", pgettext_lazy("meeting request", "Planned")
        REFUSED = "refused", pgettext_lazy("meeting request", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("meeting request", "Withdrawn")

    class Priority(models.IntegerChoices):
        HIGH = 1, _("Must be")
        NORMAL = 2, _("Wanted")
        LOW = 3, _("If possible")

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="requests", verbose_name=_("edition")
    )
    participation = models.ForeignKey(
        Participation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("region"),
        help_text=_("Empty: the national team's."),
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="requests", verbose_name=_("whom to meet")
    )
    people = models.ManyToManyField(
        Person, related_name="requests", verbose_name=_("for whom"), blank=True
    )
    subject_fr = models.CharField(_("subject (French)"), max_length=150)
    subject_en = models.CharField(_("subject (English)"), max_length=150, blank=True)
    why = models.TextField(_("why"), blank=True)
    format = models.CharField(_("format"), max_length=20, default="bilateral")
    minutes = models.PositiveSmallIntegerField(_("length (minutes)"), default=30)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.OPEN
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(
        pgettext_lazy("meeting request", "asked"), default=timezone.now
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("asked by"),
    )

    objects = MeetingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting request")
        verbose_name_plural = _("meeting requests")
        constraints: ClassVar = [
            models.CheckConstraint(name="request_has_a_length", condition=Q(minutes__gte=5)),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "priority"], name="request_by_status")]

    def __str__(self) -> str:
        return f"{self.subject} · {self.office}"

    @property
    def subject(self) -> str:
        return localized(self, "subject")

    @property
    def region_code(self) -> str:
        """The region that asks; empty for the national team."""
        return self.participation.region_id if self.participation else ""

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class RequestWindow(models.Model):
    """A time at which a requested meeting could be."""

    request = models.ForeignKey(
        MeetingRequest, on_delete=models.CASCADE, related_name="windows", verbose_name=_("request")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))

    class Meta:
        verbose_name = _("wanted time")
        verbose_name_plural = _("wanted times")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="window_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
