from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import Participation, Room, Stand
from meetings.models.meeting import Meeting
from meetings.models.people import Person
from pavilion.core import tokens
from pavilion.core.access import access_of
from pavilion.core.models import Language, User


class FeedQuerySet(models.QuerySet["Feed"]):
    def active(self) -> "FeedQuerySet":
        return self.filter(revoked_at__isnull=True)

    def with_subject(self) -> "FeedQuerySet":
        """With whose or what's calendar it is, and the region it belongs to."""
        return self.select_related(
            *("person", "participation__region", "participation__edition"),
            *("room__zone__participation", "stand__zone__participation"),
        )

    def visible_to(self, user: User | AnonymousUser) -> "FeedQuerySet":
        """A desk sees its people's and those of its region, rooms and stands; a person theirs."""
        access = access_of(user)
        if access.is_national:
            return self
        codes = access.desk_codes
        return self.filter(
            Q(person__in=Person.objects.visible_to(user))
            | Q(participation__region__in=codes)
            | Q(room__zone__participation__region__in=codes)
            | Q(stand__zone__participation__region__in=codes)
        )


class Feed(models.Model):
    """A private calendar address: of one person, or of a region, a room or a stand.

    The address is signed over `public_id` and `version`: raising the version revokes it, and
    nothing stored here opens it. `revision` counts the changes of what it shows: the ETag comes
    from it, so that an unchanged feed costs one look-up.
    """

    class Level(models.TextChoices):
        FULL = "full", _("Full")
        DISCREET = "discreet", _("Time and place only")

    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feeds",
        verbose_name=_("person"),
    )
    participation = models.ForeignKey(
        Participation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feeds",
        verbose_name=_("region"),
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feeds",
        verbose_name=_("room"),
    )
    stand = models.ForeignKey(
        Stand,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feeds",
        verbose_name=_("stand"),
    )
    label = models.CharField(_("used on"), max_length=60, blank=True)
    level = models.CharField(
        _("level of detail"), max_length=10, choices=Level.choices, default=Level.FULL
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.FRENCH
    )
    has_alarms = models.BooleanField(_("with alarms"), default=False)
    # What came by mail already stands in the same calendar for some: twice is once too often.
    without_invited = models.BooleanField(_("without what was invited by mail"), default=False)
    # The calendar of a region, a room or a stand goes with the account that opened it.
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    public_id = models.CharField(
        max_length=22, unique=True, default=tokens.new_public_id, editable=False
    )
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    # Until then the address before the last renewal still opens.
    grace_until = models.DateTimeField(_("former address opens until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    fetched_at = models.DateTimeField(_("last asked for"), null=True, blank=True)
    fetched_with = models.CharField(_("asked for by"), max_length=120, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar subscription")
        verbose_name_plural = _("calendar subscriptions")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="feed_is_of_one_thing",
                condition=Q(person__isnull=False)
                & Q(participation__isnull=True, room__isnull=True, stand__isnull=True)
                | Q(participation__isnull=False)
                & Q(person__isnull=True, room__isnull=True, stand__isnull=True)
                | Q(room__isnull=False)
                & Q(person__isnull=True, participation__isnull=True, stand__isnull=True)
                | Q(stand__isnull=False)
                & Q(person__isnull=True, participation__isnull=True, room__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.whose} · {self.get_level_display()}"

    def get_absolute_url(self) -> str:
        return self.address_of(self.version)

    def address_of(self, version: int) -> str:
        return reverse("feed", args=[tokens.make("feed", self.public_id, version)])

    @property
    def subject(self) -> Person | Participation | Room | Stand | None:
        """Whose or what's calendar it is."""
        return self.person or self.participation or self.room or self.stand

    @property
    def whose(self) -> str:
        """The same in words."""
        if self.stand:
            return gettext("Stand %(number)s") % {"number": self.stand.number}
        return str(self.subject)

    @property
    def region_code(self) -> str:
        """Whose desk keeps it; empty for the national team's."""
        if self.person:
            return self.person.region_id or ""
        if self.participation:
            return self.participation.region_id
        spot = self.room or self.stand
        return spot.zone.participation.region_id if spot and spot.zone.participation else ""

    @property
    def user_id(self) -> int | None:
        """The account of the person whose calendar it is."""
        return self.person.user_id if self.person else None

    @property
    def token(self) -> str:
        return tokens.make("feed", self.public_id, self.version)


class CalendarBlock(models.Model):
    """A meeting's VEVENT, rendered when the meeting changes and joined into feeds as it is."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="blocks")
    level = models.CharField(max_length=10, choices=Feed.Level.choices)
    language = models.CharField(max_length=2, choices=Language.choices)
    has_alarms = models.BooleanField(default=False)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_block_per_audience",
                fields=["meeting", "level", "language", "has_alarms"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.level} {self.language}"


class Appearance(models.Model):
    """A meeting in the calendar of one person, region, room or stand, while there and afterwards.

    Kept by `meetings.operations.calendars`. What left stays as a tombstone (`left_at`): it says
    what that calendar knew last, and learns nothing more.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="appearances")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, null=True, related_name="+"
    )
    room = models.ForeignKey(Room, on_delete=models.CASCADE, null=True, related_name="+")
    stand = models.ForeignKey(Stand, on_delete=models.CASCADE, null=True, related_name="+")
    # What this calendar alone shows, by audience: a tombstone, or the hour a visit stops at a
    # stand. Empty: the meeting's blocks.
    own = models.JSONField(default=dict)
    sequence = models.PositiveIntegerField(default=0)  # of `own`
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            *(
                models.UniqueConstraint(
                    name=f"meeting_appears_once_per_{name}", fields=[name, "meeting"]
                )
                for name in ("person", "participation", "room", "stand")
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.person_id or self.participation_id}"
