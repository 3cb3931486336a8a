from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from events.models import Edition, Room, Stand
from meetings.availability import Bar, Line, Told
from meetings.models import Meeting, MeetingRequest, Office, Person
from pavilion.core.errors import paris_iso
from pavilion.core.resources import MomentField, VisibleField, VisibleListField


class TimesAskedSerializer(serializers.Serializer[Any]):
    """Whom, how long, around when. A key may be repeated: `people=3&people=5`."""

    edition = serializers.SlugRelatedField[Edition](
        slug_field="year", queryset=Edition.objects.all(), help_text="Its year."
    )
    people = VisibleListField(Person.objects.visible_to, default=list)
    offices = VisibleListField(Office.objects.visible_to, default=list)
    optional_people = VisibleListField(Person.objects.visible_to, default=list)
    optional_offices = VisibleListField(Office.objects.visible_to, default=list)
    rooms = VisibleListField(
        Room.objects.visible_to, default=list, help_text="Of which one has to be free."
    )
    minutes = serializers.IntegerField(min_value=5, max_value=720, required=False)
    stand = VisibleField(queryset=Stand.objects.all(), required=False, help_text="Or this one.")
    buffer_minutes = serializers.IntegerField(min_value=0, max_value=240, required=False)
    travel_minutes = serializers.IntegerField(min_value=0, max_value=240, required=False)
    format = serializers.ChoiceField(
        choices=Meeting.Format.choices, default=Meeting.Format.BILATERAL
    )
    near = MomentField(required=False, help_text="The time that would be best.")
    day = serializers.DateField(required=False, help_text="Without it: those of the fair.")
    meeting = VisibleField(
        queryset=Meeting.objects.all(), required=False, help_text="The one that is to move."
    )
    request = VisibleField(
        queryset=MeetingRequest.objects.all(),
        required=False,
        help_text="Whose windows and length to keep to.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs["people"] or attrs["offices"] or attrs.get("meeting")):
            raise serializers.ValidationError({"people": _("Name a person or an office.")})
        return attrs


class BarSerializer(serializers.Serializer[Bar]):
    kind = serializers.ChoiceField(
        choices=["taken", "away", "off"],
        help_text="Taken by something; said not to be available; outside their hours.",
    )
    what = serializers.CharField()
    starts_at = serializers.DateTimeField(source="span.starts_at")
    ends_at = serializers.DateTimeField(source="span.ends_at")


class LineSerializer(serializers.Serializer[Line]):
    key = serializers.CharField(help_text="As in “person:3”.")
    name = serializers.CharField()
    is_required = serializers.BooleanField()
    busy = BarSerializer(source="bars", many=True)


class ProposedTimeSerializer(serializers.Serializer[Told]):
    starts_at = serializers.SerializerMethodField()
    ends_at = serializers.SerializerMethodField()
    is_possible = serializers.BooleanField(source="proposal.is_possible")
    room = serializers.SerializerMethodField(help_text="One of the rooms asked about.")
    reasons = serializers.ListField(child=serializers.CharField())

    def get_starts_at(self, told: Told) -> str:
        return paris_iso(told.proposal.span.starts_at)

    def get_ends_at(self, told: Told) -> str:
        return paris_iso(told.proposal.span.ends_at)

    def get_room(self, told: Told) -> int | None:
        return told.room.pk if told.room else None


class TimesSerializer(serializers.Serializer[Any]):
    best = ProposedTimeSerializer(many=True)
    near = ProposedTimeSerializer(
        allow_null=True, help_text="What speaks for and against the time named."
    )
    expected = LineSerializer(many=True)
