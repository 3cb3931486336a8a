from typing import Any, ClassVar

from rest_framework import serializers

from meetings.models import Stop, Visit
from pavilion.core.resources import BIGGEST_KEY


class StopSerializer(serializers.ModelSerializer[Stop]):
    stand_number = serializers.CharField(source="stand.number", read_only=True)

    class Meta:
        model = Stop
        fields: ClassVar = ["position", "stand", "stand_number", "starts_at", "minutes", "note"]
        read_only_fields = fields


class VisitSerializer(serializers.ModelSerializer[Visit]):
    stops = StopSerializer(many=True, read_only=True)

    class Meta:
        model = Visit
        fields: ClassVar = ["id", "meeting", "headcount", "meeting_point", "stops"]
        read_only_fields = fields


class PlannedStopSerializer(serializers.Serializer[Any]):
    stand = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY, source="stand_id")
    minutes = serializers.IntegerField(min_value=1, max_value=120, default=5)
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class PlannedVisitSerializer(serializers.Serializer[Any]):
    stops = serializers.ListField(child=PlannedStopSerializer(), max_length=60)
    headcount = serializers.IntegerField(min_value=1, max_value=1000, default=10)
    meeting_point = serializers.CharField(max_length=150, allow_blank=True, default="")
