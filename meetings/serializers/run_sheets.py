from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from events.models import Edition
from events.serializers.fields import year
from meetings.models import RunSheetReading, RunSheetVersion
from meetings.run_sheets import subjects
from meetings.run_sheets.lines import as_data
from pavilion.core.resources import BIGGEST_KEY


class RunSheetSerializer(serializers.ModelSerializer[RunSheetVersion]):
    """A version as it was given out; its lines are in the answer for one version."""

    edition = year()
    region = serializers.CharField(source="region_code", read_only=True)
    made_by = serializers.SerializerMethodField(help_text="The account’s name.")

    class Meta:
        model = RunSheetVersion
        fields: ClassVar = [
            "id",
            "edition",
            "subject",
            "name",
            "region",
            "number",
            "note",
            "made_at",
            "made_by",
        ]
        read_only_fields = fields

    def get_made_by(self, version: RunSheetVersion) -> str:
        return str(version.made_by or "")


class RunSheetLinesSerializer(RunSheetSerializer):
    lines = serializers.ListField(child=serializers.DictField(), read_only=True)

    class Meta(RunSheetSerializer.Meta):
        fields: ClassVar = [*RunSheetSerializer.Meta.fields, "lines"]
        read_only_fields = fields


class SubjectSerializer(serializers.Serializer[Any]):
    """What it is the run sheet of; what the reader may not see does not exist."""

    subject = serializers.CharField(
        max_length=40,
        help_text="“person:12”, “delegation:3”, “region:53” (INSEE code), “room:7” or “day:42”.",
    )
    edition = serializers.IntegerField(
        min_value=1, max_value=9999, required=False, help_text="Its year; without it, the current."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        user = self.context["request"].user
        editions = Edition.objects.visible_to(user)
        if year_of := attrs.pop("edition", None):
            editions = editions.filter(year=year_of)
        edition = editions.current()
        found = subjects.of_key(attrs["subject"], edition, user) if edition else None
        if found is None:
            raise serializers.ValidationError({"subject": _("There is no such run sheet.")})
        return {**attrs, "subject": found}


class GiveOutSerializer(SubjectSerializer):
    note = serializers.CharField(max_length=200, allow_blank=True, default="")
    tells = serializers.BooleanField(
        default=False, help_text="Mail those concerned what changed since the version they know."
    )


class ChangeSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="added, moved, cancelled, gone or changed.")
    word = serializers.CharField()
    when = serializers.CharField()
    subject = serializers.CharField()
    sentences = serializers.ListField(child=serializers.CharField())


class WorkingSheetSerializer(serializers.Serializer[Any]):
    """The run sheet as it is now, and how it stands to what was given out and read."""

    subject = serializers.CharField(source="subject.key")
    name = serializers.CharField(source="subject.name")
    number = serializers.IntegerField(help_text="The last version given out; 0 without any.")
    is_newer = serializers.BooleanField(help_text="Whether this is newer than that version.")
    since = serializers.IntegerField(allow_null=True, help_text="The version you read last.")
    news = ChangeSerializer(many=True, help_text="What changed since the version you read.")
    ungiven = ChangeSerializer(many=True, help_text="What changed since the last version.")
    lines = serializers.SerializerMethodField()

    def get_lines(self, sheet: Any) -> list[dict[str, Any]]:
        return as_data([row.line for day in sheet.days for row in day.rows])


class ReadSerializer(SubjectSerializer):
    number = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY)


class ReadingSerializer(serializers.ModelSerializer[RunSheetReading]):
    who = serializers.SerializerMethodField()

    class Meta:
        model = RunSheetReading
        fields: ClassVar = ["subject", "number", "read_at", "who"]

    def get_who(self, reading: RunSheetReading) -> str:
        return str(reading.person or reading.user)
