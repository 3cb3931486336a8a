from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models import Edition, Participation
from meetings.models.people import Person
from pavilion.core.access import access_of
from pavilion.core.languages import localized
from pavilion.core.models import User


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
        Person,
        through="Delegate",
        through_fields=("delegation", "person"),
        related_name="delegations",
        verbose_name=_("members"),
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
        SUBSTITUTE = "substitute", _("Substitute")
        STAFF = "staff", _("Staff")

    delegation = models.ForeignKey(
        Delegation, on_delete=models.CASCADE, related_name="delegates", verbose_name=_("delegation")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="delegate_of", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    # Of substitutes only: who is asked first, for whom, and in whose place they sit.
    rank = models.PositiveSmallIntegerField(
        _("order of substitutes"), null=True, blank=True, help_text=_("Smallest asked first.")
    )
    stands_in_for = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="substitutes",
        verbose_name=_("stands in for"),
        help_text=_("Empty: for anybody of the delegation."),
    )
    keeps_rank = models.BooleanField(
        _("takes their place in the order"),
        default=False,
        # Decree no. 89-655, articles 13 and 14: ranks are not delegated, but for some.
        help_text=_("As a vice-president does who represents the president."),
    )

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
            models.CheckConstraint(
                name="substitutes_have_a_rank",
                condition=Q(role="substitute", rank__isnull=False)
                | (~Q(role="substitute") & Q(rank__isnull=True, stands_in_for__isnull=True)),
                violation_error_message=_("A substitute has a rank; nobody else has."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"
