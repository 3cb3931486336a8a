"""The API's door to lists coming in: send, lay out, compare, write."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.access import ensure_manages
from pavilion.core.downloads import attachment
from pavilion.core.resources import Filters, ReadResource, operation
from startups.models import SheetImport
from startups.operations import importing
from startups.serializers.importing import (
    ImportDetailSerializer,
    ImportSerializer,
    LayoutSerializer,
    NewImportSerializer,
    WriteSerializer,
)


class ImportFilters(Filters):
    edition = filters.NumberFilter("call__participation__edition__year")
    region = filters.CharFilter("call__participation__region")
    call = filters.NumberFilter("call")
    state = filters.MultipleChoiceFilter(choices=SheetImport.State.choices)


class ImportViewSet(ReadResource[SheetImport]):
    """Lists of start-ups brought into a call; comparing and writing are jobs, see /jobs/."""

    queryset = SheetImport.objects.select_related("call__participation__edition", "created_by")
    serializer_class = ImportSerializer
    parser_classes = (JSONParser, MultiPartParser)
    ordering = ("-created_at",)
    ordering_fields = ("created_at", "done_at", "state")
    filterset_class = ImportFilters

    def get_queryset(self) -> QuerySet[SheetImport]:
        rows = super().get_queryset()
        return rows.defer("report") if self.action == "list" else rows

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return ImportSerializer if self.action == "list" else ImportDetailSerializer

    @operation(
        "Send a list; its columns are proposed",
        ImportDetailSerializer,
        body=NewImportSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        sent = self.body(NewImportSerializer)
        ensure_manages(self.actor, sent["call"].region_code)
        file = sent["file"]
        made = importing.receive_sheet(
            call_id=sent["call"].pk,
            file=file,
            file_name=file.name,
            size=file.size,
            by=self.actor,
        )
        return self.show(made.pk, status=201)

    @operation(
        "Say which sheet, row of headings and columns are meant",
        ImportDetailSerializer,
        body=LayoutSerializer,
    )
    @action(detail=True, methods=["post"], url_path="lay-out")
    def lay_out(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        importing.lay_out_sheet(import_id=row.pk, by=self.actor, **self.body(LayoutSerializer))
        return self.show(row.pk)

    @operation("Have it compared with the call's applications", ImportDetailSerializer)
    @action(detail=True, methods=["post"])
    def compare(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        importing.ask_comparison(import_id=row.pk, by=self.actor)
        return self.show(row.pk)

    @operation("Have it written: all or nothing", ImportDetailSerializer, body=WriteSerializer)
    @action(detail=True, methods=["post"])
    def write(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        importing.ask_import(import_id=row.pk, by=self.actor, **self.body(WriteSerializer))
        return self.show(row.pk)

    @extend_schema(summary="Throw away a list that was not imported", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        importing.forget_sheet(import_id=self.get_object().pk, by=self.actor)
        return Response(status=204)

    @extend_schema(
        summary="The refused rows with their reasons, as a spreadsheet",
        responses={(200, "*/*"): OpenApiTypes.BINARY, 404: None},
    )
    @action(detail=True, methods=["get"])
    def refused(self, request: Request, pk: str) -> HttpResponseBase:
        row = self.get_object()
        if not row.refused:
            raise Http404
        return attachment(importing.refused_list(row, "xlsx"), "refused.xlsx")
