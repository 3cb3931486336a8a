from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting, Participant
from pavilion.core.access import access_of
from pavilion.core.models import OutboxMessage, User


class IncomingMailQuerySet(models.QuerySet["IncomingMail"]):
    def to_review(self) -> "IncomingMailQuerySet":
        return self.filter(outcome=IncomingMail.Outcome.REVIEW)

    def visible_to(self, user: User | AnonymousUser) -> "IncomingMailQuerySet":
        """The national team sees all, a region's desk what is about its own meetings."""
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(meeting__in=Meeting.objects.visible_to(user)).filter(
            meeting__participation__region__in=access.desk_codes
        )


class IncomingMail(models.Model):
    """A message that reached us, as it came, and what was made of it. Taken in once."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("Applied")
        IGNORED = "ignored", _("Nothing to do")
        REVIEW = "review", _("To be looked at")
        BOUNCE = "bounce", _("Came back")
        SETTLED = "settled", _("Settled by hand")

    # SHA-256 of the octets, and the message's own id where it has one: either makes it a repeat.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    message_id = models.CharField(_("Message-ID"), max_length=998, blank=True)
    raw = models.BinaryField(editable=False)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    sender = models.CharField(_("from"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    outcome = models.CharField(_("what became of it"), max_length=10, choices=Outcome.choices)
    # Why, as a code: the same in every language; its sentence is the desk's.
    reason = models.CharField(_("why"), max_length=40, blank=True)
    # What the calendar part says: method, partstat, sequence, dtstamp, comment, proposed times.
    facts = models.JSONField(default=dict, editable=False)
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incoming",
        verbose_name=_("meeting"),
    )
    participant = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incoming",
        verbose_name=_("participant"),
    )
    # What came back, for a bounce.
    bounced = models.ForeignKey(
        OutboxMessage,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("message that came back"),
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("settled by"),
    )

    objects = IncomingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming message")
        verbose_name_plural = _("incoming mail")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_incoming_message_per_message_id",
                fields=["message_id"],
                condition=~models.Q(message_id=""),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["outcome", "received_at"], name="incoming_by_outcome")
        ]

    def __str__(self) -> str:
        return self.subject or self.sender
