from datetime import date, datetime, time
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from pavilion.core.access import access_of
from pavilion.core.dates import written
from pavilion.core.models import User


class EditionQuerySet(models.QuerySet["Edition"]):
    def visible_to(self, user: User | AnonymousUser) -> "EditionQuerySet":
        """Team members see every edition, the public those that are published."""
        if access_of(user).is_member:
            return self
        return self.filter(is_published=True)

    def current(self) -> "Edition | None":
        """The running edition, else the next one, else the last one."""
        today = timezone.localdate()
        upcoming = self.filter(ends_on__gte=today).order_by("starts_on", "pk").first()
        return upcoming or self.order_by("-starts_on", "pk").first()


class Edition(models.Model):
    """One year's fair. Dates are stored, never derived: they have moved before."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    venue_name = models.CharField(_("venue"), max_length=150)
    venue_address = models.CharField(_("address"), max_length=250, blank=True)
    is_published = models.BooleanField(_("published"), default=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="edition_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


class Day(models.Model):
    """One day of an edition and its opening hours, in Paris time."""

    class Public(models.TextChoices):
        PROFESSIONAL = "professional", _("Professionals")
        GENERAL = "general", _("General public")

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="days", verbose_name=_("edition")
    )
    date = models.DateField(_("date"))
    public = models.CharField(_("open to"), max_length=15, choices=Public.choices)
    exhibitor_access_at = models.TimeField(_("exhibitors from"))
    opens_at = models.TimeField(_("opens"))
    closes_at = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("day")
        verbose_name_plural = _("days")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_day_per_edition_and_date", fields=["edition", "date"]
            ),
            models.CheckConstraint(
                name="day_closes_after_it_opens",
                condition=Q(closes_at__gt=F("opens_at"))
                & Q(exhibitor_access_at__lte=F("opens_at")),
            ),
        ]

    def __str__(self) -> str:
        return written(self.date, "l j F")

    def at(self, moment: time) -> datetime:
        """This day at a Paris time of day."""
        return timezone.make_aware(datetime.combine(self.date, moment))

    @property
    def opens(self) -> datetime:
        return self.at(self.opens_at)

    @property
    def closes(self) -> datetime:
        return self.at(self.closes_at)


class HalfDay(models.Model):
    """The unit of rotation: a morning or an afternoon of one day."""

    class Part(models.TextChoices):
        MORNING = "am", _("morning")
        AFTERNOON = "pm", _("afternoon")

    class Pace(models.TextChoices):
        """How many visitors one expects: quiet half-days are shared out fairly."""

        QUIET = "quiet", _("quiet")
        USUAL = "usual", _("usual")
        BUSY = "busy", _("busy")

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="half_days", verbose_name=_("edition")
    )
    day = models.ForeignKey(
        Day, on_delete=models.PROTECT, related_name="half_days", verbose_name=_("day")
    )
    part = models.CharField(_("part"), max_length=2, choices=Part.choices)
    pace = models.CharField(
        _("visitors expected"), max_length=5, choices=Pace.choices, default=Pace.USUAL
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))

    class Meta:
        verbose_name = _("half-day")
        verbose_name_plural = _("half-days")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_half_day_per_part", fields=["day", "part"]),
            models.CheckConstraint(
                name="half_day_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{written(self.date, 'l j F')}, {self.get_part_display()}"

    @property
    def date(self) -> date:
        return timezone.localtime(self.starts_at).date()

    @property
    def short_label(self) -> str:
        """For narrow columns: "mer. 16 matin"."""
        day = written(self.date, pgettext("half-day, short date", "D j"))
        return f"{day} {self.get_part_display()}"
