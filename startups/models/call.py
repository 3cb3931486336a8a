from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import Edition, Participation
from pavilion.core.access import access_of
from pavilion.core.languages import localized
from pavilion.core.models import User


class Headcount(models.TextChoices):
    """INSEE's bands of employees (tranche d'effectif salarié), from the smallest to the largest."""

    UNKNOWN = "NN", _("Unknown")
    NONE = "00", _("No employee")
    FROM_1 = "01", _("1 or 2")
    FROM_3 = "02", _("3 to 5")
    FROM_6 = "03", _("6 to 9")
    FROM_10 = "11", _("10 to 19")
    FROM_20 = "12", _("20 to 49")
    FROM_50 = "21", _("50 to 99")
    FROM_100 = "22", _("100 to 199")
    FROM_200 = "31", _("200 to 249")
    FROM_250 = "32", _("250 or more")


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

    # Who may apply. Empty: no such rule. `startups.eligibility` turns these into findings.
    only_head_office = models.BooleanField(
        _("head office in the region"),
        default=False,
        help_text=_("Judged by the postcode of the head office."),
    )
    max_age_years = models.PositiveSmallIntegerField(
        _("founded less than … years ago"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    max_headcount = models.CharField(
        _("headcount at most"), max_length=2, choices=Headcount, blank=True
    )
    max_revenue = models.DecimalField(
        _("yearly turnover at most (€)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    only_first_participation = models.BooleanField(_("first participation only"), default=False)
    themes = models.ManyToManyField(
        Theme,
        blank=True,
        related_name="calls",
        verbose_name=_("themes"),
        help_text=_("None chosen: all of them."),
    )

    # The jury.
    reviews_each = models.PositiveSmallIntegerField(
        _("readers for each application"), default=2, validators=[MinValueValidator(1)]
    )
    hides_other_scores = models.BooleanField(
        _("reviewers see the others’ scores only after their own"), default=True
    )

    # Decisions and the waiting list.
    release_at = models.DateTimeField(
        _("decisions released on"),
        null=True,
        blank=True,
        help_text=_("Empty: when somebody presses the button."),
    )
    released_at = models.DateTimeField(_("decisions released"), null=True, editable=False)
    fills_by_itself = models.BooleanField(
        _("the waiting list moves up by itself"),
        default=True,
        help_text=_("A place that comes free is offered to the next company at once."),
    )
    offer_within_days = models.PositiveSmallIntegerField(
        _("days to confirm for a company of the waiting list"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    # What an exhibitor signs, declares and gets.
    charter_fr = models.TextField(
        _("charter (French)"), blank=True, help_text=_("Empty: the pavilion’s common charter.")
    )
    charter_en = models.TextField(_("charter (English)"), blank=True)
    charter_version = models.PositiveSmallIntegerField(
        _("version of the charter"), default=1, editable=False
    )
    advantage = models.DecimalField(
        _("advantage granted with a stand (€)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("The gross grant equivalent that counts as de minimis aid."),
    )
    badge_quota = models.PositiveSmallIntegerField(_("badges for each exhibitor"), default=3)

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
