from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from stdnum.fr.siren import is_valid as is_valid_siren

from events.models import HalfDay
from pavilion.core import tokens
from pavilion.core.access import access_of
from pavilion.core.languages import localized
from pavilion.core.models import Language, User
from pavilion.core.text import fold, sort_key
from startups.models.call import Call, Headcount, Theme
from startups.models.shaping import LateCode
from startups.places import department_of


def logo_path(application: "Application", filename: str) -> str:
    """Under the public id: the applicant's own file name never reaches the disk."""
    suffix = filename.rsplit(".", 1)[-1].lower()[:5] if "." in filename else "bin"
    return f"logos/{application.public_id}/{tokens.new_public_id()}.{suffix}"


class ApplicationQuerySet(models.QuerySet["Application"]):
    def submitted(self) -> "ApplicationQuerySet":
        return self.exclude(status=Application.Status.DRAFT)

    def read_whole_by(self, user: User | AnonymousUser) -> "ApplicationQuerySet":
        """Of those visible, all but what is read as a reviewer: by the desk, or as one's own."""
        access = access_of(user)
        if access.is_national or isinstance(user, AnonymousUser):
            return self
        desk = Q(call__participation__region__in=access.desk_codes)
        return self.filter(desk | Q(contact_email__iexact=user.email))

    def ahead_of(self, application: "Application") -> "ApplicationQuerySet":
        """Those of the same waiting list whose turn comes first.

        Ranks keep the holes of those who left: a company is told its place, how many wait before
        it and one.
        """
        if application.waiting_rank is None:
            return self.none()
        return self.filter(
            call=application.call_id,
            status=Application.Status.WAITLISTED,
            waiting_rank__lt=application.waiting_rank,
        )

    def visible_to(self, user: User | AnonymousUser) -> "ApplicationQuerySet":
        """A region sees those to its own call, the national team all, applicants their own.

        A reviewer sees the files given to them, but for those they stepped back from. That a
        company applied to other regions as well, `applications_elsewhere` tells, by name and state
        only. A draft is its author's until it is submitted: teams count drafts, they do not read
        them.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        access = access_of(user)
        own = Q(contact_email__iexact=user.email)
        # Also of a draft that was withdrawn: nobody but its author ever read it.
        was_submitted = Q(submitted_at__isnull=False)
        if access.is_national:
            return self.filter(own | was_submitted)
        seen = Q(call__participation__region__in=access.desk_codes)
        if access.reviewed_codes:
            given = self.model._base_manager.filter(
                call__participation__region__in=access.reviewed_codes,
                reviews__reviewer=user,
                reviews__status__in=["assigned", "done"],
            )
            seen |= Q(pk__in=given.values("pk"))
        return self.filter(own | (seen & was_submitted))

    def received_by(self, user: User | AnonymousUser) -> "ApplicationQuerySet":
        """What a team reads: a member's own company's file is no part of it, see `read_as_company`.

        Its contact finds it by its link, with what the company was told.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.visible_to(user).exclude(read_as_company(user))


def read_as_company(user: User) -> Q:
    """Which applications the user reads as the company that sent them, see `Application`."""
    access = access_of(user)
    if access.is_national:
        return Q(pk__in=[])
    desk = Q(call__participation__region__in=access.desk_codes)
    return Q(contact_email__iexact=user.email) & ~desk


class Application(models.Model):
    """A company's answer to one region's call."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        INCOMPLETE = "incomplete", _("Incomplete")
        ELIGIBLE = "eligible", _("Eligible")
        INELIGIBLE = "ineligible", _("Ineligible")
        SELECTED = "selected", _("Selected")
        WAITLISTED = "waitlisted", _("On the waiting list")
        REJECTED = "rejected", _("Not selected")
        CONFIRMED = "confirmed", pgettext_lazy("application", "Confirmed")
        DECLINED = "declined", _("Declined by the company")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        NO_SHOW = "no_show", _("No-show")

    class CompanyCheck(models.TextChoices):
        """What the companies register said of the SIRET; empty when it was never asked."""

        PENDING = "pending", _("Still to be checked")
        FOUND = "found", _("Known and active")
        CLOSED = "closed", _("Closed")
        UNKNOWN = "unknown", _("Not known to the register")

    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, related_name="applications", verbose_name=_("call")
    )
    public_id = models.CharField(
        max_length=22, unique=True, default=tokens.new_public_id, editable=False
    )
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.DRAFT
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.FRENCH
    )

    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    display_name = models.CharField(
        _("name on the stand"), max_length=40, blank=True, help_text=_("40 characters at most.")
    )
    siret = models.CharField(_("SIRET number"), max_length=14, blank=True)
    siren = models.CharField(_("SIREN number"), max_length=9, blank=True, editable=False)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    headcount_band = models.CharField(_("headcount"), max_length=2, choices=Headcount, blank=True)
    revenue = models.DecimalField(
        _("yearly turnover (€)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    address = models.CharField(_("address of the head office"), max_length=200, blank=True)
    city = models.CharField(_("town"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    # INSEE code, from the postcode: "2A", "974". Never typed on its own.
    department = models.CharField(_("département"), max_length=3, blank=True, editable=False)
    # An activity code means something only with the version of its nomenclature.
    naf_code = models.CharField(_("activity code (NAF)"), max_length=6, blank=True)
    naf_version = models.CharField(_("NAF version"), max_length=10, blank=True)
    founders = models.PositiveSmallIntegerField(
        _("number of founders"), null=True, blank=True, validators=[MaxValueValidator(50)]
    )
    women_founders = models.PositiveSmallIntegerField(
        _("women among the founders"), null=True, blank=True, validators=[MaxValueValidator(50)]
    )
    has_exhibited = models.BooleanField(
        _("has already exhibited on the pavilion"), null=True, blank=True
    )
    theme = models.ForeignKey(
        Theme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("main theme"),
    )
    trl = models.PositiveSmallIntegerField(
        _("technology readiness level"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        help_text=_("From 1 (idea) to 9 (in use)."),
    )
    pitch_fr = models.TextField(
        _("pitch in French"), blank=True, validators=[MaxLengthValidator(300)]
    )
    pitch_en = models.TextField(
        _("pitch in English"), blank=True, validators=[MaxLengthValidator(300)]
    )
    website = models.URLField(_("website"), blank=True)
    logo = models.FileField(_("logo"), upload_to=logo_path, blank=True)

    contact_name = models.CharField(_("contact's name"), max_length=150, blank=True)
    contact_role = models.CharField(_("contact's function"), max_length=100, blank=True)
    contact_email = models.EmailField(_("contact's e-mail address"))
    contact_phone = models.CharField(_("contact's telephone"), max_length=30, blank=True)

    wanted_half_days = models.ManyToManyField(
        HalfDay, blank=True, related_name="wanted_by", verbose_name=_("half-days wished")
    )
    power_watts = models.PositiveIntegerField(
        _("power needed (W)"), null=True, blank=True, validators=[MaxValueValidator(20_000)]
    )
    needs_screen = models.BooleanField(_("needs a screen"), default=False)
    needs_wired_network = models.BooleanField(_("needs a wired network"), default=False)
    needs_storage = models.BooleanField(_("needs storage"), default=False)
    needs_water = models.BooleanField(_("needs water"), default=False)
    needs_accessible_stand = models.BooleanField(
        _("needs a wheelchair accessible stand"), default=False
    )
    heavy_load = models.PositiveIntegerField(
        _("heaviest load on the floor (kg/m²)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(10_000)],
    )
    # The venue wants every private Wi-Fi declared; empty: none will be set up.
    wifi_network = models.CharField(_("name of its own Wi-Fi network"), max_length=32, blank=True)
    technical_notes = models.TextField(
        _("other technical needs"), blank=True, validators=[MaxLengthValidator(1000)]
    )

    commitments_at = models.DateTimeField(_("commitments made"), null=True, blank=True)
    privacy_notice_version = models.CharField(_("privacy notice read"), max_length=10, blank=True)
    privacy_notice_at = models.DateTimeField(_("privacy notice read on"), null=True, blank=True)

    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.TextField(_("reason for the decision"), blank=True)
    waiting_rank = models.PositiveSmallIntegerField(
        _("rank on the waiting list"), null=True, blank=True
    )
    confirm_by = models.DateTimeField(_("to confirm before"), null=True, blank=True)
    # The last place it was offered came from the waiting list, at this moment.
    promoted_at = models.DateTimeField(_("moved up from the list"), null=True, blank=True)
    # A place offered and not confirmed in time: declined, by nobody's word.
    lapsed_at = models.DateTimeField(_("offer lapsed"), null=True, blank=True)
    correction_due_at = models.DateTimeField(_("to correct before"), null=True, blank=True)
    late_code = models.ForeignKey(
        LateCode,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("late-entry code"),
    )

    company_check = models.CharField(
        _("check with the companies register"),
        max_length=10,
        choices=CompanyCheck.choices,
        blank=True,
    )
    company_checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    company_record = models.JSONField(_("register entry"), default=dict, blank=True)

    # What was typed and is not valid yet, by field or "q:<question key>": shown again, never lost.
    typed = models.JSONField(default=dict, blank=True, editable=False)
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True, editable=False)

    # Computed from the above, see `derive`: what the public may search, what teams may, the order.
    search_text = models.TextField(blank=True, editable=False)
    team_text = models.TextField(blank=True, editable=False)
    sort_name = models.CharField(max_length=254, blank=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    # What a submission must hold; a draft may lack all of it.
    REQUIRED: ClassVar[tuple[str, ...]] = (
        "legal_name",
        "display_name",
        "siret",
        "founded_on",
        "headcount_band",
        "theme",
        "trl",
        "pitch_fr",
        "pitch_en",
        "contact_name",
        "contact_email",
        "commitments_at",
        "privacy_notice_version",
    )
    DERIVED: ClassVar = frozenset(
        {
            *("siren", "department", "search_text", "team_text", "sort_name"),
            *("company_check", "company_checked_at", "company_record"),
        }
    )
    DERIVED_FROM: ClassVar = frozenset(
        {
            "siret",
            "siren",
            "legal_name",
            "display_name",
            "pitch_fr",
            "pitch_en",
            "city",
            "postcode",
            "contact_name",
            "contact_email",
        }
    )

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_application_per_company_and_call",
                fields=["call", "siren"],
                condition=~Q(siren=""),
                violation_error_message=_("This company already has an application to this call."),
            ),
            models.UniqueConstraint(
                name="one_application_per_waiting_rank",
                fields=["call", "waiting_rank"],
                condition=Q(waiting_rank__isnull=False),
            ),
            models.CheckConstraint(
                name="waiting_rank_only_on_the_waiting_list",
                condition=Q(waiting_rank__isnull=True) | Q(status="waitlisted"),
            ),
            models.CheckConstraint(
                name="only_a_draft_is_not_submitted",
                condition=Q(submitted_at__isnull=False) | Q(status__in=["draft", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="siren_begins_the_siret",
                condition=Q(siret="") | Q(siret__startswith=models.F("siren")),
            ),
            models.CheckConstraint(
                name="women_founders_are_founders",
                condition=Q(founders__isnull=True)
                | Q(women_founders__isnull=True)
                | Q(women_founders__lte=models.F("founders")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["call", "status"], name="application_pipeline"),
            models.Index(fields=["status", "confirm_by"], name="application_offers"),
            models.Index(fields=["siren"], name="application_siren"),
        ]

    def __str__(self) -> str:
        named = self.display_name or self.legal_name or self.contact_email
        return named or gettext("Anonymised %(number)s") % {"number": self.pk}

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        if self.DERIVED_FROM.intersection(kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = self.DERIVED.union(kwargs["update_fields"])
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The applicant's private page: whoever has this link acts for the company."""
        return reverse("startups:application", args=[self.token])

    def derive(self) -> None:
        """Fill what follows from the other columns. To be called before a bulk write."""
        # The first nine digits of the SIRET. Only a list brought in may know no more than these.
        if self.siret or not is_valid_siren(self.siren):
            self.siren = self.siret[:9]
        if self.anonymised_at is None:  # statistics keep it when the address is gone
            self.department = department_of(self.postcode)
        # What the register said of another number says nothing of this one.
        if self.company_record.get("siret", self.siret) != self.siret:
            self.company_check, self.company_checked_at, self.company_record = "", None, {}
        public = (self.display_name, self.legal_name, self.pitch_fr, self.pitch_en)
        self.search_text = fold("\n".join(public))
        number = self.siret or self.siren
        contact = (number, self.city, self.contact_name, self.contact_email)
        self.team_text = fold("\n".join(contact))
        self.sort_name = sort_key(str(self))[:254]

    def get_status_display(self) -> str:  # type: ignore[no-redef]  # in place of the field's own
        """Nobody said no to an offer that lapsed: it is told apart from one that was declined."""
        if self.lapsed_at is not None and self.status == self.Status.DECLINED:
            return gettext("Not confirmed in time")
        return str(self.Status(self.status).label)

    @property
    def region_code(self) -> str:
        return self.call.region_code

    @property
    def pitch(self) -> str:
        return localized(self, "pitch")

    def is_from(self, user: User) -> bool:
        """Whether the user is its contact."""
        return user.email.lower() == self.contact_email.lower()

    def is_read_as_company(self, user: User) -> bool:
        """Whether the user knows of it what its company was told.

        Who is of the desk knows more; a reviewer does not, of the file they sent in themselves.
        """
        return self.is_from(user) and not access_of(user).sees_desk(self.region_code)

    @property
    def token(self) -> str:
        return tokens.make("application", self.public_id, self.link_version)

    def open_until(self) -> datetime:
        """Until when its company may hand it in: the closing, or the end of its late-entry code.

        A code that was revoked lets nobody else in; who came in by it goes on. One query, for an
        application with a code that was not loaded.
        """
        closes_at = self.call.closes_at
        return closes_at if self.late_code is None else max(closes_at, self.late_code.expires_at)

    def accepts_submissions(self, now: datetime) -> bool:
        """Whether its call is open (or within the grace), or its late-entry code still valid."""
        if self.call.accepts_submissions(now):
            return True
        is_late_entry = self.call.is_published and self.late_code_id is not None
        return is_late_entry and now < self.open_until()

    def missing(self) -> list[str]:
        """Names of required fields still empty (wished half-days not counted)."""
        return [name for name in self.REQUIRED if not getattr(self, name)]
