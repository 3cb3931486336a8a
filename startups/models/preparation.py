"""What an exhibitor signs, declares and names before the fair."""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Day
from pavilion.core.access import access_of
from pavilion.core.models import User
from startups.models.exhibitor import Exhibitor


class CharterSignature(models.Model):
    """Who signed which version of the charter, and when. Kept when a newer one is signed."""

    exhibitor = models.ForeignKey(
        Exhibitor,
        on_delete=models.PROTECT,
        related_name="signatures",
        verbose_name=_("exhibitor"),
    )
    version = models.PositiveSmallIntegerField(_("version of the charter"))
    # The text that was on the page, whatever the region writes later, and its SHA-256.
    text = models.TextField(_("text"), blank=True)
    text_digest = models.CharField(_("digest of the text"), max_length=64)
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("function"), max_length=100)
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)

    class Meta:
        verbose_name = _("signature of the charter")
        verbose_name_plural = _("signatures of the charter")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_signature_per_exhibitor_and_version", fields=["exhibitor", "version"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.version}"


class AidDeclaration(models.Model):
    """The company's statement about de minimis aid (regulation (EU) 2023/2831)."""

    exhibitor = models.OneToOneField(
        Exhibitor,
        on_delete=models.PROTECT,
        related_name="aid_declaration",
        verbose_name=_("exhibitor"),
    )
    has_none = models.BooleanField(_("no aid received"), default=False)
    name = models.CharField(_("declared by"), max_length=150)
    declared_at = models.DateTimeField(_("declared"), default=timezone.now)

    class Meta:
        verbose_name = _("de minimis declaration")
        verbose_name_plural = _("de minimis declarations")

    def __str__(self) -> str:
        return str(self.exhibitor)


class Aid(models.Model):
    """One de minimis aid the company, or one that is linked to it, was granted."""

    declaration = models.ForeignKey(
        AidDeclaration,
        on_delete=models.CASCADE,
        related_name="aids",
        verbose_name=_("declaration"),
    )
    granted_on = models.DateField(_("granted on"))
    authority = models.CharField(_("granted by"), max_length=150)
    purpose = models.CharField(_("for"), max_length=200, blank=True)
    amount = models.DecimalField(
        _("gross grant equivalent (€)"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )

    class Meta:
        verbose_name = _("de minimis aid")
        verbose_name_plural = _("de minimis aids")
        constraints: ClassVar = [
            models.CheckConstraint(name="aid_is_an_amount", condition=Q(amount__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.authority} · {self.amount} €"


class BadgeQuerySet(models.QuerySet["Badge"]):
    def visible_to(self, user: User | AnonymousUser) -> "BadgeQuerySet":
        """The region's desk and the national team; the company has its own page."""
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(exhibitor__participation__region__in=access.desk_codes)


class Badge(models.Model):
    """Somebody who works on the stand and needs a badge to enter."""

    exhibitor = models.ForeignKey(
        Exhibitor, on_delete=models.PROTECT, related_name="badges", verbose_name=_("exhibitor")
    )
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    role = models.CharField(_("function"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    days = models.ManyToManyField(Day, blank=True, related_name="badges", verbose_name=_("days"))
    # Entered by a colleague: told by mail what is kept about them, once.
    informed_at = models.DateTimeField(_("informed"), null=True, blank=True)
    created_at = models.DateTimeField(_("named"), default=timezone.now)

    objects = BadgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_badge_per_exhibitor_and_address",
                fields=["exhibitor", "email"],
                condition=~Q(email=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def region_code(self) -> str:
        return self.exhibitor.region_code
