from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models.edition import Edition
from events.models.region import Participation
from events.models.venue import Room
from pavilion.core.access import access_of
from pavilion.core.languages import localized
from pavilion.core.models import User


class SessionQuerySet(models.QuerySet["Session"]):
    def published(self) -> "SessionQuerySet":
        """What the public programme shows: a cancelled session stays, struck through."""
        return self.exclude(state=Session.State.DRAFT)

    def visible_to(self, user: User | AnonymousUser) -> "SessionQuerySet":
        """Everybody sees the published programme, teams also their own region's drafts."""
        access = access_of(user)
        seen = self.filter(edition__in=Edition.objects.visible_to(user))
        if access.is_national:
            return seen
        return seen.filter(
            ~Q(state=Session.State.DRAFT) | Q(participation__region__in=access.desk_codes)
        )


class Session(models.Model):
    """A talk, a pitch, a reception: something on the programme."""

    class Kind(models.TextChoices):
        TALK = "talk", _("Talk")
        ROUND_TABLE = "round_table", _("Round table")
        PITCH = "pitch", _("Pitch")
        DEMO = "demo", _("Demonstration")
        RECEPTION = "reception", _("Reception")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("edition")
    )
    participation = models.ForeignKey(
        Participation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("region"),
        help_text=_("Empty: the whole pavilion."),
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("room")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    title_fr = models.CharField(_("title (French)"), max_length=150)
    title_en = models.CharField(_("title (English)"), max_length=150, blank=True)
    summary_fr = models.TextField(_("summary (French)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("programme")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="session_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["edition", "starts_at"], name="session_of_edition")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localized(self, "title")

    @property
    def summary(self) -> str:
        return localized(self, "summary")
