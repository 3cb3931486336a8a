from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.office import Office
from meetings.models.people import Person
from pavilion.core import tokens
from pavilion.core.models import User


class SecretariatQuerySet(models.QuerySet["Secretariat"]):
    def visible_to(self, user: User | AnonymousUser) -> "SecretariatQuerySet":
        """Whoever sees the person or the office sees who answers for them."""
        return self.filter(
            Q(person__in=Person.objects.visible_to(user))
            | Q(office__in=Office.objects.visible_to(user))
        )


class Secretariat(models.Model):
    """An address that receives the mail of a person or an office, or answers for them, or both."""

    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="secretariats",
        verbose_name=_("person"),
    )
    office = models.ForeignKey(
        Office,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="secretariats",
        verbose_name=_("office"),
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    receives = models.BooleanField(_("receives their mail"), default=True)
    answers = models.BooleanField(_("answers for them"), default=True)
    mail_failed_at = models.DateTimeField(_("mail came back"), null=True, blank=True)
    mail_failure = models.CharField(_("why mail came back"), max_length=300, blank=True)
    public_id = models.CharField(
        max_length=22, unique=True, default=tokens.new_public_id, editable=False
    )
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)

    objects = SecretariatQuerySet.as_manager()

    class Meta:
        verbose_name = _("secretariat")
        verbose_name_plural = _("secretariats")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="secretariat_is_of_a_person_or_an_office",
                condition=Q(person__isnull=False, office__isnull=True)
                | Q(person__isnull=True, office__isnull=False),
            ),
            models.UniqueConstraint(
                "person", Lower("email"), name="one_secretariat_per_person_and_email"
            ),
            models.UniqueConstraint(
                "office", Lower("email"), name="one_secretariat_per_office_and_email"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_absolute_url(self) -> str:
        """Where it answers for all for whom it does. Sent to its own address and told nobody."""
        return reverse("meetings:secretariat", args=[self.token])

    @property
    def token(self) -> str:
        return tokens.make("secretariat", self.public_id, self.link_version)
