from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import serializers

from events.serializers.fields import InEditionSerializer, region_code, year
from startups.models import Call, Theme


class ThemeSerializer(serializers.ModelSerializer[Theme]):
    class Meta:
        model = Theme
        fields: ClassVar = ["code", "name", "name_fr", "name_en"]


class CallSerializer(serializers.ModelSerializer[Call]):
    edition = year("participation.edition.year")
    region = region_code()
    is_open = serializers.SerializerMethodField(help_text="Whether one may begin to apply now.")

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
            "places",
            "contact_email",
            "is_published",
        ]

    def get_is_open(self, call: Call) -> bool:
        return call.is_open(timezone.now())


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
            "places",
            "contact_email",
        ]


class NewCallSerializer(InEditionSerializer, CallChangesSerializer):
    region = serializers.CharField(max_length=2, help_text="The region's INSEE code.")

    class Meta(CallChangesSerializer.Meta):
        fields: ClassVar = ["edition", "region", *CallChangesSerializer.Meta.fields]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        attrs.pop("edition")  # its participation says it
        return attrs
