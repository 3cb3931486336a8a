"""How the API names the frame: an edition by its year, a region by its INSEE code."""

from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from events.models import Edition, HalfDay, Participation
from pavilion.core.models import User


def half_days_seen_by(user: User | AnonymousUser) -> QuerySet[HalfDay]:
    return HalfDay.objects.filter(edition__in=Edition.objects.visible_to(user))


def year(source: str = "edition.year") -> serializers.IntegerField:
    return serializers.IntegerField(source=source, read_only=True, help_text="The edition's year.")


def region_code(source: str = "participation.region_id") -> serializers.CharField:
    """The region's code; null for what belongs to the whole pavilion."""
    return serializers.CharField(
        source=source, read_only=True, allow_null=True, help_text="The region's INSEE code."
    )


class EditionField(serializers.SlugRelatedField[Edition]):
    """An edition the reader may see, by its year."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="year", queryset=Edition.objects.all(), **options)

    def get_queryset(self) -> QuerySet[Edition]:
        return Edition.objects.visible_to(self.context["request"].user)


class InEditionSerializer(serializers.Serializer[Any]):
    """Something new of an edition: a region's, or the whole pavilion's when no region is named."""

    edition = EditionField()
    region = serializers.CharField(
        max_length=2, allow_null=True, default=None, help_text="The region's INSEE code."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        code = attrs.pop("region")
        attrs["participation"] = participation_of(attrs["edition"], code) if code else None
        return attrs


def participation_of(edition: Edition, code: str) -> Participation:
    found = Participation.objects.select_related("region", "edition").filter(
        edition=edition, region=code
    )
    if not found:
        raise serializers.ValidationError(
            {"region": _("No region with this code takes part in this edition.")}
        )
    return found[0]


class PlacedField(serializers.PrimaryKeyRelatedField[Any]):
    """A hall, level or zone on a plan the reader may see, found along `edition_path`."""

    def __init__(self, rows: QuerySet[Any], edition_path: str, **options: Any) -> None:
        super().__init__(queryset=rows, **options)
        self.edition_path = edition_path

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        editions = Edition.objects.visible_to(self.context["request"].user)
        return cast("QuerySet[Any]", rows.filter(**{f"{self.edition_path}__in": editions}))
