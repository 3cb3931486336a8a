from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from events.models import Room, Stand
from events.serializers.fields import InEditionSerializer, region_code, year
from meetings.models import Meeting, Office, Participant, Person, Stop, Visit
from pavilion.core.access import access_of
from pavilion.core.resources import BIGGEST_KEY, PeriodSerializer, VisibleField, VisibleListField


class ParticipantSerializer(serializers.ModelSerializer[Participant]):
    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = Participant
        fields: ClassVar = [
            "id",
            "meeting",
            "person",
            "office",
            "name",
            "is_required",
            "answer",
            "answered_at",
            "answered_by",
            "answered_via",
            "comment",
        ]
        read_only_fields = fields

    def to_representation(self, participant: Participant) -> dict[str, Any]:
        """What somebody wrote with their answer was written to the team, not to the others."""
        shown = super().to_representation(participant)
        user = self.context["request"].user
        is_theirs = participant.person and participant.person.user_id == user.pk
        if not (is_theirs or access_of(user).is_member):
            shown["answered_by"] = shown["comment"] = ""
        return shown


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    edition = year()
    region = region_code()
    room_name = serializers.SerializerMethodField()
    stand_number = serializers.SerializerMethodField()
    participants = ParticipantSerializer(source="expected", many=True, read_only=True)

    class Meta:
        model = Meeting
        fields: ClassVar = [
            "id",
            "uid",
            "edition",
            "region",
            "status",
            "sequence",
            "format",
            "subject",
            "subject_fr",
            "subject_en",
            "starts_at",
            "ends_at",
            "buffer_minutes",
            "room",
            "room_name",
            "stand",
            "stand_number",
            "place",
            "contact_name",
            "contact_phone",
            "internal_note",
            "outside_hours_reason",
            "created_at",
            "updated_at",
            "participants",
        ]
        read_only_fields = fields

    def get_room_name(self, meeting: Meeting) -> str:
        return meeting.room.name if meeting.room else ""

    def get_stand_number(self, meeting: Meeting) -> str:
        return meeting.stand.number if meeting.stand else ""

    def to_representation(self, meeting: Meeting) -> dict[str, Any]:
        """The internal note stays within the team whose meeting it is."""
        shown = super().to_representation(meeting)
        access = access_of(self.context["request"].user)
        if not (access.is_national or meeting.region_code in access.desk_codes):
            shown["internal_note"] = ""
        return shown


class NewMeetingSerializer(InEditionSerializer, PeriodSerializer):
    subject_fr = serializers.CharField(max_length=150)
    subject_en = serializers.CharField(max_length=150, allow_blank=True, default="")
    format = serializers.ChoiceField(
        choices=Meeting.Format.choices, default=Meeting.Format.BILATERAL
    )
    room = VisibleField(queryset=Room.objects.all(), allow_null=True, default=None)
    stand = VisibleField(queryset=Stand.objects.all(), allow_null=True, default=None)
    place = serializers.CharField(
        max_length=150, allow_blank=True, default="", help_text="When neither room nor stand."
    )
    buffer_minutes = serializers.IntegerField(min_value=0, max_value=240, default=10)
    people = VisibleListField(Person.objects.visible_to, default=list)
    offices = VisibleListField(Office.objects.visible_to, default=list)
    outside_hours_reason = serializers.CharField(max_length=200, allow_blank=True, default="")
    contact_name = serializers.CharField(max_length=150, allow_blank=True, default="")
    contact_phone = serializers.CharField(max_length=30, allow_blank=True, default="")
    internal_note = serializers.CharField(max_length=5000, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        attrs["person_ids"] = attrs.pop("people")
        attrs["office_ids"] = attrs.pop("offices")
        return attrs


class RescheduledMeetingSerializer(PeriodSerializer):
    """A place that is not named stays; a room leaves the stand, and the other way round."""

    room = VisibleField(queryset=Room.objects.all(), required=False, allow_null=True)
    stand = VisibleField(queryset=Stand.objects.all(), required=False, allow_null=True)
    place = serializers.CharField(max_length=150, required=False, allow_blank=True)
    outside_hours_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


class NewParticipantSerializer(serializers.Serializer[Any]):
    """A person or an office."""

    person = VisibleField(queryset=Person.objects.all(), required=False, allow_null=True)
    office = VisibleField(queryset=Office.objects.all(), required=False, allow_null=True)
    is_required = serializers.BooleanField(default=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person, office = attrs.get("person"), attrs.get("office")
        if bool(person) == bool(office):
            raise serializers.ValidationError({"person": _("Give a person or an office.")})
        return {
            "person_id": person and person.pk,
            "office_id": office and office.pk,
            "is_required": attrs["is_required"],
        }


class RemovedParticipantSerializer(serializers.Serializer[Any]):
    participant = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY)
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


class AnswerSerializer(serializers.Serializer[Any]):
    answer = serializers.ChoiceField(choices=Participant.Answer.choices)
    via = serializers.ChoiceField(
        choices=[
            (channel.value, channel.label)
            for channel in (Participant.Channel.API, Participant.Channel.PHONE)
        ],
        default=Participant.Channel.API,
    )
    answered_by = serializers.CharField(
        max_length=150, allow_blank=True, default="", help_text="Without it: who asks."
    )
    comment = serializers.CharField(max_length=1000, allow_blank=True, default="")
    seen_sequence = serializers.IntegerField(
        min_value=0,
        max_value=BIGGEST_KEY,
        required=False,
        help_text="The meeting's `sequence` when they answered; refused if it moved since.",
    )


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
