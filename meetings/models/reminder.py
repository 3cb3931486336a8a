from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Participant
from meetings.models.people import Person


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self, now: datetime) -> "ReminderQuerySet":
        """To be sent now; never for a meeting that has begun."""
        return self.filter(sent_at__isnull=True, due_at__lte=now, starts_at__gt=now)


class Reminder(models.Model):
    """A reminder to one participant, written and moved by the operations that schedule meetings."""

    class Kind(models.TextChoices):
        EVENING = "evening", _("Evening before")
        MORNING = "morning", _("Morning of the day")
        HOUR = "hour", _("An hour before")

    participant = models.ForeignKey(
        Participant,
        on_delete=models.CASCADE,
        related_name="reminders",
        verbose_name=_("participant"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    starts_at = models.DateTimeField(_("for a start at"))
    due_at = models.DateTimeField(_("due"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_reminder_per_participant_kind_and_start",
                fields=["participant", "kind", "starts_at"],
            )
        ]
        indexes: ClassVar = [models.Index(fields=["sent_at", "due_at"], name="reminder_due")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_kind_display()}"


class ProgrammeMail(models.Model):
    """That somebody was sent what a day or a week holds for them: each once.

    The row is the claim: whoever inserts it sends the mail, in the same transaction.
    """

    class Kind(models.TextChoices):
        WEEK = "week", _("Full programme, a week before")
        NEWS = "news", _("Changes of the night")
        WAITING = "waiting", _("What waits for an organiser")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    day = models.DateField(_("day"))
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, related_name="programme_mails"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_programme_mail_per_person_kind_and_day",
                fields=["person", "kind", "day"],
                condition=models.Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_programme_mail_per_user_kind_and_day",
                fields=["user", "kind", "day"],
                condition=models.Q(user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.user}: {self.get_kind_display()}"
