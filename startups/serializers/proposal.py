"""Proposals of stands, the rules they go by, and the terms of each stay, as programs see them."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.models import Edition, Participation, Stand
from events.serializers.fields import half_days_seen_by, region_code, year
from pavilion.core.resources import VisibleField, VisibleListField
from startups.floor.proposal.difference import KINDS, read
from startups.floor.proposal.reasons import unplaced
from startups.models import AllocationRun, Exhibitor, FloorRules, GoalLevel


class ProposalLevelSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=GoalLevel.choices)
    objective = serializers.IntegerField(help_text="What was reached.")
    bound = serializers.IntegerField(help_text="What nobody could pass.")
    proved = serializers.BooleanField(
        help_text="It is at its bound, and good neighbours, if they count more, are at theirs."
    )


class ProposalSerializer(serializers.ModelSerializer[AllocationRun]):
    edition = year("edition.year")
    region = serializers.CharField(
        source="region_code", read_only=True, help_text="Empty: all regions."
    )
    by = serializers.SerializerMethodField(help_text="The account's name.")
    job = serializers.IntegerField(source="job_id", read_only=True, allow_null=True)
    levels = serializers.SerializerMethodField()
    placed = serializers.SerializerMethodField(help_text="How many have a place.")
    unplaced_count = serializers.SerializerMethodField()

    class Meta:
        model = AllocationRun
        fields: ClassVar = [
            *("id", "edition", "region", "by", "at", "only_gaps", "time_limit", "seed"),
            *("status", "job", "levels", "placed", "unplaced_count", "error"),
            *("cancel_asked_at", "finished_at"),
        ]

    def get_by(self, run: AllocationRun) -> str:
        return str(run.by or "")

    @extend_schema_field(ProposalLevelSerializer(many=True))
    def get_levels(self, run: AllocationRun) -> Any:
        """So far, while it works."""
        return [
            {name: row.get(name) for name in ("name", "objective", "bound")}
            | {"proved": row.get("proved", row.get("objective") == row.get("bound"))}
            for row in run.progress.get("levels", ())
        ]

    def get_placed(self, run: AllocationRun) -> int | None:
        placed: int | None = run.progress.get("placed")
        return placed

    def get_unplaced_count(self, run: AllocationRun) -> int | None:
        count: int | None = run.progress.get("unplaced")
        return count


class ProposedCellSerializer(serializers.Serializer[Any]):
    half_day = serializers.IntegerField()
    stand = serializers.IntegerField()


class ProposedChangeSerializer(serializers.Serializer[Any]):
    exhibitor = serializers.IntegerField()
    name = serializers.CharField()
    region = serializers.CharField()
    kind = serializers.ChoiceField(choices=list(KINDS.items()))
    before = ProposedCellSerializer(many=True)
    after = ProposedCellSerializer(many=True)
    needs = serializers.ListField(
        child=serializers.IntegerField(), help_text="Exhibitors that have to be applied with it."
    )
    hindrance = serializers.CharField(
        help_text="Why it can no longer be applied: left, changed, in_the_way."
    )


class UnplacedExhibitorSerializer(serializers.Serializer[Any]):
    exhibitor = serializers.IntegerField()
    name = serializers.CharField()
    reason = serializers.CharField()


class ProposalDetailSerializer(ProposalSerializer):
    changes = serializers.SerializerMethodField(help_text="What would change on the board now.")
    unplaced = serializers.SerializerMethodField()

    class Meta(ProposalSerializer.Meta):
        fields: ClassVar = [*ProposalSerializer.Meta.fields, "changes", "unplaced"]

    def to_representation(self, run: AllocationRun) -> Any:
        self.difference = read(run, timezone.now()) if run.plan else None
        return super().to_representation(run)

    @extend_schema_field(ProposedChangeSerializer(many=True))
    def get_changes(self, run: AllocationRun) -> Any:
        if self.difference is None:
            return []
        order = [half_day.pk for half_day in self.difference.half_days]

        def cells(stay: dict[int, int]) -> list[dict[str, int]]:
            return [{"half_day": each, "stand": stay[each]} for each in order if each in stay]

        return [
            {
                "exhibitor": change.pk,
                "name": str(change.exhibitor),
                "region": change.exhibitor.region_code,
                "kind": change.kind,
                "before": cells(change.now),
                "after": cells(change.target),
                "needs": sorted(self.difference.needed_by([change.pk]) - {change.pk}),
                "hindrance": change.hindrance,
            }
            for change in self.difference.changes.values()
        ]

    @extend_schema_field(UnplacedExhibitorSerializer(many=True))
    def get_unplaced(self, run: AllocationRun) -> Any:
        if self.difference is None:
            return []
        return [
            {"exhibitor": row.exhibitor.pk, "name": str(row.exhibitor), "reason": row.reason}
            for row in unplaced(run, self.difference)
        ]


class NewProposalSerializer(serializers.Serializer[Any]):
    edition = serializers.SlugRelatedField(
        slug_field="year", queryset=Edition.objects.all(), help_text="Its year."
    )
    region = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Empty: all regions together."
    )
    only_gaps = serializers.BooleanField(
        default=False, help_text="Nobody who has a stand is moved."
    )
    time_limit = serializers.IntegerField(min_value=1, max_value=900, default=60)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        code = attrs.pop("region")
        participation = None
        if code:
            participation = Participation.objects.filter(
                edition=attrs["edition"], region=code
            ).first()
            if participation is None:
                field = serializers.PrimaryKeyRelatedField.default_error_messages
                sentence = field["does_not_exist"].format(pk_value=code)
                raise serializers.ValidationError({"region": sentence})
        attrs["participation"] = participation
        return attrs


class ApplyProposalSerializer(serializers.Serializer[Any]):
    exhibitors = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        allow_null=True,
        default=None,
        max_length=10_000,
        help_text="Those it is applied to; without, everybody.",
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000, default="")


class FloorRulesSerializer(serializers.ModelSerializer[FloorRules]):
    edition = year("participation.edition.year")
    region = region_code("participation.region_id")
    levels = serializers.ListField(
        child=serializers.ChoiceField(choices=GoalLevel.choices),
        help_text="Each once, the most important first.",
    )

    class Meta:
        model = FloorRules
        fields: ClassVar = [
            *("id", "edition", "region", "participation", "levels", "handover_minutes"),
            *("handover_note_fr", "handover_note_en", "absent_after_minutes", "offer_minutes"),
        ]
        read_only_fields: ClassVar = ["participation"]


class NewFloorRulesSerializer(FloorRulesSerializer):
    participation = VisibleField(queryset=Participation.objects.all())
    levels = serializers.ListField(
        child=serializers.ChoiceField(choices=GoalLevel.choices), required=False
    )

    class Meta(FloorRulesSerializer.Meta):
        read_only_fields: ClassVar = []
        validators: ClassVar[list[Any]] = []


class StayTermsSerializer(serializers.Serializer[Any]):
    """What proposals go by for an exhibitor, beside its wishes and its needs."""

    granted_half_days = serializers.IntegerField(min_value=1, max_value=40, allow_null=True)
    kind_needed = serializers.ChoiceField(choices=Stand.Kind.choices, allow_blank=True)
    rank = serializers.IntegerField(min_value=1, max_value=32767, allow_null=True)
    impossible_half_days = VisibleListField(half_days_seen_by)
    keeps_apart_from = VisibleListField(lambda user: Exhibitor.objects.visible_to(user))

    def to_representation(self, exhibitor: Exhibitor) -> dict[str, Any]:
        half_days = exhibitor.impossible_half_days.order_by("starts_at", "pk")
        rivals = exhibitor.keeps_apart_from.order_by("pk")
        return {
            "granted_half_days": exhibitor.granted_half_days,
            "kind_needed": exhibitor.kind_needed,
            "rank": exhibitor.rank,
            "impossible_half_days": list(half_days.values_list("pk", flat=True)),
            "keeps_apart_from": list(rivals.values_list("pk", flat=True)),
        }
