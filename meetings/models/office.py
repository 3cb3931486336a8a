from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Region
from meetings.models.people import Person
from pavilion.core.access import access_of
from pavilion.core.languages import localized
from pavilion.core.models import Language, User


class OfficeQuerySet(models.QuerySet["Office"]):
    def visible_to(self, user: User | AnonymousUser) -> "OfficeQuerySet":
        """Every desk plans with the same offices; nobody else sees how to reach them."""
        access = access_of(user)
        return self if access.is_national or access.desk_codes else self.none()


class Office(models.Model):
    """A function one meets ("Minister for …"), whoever holds it. Its secretariat answers for it."""

    class Kind(models.TextChoices):
        HEAD_OF_STATE = "head_of_state", _("Head of State")
        GOVERNMENT = "government", _("Government")
        AGENCY = "agency", _("Agency")
        ADMINISTRATION = "administration", _("Administration")
        AUTHORITY = "authority", _("Authority")
        EU = "eu", _("European Union")
        STATE_REPRESENTATIVE = "state_representative", _("State representative")
        ASSOCIATION = "association", _("Association")
        ORGANISER = "organiser", _("Fair organiser")
        REGION = "region", _("Region")

    code = models.SlugField(_("code"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=25, choices=Kind.choices)
    title_fr = models.CharField(_("title (French)"), max_length=150)
    title_en = models.CharField(_("title (English)"), max_length=150, blank=True)
    organisation_fr = models.CharField(_("organisation (French)"), max_length=150, blank=True)
    organisation_en = models.CharField(_("organisation (English)"), max_length=150, blank=True)
    salutation_fr = models.CharField(
        _("salutation (French)"),
        max_length=100,
        blank=True,
        help_text=_("How a letter to it begins."),
    )
    salutation_en = models.CharField(_("salutation (English)"), max_length=100, blank=True)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offices",
        verbose_name=_("region"),
    )
    email = models.EmailField(_("secretariat's address"), blank=True)
    phone = models.CharField(_("secretariat's telephone"), max_length=30, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.FRENCH
    )
    precedence = models.PositiveSmallIntegerField(
        _("rank of precedence"), default=100, help_text=_("Smallest first.")
    )
    # Set when mail came back, emptied when the address changes.
    mail_failed_at = models.DateTimeField(_("mail came back"), null=True, blank=True)
    mail_failure = models.CharField(_("why mail came back"), max_length=300, blank=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localized(self, "title")

    @property
    def organisation(self) -> str:
        return localized(self, "organisation")

    @property
    def needs_approval(self) -> bool:
        """Mail to an office outside the regions waits for somebody's approval."""
        return self.kind != Office.Kind.REGION


def held_then(path: str, moment: str) -> Q:
    """That the term at `path` covers the day of that moment, in Paris."""
    day = TruncDate(moment, tzinfo=timezone.get_default_timezone())
    has_no_end = Q(**{f"{path}ends_on__isnull": True})
    return (has_no_end | Q(**{f"{path}ends_on__gte": day})) & Q(**{f"{path}starts_on__lte": day})


class OfficeHolderQuerySet(models.QuerySet["OfficeHolder"]):
    def visible_to(self, user: User | AnonymousUser) -> "OfficeHolderQuerySet":
        """Whoever sees the office sees who holds it."""
        return self.filter(office__in=Office.objects.visible_to(user))

    def on(self, day: date) -> "OfficeHolderQuerySet":
        """Who holds each office on that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class OfficeHolder(models.Model):
    """Who holds an office, from when to when: whole days, both included.

    The database keeps two terms of one office apart (migration 0004), on both engines.
    """

    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="holders", verbose_name=_("office")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="offices_held", verbose_name=_("person")
    )
    starts_on = models.DateField(_("since"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = OfficeHolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("office holder")
        verbose_name_plural = _("office holders")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="holder_ends_after_they_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                name="one_present_holder_per_office",
                fields=["office"],
                condition=Q(ends_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.office}"

    def is_on(self, day: date) -> bool:
        """Whether they hold it on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
