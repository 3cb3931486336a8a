from typing import ClassVar

from rest_framework import serializers

from events.models import Day, Edition, HalfDay, Participation, Region
from events.serializers.fields import region_code, year


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


class HalfDaySerializer(serializers.ModelSerializer[HalfDay]):
    edition = year()
    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = HalfDay
        fields: ClassVar = ["id", "edition", "day", "part", "starts_at", "ends_at", "name"]
