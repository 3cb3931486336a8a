from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class OccupationQuerySet(models.QuerySet["Occupation"]):
    def overlapping(self, starts_at: object, ends_at: object) -> "OccupationQuerySet":
        """Half-open intervals: what ends at ten leaves room for what starts at ten."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class Occupation(models.Model):
    """Somebody or something is taken from then to then, buffers included.

    `resource` and `holder` are keys such as "person:12", "room:3" or "meeting:7". That no resource
    is taken twice at the same time is kept by the database: an exclusion constraint on PostgreSQL,
    triggers on SQLite (migration `occupation_guard`).
    """

    resource = models.CharField(max_length=40)
    holder = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = OccupationQuerySet.as_manager()

    class Meta:
        verbose_name = _("occupation")
        verbose_name_plural = _("occupations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_occupation_per_resource_and_holder", fields=["resource", "holder"]
            ),
            models.CheckConstraint(
                name="occupation_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder"], name="occupation_holder"),
            models.Index(fields=["resource", "starts_at"], name="occupation_resource"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} ← {self.holder}"
