"""An edit of the drawing as it is sent, by programs and by the editor's own script."""

from typing import Any, ClassVar

from rest_framework import serializers

from events.imports import FORMATS, Options, limits
from events.models import Level, PlanEdit
from events.operations.plan_rows import MOST_COPIES
from events.serializers.fields import PlacedField
from pavilion.core.resources import BIGGEST_KEY

MOST_AT_ONCE = 5000


class ByKeyField(serializers.DictField):
    """From a key (JSON has text there) to what is wanted of that row; null takes it away."""

    child = serializers.DictField(allow_null=True)

    def to_internal_value(self, data: Any) -> dict[int, Any]:
        found = super().to_internal_value(data)
        if len(found) > MOST_AT_ONCE or not all(_is_key(key) for key in found):
            self.fail("not_a_dict", input_type="keys")
        return {int(key): value for key, value in found.items()}


class SeenField(serializers.DictField):
    """The revision seen of each row, by key."""

    child = serializers.IntegerField(min_value=0, max_value=BIGGEST_KEY)

    def to_internal_value(self, data: Any) -> dict[int, int]:
        found = super().to_internal_value(data)
        if not all(_is_key(key) for key in found):
            self.fail("not_a_dict", input_type="keys")
        return {int(key): value for key, value in found.items()}


def _is_key(text: object) -> bool:
    return isinstance(text, str) and text.isdecimal() and text.isascii() and len(text) < 19


class SeenSerializer(serializers.Serializer[Any]):
    stands = SeenField(default=dict)
    zones = SeenField(default=dict)


class PlanChangesSerializer(serializers.Serializer[Any]):
    """What an edit wants. A new stand names its zone by key, or by its new zone's key in here."""

    stands = ByKeyField(default=dict, help_text="Key → values wanted; null removes the stand.")
    zones = ByKeyField(default=dict, help_text="Key → values wanted; null removes the area.")
    new_stands = serializers.ListField(
        child=serializers.DictField(), max_length=MOST_AT_ONCE, default=list
    )
    new_zones = serializers.DictField(child=serializers.DictField(), default=dict)
    seen = SeenSerializer(
        required=False,
        help_text="The revisions seen: what somebody else changed since is refused.",
    )
    label = serializers.CharField(  # type: ignore[assignment]  # a field called label
        max_length=250, allow_blank=True, default=""
    )


class OfStandsSerializer(serializers.Serializer[Any]):
    stand_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY),
        min_length=1,
        max_length=MOST_AT_ONCE,
    )


class RowSerializer(OfStandsSerializer):
    """A row of copies; `spacing` in metres, between one and the next."""

    count = serializers.IntegerField(min_value=1, max_value=MOST_COPIES)
    spacing = serializers.FloatField(min_value=-50, max_value=50, default=0)
    direction = serializers.ChoiceField(
        ["right", "down", "left", "up", "along", "behind"], default="right"
    )


class NumberingSerializer(OfStandsSerializer):
    """Numbers along a row, in the direction it is read."""

    prefix = serializers.CharField(max_length=10, allow_blank=True, default="")
    start = serializers.IntegerField(min_value=0, max_value=99_999, default=1)
    digits = serializers.IntegerField(min_value=1, max_value=5, default=2)
    direction = serializers.ChoiceField(["right", "down", "left", "up"], default="right")
    seen = SeenSerializer(required=False)


class OnLevelSerializer(serializers.Serializer[Any]):
    level = PlacedField(Level.objects.all(), "hall__edition")


class NewPlanEditSerializer(OnLevelSerializer, PlanChangesSerializer):
    """An edit of a level's drawing."""


class NewRowSerializer(OnLevelSerializer, RowSerializer):
    """A row of copies on a level."""


class NewNumbersSerializer(OnLevelSerializer, NumberingSerializer):
    """New numbers for stands of a level."""


class PlanFileSerializer(OnLevelSerializer):
    """A plan as a file, and how it tells lengths."""

    format = serializers.ChoiceField(FORMATS)
    content = serializers.CharField(  # the file's text
        max_length=limits.FILE_BYTES, trim_whitespace=False
    )
    zone = serializers.IntegerField(
        min_value=1,
        max_value=BIGGEST_KEY,
        allow_null=True,
        default=None,
        help_text="The area for stands that name none and lie in none.",
    )
    removes = serializers.BooleanField(
        default=False, help_text="Whether stands that the file does not hold go."
    )
    is_degrees = serializers.BooleanField(
        default=False, help_text="GeoJSON: longitude and latitude instead of metres."
    )
    points_up = serializers.BooleanField(default=False, help_text="GeoJSON: y grows upwards.")
    left = serializers.FloatField(default=0, min_value=-10_000, max_value=10_000)
    top = serializers.FloatField(default=0, min_value=-10_000, max_value=10_000)
    metres = serializers.FloatField(
        default=1, min_value=0, max_value=10_000, help_text="SVG: metres to one unit."
    )
    is_width = serializers.BooleanField(
        default=False, help_text="SVG: `metres` is what its whole width stands for."
    )
    zone_prefix = serializers.CharField(max_length=20, allow_blank=True, default="zone-")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        names = ("is_degrees", "points_up", "metres", "is_width", "zone_prefix")
        origin = (attrs["left"], attrs["top"])
        options = Options(origin=origin, **{name: attrs[name] for name in names})
        return {**super().validate(attrs), "options": options}


class ProblemSerializer(serializers.Serializer[Any]):
    where = serializers.CharField()
    sentence = serializers.CharField()
    is_left_out = serializers.BooleanField()


class NamedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    what = serializers.CharField()


class PlanComparisonSerializer(serializers.Serializer[Any]):
    """What a file would change, and what is to mend in it."""

    new = NamedSerializer(many=True)
    changed = NamedSerializer(many=True)
    same = serializers.IntegerField()
    gone = serializers.ListField(child=serializers.CharField())
    passed_over = serializers.IntegerField()
    problems = ProblemSerializer(many=True)
    writes = serializers.IntegerField(help_text="How many rows would be written.")


class PlanEditSerializer(serializers.ModelSerializer[PlanEdit]):
    by = serializers.StringRelatedField[Any](help_text="Who made it; null is the system.")
    undone_by = serializers.SerializerMethodField(help_text="The edit that took it back, if any.")

    class Meta:
        model = PlanEdit
        fields: ClassVar = [
            "id",
            "level",
            "by",
            "at",
            "label",
            "before",
            "after",
            "undoes",
            "undone_by",
        ]

    def get_undone_by(self, edit: PlanEdit) -> int | None:
        # A reverse one-to-one that is not there raises when asked.
        undone = getattr(edit, "undone_by", None)
        return undone.pk if undone else None
