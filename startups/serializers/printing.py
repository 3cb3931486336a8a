"""What the API takes to have something printed."""

from typing import Any

from rest_framework import serializers

from events.models import HalfDay, Region, Stand
from events.serializers.fields import EditionField
from pavilion.core.models import Language
from pavilion.core.resources import VisibleField
from startups.printing.wanted import Paper, Sheet, Source, Wanted


class NewPrintSerializer(serializers.Serializer[Any]):
    """What is left out prints all of it: every region, stand and half-day."""

    edition = EditionField()
    sheet = serializers.ChoiceField(choices=Sheet.choices)
    plan = serializers.ChoiceField(choices=Source.choices, default=Source.ANNOUNCED)
    paper = serializers.ChoiceField(
        choices=Paper.choices, default=Paper.A4, help_text="Of signs; the rest has its own."
    )
    region = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Region.objects.all(),
        required=False,
        allow_null=True,
        default=None,
        help_text="The region's INSEE code.",
    )
    stands = serializers.ListField(
        child=VisibleField(queryset=Stand.objects.all()),
        max_length=200,
        default=list,
        help_text="Keys of stands, for signs.",
    )
    half_day = serializers.PrimaryKeyRelatedField(
        queryset=HalfDay.objects.all(), required=False, allow_null=True, default=None
    )
    whole_days = serializers.BooleanField(
        default=False, help_text="One sign for the day where an exhibitor stays all day."
    )
    language = serializers.ChoiceField(choices=Language.choices, default=Language.FRENCH)

    @property
    def wanted(self) -> Wanted:
        given = self.validated_data
        return Wanted(
            edition=given["edition"].pk,
            sheet=given["sheet"],
            source=given["plan"],
            paper=given["paper"],
            region=given["region"].code if given["region"] else "",
            stands=[stand.number for stand in given["stands"]],
            half_day=given["half_day"].pk if given["half_day"] else None,
            whole_days=given["whole_days"],
        )
