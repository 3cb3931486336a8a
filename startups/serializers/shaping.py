"""What a region adds to its call, as the API reads and writes it."""

from typing import Any, ClassVar

from rest_framework import serializers

from events.serializers.fields import region_code, year
from pavilion.core.resources import MomentField, VisibleField
from startups.models import Call, ChecklistDeadline, Criterion, LateCode, Question, Quota
from startups.operations.calls.question_rules import PART_KINDS
from startups.operations.calls.questions import QUESTION_FIELDS

KIND_OF_PARTS = [(kind.value, kind.label) for kind in PART_KINDS]


def call_field() -> VisibleField:
    calls = Call.objects.select_related("participation__region", "participation__edition")
    return VisibleField(queryset=calls, help_text="The call's key.")


class OptionSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        help_text="What exports and answers write; made from the French when left out.",
    )
    fr = serializers.CharField(max_length=250)
    en = serializers.CharField(max_length=250, allow_blank=True, default="")


class PartSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text="Made from the French when left out.",
    )
    kind = serializers.ChoiceField(KIND_OF_PARTS, default="text")
    fr = serializers.CharField(max_length=250)
    en = serializers.CharField(max_length=250, allow_blank=True, default="")
    is_required = serializers.BooleanField(default=False)


class QuestionSerializer(serializers.ModelSerializer[Question]):
    edition = year("call.participation.edition.year")
    region = region_code("call.participation.region_id")
    options = OptionSerializer(many=True, read_only=True)
    parts = PartSerializer(many=True, read_only=True)

    class Meta:
        model = Question
        fields: ClassVar = [
            "id",
            "call",
            "edition",
            "region",
            "label",
            *QUESTION_FIELDS,
            "position",
            "is_active",
        ]


class QuestionChangesSerializer(serializers.ModelSerializer[Question]):
    """What a team writes; its place, and whether it is asked, are operations of their own."""

    key = serializers.SlugField(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text="For exports and programs; made from the French when left out.",
    )
    options = OptionSerializer(many=True, required=False)
    parts = PartSerializer(many=True, required=False)
    depends_on = VisibleField(
        queryset=Question.objects.all(),
        required=False,
        allow_null=True,
        help_text="An earlier question of the same call.",
    )
    required_by = MomentField(required=False, allow_null=True)
    frozen_after = MomentField(required=False, allow_null=True)

    class Meta:
        model = Question
        fields: ClassVar = [*QUESTION_FIELDS]


class NewQuestionSerializer(QuestionChangesSerializer):
    call = call_field()

    class Meta(QuestionChangesSerializer.Meta):
        fields: ClassVar = ["call", *QuestionChangesSerializer.Meta.fields]
        validators: ClassVar[list[Any]] = []  # the operation names who has the key


class PlaceSerializer(serializers.Serializer[Any]):
    place = serializers.IntegerField(
        min_value=1, max_value=1000, help_text="1 is the first question asked."
    )


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    edition = year("call.participation.edition.year")
    region = region_code("call.participation.region_id")

    class Meta:
        model = Criterion
        fields: ClassVar = [
            "id",
            "call",
            "edition",
            "region",
            "name",
            "name_fr",
            "name_en",
            "help_fr",
            "help_en",
            "weight",
            "max_score",
            "position",
        ]


class CriterionChangesSerializer(serializers.ModelSerializer[Criterion]):
    class Meta:
        model = Criterion
        fields: ClassVar = [
            "name_fr",
            "name_en",
            "help_fr",
            "help_en",
            "weight",
            "max_score",
            "position",
        ]


class NewCriterionSerializer(CriterionChangesSerializer):
    call = call_field()

    class Meta(CriterionChangesSerializer.Meta):
        fields: ClassVar = ["call", *CriterionChangesSerializer.Meta.fields]
        validators: ClassVar[list[Any]] = []  # the operation says so in its words


class QuotaSerializer(serializers.ModelSerializer[Quota]):
    edition = year("call.participation.edition.year")
    region = region_code("call.participation.region_id")

    class Meta:
        model = Quota
        fields: ClassVar = ["id", "call", "edition", "region", "dimension", "value", "least"]


class WantedQuotaSerializer(serializers.ModelSerializer[Quota]):
    class Meta:
        model = Quota
        fields: ClassVar = ["dimension", "value", "least"]


class QuotasSerializer(serializers.Serializer[Any]):
    quotas = WantedQuotaSerializer(many=True, help_text="All the call's quotas, in any order.")


class LateCodeSerializer(serializers.ModelSerializer[LateCode]):
    edition = year("call.participation.edition.year")
    region = region_code("call.participation.region_id")
    used = serializers.IntegerField(read_only=True, help_text="Applications it let in.")

    class Meta:
        model = LateCode
        fields: ClassVar = [
            "id",
            "call",
            "edition",
            "region",
            "code",
            "max_uses",
            "used",
            "expires_at",
            "note",
            "revoked_at",
            "created_at",
        ]


class NewLateCodeSerializer(serializers.ModelSerializer[LateCode]):
    call = call_field()
    code = serializers.CharField(
        max_length=20, required=False, allow_blank=True, help_text="Left out: one is made."
    )
    max_uses = serializers.IntegerField(min_value=1, max_value=500, required=False)
    expires_at = MomentField()

    class Meta:
        model = LateCode
        fields: ClassVar = ["call", "code", "max_uses", "expires_at", "note"]
        validators: ClassVar[list[Any]] = []  # the operation says so in its words


class DeadlineSerializer(serializers.ModelSerializer[ChecklistDeadline]):
    edition = year("call.participation.edition.year")
    region = region_code("call.participation.region_id")

    class Meta:
        model = ChecklistDeadline
        fields: ClassVar = ["id", "call", "edition", "region", "item", "due_at"]


class NewDeadlineSerializer(serializers.ModelSerializer[ChecklistDeadline]):
    call = call_field()
    due_at = MomentField()

    class Meta:
        model = ChecklistDeadline
        fields: ClassVar = ["call", "item", "due_at"]
        validators: ClassVar[list[Any]] = []  # the same item again is a change


class DeadlineChangesSerializer(serializers.Serializer[Any]):
    due_at = MomentField()
