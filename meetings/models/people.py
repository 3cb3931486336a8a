from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
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
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.FRENCH
    )
    wants_invitations = models.BooleanField(_("invitations by mail"), default=True)
    wants_feed = models.BooleanField(_("calendar subscription"), default=True)
    contact_name = models.CharField(_("contact person"), max_length=150, blank=True)
    contact_phone = models.CharField(_("contact person's telephone"), max_length=30, blank=True)
    works_from = models.TimeField(
        _("available from"),
        null=True,
        blank=True,
        help_text=_("Empty: as long as the fair is open."),
    )
    works_until = models.TimeField(_("available until"), null=True, blank=True)
    remind_evening_before = models.BooleanField(_("reminder the evening before"), default=True)
    remind_morning_of = models.BooleanField(_("reminder in the morning"), default=False)
    remind_hour_before = models.BooleanField(_("reminder an hour before"), default=True)
    wants_programme = models.BooleanField(_("full programme a week before"), default=True)
    wants_morning_news = models.BooleanField(
        _("changes of the night, each morning of the fair"), default=True
    )
    needs_note = models.TextField(
        _("special needs"), blank=True, help_text=_("Never in a calendar; erased on its date.")
    )
    needs_note_until = models.DateField(_("erase the special needs on"), null=True, blank=True)
    # Set when mail came back, emptied when the address changes or a message gets through.
    mail_failed_at = models.DateTimeField(_("mail came back"), null=True, blank=True)
    mail_failure = models.CharField(_("why mail came back"), max_length=300, blank=True)
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
            ),
            models.CheckConstraint(
                name="needs_note_has_its_end",
                condition=Q(needs_note="") | Q(needs_note_until__isnull=False),
                violation_error_message=_("Say until when the special needs are kept."),
            ),
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
