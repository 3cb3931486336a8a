"""What a region adds to its call: questions, criteria, quotas, late codes, deadlines."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pavilion.core.access import access_of
from pavilion.core.languages import localized
from pavilion.core.models import User
from startups.models.call import Call

_REGION = "call__participation__region"


def _with_the_call(user: User | AnonymousUser) -> Q:
    """What is public with a published call; its region's team sees it before."""
    access = access_of(user)
    if access.is_national:
        return Q()
    public = Q(call__is_published=True, call__participation__edition__is_published=True)
    return public | Q(**{f"{_REGION}__in": access.region_codes})


def _of_the_desk(user: User | AnonymousUser) -> Q:
    """What only the region's desk and the national team read."""
    access = access_of(user)
    return Q() if access.is_national else Q(**{f"{_REGION}__in": access.desk_codes})


class QuestionQuerySet(models.QuerySet["Question"]):
    def in_order(self) -> "QuestionQuerySet":
        return self.filter(is_active=True).order_by("position", "pk")

    def visible_to(self, user: User | AnonymousUser) -> "QuestionQuerySet":
        return self.filter(_with_the_call(user))


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def visible_to(self, user: User | AnonymousUser) -> "CriterionQuerySet":
        """Who applies may know what is judged."""
        return self.filter(_with_the_call(user))


class QuotaQuerySet(models.QuerySet["Quota"]):
    def visible_to(self, user: User | AnonymousUser) -> "QuotaQuerySet":
        return self.filter(_of_the_desk(user))


class LateCodeQuerySet(models.QuerySet["LateCode"]):
    def visible_to(self, user: User | AnonymousUser) -> "LateCodeQuerySet":
        """Whoever knows a code can use it."""
        return self.filter(_of_the_desk(user))


class ChecklistDeadlineQuerySet(models.QuerySet["ChecklistDeadline"]):
    def visible_to(self, user: User | AnonymousUser) -> "ChecklistDeadlineQuerySet":
        return self.filter(_with_the_call(user))


class Question(models.Model):
    """One of a region's own questions to applicants or, later, to the selected."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Short text")
        LONG_TEXT = "long_text", _("Long text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("One choice")
        CHOICES = "choices", _("Several choices")
        FILE = "file", _("File")
        GROUP = "group", _("Repeated block")

    class Stage(models.TextChoices):
        NOW = "now", _("Asked in the application")
        LATER = "later", _("Asked after selection")

    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, related_name="questions", verbose_name=_("call")
    )
    key = models.SlugField(
        _("key"), max_length=40, help_text=_("For exports and the API; never shown to applicants.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    stage = models.CharField(_("when"), max_length=5, choices=Stage.choices, default=Stage.NOW)
    label_fr = models.CharField(_("question (French)"), max_length=250)
    label_en = models.CharField(_("question (English)"), max_length=250, blank=True)
    help_fr = models.TextField(_("help (French)"), blank=True)
    help_en = models.TextField(_("help (English)"), blank=True)
    # Choices: [{"value": "beta", "fr": "Bêta", "en": "Beta"}, …].
    options = models.JSONField(_("choices"), default=list, blank=True)
    # What each block of a repeated block holds:
    # [{"key": "name", "kind": "text", "fr": …, "en": …, "is_required": true}, …], of the kinds
    # text, number, date and yes_no.
    parts = models.JSONField(_("parts of the block"), default=list, blank=True)
    max_items = models.PositiveSmallIntegerField(
        _("blocks at most"), default=10, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    max_length = models.PositiveIntegerField(
        _("characters at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
    )
    is_required = models.BooleanField(pgettext_lazy("question", "required"), default=False)
    required_by = models.DateTimeField(
        _("required by"),
        null=True,
        blank=True,
        help_text=_("Optional until this moment, required from then on."),
    )
    frozen_after = models.DateTimeField(
        _("frozen after"),
        null=True,
        blank=True,
        help_text=_("From this moment on, only the region changes the answer."),
    )
    is_for_jury = models.BooleanField(_("shown to the jury"), default=True)
    depends_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dependents",
        verbose_name=_("shown only if"),
    )
    depends_value = models.CharField(
        _("is answered with"),
        max_length=100,
        blank=True,
        help_text=_("A choice’s value, “yes” or “no”; empty: any answer."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # Taken back instead of deleted: its answers stay readable.
    is_active = models.BooleanField(_("asked"), default=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_question_per_call_and_key", fields=["call", "key"]),
            models.CheckConstraint(
                name="question_does_not_depend_on_itself",
                condition=Q(depends_on__isnull=True) | ~Q(depends_on=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return localized(self, "label")

    @property
    def help(self) -> str:
        return localized(self, "help")

    @property
    def is_read_by_jury(self) -> bool:
        """Whether its answers are: a jury reads applications, not what is asked afterwards."""
        return self.is_for_jury and self.is_active and self.stage == self.Stage.NOW

    def is_required_at(self, now: datetime) -> bool:
        return self.is_required and (self.required_by is None or now >= self.required_by)

    def is_frozen_at(self, now: datetime) -> bool:
        return self.frozen_after is not None and now >= self.frozen_after


class Criterion(models.Model):
    """What reviewers score, and how much it counts."""

    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, related_name="criteria", verbose_name=_("call")
    )
    name_fr = models.CharField(_("criterion (French)"), max_length=120)
    name_en = models.CharField(_("criterion (English)"), max_length=120, blank=True)
    help_fr = models.TextField(_("help (French)"), blank=True)
    help_en = models.TextField(_("help (English)"), blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    max_score = models.PositiveSmallIntegerField(
        _("highest score"), default=5, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_criterion_per_call_and_name", fields=["call", "name_fr"]
            ),
            models.CheckConstraint(
                name="criterion_counts", condition=Q(weight__gte=1, max_score__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self, "name")

    @property
    def help(self) -> str:
        return localized(self, "help")


class Quota(models.Model):
    """How many places a region means to give to a département, a theme, an age, women founders."""

    class Dimension(models.TextChoices):
        DEPARTMENT = "department", _("Département")
        THEME = "theme", _("Theme")
        AGE = "age", _("Company’s age")
        WOMEN = "women", _("Women among the founders")

    call = models.ForeignKey(
        Call, on_delete=models.CASCADE, related_name="quotas", verbose_name=_("call")
    )
    dimension = models.CharField(_("of"), max_length=10, choices=Dimension.choices)
    # A département's code, a theme's code, an age band of `startups.jury.balance`; for women
    # nothing.
    value = models.CharField(_("value"), max_length=20, blank=True)
    least = models.PositiveSmallIntegerField(_("places at least"))

    objects = QuotaQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_quota_per_call_and_value", fields=["call", "dimension", "value"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_dimension_display()} {self.value}: {self.least}"


class LateCode(models.Model):
    """Lets chosen companies apply after closing: so many of them, until then."""

    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, related_name="late_codes", verbose_name=_("call")
    )
    code = models.CharField(_("code"), max_length=20)
    max_uses = models.PositiveSmallIntegerField(_("applications at most"), default=1)
    expires_at = models.DateTimeField(_("valid until"))
    note = models.CharField(_("for whom"), max_length=200, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("given by"),
    )
    created_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)

    objects = LateCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("late-entry code")
        verbose_name_plural = _("late-entry codes")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_late_code_per_call", fields=["call", "code"])
        ]

    def __str__(self) -> str:
        return self.code

    def is_valid_at(self, now: datetime) -> bool:
        """Whether it still lets somebody in, its uses not counted."""
        return self.revoked_at is None and now < self.expires_at


class ChecklistItem(models.TextChoices):
    """What an exhibitor has to do between its confirmation and the fair."""

    CHARTER = "charter", _("Sign the charter")
    AID = "aid", _("Declare de minimis aid")
    LOGO = "logo", _("Send the logo in vector form")
    PITCH = "pitch", _("Check name and pitches")
    NEEDS = "needs", _("Confirm the technical needs")
    BADGES = "badges", _("Name the people to badge")
    QUESTIONS = "questions", _("Answer the region’s questions")


class ChecklistDeadline(models.Model):
    """Until when exhibitors of a call do one item; an item without a row is not asked."""

    call = models.ForeignKey(
        Call, on_delete=models.CASCADE, related_name="deadlines", verbose_name=_("call")
    )
    item = models.CharField(_("item"), max_length=10, choices=ChecklistItem)
    due_at = models.DateTimeField(_("to do before"))

    objects = ChecklistDeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist deadline")
        verbose_name_plural = _("checklist deadlines")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_deadline_per_call_and_item", fields=["call", "item"])
        ]

    def __str__(self) -> str:
        return self.get_item_display()
