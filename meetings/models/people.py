from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.models import Region
from pavilion.core import tokens
from pavilion.core.access import access_of
from pavilion.core.languages import localized
from pavilion.core.models import Language, User


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
    contact_phone = models.CharField(_("contact person’s telephone"), max_length=30, blank=True)
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
