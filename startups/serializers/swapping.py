from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.serializers.fields import half_days_seen_by, region_code, year
from pavilion.core.resources import VisibleField, VisibleListField
from startups.models import Absence, Allocation, Application, Exhibitor, PlaceOffer, Swap


class CellSerializer(serializers.Serializer[Any]):
    half_day = serializers.IntegerField()
    stand = serializers.IntegerField()


class SwapSerializer(serializers.ModelSerializer[Swap]):
    edition = year("proposer.participation.edition.year")
    region = region_code("proposer.participation.region_id")
    proposer_name = serializers.StringRelatedField[Exhibitor](source="proposer")
    other_name = serializers.StringRelatedField[Exhibitor](source="other")
    gives = serializers.SerializerMethodField(help_text="What the proposer leaves to the other.")
    takes = serializers.SerializerMethodField(help_text="What the proposer gets for it.")

    class Meta:
        model = Swap
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "proposer",
            "proposer_name",
            "other",
            "other_name",
            "gives",
            "takes",
            "message",
            "status",
            "reason",
            "created_at",
            "answered_at",
            "decided_at",
        ]

    @extend_schema_field(CellSerializer(many=True))
    def get_gives(self, swap: Swap) -> list[dict[str, int]]:
        return _cells(swap.gives)

    @extend_schema_field(CellSerializer(many=True))
    def get_takes(self, swap: Swap) -> list[dict[str, int]]:
        return _cells(swap.takes)


class ApprovalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=1000, default="", help_text="A word to both."
    )


class RefusalReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000, help_text="Both companies read it.")


class OfferSerializer(serializers.ModelSerializer[PlaceOffer]):
    edition = year("absence.half_day.edition.year")
    region = region_code("absence.exhibitor.participation.region_id")
    company = serializers.StringRelatedField[Application](source="application")
    stand = serializers.IntegerField(source="absence.stand_id", read_only=True)
    half_days = serializers.PrimaryKeyRelatedField[Any](many=True, read_only=True)

    class Meta:
        model = PlaceOffer
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "absence",
            "application",
            "company",
            "stand",
            "half_days",
            "status",
            "offered_at",
            "expires_at",
            "answered_at",
        ]


class AbsenceSerializer(serializers.ModelSerializer[Absence]):
    edition = year("half_day.edition.year")
    region = region_code("exhibitor.participation.region_id")
    exhibitor_name = serializers.StringRelatedField[Exhibitor](source="exhibitor")
    stand_number = serializers.CharField(source="stand.number", read_only=True)
    offers = serializers.PrimaryKeyRelatedField[Any](many=True, read_only=True)

    class Meta:
        model = Absence
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "exhibitor",
            "exhibitor_name",
            "stand",
            "stand_number",
            "half_day",
            "at",
            "came_at",
            "offers",
        ]


class NewAbsenceSerializer(serializers.Serializer[Any]):
    """Somebody of the plan being made, at one of its half-days."""

    allocation = VisibleField(queryset=Allocation.objects.all())


class CandidateSerializer(serializers.Serializer[Any]):
    """Who could take the place, in order, and why."""

    application = serializers.IntegerField(source="application.pk")
    company = serializers.CharField(source="application.__str__")
    exhibitor = serializers.IntegerField(source="exhibitor.pk", allow_null=True, default=None)
    kind = serializers.CharField()
    reason = serializers.CharField()
    half_days = serializers.SerializerMethodField()
    lacking = serializers.ListField(child=serializers.CharField())
    has_place = serializers.BooleanField()
    asked_for = serializers.CharField(help_text="The stand it is being asked for, if any.")
    contact_name = serializers.CharField(source="application.contact_name")
    contact_phone = serializers.CharField(source="application.contact_phone")
    contact_email = serializers.EmailField(source="application.contact_email")

    def get_half_days(self, candidate: Any) -> list[int]:
        return [half_day.pk for half_day in candidate.half_days]


class NewOfferSerializer(serializers.Serializer[Any]):
    application = VisibleField(queryset=Application.objects.all())
    half_days = VisibleListField(
        half_days_seen_by,
        allow_empty=False,
        required=False,
        help_text="Without: all that this company can take.",
    )


def _cells(told: Mapping[str, int]) -> list[dict[str, int]]:
    return [{"half_day": int(day), "stand": stand} for day, stand in sorted(told.items())]
