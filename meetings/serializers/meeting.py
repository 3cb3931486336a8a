from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.models import Room, Stand
from events.serializers.fields import InEditionSerializer, region_code, year
from meetings.formats import shape_of
from meetings.models import Meeting, Office, Participant, Person
from meetings.operations import Seat
from meetings.operations.seats import quorum_of
from meetings.quorum import Standing
from pavilion.core.access import access_of
from pavilion.core.resources import (
    BIGGEST_KEY,
    MomentField,
    PeriodSerializer,
    VisibleField,
    VisibleListField,
)


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
            "either_of",
            "stands_in_for",
            "keeps_rank",
            "position",
            "position_reason",
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
    quorum = serializers.SerializerMethodField(
        help_text="Of those it cannot do without: all have said yes, it is open, or it is lost."
    )

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
            "travel_minutes",
            "meeting_point",
            "meeting_point_minutes",
            "press",
            "languages",
            "photographer",
            "asks_substitutes",
            "contact_name",
            "contact_phone",
            "internal_note",
            "outside_hours_reason",
            "request",
            "created_at",
            "updated_at",
            "quorum",
            "participants",
        ]
        read_only_fields = fields

    def get_room_name(self, meeting: Meeting) -> str:
        return meeting.room.name if meeting.room else ""

    @extend_schema_field(serializers.ChoiceField(choices=[each.value for each in Standing]))
    def get_quorum(self, meeting: Meeting) -> str:
        expected: Any = getattr(meeting, "expected", ())
        return quorum_of(expected).standing.value

    def get_stand_number(self, meeting: Meeting) -> str:
        return meeting.stand.number if meeting.stand else ""

    def to_representation(self, meeting: Meeting) -> dict[str, Any]:
        """The internal note stays within the team whose meeting it is."""
        shown = super().to_representation(meeting)
        access = access_of(self.context["request"].user)
        if not (access.is_national or meeting.region_code in access.desk_codes):
            shown["internal_note"] = ""
        return shown


class ParticularsSerializer(serializers.Serializer[Any]):
    """What a meeting is made of besides its time, its place and its people."""

    subject_fr = serializers.CharField(max_length=150)
    subject_en = serializers.CharField(max_length=150, allow_blank=True, required=False)
    format = serializers.ChoiceField(choices=Meeting.Format.choices, required=False)
    buffer_minutes = serializers.IntegerField(min_value=0, max_value=240, required=False)
    travel_minutes = serializers.IntegerField(min_value=0, max_value=240, required=False)
    meeting_point = serializers.CharField(max_length=150, allow_blank=True, required=False)
    meeting_point_minutes = serializers.IntegerField(min_value=0, max_value=120, required=False)
    press = serializers.ChoiceField(choices=Meeting.Press.choices, required=False)
    languages = serializers.CharField(max_length=60, allow_blank=True, required=False)
    photographer = serializers.CharField(max_length=100, allow_blank=True, required=False)
    asks_substitutes = serializers.BooleanField(required=False)
    contact_name = serializers.CharField(max_length=150, allow_blank=True, required=False)
    contact_phone = serializers.CharField(max_length=30, allow_blank=True, required=False)
    internal_note = serializers.CharField(max_length=5000, allow_blank=True, required=False)


class ChangedMeetingSerializer(ParticularsSerializer):
    subject_fr = serializers.CharField(max_length=150, required=False)
    reason = serializers.CharField(max_length=1000, allow_blank=True, required=False)


class NewMeetingSerializer(ParticularsSerializer, InEditionSerializer, PeriodSerializer):
    """Without an end or a buffer it has those of its format."""

    ends_at = MomentField(required=False)
    room = VisibleField(queryset=Room.objects.all(), allow_null=True, default=None)
    stand = VisibleField(queryset=Stand.objects.all(), allow_null=True, default=None)
    place = serializers.CharField(
        max_length=150, allow_blank=True, default="", help_text="When neither room nor stand."
    )
    people = VisibleListField(Person.objects.visible_to, default=list)
    offices = VisibleListField(Office.objects.visible_to, default=list)
    one_of = VisibleListField(
        Person.objects.visible_to, default=list, help_text="People of whom one is enough."
    )
    optional_people = VisibleListField(Person.objects.visible_to, default=list)
    optional_offices = VisibleListField(Office.objects.visible_to, default=list)
    outside_hours_reason = serializers.CharField(max_length=200, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        length = shape_of(attrs.get("format", Meeting.Format.BILATERAL)).length
        attrs.setdefault("ends_at", attrs["starts_at"] + length)
        attrs = super().validate(attrs)
        attrs["person_ids"] = attrs.pop("people")
        attrs["office_ids"] = attrs.pop("offices")
        attrs["seats"] = [
            *(Seat(person_id=pk, either_of="1") for pk in attrs.pop("one_of")),
            *(Seat(office_id=pk, is_required=False) for pk in attrs.pop("optional_offices")),
            *(Seat(person_id=pk, is_required=False) for pk in attrs.pop("optional_people")),
        ]
        return attrs


class PlaceSerializer(serializers.Serializer[Any]):
    """A place that is not named stays; a room leaves the stand, and the other way round."""

    room = VisibleField(queryset=Room.objects.all(), required=False, allow_null=True)
    stand = VisibleField(queryset=Stand.objects.all(), required=False, allow_null=True)
    place = serializers.CharField(max_length=150, required=False, allow_blank=True)
    outside_hours_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


class MovedMeetingSerializer(PlaceSerializer, PeriodSerializer):
    pass


class ReinstatedMeetingSerializer(PlaceSerializer):
    """Where and when it was, unless it is said otherwise."""

    starts_at = MomentField(required=False)
    ends_at = MomentField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("starts_at" in attrs) != ("ends_at" in attrs):
            raise serializers.ValidationError({"ends_at": _("Give both the start and the end.")})
        return attrs


class RepeatedMeetingSerializer(serializers.Serializer[Any]):
    starts = serializers.ListField(child=MomentField(), min_length=1, max_length=50)


class NewParticipantSerializer(serializers.Serializer[Any]):
    """A person or an office."""

    person = VisibleField(queryset=Person.objects.all(), required=False, allow_null=True)
    office = VisibleField(queryset=Office.objects.all(), required=False, allow_null=True)
    is_required = serializers.BooleanField(default=True)
    either_of = serializers.CharField(
        max_length=20,
        allow_blank=True,
        default="",
        help_text="Of those with the same word, one is enough.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person, office = attrs.get("person"), attrs.get("office")
        if bool(person) == bool(office):
            raise serializers.ValidationError({"person": _("Give a person or an office.")})
        return {
            "person_id": person and person.pk,
            "office_id": office and office.pk,
            "is_required": attrs["is_required"],
            "either_of": attrs["either_of"],
        }


class SomeParticipantSerializer(serializers.Serializer[Any]):
    participant = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY)


class RemovedParticipantSerializer(SomeParticipantSerializer):
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


class ReplacedParticipantSerializer(RemovedParticipantSerializer):
    person = VisibleField(queryset=Person.objects.all())
    keeps_rank = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs["person_id"] = attrs.pop("person").pk
        return attrs


class SeatSerializer(SomeParticipantSerializer):
    """What is not sent stays."""

    is_required = serializers.BooleanField(required=False)
    either_of = serializers.CharField(max_length=20, allow_blank=True, required=False)
    position = serializers.IntegerField(
        min_value=0, max_value=999, required=False, help_text="0 leaves it to precedence."
    )
    position_reason = serializers.CharField(max_length=200, allow_blank=True, required=False)


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
