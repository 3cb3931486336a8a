from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from events.models import Room, Stand
from events.serializers.fields import InEditionSerializer, region_code, year
from meetings.models import Meeting, MeetingRequest, Office, Person, RequestWindow
from pavilion.core.resources import MomentField, PeriodSerializer, VisibleField, VisibleListField

Windows = list[dict[str, Any]]


class WindowSerializer(serializers.ModelSerializer[RequestWindow]):
    class Meta:
        model = RequestWindow
        fields: ClassVar = ["starts_at", "ends_at"]
        read_only_fields = fields


class RequestSerializer(serializers.ModelSerializer[MeetingRequest]):
    edition = year()
    region = region_code()
    office_name = serializers.StringRelatedField[Office](source="office")
    people = serializers.PrimaryKeyRelatedField[Person](many=True, read_only=True)
    windows = WindowSerializer(many=True, read_only=True)
    meetings = serializers.PrimaryKeyRelatedField[Meeting](
        many=True, read_only=True, help_text="What came of it."
    )

    class Meta:
        model = MeetingRequest
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "office",
            "office_name",
            "people",
            "subject",
            "subject_fr",
            "subject_en",
            "why",
            "format",
            "minutes",
            "priority",
            "windows",
            "status",
            "reason",
            "created_at",
            "meetings",
        ]
        read_only_fields = fields


class _WantedSerializer(serializers.Serializer[Any]):
    subject_en = serializers.CharField(max_length=150, allow_blank=True, required=False)
    why = serializers.CharField(max_length=5000, allow_blank=True, required=False)
    format = serializers.ChoiceField(choices=Meeting.Format.choices, required=False)
    minutes = serializers.IntegerField(
        min_value=5, max_value=720, required=False, help_text="Without it: as its format has."
    )
    priority = serializers.ChoiceField(choices=MeetingRequest.Priority.choices, required=False)
    people = VisibleListField(Person.objects.visible_to, required=False, help_text="For whom.")
    windows = serializers.ListField(
        child=PeriodSerializer(), max_length=20, required=False, help_text="When it could be."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if "people" in attrs:
            attrs["person_ids"] = attrs.pop("people")
        if "windows" in attrs:
            attrs["windows"] = [(each["starts_at"], each["ends_at"]) for each in attrs["windows"]]
        return attrs


class NewRequestSerializer(_WantedSerializer, InEditionSerializer):
    """For whom, why and when a region would like to meet an office."""

    office = VisibleField(queryset=Office.objects.all())
    subject_fr = serializers.CharField(max_length=150)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        attrs["office_id"] = attrs.pop("office").pk
        return attrs


class RequestChangesSerializer(_WantedSerializer):
    office = VisibleField(queryset=Office.objects.all(), required=False)
    subject_fr = serializers.CharField(max_length=150, required=False)


class RequestReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class PlannedRequestSerializer(serializers.Serializer[Any]):
    """When and where; the rest is what the request says."""

    starts_at = MomentField()
    ends_at = MomentField(required=False)
    room = VisibleField(queryset=Room.objects.all(), required=False, allow_null=True)
    stand = VisibleField(queryset=Stand.objects.all(), required=False, allow_null=True)
    place = serializers.CharField(max_length=150, required=False, allow_blank=True)
    buffer_minutes = serializers.IntegerField(min_value=0, max_value=240, required=False)
    outside_hours_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "ends_at" in attrs and attrs["ends_at"] <= attrs["starts_at"]:
            raise serializers.ValidationError({"ends_at": _("The end must come after the start.")})
        return attrs
