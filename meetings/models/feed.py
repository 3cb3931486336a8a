from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.models.people import Person
from pavilion.core import tokens
from pavilion.core.models import Language, User


class FeedQuerySet(models.QuerySet["Feed"]):
    def active(self) -> "FeedQuerySet":
        return self.filter(revoked_at__isnull=True)

    def visible_to(self, user: User | AnonymousUser) -> "FeedQuerySet":
        return self.filter(person__in=Person.objects.visible_to(user))


class Feed(models.Model):
    """A private calendar address of one person.

    The address is signed over `public_id` and `version`: raising the version revokes it, and
    nothing stored here opens it. `revision` counts the changes of what it shows: the ETag comes
    from it, so that an unchanged feed costs one look-up.
    """

    class Level(models.TextChoices):
        FULL = "full", _("Full")
        DISCREET = "discreet", _("Time and place only")

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="feeds", verbose_name=_("person")
    )
    label = models.CharField(_("used on"), max_length=60, blank=True)
    level = models.CharField(
        _("level of detail"), max_length=10, choices=Level.choices, default=Level.FULL
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.FRENCH
    )
    public_id = models.CharField(
        max_length=22, unique=True, default=tokens.new_public_id, editable=False
    )
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    fetched_at = models.DateTimeField(_("last asked for"), null=True, blank=True)
    fetched_with = models.CharField(_("asked for by"), max_length=120, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar subscription")
        verbose_name_plural = _("calendar subscriptions")

    def __str__(self) -> str:
        return f"{self.person} · {self.get_level_display()}"

    def get_absolute_url(self) -> str:
        return reverse("feed", args=[self.token])

    @property
    def token(self) -> str:
        return tokens.make("feed", self.public_id, self.version)


class CalendarBlock(models.Model):
    """A meeting's VEVENT, rendered when the meeting changes and joined into feeds as it is.

    `is_removed` is the tombstone that those see who no longer take part.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="blocks")
    level = models.CharField(max_length=10, choices=Feed.Level.choices)
    language = models.CharField(max_length=2, choices=Language.choices)
    is_removed = models.BooleanField(default=False)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_block_per_audience",
                fields=["meeting", "level", "language", "is_removed"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.level} {self.language}"
