"""What the API says of lists coming in, and what it takes."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.serializers.fields import region_code, year
from pavilion.core.resources import VisibleField
from startups.imports import fields
from startups.imports.mapping import columns
from startups.models import Call, SheetImport
from startups.operations import importing


class ImportSerializer(serializers.ModelSerializer[SheetImport]):
    edition = year("call.participation.edition.year")
    region = region_code("call.participation.region_id")
    created_by = serializers.SerializerMethodField(help_text="The account's name.")

    class Meta:
        model = SheetImport
        fields: ClassVar = [
            "id",
            "edition",
            "region",
            "call",
            "file_name",
            "state",
            "sheet",
            "header_row",
            "mapping",
            "job",
            "created_by",
            "created_at",
            "done_at",
        ]

    def get_created_by(self, sheet_import: SheetImport) -> str:
        return str(sheet_import.created_by or "")


class ColumnSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField()
    heading = serializers.CharField()
    samples = serializers.ListField(child=serializers.CharField())
    field = serializers.CharField(help_text="Empty: not imported.")


class ImportDetailSerializer(ImportSerializer):
    """One list with its columns, its counts and every row's outcome."""

    sheets = serializers.SerializerMethodField()
    columns = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()
    rows = serializers.SerializerMethodField(
        help_text="Once compared: row, outcome (new, changed, same, refused), name, changes, why."
    )

    class Meta(ImportSerializer.Meta):
        fields: ClassVar = [*ImportSerializer.Meta.fields, "sheets", "columns", "counts", "rows"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_sheets(self, sheet_import: SheetImport) -> list[str]:
        return [sheet["name"] for sheet in sheet_import.report.get("sheets", [])]

    @extend_schema_field(ColumnSerializer(many=True))
    def get_columns(self, sheet_import: SheetImport) -> list[dict[str, Any]]:
        if not sheet_import.report.get("sheets"):
            return []
        sheet = importing.described_sheet(sheet_import)
        return [
            {
                "index": column.index,
                "heading": column.heading,
                "samples": column.samples,
                "field": sheet_import.mapping.get(str(column.index), ""),
            }
            for column in columns(sheet, sheet_import.header_row or 0)
        ]

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_counts(self, sheet_import: SheetImport) -> dict[str, int]:
        return sheet_import.report.get("counts", {})  # type: ignore[no-any-return]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_rows(self, sheet_import: SheetImport) -> list[dict[str, Any]]:
        return sheet_import.report.get("rows", [])  # type: ignore[no-any-return]


class NewImportSerializer(serializers.Serializer[Any]):
    call = VisibleField(queryset=Call.objects.select_related("participation"))
    file = serializers.FileField(help_text="XLSX, ODS, XLS or CSV; 20 MB at most.")


class LayoutSerializer(serializers.Serializer[Any]):
    """What is left out is proposed anew from the headings."""

    sheet = serializers.CharField(required=False, allow_blank=True)
    header_row = serializers.IntegerField(
        required=False, min_value=0, max_value=2_000_000, help_text="0: no headings."
    )
    mapping = serializers.DictField(
        required=False,
        child=serializers.ChoiceField(choices=["", *fields.NAMES], allow_blank=True),
        help_text="By the column's number, from 0: the field it holds.",
    )

    def validate_mapping(self, mapping: dict[str, str]) -> dict[int, str]:
        if not all(column.isdecimal() and len(column) < 5 for column in mapping):
            raise serializers.ValidationError("Columns are numbered from 0.")
        return {int(column): name for column, name in mapping.items()}


class WriteSerializer(serializers.Serializer[Any]):
    leave_out_refused = serializers.BooleanField(default=False)
