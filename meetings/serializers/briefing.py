from typing import Any, ClassVar

from rest_framework import serializers

from meetings.models import Briefing, Meeting
from pavilion.core.resources import BIGGEST_KEY, VisibleField

LONGEST = 20_000


class BriefingSerializer(serializers.ModelSerializer[Briefing]):
    author_name = serializers.StringRelatedField[Any](source="author")

    class Meta:
        model = Briefing
        fields: ClassVar = [
            "id",
            "meeting",
            "note",
            "talking_points",
            "author",
            "author_name",
            "readers",
            "updated_at",
        ]
        read_only_fields = fields


class ChangedBriefingSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=LONGEST, allow_blank=True, default="")
    talking_points = serializers.CharField(max_length=LONGEST, allow_blank=True, default="")
    readers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY),
        max_length=200,
        required=False,
        help_text="Accounts, of the meeting or of its teams; without it, those named stay.",
    )


class NewBriefingSerializer(ChangedBriefingSerializer):
    meeting = VisibleField(queryset=Meeting.objects.all())
