from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models import Stand
from meetings.models.meeting import Meeting
from pavilion.core.models import User


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User | AnonymousUser) -> "VisitQuerySet":
        """Whoever sees the meeting sees its route."""
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class Visit(models.Model):
    """An official visit's walk: the route of a meeting in the format "official visit"."""

    meeting = models.OneToOneField(
        Meeting, on_delete=models.PROTECT, related_name="visit", verbose_name=_("meeting")
    )
    headcount = models.PositiveSmallIntegerField(_("people walking"), default=10)
    meeting_point = models.CharField(_("meeting point"), max_length=150, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("official visit")
        verbose_name_plural = _("official visits")
        constraints: ClassVar = [
            # The charter of the Salon de l'Agriculture, at the same venue, caps delegations at 25.
            models.CheckConstraint(
                name="visit_has_at_most_25_people", condition=Q(headcount__lte=25)
            )
        ]

    def __str__(self) -> str:
        return str(self.meeting)


class Stop(models.Model):
    """One stop of a walk, at a stand."""

    visit = models.ForeignKey(
        Visit, on_delete=models.CASCADE, related_name="stops", verbose_name=_("visit")
    )
    position = models.PositiveSmallIntegerField(_("order"))
    stand = models.ForeignKey(
        Stand, on_delete=models.PROTECT, related_name="stops", verbose_name=_("stand")
    )
    starts_at = models.DateTimeField(_("at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_stop_per_position", fields=["visit", "position"])
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.stand}"
