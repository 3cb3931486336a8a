from typing import Any, ClassVar

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.models import HalfDay, Stand
from events.serializers.fields import half_days_seen_by, region_code, year
from pavilion.core.access import access_of
from pavilion.core.resources import VisibleField, VisibleListField
from startups import checklist
from startups.models import Allocation, Exhibitor
from startups.serializers.preparation import ChecklistItemSerializer, sees_preparation


class ExhibitorSerializer(serializers.ModelSerializer[Exhibitor]):
    """What the directory says of a company: nothing of whom to reach, nor of how it was chosen."""

    edition = year("participation.edition.year")
    region = region_code()
    name = serializers.CharField(source="__str__", read_only=True)
    legal_name = serializers.CharField(source="application.legal_name", read_only=True)
    city = serializers.CharField(source="application.city", read_only=True)
    founded_on = serializers.DateField(
        source="application.founded_on", read_only=True, allow_null=True
    )
    theme = serializers.CharField(
        source="application.theme_id", read_only=True, allow_null=True, help_text="Its code."
    )
    pitch_fr = serializers.CharField(source="application.pitch_fr", read_only=True)
    pitch_en = serializers.CharField(source="application.pitch_en", read_only=True)
    website = serializers.CharField(source="application.website", read_only=True)
    page = serializers.SerializerMethodField(help_text="Its public page.")
    logo = serializers.SerializerMethodField(help_text="Where its picture is, if it has one.")
    application = serializers.SerializerMethodField(
        help_text="For those who may see applications of this region."
    )
    checklist = serializers.SerializerMethodField(
        help_text="How far it is before the fair: for its region’s desk and its own contact."
    )
    stay_revision = serializers.SerializerMethodField(
        help_text="Raised by every change of its half-days in the plan: for teams."
    )

    class Meta:
        model = Exhibitor
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "slug",
            "name",
            "legal_name",
            "city",
            "founded_on",
            "theme",
            "pitch_fr",
            "pitch_en",
            "website",
            "page",
            "logo",
            "application",
            "checklist",
            "left_at",
            "stay_revision",
        ]

    def get_page(self, exhibitor: Exhibitor) -> str:
        return f"{settings.BASE_URL}{exhibitor.get_absolute_url()}"

    def get_logo(self, exhibitor: Exhibitor) -> str | None:
        if not exhibitor.application.logo:
            return None
        return f"{settings.BASE_URL}{reverse('startups:logo', args=[exhibitor.slug])}"

    def get_application(self, exhibitor: Exhibitor) -> int | None:
        access = access_of(self.context["request"].user)
        return exhibitor.application_id if access.sees(exhibitor.region_code) else None

    def get_stay_revision(self, exhibitor: Exhibitor) -> int | None:
        is_of_a_team = access_of(self.context["request"].user).is_member
        return exhibitor.stay_revision if is_of_a_team else None

    @extend_schema_field(ChecklistItemSerializer(many=True, allow_null=True))
    def get_checklist(self, exhibitor: Exhibitor) -> Any:
        if not sees_preparation(self.context["request"].user, exhibitor):
            return None
        return ChecklistItemSerializer(checklist.items(exhibitor), many=True).data


class AllocationSerializer(serializers.ModelSerializer[Allocation]):
    edition = year("half_day.edition.year")
    region = region_code("exhibitor.participation.region_id")
    exhibitor_name = serializers.StringRelatedField[Exhibitor](source="exhibitor")
    stand_number = serializers.CharField(source="stand.number", read_only=True)
    half_day_name = serializers.StringRelatedField[HalfDay](source="half_day")

    class Meta:
        model = Allocation
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "exhibitor",
            "exhibitor_name",
            "stand",
            "stand_number",
            "half_day",
            "half_day_name",
            "status",
        ]


class HalfDaysOnStandSerializer(serializers.Serializer[Any]):
    stand = VisibleField(queryset=Stand.objects.all())
    half_days = VisibleListField(half_days_seen_by, allow_empty=False)


class NewAllocationsSerializer(HalfDaysOnStandSerializer):
    exhibitor = VisibleField(queryset=Exhibitor.objects.all())


class ReleasedHalfDaysSerializer(serializers.Serializer[Any]):
    half_days = VisibleListField(half_days_seen_by, allow_empty=False)
    reason = serializers.CharField(allow_blank=True, max_length=2000, default="")
