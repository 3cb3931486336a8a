from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import serializers

from events.serializers.fields import InEditionSerializer, region_code, year
from pavilion.core.access import access_of
from pavilion.core.resources import MomentField
from startups.models import Call, Theme


class ThemeSerializer(serializers.ModelSerializer[Theme]):
    class Meta:
        model = Theme
        fields: ClassVar = ["code", "name", "name_fr", "name_en"]


# How the region decides: for its desk and the national team.
OF_THE_DESK = ("reviews_each", "hides_other_scores", "release_at", "fills_by_itself")


class CallSerializer(serializers.ModelSerializer[Call]):
    edition = year("participation.edition.year")
    region = region_code()
    is_open = serializers.SerializerMethodField(help_text="Whether one may begin to apply now.")
    themes = serializers.PrimaryKeyRelatedField[Theme](
        many=True, read_only=True, help_text="The themes it is limited to; empty: all of them."
    )

    class Meta:
        model = Call
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "text",
            "text_fr",
            "text_en",
            "opens_at",
            "closes_at",
            "is_open",
            "results_at",
            "confirm_within_days",
            "offer_within_days",
            "places",
            "contact_email",
            "is_published",
            "only_head_office",
            "max_age_years",
            "max_headcount",
            "max_revenue",
            "only_first_participation",
            "themes",
            "charter_fr",
            "charter_en",
            "charter_version",
            "advantage",
            "badge_quota",
            *OF_THE_DESK,
            "released_at",
        ]
        extra_kwargs: ClassVar = {
            name: {"read_only": True, "allow_null": True, "help_text": "For the desk; else null."}
            for name in OF_THE_DESK
        }

    def get_is_open(self, call: Call) -> bool:
        return call.is_open(timezone.now())

    def to_representation(self, call: Call) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(call)
        access = access_of(self.context["request"].user)
        if not (access.is_national or call.region_code in access.desk_codes):
            shown |= dict.fromkeys(OF_THE_DESK)
        return shown


class CallChangesSerializer(serializers.ModelSerializer[Call]):
    """What a team writes. Publishing is an operation of its own."""

    class Meta:
        model = Call
        fields: ClassVar = [
            "text_fr",
            "text_en",
            "opens_at",
            "closes_at",
            "grace_minutes",
            "results_at",
            "confirm_within_days",
            "offer_within_days",
            "places",
            "contact_email",
            "only_head_office",
            "max_age_years",
            "max_headcount",
            "max_revenue",
            "only_first_participation",
            "themes",
            "charter_fr",
            "charter_en",
            "advantage",
            "badge_quota",
            *OF_THE_DESK,
        ]


class NewCallSerializer(InEditionSerializer, CallChangesSerializer):
    region = serializers.CharField(max_length=2, help_text="The region's INSEE code.")

    class Meta(CallChangesSerializer.Meta):
        fields: ClassVar = ["edition", "region", *CallChangesSerializer.Meta.fields]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        attrs.pop("edition")  # its participation says it
        return attrs


class CallCopySerializer(InEditionSerializer):
    """For whom the copy is, and when it is open."""

    region = serializers.CharField(max_length=2, help_text="The region's INSEE code.")
    opens_at = MomentField()
    closes_at = MomentField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        attrs.pop("edition")  # its participation says it
        return attrs
