from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from events.models import Edition, Hall, Level, Room, Stand, Zone
from events.serializers.fields import region_code, year


class ZoneField(serializers.PrimaryKeyRelatedField[Zone]):
    """A zone on a plan the reader may see."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Zone.objects.all(), **options)

    def get_queryset(self) -> QuerySet[Zone]:
        editions = Edition.objects.visible_to(self.context["request"].user)
        zones = Zone.objects.select_related("participation", "level__hall__edition")
        return zones.filter(level__hall__edition__in=editions)


class HallSerializer(serializers.ModelSerializer[Hall]):
    edition = year()

    class Meta:
        model = Hall
        fields: ClassVar = ["id", "edition", "name", "name_fr", "name_en"]


class LevelSerializer(serializers.ModelSerializer[Level]):
    class Meta:
        model = Level
        fields: ClassVar = ["id", "hall", "number", "width", "depth"]


class ZoneSerializer(serializers.ModelSerializer[Zone]):
    region = region_code()
    outline = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()), read_only=True
    )

    class Meta:
        model = Zone
        fields: ClassVar = ["id", "level", "region", "name", "name_fr", "name_en", "outline"]


class StandSerializer(serializers.ModelSerializer[Stand]):
    """A stand; sent back, its zone and number make a new one."""

    edition = year()
    region = region_code("zone.participation.region_id")
    zone = ZoneField()

    class Meta:
        model = Stand
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "zone",
            "number",
            "kind",
            "x",
            "y",
            "width",
            "depth",
            "rotation",
            "power_watts",
            "has_screen",
            "has_wired_network",
            "has_storage",
            "has_water",
            "max_load",
            "is_accessible",
            "is_open",
        ]


class RoomSerializer(serializers.ModelSerializer[Room]):
    edition = year()
    region = region_code("zone.participation.region_id")

    class Meta:
        model = Room
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "zone",
            "kind",
            "name",
            "name_fr",
            "name_en",
            "capacity",
            "x",
            "y",
            "width",
            "depth",
        ]
