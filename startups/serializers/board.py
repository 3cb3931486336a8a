"""The board as programs read and change it."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from events.models import Stand
from events.serializers.fields import EditionField, half_days_seen_by, region_code, year
from pavilion.core.access import access_of
from pavilion.core.resources import BIGGEST_KEY, VisibleField, VisibleListField
from startups.models import BoardStep, Exhibitor, StandHold

BY_HAND = [
    BoardStep.Kind.PLACE,
    BoardStep.Kind.MOVE,
    BoardStep.Kind.EXCHANGE,
    BoardStep.Kind.FREE,
    BoardStep.Kind.HOLD,
]
MOST = 500


class BoardStepSerializer(serializers.ModelSerializer[BoardStep]):
    """One change of the plan: in `before` and `after`, whole stays of whom it touched."""

    edition = year("board.edition.year")
    region = serializers.CharField(
        source="region_code", read_only=True, help_text="Empty when it touches several regions."
    )
    by = serializers.SerializerMethodField(help_text="Who made it; empty for the system.")
    undone_by = serializers.SerializerMethodField(help_text="The step that took it back.")
    before = serializers.DictField(
        read_only=True,
        help_text="stays: {exhibitor: {half-day: [stand, status]}}, "
        "holds: {“stand:half-day”: what it is kept free for, or null}.",
    )
    after = serializers.DictField(read_only=True)

    class Meta:
        model = BoardStep
        fields: ClassVar = [
            "id",
            "edition",
            "serial",
            "kind",
            "region",
            "by",
            "at",
            "reason",
            "before",
            "after",
            "undoes",
            "undone_by",
        ]

    def get_by(self, step: BoardStep) -> str:
        return step.author_for(access_of(self.context["request"].user))

    def get_undone_by(self, step: BoardStep) -> int | None:
        undo = getattr(step, "undone_by", None)
        return undo.pk if undo else None


class StandHoldSerializer(serializers.ModelSerializer[StandHold]):
    """A stand kept free on a half-day."""

    edition = year("half_day.edition.year")
    region = region_code("stand.zone.participation.region_id")
    stand_number = serializers.CharField(source="stand.number", read_only=True)
    half_day_name = serializers.StringRelatedField[Any](source="half_day")

    class Meta:
        model = StandHold
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "stand",
            "stand_number",
            "half_day",
            "half_day_name",
            "note",
            "created_at",
        ]


class NewHoldsSerializer(serializers.Serializer[Any]):
    stand = VisibleField(queryset=Stand.objects.all())
    half_days = VisibleListField(half_days_seen_by, allow_empty=False)
    note = serializers.CharField(allow_blank=True, max_length=100, default="")


class KeyField(serializers.IntegerField):
    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=BIGGEST_KEY, **options)


class CellSerializer(serializers.Serializer[Any]):
    half_day = KeyField()
    stand = KeyField()


class StaySerializer(serializers.Serializer[Any]):
    """All an exhibitor is to have; no cells, to free all of it."""

    exhibitor = KeyField()
    cells = serializers.ListField(child=CellSerializer(), max_length=MOST)
    stay_revision = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=BIGGEST_KEY,
        help_text="As the exhibitor was read: what changed since is not overwritten.",
    )


class HoldSerializer(CellSerializer):
    note = serializers.CharField(
        allow_null=True,
        allow_blank=True,
        max_length=100,
        help_text="What it is kept free for; null: not any more.",
    )
    seen_note = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=100,
        help_text="As it was read, null: not kept free. What changed since is not overwritten.",
    )


class ChangeSerializer(serializers.Serializer[Any]):
    """Whole stays, and stands kept free or not any more: all of it is done, or nothing."""

    edition = EditionField()
    kind = serializers.ChoiceField(
        choices=[(kind.value, kind.label) for kind in BY_HAND], default=BoardStep.Kind.MOVE
    )
    stays = serializers.ListField(child=StaySerializer(), required=False, max_length=MOST)
    holds = serializers.ListField(child=HoldSerializer(), required=False, max_length=MOST)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """As `change_board` takes it. Three queries, however much is named."""
        stays, holds = attrs.pop("stays", []), attrs.pop("holds", [])
        self._ensure_once("stays", [stay["exhibitor"] for stay in stays])
        self._ensure_once("holds", [(hold["stand"], hold["half_day"]) for hold in holds])
        for stay in stays:
            self._ensure_once("stays", [cell["half_day"] for cell in stay["cells"]])
        cells = [*holds, *(cell for stay in stays for cell in stay["cells"])]
        user = self.context["request"].user
        self._ensure_there("half_day", half_days_seen_by(user), cells)
        self._ensure_there("stand", Stand.objects.visible_to(user), cells)
        self._ensure_there("exhibitor", Exhibitor.objects.visible_to(user), stays)
        attrs["edition_id"] = attrs.pop("edition").pk
        attrs["stays"] = {
            stay["exhibitor"]: {cell["half_day"]: cell["stand"] for cell in stay["cells"]}
            for stay in stays
        }
        attrs["holds"] = {(hold["stand"], hold["half_day"]): hold["note"] for hold in holds}
        attrs["seen"] = {
            stay["exhibitor"]: stay["stay_revision"] for stay in stays if "stay_revision" in stay
        }
        attrs["seen_holds"] = {
            (hold["stand"], hold["half_day"]): hold["seen_note"]
            for hold in holds
            if "seen_note" in hold
        }
        return attrs

    def _ensure_once(self, name: str, keys: Sequence[Any]) -> None:
        """Of two that contradict each other, neither is meant."""
        if len(set(keys)) < len(keys):
            message = _("The same exhibitor, or the same half-day of it, is named twice.")
            if name == "holds":
                message = _("The same half-day of a stand is named twice.")
            raise serializers.ValidationError({name: [message]})

    def _ensure_there(self, name: str, seen: QuerySet[Any], rows: Iterable[Any]) -> None:
        wanted = {row[name] for row in rows}
        found = set(seen.filter(pk__in=wanted).values_list("pk", flat=True))
        if missing := sorted(wanted - found):
            message = _("Invalid pk “%(key)s”: it does not exist.") % {"key": missing[0]}
            raise serializers.ValidationError({name: [message]})


class StayedSerializer(serializers.Serializer[Any]):
    """Half-days of one exhibitor; none named: all it has."""

    half_days = VisibleListField(half_days_seen_by, required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")
    stay_revision = serializers.IntegerField(
        required=False, min_value=0, max_value=BIGGEST_KEY, help_text="As the exhibitor was read."
    )


class MoveSerializer(StayedSerializer):
    stand = VisibleField(queryset=Stand.objects.all())


class ExchangeSerializer(StayedSerializer):
    other = VisibleField(queryset=Exhibitor.objects.all())


class PreviewCellSerializer(serializers.Serializer[Any]):
    half_day = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the field's label
    stand = serializers.IntegerField()
    number = serializers.CharField()


class PreviewChangeSerializer(serializers.Serializer[Any]):
    exhibitor = serializers.IntegerField()
    name = serializers.CharField()
    region = serializers.CharField()
    before = PreviewCellSerializer(many=True)
    after = PreviewCellSerializer(many=True)


class TouchedSerializer(serializers.Serializer[Any]):
    stand = serializers.IntegerField(source="stand_id")
    starts_at = serializers.DateTimeField()
    sentence = serializers.CharField()
    page = serializers.CharField(source="url")


class BoardWarningSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    exhibitor = serializers.IntegerField()
    sentence = serializers.CharField()


class BoardPreviewSerializer(serializers.Serializer[Any]):
    """All the change would touch."""

    changes = PreviewChangeSerializer(many=True)
    meetings = TouchedSerializer(many=True)
    mails = serializers.ListField(child=serializers.CharField())
    warnings = BoardWarningSerializer(many=True)
