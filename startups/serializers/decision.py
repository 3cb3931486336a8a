from typing import Any, ClassVar

from rest_framework import serializers

from events.serializers.fields import region_code, year
from pavilion.core.resources import VisibleField, VisibleListField
from startups.models import Application, Decision


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """What a region means to answer, or has answered once `released_at` is set."""

    edition = year("application.call.participation.edition.year")
    region = region_code("application.call.participation.region_id")
    call = serializers.IntegerField(source="application.call_id", read_only=True)
    company = serializers.CharField(source="application.__str__", read_only=True)
    prepared_by = serializers.CharField(source="prepared_by.__str__", read_only=True, default="")

    class Meta:
        model = Decision
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "call",
            "application",
            "company",
            "outcome",
            "rank",
            "reason",
            "note",
            "prepared_by",
            "prepared_at",
            "released_at",
        ]
        read_only_fields = fields


class NewDecisionSerializer(serializers.Serializer[Any]):
    application = VisibleField(queryset=Application.objects.all())
    outcome = serializers.ChoiceField(choices=Decision.Outcome.choices)
    rank = serializers.IntegerField(
        min_value=1,
        max_value=32767,
        required=False,
        allow_null=True,
        default=None,
        help_text="Orders the waiting list; without it, by mean, then by date of submission.",
    )
    reason = serializers.CharField(
        max_length=2000, allow_blank=True, default="", help_text="It stands in the mail."
    )
    note = serializers.CharField(
        max_length=2000, allow_blank=True, default="", help_text="For the team only."
    )


class OrderSerializer(serializers.Serializer[Any]):
    applications = VisibleListField(Application.objects.visible_to, allow_empty=False)


class PlaceOnListSerializer(serializers.Serializer[Any]):
    rank = serializers.IntegerField(
        min_value=1, max_value=32767, help_text="1 is the first of those who wait now."
    )


class ReleasedSerializer(serializers.Serializer[Any]):
    """How many of each were announced; or the job that is doing it, when they are many."""

    selected = serializers.IntegerField()
    waitlisted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    promoted = serializers.IntegerField(help_text="Offered a place at once, as some stayed free.")
    job = serializers.IntegerField(allow_null=True)


class MailPreviewSerializer(serializers.Serializer[Any]):
    application = serializers.IntegerField()
    kind = serializers.CharField()
    recipient = serializers.CharField()
    language = serializers.CharField()
    subject = serializers.CharField()
    body = serializers.CharField(help_text="The text, private links blacked out.")


class ReleasePreviewSerializer(serializers.Serializer[Any]):
    """What a release would do now, what stands in its way, and every mail it would send."""

    places = serializers.IntegerField()
    held = serializers.IntegerField(help_text="Places confirmed or offered already.")
    selected = serializers.IntegerField()
    waitlisted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    promoted = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.CharField())
    mails = MailPreviewSerializer(many=True)
