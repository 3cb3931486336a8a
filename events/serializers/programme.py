from typing import ClassVar

from rest_framework import serializers

from events.models import Room, Session
from events.serializers.fields import InEditionSerializer, region_code, year
from pavilion.core.resources import PeriodSerializer, VisibleField


class SessionSerializer(serializers.ModelSerializer[Session]):
    edition = year()
    region = region_code()
    room_name = serializers.CharField(source="room.name", read_only=True)

    class Meta:
        model = Session
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "room",
            "room_name",
            "kind",
            "state",
            "title",
            "title_fr",
            "title_en",
            "summary",
            "summary_fr",
            "summary_en",
            "starts_at",
            "ends_at",
        ]


class NewSessionSerializer(InEditionSerializer, PeriodSerializer):
    room = VisibleField(queryset=Room.objects.all())
    kind = serializers.ChoiceField(choices=Session.Kind.choices)
    title_fr = serializers.CharField(max_length=150)
    title_en = serializers.CharField(max_length=150, allow_blank=True, default="")
    summary_fr = serializers.CharField(max_length=5000, allow_blank=True, default="")
    summary_en = serializers.CharField(max_length=5000, allow_blank=True, default="")


class RescheduledSessionSerializer(PeriodSerializer):
    room = VisibleField(
        queryset=Room.objects.all(), required=False, help_text="Without it, the room stays."
    )
