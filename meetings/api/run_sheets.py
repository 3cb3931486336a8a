"""The API's door to run sheets: what was given out, how it is now, giving it out, printing it."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from meetings.models import RunSheetVersion
from meetings.operations.run_sheets import (
    ask_print_pack,
    give_out_run_sheet,
    note_run_sheet_read,
)
from meetings.run_sheets.printing import PATH, file_name, values_of
from meetings.run_sheets.sheet import Sheet
from meetings.run_sheets.subjects import Subject
from meetings.run_sheets.versions import Reader, readings, sheet_for
from meetings.serializers.run_sheets import (
    GiveOutSerializer,
    ReadingSerializer,
    ReadSerializer,
    RunSheetLinesSerializer,
    RunSheetSerializer,
    SubjectSerializer,
    WorkingSheetSerializer,
)
from pavilion.core.access import access_of
from pavilion.core.jobs_api import JobSerializer
from pavilion.core.printing.apart import typeset_apart
from pavilion.core.resources import Filters, ReadResource, operation

SUBJECT = [
    OpenApiParameter("subject", str, required=True, description="As in “person:12”."),
    OpenApiParameter("edition", int, description="Its year; without it, the current one."),
]
VERSION = OpenApiParameter("version", int, description="As it was given out; else as it is now.")


class RunSheetFilters(Filters):
    edition = filters.NumberFilter("edition__year")
    subject = filters.CharFilter()
    region = filters.CharFilter("region_code")
    number = filters.NumberFilter()


class RunSheetViewSet(ReadResource[RunSheetVersion]):
    """Run sheets given out: a desk sees its own, the delegate theirs."""

    queryset = RunSheetVersion.objects.select_related("edition", "made_by")
    serializer_class = RunSheetSerializer
    ordering = ("-made_at",)
    ordering_fields = ("made_at", "number", "name")
    search_fields = ("name", "note")
    filterset_class = RunSheetFilters

    def get_queryset(self) -> QuerySet[RunSheetVersion]:
        rows = super().get_queryset()
        return rows.defer("lines") if self.action == "list" else rows

    def get_serializer_class(self) -> Any:
        return RunSheetLinesSerializer if self.action == "retrieve" else RunSheetSerializer

    @extend_schema(
        summary="A run sheet as it is now, and what is new since the version you read",
        parameters=SUBJECT,
        responses=WorkingSheetSerializer,
        filters=False,
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def current(self, request: Request) -> Response:
        return Response(WorkingSheetSerializer(self._sheet(request)).data)

    @extend_schema(
        summary="A run sheet as PDF (A4)",
        parameters=[*SUBJECT, VERSION],
        responses={(200, "application/pdf"): bytes},
        filters=False,
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def pdf(self, request: Request) -> HttpResponseBase:
        shown = self._sheet(request)
        content = typeset_apart(PATH, values_of([shown]), shown.at)
        response = HttpResponse(content, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name(shown)}"'
        return response

    @extend_schema(
        summary="Who has read which version, for the desk it is of",
        parameters=SUBJECT,
        responses=ReadingSerializer(many=True),
        filters=False,
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def readings(self, request: Request) -> Response:
        subject = self._subject(request)
        if not access_of(self.actor).sees_desk(subject.region_code):
            raise PermissionDenied
        return Response(ReadingSerializer(readings(subject), many=True).data)

    @operation(
        "Give a run sheet out under its next number; unchanged, it stays the last version",
        RunSheetSerializer,
        body=GiveOutSerializer,
        status=201,
    )
    @action(detail=False, methods=["post"], url_path="give-out")
    def give_out(self, request: Request) -> Response:
        wanted = self.body(GiveOutSerializer)
        version = give_out_run_sheet(by=self.actor, **wanted)
        return self.show(version.pk, status=201)

    @operation("Say that you have read a version", ReadingSerializer, body=ReadSerializer)
    @action(detail=False, methods=["post"])
    def read(self, request: Request) -> Response:
        reading = note_run_sheet_read(user=self.actor, **self.body(ReadSerializer))
        return Response(ReadingSerializer(reading).data)

    @operation(
        "One PDF with everybody’s run sheet of a delegation or region: a job",
        JobSerializer,
        body=SubjectSerializer,
        status=202,
    )
    @action(detail=False, methods=["post"], url_path="print-pack")
    def print_pack(self, request: Request) -> Response:
        job = ask_print_pack(by=self.actor, **self.body(SubjectSerializer))
        return Response(JobSerializer(job).data, status=202)

    def _subject(self, request: Request) -> Subject:
        asked = {name: request.query_params[name] for name in request.query_params}
        serializer = SubjectSerializer(data=asked, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return cast(Subject, serializer.validated_data["subject"])

    def _sheet(self, request: Request) -> Sheet:
        subject = self._subject(request)
        number = request.query_params.get("version", "")
        wanted = int(number) if number.isdecimal() and len(number) <= 5 else None
        shown = sheet_for(subject, Reader(user=self.actor), wanted=wanted, now=timezone.now())
        if shown is None:
            raise Http404
        return shown
