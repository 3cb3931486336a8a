from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Edition
from meetings.models.people import Person
from pavilion.core.access import access_of
from pavilion.core.models import User


class RunSheetVersionQuerySet(models.QuerySet["RunSheetVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> "RunSheetVersionQuerySet":
        """The national team sees all, a region's desk its own, a delegate theirs."""
        if isinstance(user, AnonymousUser):
            return self.none()
        access = access_of(user)
        if access.is_national:
            return self
        person = Person.objects.filter(user=user).values_list("pk", flat=True).first()
        return self.filter(Q(region_code__in=access.desk_codes) | Q(subject=f"person:{person}"))


class RunSheetVersion(models.Model):
    """A run sheet as it was given out: V1, V2 … of one delegate, delegation, region, room or day.

    `subject` names what it is the run sheet of, as "person:12", "delegation:3", "region:53",
    "room:7" or "day:42". `lines` is what it said, as data: the next version is compared with it.
    """

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="run_sheets", verbose_name=_("edition")
    )
    subject = models.CharField(max_length=40)
    # What the subject was called then, for lists.
    name = models.CharField(_("of"), max_length=250)
    # Whose desk gave it out; empty for the national team's.
    region_code = models.CharField(_("region"), max_length=2, blank=True)
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

    objects = RunSheetVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("run sheet")
        verbose_name_plural = _("run sheets")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_run_sheet_per_subject_and_number",
                fields=["edition", "subject", "number"],
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["region_code", "made_at"], name="run_sheet_of_region")
        ]

    def __str__(self) -> str:
        return f"{self.name} · V{self.number}"


class RunSheetReading(models.Model):
    """The last version that somebody said they have read: a user, or a person by their link."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
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
                fields=["edition", "subject", "user"],
                condition=Q(user__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_reading_per_subject_and_person",
                fields=["edition", "subject", "person"],
                condition=Q(person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} V{self.number}"
