from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.models import Edition, Participation, Region
from pavilion.core import tokens
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
    def needs_approval(self) -> bool:
        """Mail to an office outside the regions waits for somebody's approval."""
        return self.kind != Office.Kind.REGION


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: User | AnonymousUser) -> "PersonQuerySet":
        """A desk sees its region's people, the national team all, a delegate themselves."""
        if isinstance(user, AnonymousUser):
            return self.none()
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(Q(user=user) | Q(region__in=access.desk_codes))


class Person(models.Model):
    """Somebody with a calendar: an elected person, their staff, an office holder."""

    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    title_fr = models.CharField(_("title (French)"), max_length=150, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=150, blank=True)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("region"),
        help_text=_("Empty: the national team's."),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("account"),
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    secretariat_email = models.EmailField(_("secretariat's address"), blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.FRENCH
    )
    wants_invitations = models.BooleanField(_("invitations by mail"), default=True)
    public_id = models.CharField(
        max_length=22, unique=True, default=tokens.new_public_id, editable=False
    )
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_person_per_email",
                condition=~Q(email=""),
                violation_error_message=_("Somebody already has this e-mail address."),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["last_name", "first_name"], name="person_name")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def get_absolute_url(self) -> str:
        """Their day, for whoever has this link."""
        return reverse("meetings:day", args=[self.token])

    @property
    def title(self) -> str:
        return localized(self, "title")

    @property
    def token(self) -> str:
        return tokens.make("day", self.public_id, self.link_version)


class OfficeHolderQuerySet(models.QuerySet["OfficeHolder"]):
    def on(self, day: date) -> "OfficeHolderQuerySet":
        """Who holds each office on that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class OfficeHolder(models.Model):
    """Who holds an office, from when to when."""

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


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, user: User | AnonymousUser) -> "DelegationQuerySet":
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(participation__region__in=access.desk_codes)


class Delegation(models.Model):
    """People who come to an edition together."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("edition")
    )
    participation = models.ForeignKey(
        Participation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="delegations",
        verbose_name=_("region"),
        help_text=_("Empty: the national delegation."),
    )
    name_fr = models.CharField(_("name (French)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100, blank=True)
    members = models.ManyToManyField(
        Person, through="Delegate", related_name="delegations", verbose_name=_("members")
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_delegation_per_edition_and_name", fields=["edition", "name_fr"]
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self, "name")


class Delegate(models.Model):
    """A person's place in a delegation."""

    class Role(models.TextChoices):
        HEAD = "head", _("Head of delegation")
        MEMBER = "member", _("Member")
        STAFF = "staff", _("Staff")

    delegation = models.ForeignKey(
        Delegation, on_delete=models.CASCADE, related_name="delegates", verbose_name=_("delegation")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="delegate_of", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)

    class Meta:
        verbose_name = _("member of the delegation")
        verbose_name_plural = _("members of the delegation")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_place_per_delegation_and_person", fields=["delegation", "person"]
            ),
            models.UniqueConstraint(
                name="one_head_per_delegation",
                fields=["delegation"],
                condition=Q(role="head"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"
