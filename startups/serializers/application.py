from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from events.models import HalfDay
from events.serializers.fields import half_days_seen_by, region_code, year
from pavilion.core.access import access_of
from pavilion.core.models import Language
from pavilion.core.resources import MomentField, VisibleField, VisibleListField
from startups.columns import TOLD_BY_THE_COMPANY
from startups.models import Application, Call
from startups.operations import PRIVACY_NOTICE_VERSION
from startups.serializers.answer import AnswersField
from startups.siret import clean_siret
from startups.uploads.logos import clean_logo

Status = Application.Status
# Noted while the team examines; a company learns what is decided when it is announced.
UNANNOUNCED = (Status.ELIGIBLE, Status.INELIGIBLE)
# A jury judges the project: it calls nobody, and hears what was decided when companies do.
NOT_FOR_THE_JURY = (
    "siret",
    "siren",
    "address",
    "postcode",
    "technical_notes",
    "needs_accessible_stand",
    "wifi_network",
    "contact_name",
    "contact_role",
    "contact_email",
    "contact_phone",
    "founders",
    "women_founders",
    "decision_reason",
    "waiting_rank",
    "confirm_by",
    "lapsed_at",
)
# The only states whose reason was written for the company.
EXPLAINED = (Status.INCOMPLETE, Status.REJECTED)

WRITTEN_BY_THE_COMPANY = [*TOLD_BY_THE_COMPANY, "wanted_half_days", "privacy_notice_version"]


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    edition = year("call.participation.edition.year")
    region = region_code("call.participation.region_id")
    answers = AnswersField(read_only=True)
    exhibitor = serializers.IntegerField(
        source="exhibitor.pk", read_only=True, allow_null=True, help_text="Once confirmed."
    )

    class Meta:
        model = Application
        fields: ClassVar = [
            "id",
            "call",
            "edition",
            "region",
            "status",
            *WRITTEN_BY_THE_COMPANY,
            "answers",
            "siren",
            "department",
            "naf_code",
            "naf_version",
            "company_check",
            "commitments_at",
            "privacy_notice_at",
            "created_at",
            "updated_at",
            "submitted_at",
            "decided_at",
            "decision_reason",
            "waiting_rank",
            "confirm_by",
            "lapsed_at",
            "correction_due_at",
            "exhibitor",
        ]
        read_only_fields = fields

    def to_representation(self, application: Application) -> dict[str, Any]:
        """A company reads of its own application what it was told, a team everything."""
        shown = super().to_representation(application)
        user = self.context["request"].user
        if access_of(user).sees_desk(application.region_code):
            return shown
        if not application.is_read_as_company(user):
            for name in NOT_FOR_THE_JURY:
                shown[name] = "" if isinstance(shown[name], str) else None
        else:
            if application.status in UNANNOUNCED:
                shown["status"] = Status.SUBMITTED.value
            if application.status not in EXPLAINED:
                shown["decision_reason"] = ""
        return shown


class ApplicationChangesSerializer(serializers.ModelSerializer[Application]):
    """What a company writes, or an organiser corrects for it. What is not sent stays."""

    siret = serializers.CharField(max_length=30, allow_blank=True)
    postcode = serializers.RegexField(
        r"^[0-9]{5}$",
        allow_blank=True,
        error_messages={"invalid": gettext_lazy("A French postcode has five digits.")},
    )
    logo = serializers.FileField(
        allow_null=True,
        help_text="PNG, JPEG or WebP, sent as multipart/form-data; null removes it.",
    )
    privacy_notice_version = serializers.ChoiceField(choices=[PRIVACY_NOTICE_VERSION])
    wanted_half_days = VisibleListField(half_days_seen_by)
    answers = AnswersField(help_text="By question key; those not sent stay.")
    commitments = serializers.BooleanField(help_text="Whether every commitment is made.")
    expected = serializers.DateTimeField(
        help_text="The `updated_at` you read; refused if it changed since."
    )

    class Meta:
        model = Application
        fields: ClassVar = [*WRITTEN_BY_THE_COMPANY, "logo", "answers", "commitments", "expected"]

    def validate_siret(self, typed: str) -> str:
        return clean_siret(typed)

    def validate_logo(self, upload: Any) -> Any:
        return clean_logo(upload) if upload else None

    def validate_wanted_half_days(self, wanted: list[int]) -> list[HalfDay]:
        application = self.instance
        half_days = list(
            HalfDay.objects.filter(
                pk__in=wanted, edition__participations__call__applications=application
            )
        )
        if len(half_days) < len(wanted):
            raise serializers.ValidationError(
                _("Some of these half-days belong to another edition.")
            )
        return half_days


class NewApplicationSerializer(serializers.Serializer[Any]):
    call = VisibleField(queryset=Call.objects.select_related("participation"))
    contact_email = serializers.EmailField()
    language = serializers.ChoiceField(choices=Language.choices, default=Language.FRENCH)
    late_code = serializers.CharField(
        max_length=30, default="", allow_blank=True, help_text="After the closing."
    )


class StartedApplicationSerializer(serializers.ModelSerializer[Application]):
    """A draft and nobody's but its author's: the link to go on left by mail."""

    class Meta:
        model = Application
        fields: ClassVar = ["id", "call", "status", "language", "contact_email"]
        read_only_fields = fields


class CorrectionSerializer(serializers.Serializer[Any]):
    message = serializers.CharField(
        max_length=2000, help_text="What is to be corrected; it stands in the mail to the company."
    )
    due_at = MomentField(
        required=False, allow_null=True, default=None, help_text="Until when, if there is a limit."
    )


class MoreTimeSerializer(serializers.Serializer[Any]):
    due_at = MomentField()
    reason = serializers.CharField(allow_blank=True, max_length=2000, default="")


class RejectionSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=2000, help_text="It stands in the mail to the company."
    )


class WaitingSerializer(serializers.Serializer[Any]):
    rank = serializers.IntegerField(
        min_value=1, max_value=32767, required=False, help_text="Without it: the last."
    )
    reason = serializers.CharField(allow_blank=True, max_length=2000, default="")


class WhySerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000, help_text="Without anybody's name.")
