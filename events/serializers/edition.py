from typing import Any, ClassVar

from rest_framework import serializers

from events.models import Day, Edition, HalfDay, Participation, Region
from events.serializers.fields import EditionField, region_code, year


class EditionSerializer(serializers.ModelSerializer[Edition]):
    class Meta:
        model = Edition
        fields: ClassVar = [
            "year",
            "name",
            "starts_on",
            "ends_on",
            "venue_name",
            "venue_address",
            "is_published",
        ]
        # The operation refuses a year that is taken, and names its edition.
        extra_kwargs: ClassVar = {"year": {"validators": [], "min_value": 1900, "max_value": 2999}}


class RegionSerializer(serializers.ModelSerializer[Region]):
    departments = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Region
        fields: ClassVar = [
            "code",
            "name",
            "display_name",
            "short_code",
            "colour",
            "capital",
            "executive_title",
            "departments",
            "is_overseas",
        ]


class ParticipationSerializer(serializers.ModelSerializer[Participation]):
    edition = year()
    region = region_code("region_id")
    region_name = serializers.CharField(source="region.display_name", read_only=True)

    class Meta:
        model = Participation
        fields: ClassVar = ["id", "edition", "region", "region_name", "floor_area"]


class NewParticipationSerializer(serializers.ModelSerializer[Participation]):
    edition = EditionField()
    region = serializers.PrimaryKeyRelatedField(
        queryset=Region.objects.all(), help_text="The region's INSEE code."
    )

    class Meta:
        model = Participation
        fields: ClassVar = ["edition", "region", "contact_email", "floor_area"]
        validators: ClassVar[list[Any]] = []


class DaySerializer(serializers.ModelSerializer[Day]):
    edition = year()

    class Meta:
        model = Day
        fields: ClassVar = [
            "id",
            "edition",
            "date",
            "public",
            "exhibitor_access_at",
            "opens_at",
            "closes_at",
        ]


class NewDaySerializer(DaySerializer):
    """A day; its half-days come with it."""

    edition = EditionField()  # type: ignore[assignment]  # read as a year, written as one

    class Meta(DaySerializer.Meta):
        validators: ClassVar[list[Any]] = []


class HalfDaySerializer(serializers.ModelSerializer[HalfDay]):
    edition = year()
    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = HalfDay
        fields: ClassVar = ["id", "edition", "day", "part", "pace", "starts_at", "ends_at", "name"]
        read_only_fields: ClassVar = ["day", "part", "starts_at", "ends_at"]
