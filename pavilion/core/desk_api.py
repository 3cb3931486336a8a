"""The API's door to the activity log: who did what."""

from typing import Any, ClassVar

from django_filters import rest_framework as filters
from rest_framework import serializers

from pavilion.core.models import ActivityEntry
from pavilion.core.resources import Filters, ReadResource


class ActivitySerializer(serializers.ModelSerializer[ActivityEntry]):
    by = serializers.SerializerMethodField(
        help_text="The account's name, or in whose name; empty for the system itself."
    )
    target_type = serializers.SerializerMethodField(help_text="As in “meetings.meeting”.")
    before = serializers.DictField(read_only=True)
    after = serializers.DictField(read_only=True)

    class Meta:
        model = ActivityEntry
        fields: ClassVar = [
            "id",
            "at",
            "by",
            "verb",
            "target_type",
            "target_id",
            "target_label",
            "region_code",
            "reason",
            "before",
            "after",
        ]

    def get_by(self, entry: ActivityEntry) -> str:
        return str(entry.by or entry.by_name)

    def get_target_type(self, entry: ActivityEntry) -> str:
        return f"{entry.target_type.app_label}.{entry.target_type.model}"


class ActivityFilters(Filters):
    region = filters.CharFilter("region_code")
    verb = filters.CharFilter()
    target_type = filters.CharFilter(method="of_type", help_text="As in “meetings.meeting”.")
    target_id = filters.CharFilter()
    at_after = filters.IsoDateTimeFilter("at", "gte")
    at_before = filters.IsoDateTimeFilter("at", "lt")

    def of_type(self, entries: Any, name: str, value: str) -> Any:
        app_label, _separator, model = value.partition(".")
        return entries.filter(target_type__app_label=app_label, target_type__model=model)


class ActivityViewSet(ReadResource[ActivityEntry]):
    """Who did what, when and why. Written by operations, never changed."""

    queryset = ActivityEntry.objects.select_related("by", "target_type")
    serializer_class = ActivitySerializer
    ordering = ("-at",)
    ordering_fields = ("at", "verb")
    search_fields = ("target_label", "reason", "verb")
    filterset_class = ActivityFilters
