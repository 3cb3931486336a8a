"""What an exhibitor prepares, for the API."""

from decimal import Decimal
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.models import Day
from events.serializers.fields import region_code, year
from pavilion.core.access import access_of
from pavilion.core.models import Language
from pavilion.core.resources import BIGGEST_KEY
from startups import checklist
from startups.models import Application, Badge, ChecklistItem, Exhibitor, Question
from startups.operations import AidLine, Holder
from startups.serializers.answer import AnswersField
from startups.uploads import files


class ChecklistItemSerializer(serializers.Serializer[Any]):
    item = serializers.ChoiceField(choices=ChecklistItem.choices, source="key")
    name = serializers.CharField(source="label")
    due_at = serializers.DateTimeField()
    is_done = serializers.BooleanField()
    is_overdue = serializers.BooleanField()
    is_frozen = serializers.BooleanField(
        help_text="Done, past its deadline, and only the region’s to change."
    )
    detail = serializers.CharField()


class StandingSerializer(serializers.Serializer[Any]):
    """The de minimis sum of a company with its stand; it warns, and stops nothing."""

    day = serializers.DateField(help_text="When the stand is granted.")
    since = serializers.DateField(help_text="From when aid counts: three years before, included.")
    declared = serializers.DecimalField(max_digits=14, decimal_places=2)
    advantage = serializers.DecimalField(max_digits=14, decimal_places=2)
    total = serializers.DecimalField(max_digits=14, decimal_places=2)
    is_above = serializers.BooleanField()


class PreparationSerializer(serializers.Serializer[Exhibitor]):
    """How far one exhibitor is, for its region's desk and for the company itself."""

    exhibitor = serializers.IntegerField(source="pk")
    checklist = serializers.SerializerMethodField()
    de_minimis = serializers.SerializerMethodField()

    @extend_schema_field(ChecklistItemSerializer(many=True))
    def get_checklist(self, exhibitor: Exhibitor) -> Any:
        return ChecklistItemSerializer(checklist.items(exhibitor), many=True).data

    @extend_schema_field(StandingSerializer(allow_null=True))
    def get_de_minimis(self, exhibitor: Exhibitor) -> Any:
        standing = checklist.standing(exhibitor)
        return StandingSerializer(standing).data if standing else None


class SignatureSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, max_value=32767)
    language = serializers.ChoiceField(
        choices=Language.choices, help_text="Of the text the signatory read."
    )
    name = serializers.CharField(max_length=150)
    role = serializers.CharField(max_length=100)


class AidLineSerializer(serializers.Serializer[Any]):
    granted_on = serializers.DateField()
    authority = serializers.CharField(max_length=150)
    purpose = serializers.CharField(max_length=200, allow_blank=True, default="")
    amount = serializers.DecimalField(
        max_digits=10, decimal_places=2, min_value=Decimal("0.01"), help_text="In euros."
    )


class AidDeclarationSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=150, help_text="Who makes the statement.")
    has_none = serializers.BooleanField(default=False)
    aids = AidLineSerializer(many=True, default=list)

    def validate_aids(self, aids: list[dict[str, Any]]) -> list[AidLine]:
        return [AidLine(**each) for each in aids]


class VectorLogoSerializer(serializers.Serializer[Any]):
    logo = serializers.FileField(help_text="SVG, PDF or EPS, sent as multipart/form-data.")

    def validate_logo(self, upload: Any) -> Any:
        return files.clean_vector_logo(upload)


class PitchSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    display_name = serializers.CharField(max_length=40, required=False)
    pitch_fr = serializers.CharField(max_length=300, required=False)
    pitch_en = serializers.CharField(max_length=300, required=False)
    website = serializers.URLField(allow_blank=True, required=False)


class NeedsSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    power_watts = serializers.IntegerField(
        min_value=0, max_value=20_000, allow_null=True, required=False
    )
    needs_screen = serializers.BooleanField(required=False)
    needs_wired_network = serializers.BooleanField(required=False)
    needs_storage = serializers.BooleanField(required=False)
    needs_water = serializers.BooleanField(required=False)
    heavy_load = serializers.IntegerField(
        min_value=0, max_value=10_000, allow_null=True, required=False, help_text="In kg/m²."
    )
    needs_accessible_stand = serializers.BooleanField(required=False)
    wifi_network = serializers.CharField(
        max_length=32,
        allow_blank=True,
        required=False,
        help_text="The name of the company’s own network on 2.4 GHz, declared to the fair.",
    )
    technical_notes = serializers.CharField(max_length=1000, allow_blank=True, required=False)


class HolderSerializer(serializers.Serializer[Any]):
    badge = serializers.IntegerField(
        min_value=1,
        max_value=BIGGEST_KEY,
        required=False,
        source="badge_id",
        help_text="Of somebody named before.",
    )
    first_name = serializers.CharField(max_length=80)
    last_name = serializers.CharField(max_length=80)
    role = serializers.CharField(max_length=100, allow_blank=True, default="")
    email = serializers.EmailField(allow_blank=True, default="")
    days = serializers.ListField(
        child=serializers.DateField(), default=list, help_text="Days of the edition."
    )


class BadgesSerializer(serializers.Serializer[Any]):
    """The whole list: who is not on it any more loses the badge."""

    holders = HolderSerializer(many=True)
    is_complete = serializers.BooleanField(default=True)

    def validate_holders(self, holders: list[dict[str, Any]]) -> list[Holder]:
        dates = {date for holder in holders for date in holder["days"]}
        known: dict[Any, list[int]] = {}
        for pk, date in Day.objects.filter(date__in=dates).values_list("pk", "date"):
            known.setdefault(date, []).append(pk)
        return [
            Holder(
                **{name: value for name, value in holder.items() if name != "days"},
                day_ids=tuple(pk for date in holder["days"] for pk in known.get(date, [])),
            )
            for holder in holders
        ]


class LaterAnswersField(AnswersField):
    """The same, of the questions asked after selection."""

    stage = Question.Stage.LATER


class LaterAnswersSerializer(serializers.Serializer[Application]):
    """What is left out stays as it is; a file is sent by answer-file."""

    answers = LaterAnswersField()


class ReopenSerializer(serializers.Serializer[Any]):
    item = serializers.ChoiceField(choices=ChecklistItem.choices)
    reason = serializers.CharField(allow_blank=True, max_length=2000, default="")


class BadgeSerializer(serializers.ModelSerializer[Badge]):
    """Somebody an exhibitor named for a badge."""

    edition = year("exhibitor.participation.edition.year")
    region = region_code("exhibitor.participation.region_id")
    exhibitor_name = serializers.StringRelatedField[Exhibitor](source="exhibitor")
    days = serializers.SerializerMethodField()

    class Meta:
        model = Badge
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "exhibitor",
            "exhibitor_name",
            "first_name",
            "last_name",
            "role",
            "email",
            "days",
            "informed_at",
            "created_at",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.DateField()))
    def get_days(self, badge: Badge) -> list[str]:
        return sorted(day.date.isoformat() for day in badge.days.all())


def sees_preparation(user: Any, exhibitor: Exhibitor) -> bool:
    """The desk of its region, the national team, and the company's own contact."""
    access = access_of(user)
    if access.is_national or exhibitor.region_code in access.desk_codes:
        return True
    email = getattr(user, "email", "")
    return bool(email) and email.lower() == exhibitor.application.contact_email.lower()
