import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Edition, Participation, Room, Stand
from meetings.models.office import Office, OfficeHolder, held_then
from meetings.models.people import Person
from meetings.models.request import MeetingRequest
from pavilion.core import tokens
from pavilion.core.access import access_of
from pavilion.core.languages import localized
from pavilion.core.models import User


def new_uid() -> str:
    """A meeting's name for life in every calendar (RFC 7986 §5.3: it identifies nobody)."""
    return f"{uuid.uuid4()}@pavilion"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def live(self) -> "MeetingQuerySet":
        """Those that hold their time: pencilled or confirmed."""
        return self.filter(status__in=[Meeting.Status.OPTION, Meeting.Status.CONFIRMED])

    def visible_to(self, user: User | AnonymousUser) -> "MeetingQuerySet":
        """A desk sees its region's meetings and those its people attend; a delegate theirs.

        They attend by name, or as whoever holds the office expected on that day.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        access = access_of(user)
        if access.is_national:
            return self
        theirs = Person.objects.filter(Q(user=user) | Q(region__in=access.desk_codes)).values("pk")
        present = Participant.objects.present()
        by_name = present.filter(person__in=theirs)
        by_office = present.filter(
            held_then("office__holders__", "meeting__starts_at"), office__holders__person__in=theirs
        )
        return self.filter(
            Q(participation__region__in=access.desk_codes)
            | Q(pk__in=by_name.values("meeting"))
            | Q(pk__in=by_office.values("meeting"))
        )


class Meeting(models.Model):
    """Something that brings people together at one place and time.

    Only operations change it: they raise `sequence` (RFC 5546 §2.1.4), tell the participants, and
    keep occupations and calendars in step.
    """

    class Status(models.TextChoices):
        OPTION = "option", _("Option")
        CONFIRMED = "confirmed", _("Confirmed")
        HELD = "held", _("Held")
        NOT_HELD = "not_held", _("Not held")
        CANCELLED = "cancelled", _("Cancelled")

    class Format(models.TextChoices):
        BILATERAL = "bilateral", _("Bilateral meeting")
        DELEGATION = "delegation_meeting", _("Delegation meeting")
        ROUND_TABLE = "round_table", _("Round table")
        WORKING_LUNCH = "working_lunch", _("Working lunch")
        STAND_STOP = "stand_stop", _("Stop at a stand")
        WALK_THROUGH = "walkthrough", _("Official visit")
        INAUGURATION = "inauguration", _("Inauguration")
        SIGNING = "signing", _("Signing of an agreement")
        PRESS_POINT = "press_point", _("Press point")
        DEMO = "demo", _("Demonstration")

    class Press(models.TextChoices):
        CLOSED = "closed", _("Closed to the press")
        PHOTO = "photo", _("Pictures at the beginning")
        POOL = "pool", _("Press pool")
        OPEN = "open", _("Open to the press")

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("edition")
    )
    request = models.ForeignKey(
        MeetingRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("request"),
    )
    participation = models.ForeignKey(
        Participation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("region"),
        help_text=_("Empty: the national team's."),
    )
    uid = models.CharField(max_length=80, unique=True, default=new_uid, editable=False)
    sequence = models.PositiveIntegerField(_("sequence"), default=0, editable=False)
    # The sequence since which it is at its present time: an older answer was to another time.
    time_sequence = models.PositiveIntegerField(default=0, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.OPTION
    )
    # What a cancelled meeting was, for it to be that again when reinstated.
    status_before = models.CharField(
        max_length=10, choices=Status.choices, blank=True, editable=False
    )
    format = models.CharField(
        _("format"), max_length=20, choices=Format.choices, default=Format.BILATERAL
    )
    subject_fr = models.CharField(_("subject (French)"), max_length=150)
    subject_en = models.CharField(_("subject (English)"), max_length=150, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    buffer_minutes = models.PositiveSmallIntegerField(
        _("buffer (minutes)"), default=10, help_text=_("Kept free before and after.")
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("room"),
    )
    stand = models.ForeignKey(
        Stand,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("stand"),
    )
    place = models.CharField(
        _("other place"), max_length=150, blank=True, help_text=_("When neither room nor stand.")
    )
    travel_minutes = models.PositiveSmallIntegerField(
        _("travel (minutes)"),
        default=0,
        help_text=_(
            "To a place outside and back: everybody is busy that much longer before and after."
        ),
    )
    meeting_point = models.CharField(_("meeting point"), max_length=150, blank=True)
    meeting_point_minutes = models.PositiveSmallIntegerField(
        _("at the meeting point, minutes before"), default=10
    )
    press = models.CharField(_("press"), max_length=10, choices=Press.choices, default=Press.CLOSED)
    languages = models.CharField(
        _("languages"), max_length=60, blank=True, help_text=_("And who interprets, if anybody.")
    )
    photographer = models.CharField(_("photographer"), max_length=100, blank=True)
    # Whether the decline of somebody required asks the next of the delegation's substitutes.
    asks_substitutes = models.BooleanField(_("ask substitutes"), default=True)
    contact_name = models.CharField(_("contact on site"), max_length=150, blank=True)
    contact_phone = models.CharField(_("contact's telephone"), max_length=30, blank=True)
    internal_note = models.TextField(
        _("internal note"), blank=True, help_text=_("Never in a calendar nor in a mail.")
    )
    outside_hours_reason = models.CharField(
        _("reason for being outside opening hours"), max_length=200, blank=True
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("created by"),
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="meeting_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="meeting_is_in_a_room_or_at_a_stand",
                condition=Q(room__isnull=True) | Q(stand__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["edition", "starts_at"], name="meeting_of_edition"),
            models.Index(fields=["status", "starts_at"], name="meeting_by_status"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        return localized(self, "subject")

    @property
    def region_code(self) -> str:
        """The region whose meeting it is; empty for the national team."""
        return self.participation.region_id if self.participation else ""

    @property
    def is_live(self) -> bool:
        return self.status in (Meeting.Status.OPTION, Meeting.Status.CONFIRMED)

    @property
    def occupied_from(self) -> datetime:
        return self.starts_at - self._margin

    @property
    def occupied_until(self) -> datetime:
        return self.ends_at + self._margin

    @property
    def _margin(self) -> timedelta:
        return timedelta(minutes=max(self.buffer_minutes, self.travel_minutes))


# What the order of precedence reads: the offices people hold, and who holds those expected.
RANKS = (
    models.Prefetch("person__offices_held", OfficeHolder.objects.select_related("office")),
    "office__holders",
)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def ranked(self) -> "ParticipantQuerySet":
        """With all that names them and puts them in order: two queries more, however many."""
        return self.select_related("person", "office").prefetch_related(*RANKS)

    def present(self) -> "ParticipantQuerySet":
        return self.filter(removed_at__isnull=True)

    def visible_to(self, user: User | AnonymousUser) -> "ParticipantQuerySet":
        """Whoever sees the meeting sees who takes part."""
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class Participant(models.Model):
    """A person or an office expected at a meeting, and what they answered."""

    class Answer(models.TextChoices):
        NEEDS_ACTION = "needs-action", _("No answer yet")
        ACCEPTED = "accepted", _("Accepted")
        TENTATIVE = "tentative", _("Perhaps")
        DECLINED = "declined", _("Declined")
        DELEGATED = "delegated", _("Delegated")

    class Channel(models.TextChoices):
        LINK = "link", _("Link")
        MAIL = "mail", _("Mail reply")
        PHONE = "phone", _("Telephone")
        API = "api", _("API")

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="participants", verbose_name=_("meeting")
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("person"),
    )
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("office"),
    )
    is_required = models.BooleanField(_("required"), default=True)
    either_of = models.CharField(
        _("one of"),
        max_length=20,
        blank=True,
        help_text=_("Among those with the same word here, one is enough."),
    )
    stands_in_for = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stand_ins",
        verbose_name=_("stands in for"),
    )
    keeps_rank = models.BooleanField(
        _("in the place of whom they stand in for"), default=False, editable=False
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    position_reason = models.CharField(_("reason for the order"), max_length=200, blank=True)
    answer = models.CharField(
        _("answer"), max_length=12, choices=Answer.choices, default=Answer.NEEDS_ACTION
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=150, blank=True)
    answered_via = models.CharField(
        _("answered through"), max_length=5, choices=Channel.choices, blank=True
    )
    comment = models.CharField(_("comment"), max_length=1000, blank=True)
    # What they answered for the time that their last message tells, while the meeting is at
    # another: it counts again should the meeting return before they heard of that.
    answer_before = models.JSONField(default=dict, blank=True, editable=False)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    invited_sequence = models.PositiveIntegerField(
        _("last sequence sent"), null=True, blank=True, editable=False
    )
    # Of the last reply by mail that counted: an older one changes nothing (RFC 5546 §2.1.5).
    answered_sequence = models.PositiveIntegerField(null=True, blank=True, editable=False)
    answered_stamp = models.DateTimeField(null=True, blank=True, editable=False)
    # Part of the organiser's address in their invitations: who replies to it holds the invitation.
    mail_token = models.CharField(
        max_length=26, unique=True, default=tokens.new_mail_token, editable=False
    )
    public_id = models.CharField(
        max_length=22, unique=True, default=tokens.new_public_id, editable=False
    )
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="participant_is_a_person_or_an_office",
                condition=Q(person__isnull=False, office__isnull=True)
                | Q(person__isnull=True, office__isnull=False),
            ),
            models.UniqueConstraint(name="person_takes_part_once", fields=["meeting", "person"]),
            models.UniqueConstraint(name="office_takes_part_once", fields=["meeting", "office"]),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "removed_at"], name="participant_person")
        ]

    def __str__(self) -> str:
        return str(self.person or self.office)

    def get_absolute_url(self) -> str:
        """Where they (or their secretariat) answer, without an account."""
        return reverse("meetings:answer", args=[self.token])

    @property
    def email(self) -> str:
        return self.person.email if self.person else self.office.email if self.office else ""

    @property
    def language(self) -> str:
        holder = self.person or self.office
        return holder.language if holder else "fr"

    @property
    def token(self) -> str:
        return tokens.make("answer", self.public_id, self.link_version)
