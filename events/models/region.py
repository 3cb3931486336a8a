from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.edition import Edition
from pavilion.core.models import User


class Region(models.Model):
    """One of the eighteen. The key is its INSEE code, a string: region "75" is not Paris."""

    code = models.CharField(_("INSEE code"), max_length=2, primary_key=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    brand_name = models.CharField(_("brand name"), max_length=60, blank=True)
    short_code = models.CharField(_("short code"), max_length=3, unique=True)
    # Byte order would put Île-de-France last.
    sort_key = models.CharField(_("sort key"), max_length=60, unique=True)
    colour = models.CharField(_("colour"), max_length=7, help_text="#rrggbb")
    capital = models.CharField(_("capital"), max_length=60)
    executive_title = models.CharField(_("title of its head"), max_length=120)
    departments = models.JSONField(_("departments"), default=list)
    is_overseas = models.BooleanField(_("overseas"), default=False)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="region_code_is_two_characters", condition=Q(code__regex=r"^[0-9]{2}$")
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The brand name where the region uses one (Région Sud), else its name."""
        return self.brand_name or self.name


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, user: User | AnonymousUser) -> "ParticipationQuerySet":
        """Who takes part is public as soon as the edition is."""
        return self.filter(edition__in=Edition.objects.visible_to(user))

    def in_order(self) -> "ParticipationQuerySet":
        return self.select_related("region", "edition").order_by("region__sort_key", "pk")


class Participation(models.Model):
    """A region in one edition: regions join and leave from year to year."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="participations", verbose_name=_("edition")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="participations", verbose_name=_("region")
    )
    contact_email = models.EmailField(_("contact address"))
    floor_area = models.PositiveIntegerField(_("floor area (m²)"), null=True, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_participation_per_edition_and_region", fields=["edition", "region"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.edition.year}"
