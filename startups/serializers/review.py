from typing import Any, ClassVar

from rest_framework import serializers

from events.serializers.fields import region_code, year
from pavilion.core.resources import BIGGEST_KEY, VisibleField
from startups.models import Call, Review, Score
from startups.operations.judging.reviewing import COMMENT_LENGTH


class ScoreSerializer(serializers.ModelSerializer[Score]):
    class Meta:
        model = Score
        fields: ClassVar = ["criterion", "value"]


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """One reviewer's reading of one application. Its mean is on 20."""

    edition = year("application.call.participation.edition.year")
    region = region_code("application.call.participation.region_id")
    call = serializers.IntegerField(source="application.call_id", read_only=True)
    company = serializers.CharField(source="application.__str__", read_only=True)
    reviewer = serializers.CharField(source="reviewer.__str__", read_only=True)
    is_mine = serializers.SerializerMethodField(help_text="Whether you are its reviewer.")
    scores = ScoreSerializer(many=True, read_only=True)

    class Meta:
        model = Review
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "call",
            "application",
            "company",
            "reviewer",
            "is_mine",
            "status",
            "scores",
            "mean",
            "comment",
            "recusal_reason",
            "assigned_at",
            "done_at",
        ]
        read_only_fields = fields

    def get_is_mine(self, review: Review) -> bool:
        return bool(review.reviewer_id == self.context["request"].user.pk)


class GivenScoreSerializer(serializers.Serializer[Any]):
    criterion = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY)
    value = serializers.IntegerField(min_value=0, max_value=32767)


class SheetSerializer(serializers.Serializer[Any]):
    """What is not sent stays."""

    scores = GivenScoreSerializer(many=True, required=False)
    comment = serializers.CharField(
        required=False, allow_blank=True, max_length=COMMENT_LENGTH, allow_null=False
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = attrs.pop("scores", [])
        attrs["scores"] = {score["criterion"]: score["value"] for score in given}
        return attrs


class RecusalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=250, help_text="Only the region's team reads it.")


class _Keys(serializers.ListField):
    def __init__(self, **options: Any) -> None:
        child = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY)
        super().__init__(child=child, max_length=2000, **options)


class OfCallSerializer(serializers.Serializer[Any]):
    call = VisibleField(queryset=Call.objects.select_related("participation"))


class ByHandSerializer(OfCallSerializer):
    applications = _Keys()
    reviewers = _Keys(help_text="Keys of accounts; see the list of the call's reviewers.")


class TakenSerializer(serializers.Serializer[Any]):
    reviewer = serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY)
    themes = serializers.ListField(child=serializers.CharField(max_length=20), max_length=50)


class ByThemeSerializer(OfCallSerializer):
    themes = TakenSerializer(many=True)


class AssignedSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="Reviews given out.")
    short = serializers.IntegerField(help_text="Files that still have too few readers.")


class RankedSerializer(serializers.Serializer[Any]):
    """One file in its call's order, best mean first."""

    application = serializers.IntegerField(source="pk")
    company = serializers.CharField(source="name")
    status = serializers.CharField(source="file.status")
    theme = serializers.CharField(source="file.theme", help_text="Its code; empty without one.")
    department = serializers.CharField(source="file.department")
    rank = serializers.IntegerField(allow_null=True, help_text="Null: nobody has read it yet.")
    is_tied = serializers.BooleanField(help_text="Whether another file has the same mean.")
    mean = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True)
    spread = serializers.DecimalField(
        max_digits=4, decimal_places=2, allow_null=True, help_text="The standard deviation."
    )
    disagrees = serializers.BooleanField(help_text="Whether its reviews are far apart.")
    reviews_done = serializers.IntegerField(source="done")
    reviews_assigned = serializers.IntegerField(source="assigned")
    lacks_reviews = serializers.BooleanField()
    prepared = serializers.CharField(
        source="file.prepared", help_text="The decision being prepared, if one is."
    )


class ReviewerSerializer(serializers.Serializer[Any]):
    """Somebody who may be given the call's files."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="__str__")
    email = serializers.EmailField()
