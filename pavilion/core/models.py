from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from pavilion.core import tokens
from pavilion.core.access import Role, access_of

# What is due for longer does not leave as it should.
LATE = timedelta(minutes=10)


class Language(models.TextChoices):
    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, by e-mail. What they may do follows from their memberships."""

    email = models.EmailField(_("e-mail address"))
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.FRENCH
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("organiser"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_user_per_email",
                violation_error_message=_("Somebody already uses this e-mail address."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end with the address they were opened with, as they do with the password.

        Django's own, with the address in it: its two public methods both come through here.
        """
        opened_with = f"{self.password} {self.email}"
        return salted_hmac(
            "pavilion.session", opened_with, secret=secret, algorithm="sha256"
        ).hexdigest()


class Membership(models.Model):
    """A user's role in a regional team, or in the national team when the code is empty."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    region_code = models.CharField(
        _("region"), max_length=2, blank=True, help_text=_("Empty: the national team.")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)

    class Meta:
        verbose_name = _("team membership")
        verbose_name_plural = _("team memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_role_per_team", fields=["user", "region_code"]),
            models.CheckConstraint(
                name="national_team_has_managers_and_readers",
                condition=~Q(region_code="", role=Role.REVIEWER),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.region_code or _('national team')} · {self.get_role_display()}"


def job_path(job: "Job", filename: str) -> str:
    suffix = filename.rsplit(".", 1)[-1].lower()[:5] if "." in filename else "bin"
    return f"jobs/{tokens.new_public_id()}.{suffix}"


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def unclaimed(self, now: datetime) -> "OutboxMessageQuerySet":
        """Not in the hands of a worker."""
        return self.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))

    def due(self, now: datetime) -> "OutboxMessageQuerySet":
        """Ready to leave and of use; within a thread the newest, once no worker has an older."""
        leaving = OutboxMessage.objects.filter(
            thread=OuterRef("thread"),
            pk__lt=OuterRef("pk"),
            state=OutboxMessage.State.QUEUED,
            claimed_until__gte=now,
        )
        return (
            self.unclaimed(now)
            .exclude(_is_stale(now))
            .filter(Q(thread="") | ~Exists(leaving))
            .filter(state=OutboxMessage.State.QUEUED, send_after__lte=now)
        )

    def stale(self, now: datetime) -> "OutboxMessageQuerySet":
        """Waiting, and no longer of use: what they speak of is over, or a newer one tells it."""
        waiting = [OutboxMessage.State.HELD, OutboxMessage.State.QUEUED]
        return self.unclaimed(now).filter(_is_stale(now), state__in=waiting)

    def visible_to(self, user: User | AnonymousUser) -> "OutboxMessageQuerySet":
        """The national team sees every message, a region's desk its own but for personal links."""
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(region_code__in=access.desk_codes).exclude(
            kind__endswith=OutboxMessage.PERSONAL_LINK
        )


class OutboxMessage(models.Model):
    """One e-mail to one person, promised in the transaction of the change it announces."""

    # How a kind ends that carries nothing but somebody's own key. That they asked for it, maybe
    # for a draft nobody has read yet, is between them and the service.
    PERSONAL_LINK = ".link"

    class State(models.TextChoices):
        HELD = "held", _("Waiting for approval")
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not sent")
        BOUNCED = "bounced", _("Came back")

    kind = models.CharField(_("kind"), max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    region_code = models.CharField(_("region"), max_length=2, blank=True)
    recipient = models.EmailField(_("recipient"))
    recipient_name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    ics = models.TextField(_("calendar part"), blank=True)
    ics_method = models.CharField(_("calendar method"), max_length=15, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=250, unique=True)
    in_reply_to = models.CharField(_("In-Reply-To"), max_length=250, blank=True)
    # Messages of one thread follow each other: the newest makes the older ones useless.
    thread = models.CharField(max_length=150, blank=True, editable=False)
    # What the message says, for the next of its thread to say what has changed since.
    told = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    send_after = models.DateTimeField(_("not before"), default=timezone.now)
    expires_at = models.DateTimeField(_("of no use after"), null=True, blank=True)
    claim = models.UUIDField(null=True, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True)
    # Who did what it announces: told when it comes back. Empty: the system.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("announces what was done by"),
    )
    # Whom it comes from, when not the service itself: the organiser that an invitation names.
    sender = models.EmailField(blank=True, editable=False)
    # Further headers by name, as List-Unsubscribe.
    headers = models.JSONField(default=dict, editable=False)
    # The recipient's domain, for its own pace.
    domain = models.CharField(max_length=255, blank=True, editable=False)
    # It cannot wait: neither for other changes of the same thing nor for the morning.
    is_urgent = models.BooleanField(_("urgent"), default=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    resends = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="resent_as",
        verbose_name=_("sends again"),
    )

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("outbox")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sent_message_has_its_time",
                condition=Q(state__in=["sent", "bounced"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "bounced"]) & Q(sent_at__isnull=True)),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "is_urgent", "send_after"], name="outbox_next"),
            models.Index(fields=["claim"], name="outbox_claim"),
            models.Index(fields=["domain", "sent_at"], name="outbox_pace"),
            models.Index(fields=["thread"], name="outbox_thread"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def may_have_left(self) -> bool:
        """It was sent, or a worker has tried: only its relay knows."""
        gone = (self.State.SENT, self.State.BOUNCED)
        return self.state in gone or self.claim is not None or self.attempts > 0


def is_late(now: datetime) -> Q:
    """Should have left by now: no worker lives, or the relay wants nothing from us."""
    since = now - LATE
    is_refused = Q(created_at__lte=since, attempts=0) & ~Q(last_error="")
    return Q(state=OutboxMessage.State.QUEUED) & (Q(send_after__lte=since) | is_refused)


def _is_stale(now: datetime) -> Q:
    newer = OutboxMessage.objects.filter(thread=OuterRef("thread"), pk__gt=OuterRef("pk"))
    return Q(expires_at__lte=now, expires_at__isnull=False) | (~Q(thread="") & Q(Exists(newer)))


class MailPolicyQuerySet(models.QuerySet["MailPolicy"]):
    def visible_to(self, user: User | AnonymousUser) -> "MailPolicyQuerySet":
        """The national team's to set."""
        return self if access_of(user).is_national else self.none()


class MailPolicy(models.Model):
    """What the national team decided for one kind of message; without a row, the kind's default."""

    class Approval(models.TextChoices):
        DEFAULT = "default", _("As planned for this kind")
        ALWAYS = "always", _("Always waits for approval")
        NEVER = "never", _("Leaves by itself")

    kind = models.CharField(_("kind"), max_length=60, unique=True)
    approval = models.CharField(
        _("approval"), max_length=10, choices=Approval.choices, default=Approval.DEFAULT
    )
    keeps_quiet = models.BooleanField(_("waits for the morning"), default=True)

    objects = MailPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail policy")
        verbose_name_plural = _("mail policies")

    def __str__(self) -> str:
        return self.kind


class ActivityEntryQuerySet(models.QuerySet["ActivityEntry"]):
    def about(self, target: models.Model) -> "ActivityEntryQuerySet":
        return self.filter(
            target_type=ContentType.objects.get_for_model(target), target_id=target.pk
        )

    def visible_to(self, user: User | AnonymousUser) -> "ActivityEntryQuerySet":
        """The national team sees everything, a region's desk its own."""
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(region_code__in=access.desk_codes)


class ActivityEntry(models.Model):
    """Who did what to what, when and why. Written by operations, never changed."""

    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who"),
    )
    by_name = models.CharField(_("in the name of"), max_length=150, blank=True)
    verb = models.CharField(_("what"), max_length=60)
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    # Text, since some keys are: regions and themes have codes.
    target_id = models.CharField(max_length=64)
    target = GenericForeignKey("target_type", "target_id")
    target_label = models.CharField(_("about"), max_length=250)
    region_code = models.CharField(_("region"), max_length=2, blank=True)
    reason = models.TextField(_("why"), blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)

    objects = ActivityEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activity log")
        indexes: ClassVar = [
            models.Index(fields=["target_type", "target_id", "at"], name="activity_of_target"),
            models.Index(fields=["region_code", "at"], name="activity_of_region"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} · {self.target_label}"


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User | AnonymousUser) -> "JobQuerySet":
        """The national team sees every team's, others their own while that region's desk is theirs.

        One without a region may hold what several desks see: it is for those who have several.
        """
        access = access_of(user)
        if isinstance(user, AnonymousUser):
            return self.none()
        if access.is_national:
            return self
        codes = [*access.desk_codes, ""] if len(access.desk_codes) > 1 else access.desk_codes
        return self.filter(by=user, region_code__in=codes)


class Job(models.Model):
    """Work that takes longer than a click: done by a worker, its progress on a page."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting for a worker")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    # A name registered in `pavilion.core.jobs`.
    kind = models.CharField(_("kind"), max_length=40)
    label = models.CharField(_("what"), max_length=250)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who"),
    )
    region_code = models.CharField(_("region"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    # What its function needs, and what it gives back: counts, problems, where to go on.
    arguments = models.JSONField(default=dict, editable=False)
    result = models.JSONField(_("result"), default=dict)
    file = models.FileField(_("file"), upload_to=job_path, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    total = models.PositiveIntegerField(_("to do"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    started_at = models.DateTimeField(_("begun"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes: ClassVar = [models.Index(fields=["state", "claimed_until"], name="job_due")]

    def __str__(self) -> str:
        return self.label


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: User | AnonymousUser) -> "SavedFilterQuerySet":
        """One's own, whoever one is."""
        return self.none() if isinstance(user, AnonymousUser) else self.filter(user=user)


class SavedFilter(models.Model):
    """A list as somebody filters it again and again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_filters",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=80)
    # The list, as in "startups.application", and the query that narrows it.
    model = models.CharField(_("list"), max_length=60)
    query = models.CharField(_("filter"), max_length=1000)
    created_at = models.DateTimeField(_("saved"), default=timezone.now)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_saved_filter_per_name", fields=["user", "model", "name"]
            )
        ]

    def __str__(self) -> str:
        return self.name
