from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import Edition, Participation
from pavilion.core.access import access_of
from pavilion.core.languages import localized
from pavilion.core.models import User


class Theme(models.Model):
    code = models.SlugField(_("code"), max_length=20, primary_key=True)
    name_fr = models.CharField(_("name (French)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self, "name")


class CallQuerySet(models.QuerySet["Call"]):
    def open_at(self, now: datetime) -> "CallQuerySet":
        return self.filter(is_published=True, opens_at__lte=now, closes_at__gt=now)

    def visible_to(self, user: User | AnonymousUser) -> "CallQuerySet":
        """Published calls are public; teams also see what their region prepares."""
        access = access_of(user)
        if access.is_national:
            return self
        public = Q(is_published=True, participation__edition__is_published=True)
        return self.filter(public | Q(participation__region__in=access.region_codes))


class Call(models.Model):
    """A region's call for applications."""

    participation = models.OneToOneField(
        Participation, on_delete=models.PROTECT, related_name="call", verbose_name=_("region")
    )
    text_fr = models.TextField(_("text (French)"), blank=True)
    text_en = models.TextField(_("text (English)"), blank=True)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(pgettext_lazy("call", "closes"))
    grace_minutes = models.PositiveSmallIntegerField(
        _("grace (minutes)"),
        default=10,
        help_text=_("For those who were typing at the last minute."),
    )
    results_at = models.DateTimeField(_("results announced"), null=True, blank=True)
    confirm_within_days = models.PositiveSmallIntegerField(_("days to confirm"), default=10)
    places = models.PositiveSmallIntegerField(_("places"))
    contact_email = models.EmailField(_("contact address"))
    is_published = models.BooleanField(_("published"), default=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="call_closes_after_it_opens", condition=Q(closes_at__gt=F("opens_at"))
            )
        ]

    def __str__(self) -> str:
        return str(self.participation)

    @property
    def text(self) -> str:
        return localized(self, "text")

    @property
    def region_code(self) -> str:
        return self.participation.region_id

    @property
    def edition(self) -> Edition:
        return self.participation.edition

    def is_open(self, now: datetime) -> bool:
        return self.is_published and self.opens_at <= now < self.closes_at

    def accepts_submissions(self, now: datetime) -> bool:
        """Open, or within the grace after closing for drafts already begun."""
        until = self.closes_at + timedelta(minutes=self.grace_minutes)
        return self.is_published and self.opens_at <= now < until
