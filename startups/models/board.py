"""The plan being made: its steps, what is kept free, the rules, and proposals to fill it."""

from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import Edition, HalfDay, Participation, Stand
from pavilion.core.access import Access, access_of
from pavilion.core.models import Job, User


class Board(models.Model):
    """One edition's plan being made. Whoever changes it locks this row first.

    That puts all changes in one order: `serial` grows by one with each, and a reader who has seen
    up to one serial misses nothing by asking for those after it.
    """

    edition = models.OneToOneField(
        Edition, on_delete=models.PROTECT, related_name="board", verbose_name=_("edition")
    )
    serial = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("rotation board")
        verbose_name_plural = _("rotation board")

    def __str__(self) -> str:
        return str(self.edition)


class BoardStepQuerySet(models.QuerySet["BoardStep"]):
    def visible_to(self, user: User | AnonymousUser) -> "BoardStepQuerySet":
        """Every desk's, for they share stands; a reviewer's work is the files alone."""
        access = access_of(user)
        return self if access.is_national or access.desk_codes else self.none()


class BoardStep(models.Model):
    """One change of the plan, whole, with what it takes to undo it.

    `before` and `after` tell, for whom and what it touched and for nothing else,
    {"stays": {exhibitor id: {half-day id: [stand id, status]}},
     "holds": {"stand id:half-day id": note or null}}.
    """

    class Kind(models.TextChoices):
        PLACE = "place", _("Place")
        MOVE = "move", _("Move")
        EXCHANGE = "exchange", _("Exchange")
        FREE = "free", _("Free")
        CONFIRM = "confirm", _("Confirm")
        RELEASE = "release", _("Take the confirmation back")
        HOLD = "hold", _("Keep free")
        PROPOSAL = "proposal", _("Apply a proposal")
        SWAP = "swap", _("Swap between exhibitors")
        ABSENCE = "absence", _("Replace somebody absent")
        UNDO = "undo", _("Undo")

    board = models.ForeignKey(
        Board, on_delete=models.PROTECT, related_name="steps", verbose_name=_("rotation board")
    )
    serial = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    # Whose plan it changes; empty when it touches several regions.
    region_code = models.CharField(_("region"), max_length=2, blank=True)
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="board_steps",
        verbose_name=_("by"),
    )
    by_name = models.CharField(_("in the name of"), max_length=150, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    reason = models.TextField(_("why"), blank=True)
    before = models.JSONField(default=dict, editable=False)
    after = models.JSONField(default=dict, editable=False)
    undoes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
        editable=False,
    )

    objects = BoardStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step on the board")
        verbose_name_plural = _("steps on the board")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_step_per_serial", fields=["board", "serial"])
        ]

    def __str__(self) -> str:
        return f"{self.serial} · {self.get_kind_display()}"

    def author_for(self, access: Access) -> str:
        """Who made it; empty for the system.

        Whom a company names is its contact: its own region's to read, not every desk's.
        """
        if self.by is not None:
            return str(self.by)
        if self.by_name and not access.sees_desk(self.region_code):
            return gettext("an exhibitor")
        return self.by_name


class StandHoldQuerySet(models.QuerySet["StandHold"]):
    def visible_to(self, user: User | AnonymousUser) -> "StandHoldQuerySet":
        """As the board: every desk's."""
        access = access_of(user)
        return self if access.is_national or access.desk_codes else self.none()


class StandHold(models.Model):
    """A stand kept free on a half-day: for a guest, for works, for somebody to come."""

    stand = models.ForeignKey(
        Stand, on_delete=models.PROTECT, related_name="holds", verbose_name=_("stand")
    )
    half_day = models.ForeignKey(
        HalfDay, on_delete=models.PROTECT, related_name="holds", verbose_name=_("half-day")
    )
    note = models.CharField(_("for what"), max_length=100, blank=True)
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stand_holds",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = StandHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("stand kept free")
        verbose_name_plural = _("stands kept free")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_hold_per_stand_and_half_day", fields=["stand", "half_day"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.stand} · {self.half_day}"


class GoalLevel(models.TextChoices):
    """What a proposal aims at, the most important first unless a region orders otherwise."""

    PLACED = "placed", _("Everyone placed, by rank")
    WISHED = "wished_days", _("The half-days wished")
    MOVES = "few_moves", _("Few moves")
    FAIRNESS = "fairness", _("Busy and quiet half-days shared fairly")
    NEIGHBOURS = "neighbourhood", _("Good neighbours")


def usual_levels() -> list[str]:
    return list(GoalLevel.values)


class FloorRulesQuerySet(models.QuerySet["FloorRules"]):
    def visible_to(self, user: User | AnonymousUser) -> "FloorRulesQuerySet":
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(participation__region__in=access.desk_codes)


class FloorRules(models.Model):
    """How a region gives out its stands and runs them during the fair. Missing: all as usual."""

    participation = models.OneToOneField(
        Participation,
        on_delete=models.PROTECT,
        related_name="floor_rules",
        verbose_name=_("region"),
    )
    levels = models.JSONField(_("what counts, in order"), default=usual_levels)
    handover_minutes = models.PositiveSmallIntegerField(
        _("minutes to hand a stand over"),
        default=30,
        validators=[MaxValueValidator(120)],
        help_text=_("Before the end of the half-day, the stand is left for the next exhibitor."),
    )
    handover_note_fr = models.TextField(_("what to leave (French)"), blank=True)
    handover_note_en = models.TextField(_("what to leave (English)"), blank=True)
    absent_after_minutes = models.PositiveSmallIntegerField(
        _("absent after (minutes)"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
        help_text=_("After the half-day has begun; nobody can be marked absent earlier."),
    )
    offer_minutes = models.PositiveSmallIntegerField(
        _("an offered place is kept (minutes)"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(720)],
    )

    objects = FloorRulesQuerySet.as_manager()

    class Meta:
        verbose_name = _("rules of the stands")
        verbose_name_plural = _("rules of the stands")

    def __str__(self) -> str:
        return str(self.participation)


class AllocationRunQuerySet(models.QuerySet["AllocationRun"]):
    def visible_to(self, user: User | AnonymousUser) -> "AllocationRunQuerySet":
        """The national team sees all, a desk its regions'."""
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(participation__region__in=access.desk_codes)


class AllocationRun(models.Model):
    """One proposal by the solver: what it was given, how it went, what it answers, what was used.

    `problem` and `plan` are the solver's plain values, as it reads and writes them; `progress` is
    its last word while it works.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        OPTIMAL = "optimal", _("Proved optimal")
        FEASIBLE = "feasible", _("Found, not proved optimal")
        CANCELLED = "cancelled", _("Stopped")
        FAILED = "failed", _("Failed")

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="allocation_runs", verbose_name=_("edition")
    )
    participation = models.ForeignKey(
        Participation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="allocation_runs",
        verbose_name=_("region"),
        help_text=_("Empty: all regions."),
    )
    job = models.OneToOneField(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="allocation_run"
    )
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="allocation_runs",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("asked for"), default=timezone.now)
    only_gaps = models.BooleanField(
        _("gaps only"), default=False, help_text=_("Nobody who has a stand is moved.")
    )
    time_limit = models.PositiveSmallIntegerField(
        _("time limit (seconds)"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(900)],
    )
    seed = models.PositiveIntegerField(_("seed"), default=1)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.QUEUED
    )
    # The board as it was read: what changed since is told before the proposal is applied.
    serial = models.PositiveIntegerField(default=0, editable=False)
    problem = models.JSONField(default=dict, editable=False)
    plan = models.JSONField(default=dict, editable=False)
    progress = models.JSONField(default=dict, editable=False)
    error = models.TextField(_("what went wrong"), blank=True)
    cancel_asked_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # The steps that applied it, whole or by parts.
    steps: Any = models.ManyToManyField(BoardStep, blank=True, related_name="runs", editable=False)

    objects = AllocationRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed allocation")
        verbose_name_plural = _("proposed allocations")
        indexes: ClassVar = [models.Index(fields=["edition", "at"], name="allocation_runs_by_time")]

    def __str__(self) -> str:
        return f"{self.participation or self.edition} · {self.pk}"

    @property
    def region_code(self) -> str:
        return self.participation.region_id if self.participation else ""
