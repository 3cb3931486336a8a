from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Participant


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self, now: datetime) -> "ReminderQuerySet":
        """To be sent now; never for a meeting that has begun."""
        return self.filter(sent_at__isnull=True, due_at__lte=now, starts_at__gt=now)


class Reminder(models.Model):
    """A reminder to one participant, written and moved by the operations that schedule meetings."""

    participant = models.ForeignKey(
        Participant,
        on_delete=models.CASCADE,
        related_name="reminders",
        verbose_name=_("participant"),
    )
    lead_minutes = models.PositiveIntegerField(_("minutes before"))
    starts_at = models.DateTimeField(_("for a start at"))
    due_at = models.DateTimeField(_("due"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_reminder_per_participant_lead_and_start",
                fields=["participant", "lead_minutes", "starts_at"],
            )
        ]
        indexes: ClassVar = [models.Index(fields=["sent_at", "due_at"], name="reminder_due")]

    def __str__(self) -> str:
        return f"{self.participant} −{self.lead_minutes} min"
