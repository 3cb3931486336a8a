from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models.office import Office
from meetings.models.people import Person
from pavilion.core.models import User


class AvailabilityQuerySet(models.QuerySet["Availability"]):
    def visible_to(self, user: User | AnonymousUser) -> "AvailabilityQuerySet":
        """Whoever sees the person or the office sees when they are free."""
        return self.filter(
            Q(person__in=Person.objects.visible_to(user))
            | Q(office__in=Office.objects.visible_to(user))
        )


class Availability(models.Model):
    """What somebody said of their time: busy then, or free only then on that day.

    It guides whoever chooses a time and refuses nothing: meetings alone make people taken.
    """

    class Kind(models.TextChoices):
        BUSY = "busy", _("Not available")
        FREE = "free", _("Available only then")

    class Source(models.TextChoices):
        MAIL = "mail", _("By mail")
        PHONE = "phone", _("By telephone")
        HAND = "hand", _("Noted by us")

    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="availabilities",
        verbose_name=_("person"),
    )
    office = models.ForeignKey(
        Office,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="availabilities",
        verbose_name=_("office"),
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.BUSY)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    source = models.CharField(
        _("how we know"), max_length=5, choices=Source.choices, default=Source.HAND
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("noted"), default=timezone.now)

    objects = AvailabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("availability")
        verbose_name_plural = _("availabilities")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="availability_is_of_a_person_or_an_office",
                condition=Q(person__isnull=False, office__isnull=True)
                | Q(person__isnull=True, office__isnull=False),
            ),
            models.CheckConstraint(
                name="availability_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.office}: {self.get_kind_display()}"
