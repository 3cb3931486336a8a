from math import isfinite
from typing import Any, ClassVar

from rest_framework import serializers

from events.models import Hall, Level, Room, Stand, Zone
from events.serializers.fields import (
    EditionField,
    PlacedField,
    participation_of,
    region_code,
    year,
)


def zone_field() -> PlacedField:
    zones = Zone.objects.select_related("participation", "level__hall__edition")
    return PlacedField(zones, "level__hall__edition")


class OutlineField(serializers.ListField):
    """Corners as [x, y] pairs, in metres."""

    child = serializers.ListField(
        child=serializers.FloatField(min_value=-10_000, max_value=10_000),
        min_length=2,
        max_length=2,
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=500, **options)

    def to_internal_value(self, data: Any) -> list[list[float]]:
        corners: list[list[float]] = super().to_internal_value(data)
        # "nan" is a number to Python, lies between any bounds, and is no JSON.
        if not all(isfinite(number) for corner in corners for number in corner):
            self.fail("not_a_list", input_type="nan")
        return corners


class HallSerializer(serializers.ModelSerializer[Hall]):
    edition = year()

    class Meta:
        model = Hall
        fields: ClassVar = ["id", "edition", "name", "name_fr", "name_en"]


class NewHallSerializer(HallSerializer):
    edition = EditionField()  # type: ignore[assignment]  # read as a year, written as one

    class Meta(HallSerializer.Meta):
        validators: ClassVar[list[Any]] = []


class LevelSerializer(serializers.ModelSerializer[Level]):
    hall = PlacedField(Hall.objects.all(), "edition")

    class Meta:
        model = Level
        fields: ClassVar = ["id", "hall", "number", "width", "depth"]
        # The operation refuses what is taken, and names it.
        validators: ClassVar[list[Any]] = []


class AisleSerializer(serializers.Serializer[Any]):
    first = serializers.IntegerField()
    second = serializers.IntegerField()
    width = serializers.FloatField(help_text="In metres.")
    corners = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))


class WarningSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    stands = serializers.ListField(child=serializers.IntegerField())
    text = serializers.CharField()


class SurveySerializer(serializers.Serializer[Any]):
    """What the drawing of a level says by itself; stands by their keys."""

    beside = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="Pairs that stand side by side or back to back.",
    )
    aisles = AisleSerializer(many=True)
    warnings = WarningSerializer(many=True)


class ZoneSerializer(serializers.ModelSerializer[Zone]):
    region = region_code()
    outline = OutlineField(read_only=True)

    class Meta:
        model = Zone
        fields: ClassVar = [
            "id",
            "level",
            "region",
            "name",
            "name_fr",
            "name_en",
            "outline",
            "revision",
        ]


class ZoneChangesSerializer(serializers.ModelSerializer[Zone]):
    """What may change of a zone; its level does not: its stands are drawn there."""

    region = serializers.CharField(
        max_length=2,
        allow_null=True,
        required=False,
        help_text="The region's INSEE code; null for an area shared by all.",
    )
    outline = OutlineField(required=False)

    class Meta:
        model = Zone
        fields: ClassVar = ["region", "name_fr", "name_en", "outline"]
        validators: ClassVar[list[Any]] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if "region" in attrs:
            code = attrs.pop("region")
            level = attrs["level"] if self.instance is None else self.instance.level
            attrs["participation"] = participation_of(level.hall.edition, code) if code else None
        return attrs


class NewZoneSerializer(ZoneChangesSerializer):
    level = PlacedField(Level.objects.select_related("hall__edition"), "hall__edition")

    class Meta(ZoneChangesSerializer.Meta):
        fields: ClassVar = ["level", *ZoneChangesSerializer.Meta.fields]


class StandSerializer(serializers.ModelSerializer[Stand]):
    """A stand; sent back, its zone and number make a new one."""

    edition = year()
    region = region_code("zone.participation.region_id")
    zone = zone_field()

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
            "revision",
        ]
        read_only_fields: ClassVar = ["revision"]


class RoomSerializer(serializers.ModelSerializer[Room]):
    """A room; sent back, its zone and name make a new one."""

    edition = year()
    region = region_code("zone.participation.region_id")
    zone = zone_field()

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
