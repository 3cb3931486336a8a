from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Participant
from pavilion.core.access import access_of
from pavilion.core.models import User


class Chase(Participant):
    """A participant seen as somebody to be asked again until they answer: the chase list."""

    class Meta:
        proxy = True
        verbose_name = _("chase")
        verbose_name_plural = _("chase list")


class ContactNoteQuerySet(models.QuerySet["ContactNote"]):
    def visible_to(self, user: User | AnonymousUser) -> "ContactNoteQuerySet":
        """A team reads how the participants of meetings it sees were reached; nobody else does."""
        access = access_of(user)
        if not (access.is_national or access.desk_codes):
            return self.none()
        return self.filter(participant__in=Participant.objects.visible_to(user))


class ContactNote(models.Model):
    """That somebody was reached about a meeting, or tried to be: with whom, and what comes next."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("Telephone")
        MAIL = "mail", _("Mail")
        PERSON = "person", _("In person")

    participant = models.ForeignKey(
        Participant,
        on_delete=models.CASCADE,
        related_name="contact_notes",
        verbose_name=_("participant"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who"),
    )
    channel = models.CharField(
        _("by"), max_length=6, choices=Channel.choices, default=Channel.PHONE
    )
    with_whom = models.CharField(_("with whom"), max_length=150, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_on = models.DateField(_("on"), null=True, blank=True)

    objects = ContactNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes: ClassVar = [models.Index(fields=["participant", "at"], name="contact_note_latest")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.note or self.get_channel_display()}"
