from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models.people import Person


class RunSheetVersion(models.Model):
    """A run sheet as it was given out: V1, V2 … of one delegate, delegation, room or day.

    `subject` names what it is the run sheet of, as "person:12", "delegation:3", "room:7",
    "day:42" or "region:53". `lines` is what it said, as data: the next version is compared with it.
    """

    subject = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField(_("version"))
    lines = models.JSONField(default=list, editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("given out"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("run sheet")
        verbose_name_plural = _("run sheets")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_run_sheet_per_subject_and_number", fields=["subject", "number"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} V{self.number}"


class RunSheetReading(models.Model):
    """The last version that somebody said they have read: a user, or a person by their link."""

    subject = models.CharField(max_length=40)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    number = models.PositiveSmallIntegerField(_("version"))
    read_at = models.DateTimeField(_("read"), default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="run_sheet_is_read_by_one",
                condition=Q(user__isnull=False, person__isnull=True)
                | Q(user__isnull=True, person__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_reading_per_subject_and_user",
                fields=["subject", "user"],
                condition=Q(user__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_reading_per_subject_and_person",
                fields=["subject", "person"],
                condition=Q(person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} V{self.number}"
