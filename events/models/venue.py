"""Where things are. Lengths in metres, from the level's top left corner; angles in degrees."""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.edition import Edition
from events.models.region import Participation
from pavilion.core.languages import localized
from pavilion.core.models import User


class Hall(models.Model):
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="halls", verbose_name=_("edition")
    )
    name_fr = models.CharField(_("name (French)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_hall_per_name", fields=["edition", "name_fr"])
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self, "name")


class Level(models.Model):
    hall = models.ForeignKey(
        Hall, on_delete=models.PROTECT, related_name="levels", verbose_name=_("hall")
    )
    number = models.SmallIntegerField(_("level"), default=0)
    width = models.DecimalField(_("width (m)"), max_digits=6, decimal_places=2)
    depth = models.DecimalField(_("depth (m)"), max_digits=6, decimal_places=2)

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_level_per_number", fields=["hall", "number"])
        ]

    def __str__(self) -> str:
        return _("%(hall)s, level %(number)s") % {"hall": self.hall, "number": self.number}


class Zone(models.Model):
    """A region's area on the plan; without a region, an area shared by all."""

    level = models.ForeignKey(
        Level, on_delete=models.PROTECT, related_name="zones", verbose_name=_("level")
    )
    participation = models.ForeignKey(
        Participation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="zones",
        verbose_name=_("region"),
    )
    name_fr = models.CharField(_("name (French)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60, blank=True)
    outline = models.JSONField(
        _("outline"), default=list, help_text=_("Corners as [x, y] pairs, in metres.")
    )
    # Raised by every change: whoever changes what they did not see is told.
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_zone_per_name_and_level", fields=["level", "name_fr"])
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self, "name")


def ensure_stand_number(number: str) -> None:
    """It is a word of short addresses, and painted on a wall."""
    if not all(sign.isalnum() or sign in " .-" for sign in number) or not any(
        sign.isalnum() for sign in number
    ):
        raise ValidationError(
            _(
                "“%(number)s” cannot be a stand’s number: it takes letters, digits, spaces, dots "
                "and hyphens, and at least one letter or digit."
            ),
            code="stand_number",
            params={"number": "".join(sign if sign.isprintable() else "�" for sign in number[:40])},
        )


class StandQuerySet(models.QuerySet["Stand"]):
    def visible_to(self, user: User | AnonymousUser) -> "StandQuerySet":
        """The plan is public as soon as the edition is; occupancy has its own rule."""
        return self.filter(edition__in=Edition.objects.visible_to(user))

    def in_use(self) -> "StandQuerySet":
        return self.filter(is_open=True)


class Stand(models.Model):
    """One pod, counter, table … that one exhibitor holds for a half-day."""

    class Kind(models.TextChoices):
        POD = "pod", _("Pod")
        DESK = "desk", _("Counter")
        TABLE = "table", _("High table")
        CORNER = "corner", _("Corner")
        DEMO = "demo", _("Demo area")

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="stands", verbose_name=_("edition")
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="stands", verbose_name=_("zone")
    )
    number = models.CharField(_("number"), max_length=12, validators=[ensure_stand_number])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.POD)
    x = models.DecimalField(_("x (m)"), max_digits=6, decimal_places=2)
    y = models.DecimalField(_("y (m)"), max_digits=6, decimal_places=2)
    width = models.DecimalField(_("width (m)"), max_digits=5, decimal_places=2, default=1)
    depth = models.DecimalField(_("depth (m)"), max_digits=5, decimal_places=2, default=1)
    rotation = models.SmallIntegerField(_("rotation (°)"), default=0)
    power_watts = models.PositiveIntegerField(_("power (W)"), default=0)
    has_screen = models.BooleanField(_("screen"), default=False)
    has_wired_network = models.BooleanField(_("wired network"), default=False)
    has_storage = models.BooleanField(_("storage"), default=False)
    has_water = models.BooleanField(_("water"), default=False)
    max_load = models.PositiveIntegerField(_("load (kg/m²)"), default=250)
    is_accessible = models.BooleanField(_("wheelchair accessible"), default=True)
    is_open = models.BooleanField(_("in use"), default=True)
    # Raised by every change: whoever changes what they did not see is told.
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = StandQuerySet.as_manager()

    class Meta:
        verbose_name = _("stand")
        verbose_name_plural = _("stands")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_stand_per_number",
                fields=["edition", "number"],
                violation_error_message=_("Another stand of this edition has this number."),
            ),
            models.CheckConstraint(
                name="stand_has_a_size", condition=Q(width__gt=0) & Q(depth__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: User | AnonymousUser) -> "RoomQuerySet":
        return self.filter(edition__in=Edition.objects.visible_to(user))


class Room(models.Model):
    """A meeting room or a stage: one thing at a time happens in it."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting room")
        STAGE = "stage", _("Stage")

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="rooms", verbose_name=_("edition")
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, related_name="rooms", verbose_name=_("zone")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MEETING)
    name_fr = models.CharField(_("name (French)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60, blank=True)
    capacity = models.PositiveSmallIntegerField(_("seats"), default=8)
    x = models.DecimalField(_("x (m)"), max_digits=6, decimal_places=2)
    y = models.DecimalField(_("y (m)"), max_digits=6, decimal_places=2)
    width = models.DecimalField(_("width (m)"), max_digits=5, decimal_places=2, default=3)
    depth = models.DecimalField(_("depth (m)"), max_digits=5, decimal_places=2, default=3)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_room_per_name", fields=["edition", "name_fr"])
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self, "name")
