"""What the API says of plans announced."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.models import HalfDay, Participation
from events.serializers.fields import region_code, year
from pavilion.core.resources import BIGGEST_KEY, VisibleField, VisibleListField
from startups.floor.differences import Difference
from startups.models import Exhibitor, PlanVersion, PublishedAllocation


class PublishedAllocationSerializer(serializers.ModelSerializer[PublishedAllocation]):
    edition = year("half_day.edition.year")
    region = region_code("exhibitor.participation.region_id")
    exhibitor_name = serializers.StringRelatedField[Exhibitor](source="exhibitor")
    stand_number = serializers.CharField(source="stand.number", read_only=True)
    half_day_name = serializers.StringRelatedField[HalfDay](source="half_day")

    class Meta:
        model = PublishedAllocation
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "exhibitor",
            "exhibitor_name",
            "stand",
            "stand_number",
            "half_day",
            "half_day_name",
        ]


class PlanVersionSerializer(serializers.ModelSerializer[PlanVersion]):
    edition = year("participation.edition.year")
    region = region_code()
    exhibitors_concerned = serializers.SerializerMethodField()
    cells = serializers.JSONField(
        read_only=True,
        help_text="The whole plan: {exhibitor: {half-day: stand}}, all by their ids.",
    )
    changes = serializers.JSONField(
        read_only=True,
        help_text="Since the version before: {exhibitor: [cells before, cells after]}.",
    )

    class Meta:
        model = PlanVersion
        fields: ClassVar = [
            "id",
            "participation",
            "edition",
            "region",
            "number",
            "at",
            "by",
            "by_name",
            "note",
            "exhibitors_concerned",
            "cells",
            "changes",
        ]
        read_only_fields: ClassVar = fields

    def get_exhibitors_concerned(self, version: PlanVersion) -> int:
        return len(version.changes)


class AnnounceAllSerializer(serializers.Serializer[Any]):
    """What is announced of several regions as one."""

    participations = VisibleListField(Participation.objects.visible_to, allow_empty=False)
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=2000, default="", help_text="In every mail."
    )
    seen_serial = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=BIGGEST_KEY,
        help_text="Of the preview: refused when the region's plan has changed since.",
    )


class AnnounceSerializer(AnnounceAllSerializer):
    participations = None  # type: ignore[assignment]  # one is named here
    participation = VisibleField(queryset=Participation.objects.all())


class DifferenceSerializer(serializers.Serializer[Any]):
    """What changes for one exhibitor, in words."""

    exhibitor = serializers.IntegerField(source="exhibitor_id")
    is_first = serializers.BooleanField()
    is_last = serializers.BooleanField()
    changes = serializers.ListField(child=serializers.CharField(), source="noted")


class AnnouncedMailSerializer(serializers.Serializer[Any]):
    recipient = serializers.EmailField()
    language = serializers.CharField()
    subject = serializers.CharField()
    body = serializers.CharField()


class AnnouncementSerializer(serializers.Serializer[Any]):
    """What would be announced now."""

    serial = serializers.IntegerField()
    differences = serializers.SerializerMethodField()
    obstacles = serializers.SerializerMethodField()
    mails = AnnouncedMailSerializer(many=True)

    @extend_schema_field(DifferenceSerializer(many=True))
    def get_differences(self, announcement: Any) -> Any:
        found: list[Difference] = [line.difference for line in announcement.lines]
        return DifferenceSerializer(found, many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_obstacles(self, announcement: Any) -> list[str]:
        return [each.sentence for each in announcement.obstacles]
