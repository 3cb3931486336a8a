"""The API's door to jobs: how far they are, what came of them, the file they made."""

from typing import Any, ClassVar

from django.http import Http404, HttpResponseBase
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from pavilion.core.downloads import attachment
from pavilion.core.models import Job
from pavilion.core.resources import Filters, ReadResource


class JobSerializer(serializers.ModelSerializer[Job]):
    by = serializers.SerializerMethodField(help_text="The account's name.")
    result = serializers.DictField(
        read_only=True,
        help_text="`sentence`, `problems` (who and why) or `error`, and counts by kind of job.",
    )

    class Meta:
        model = Job
        fields: ClassVar = [
            "id",
            "kind",
            "label",
            "region_code",
            "by",
            "state",
            "total",
            "done",
            "result",
            "file_name",
            "created_at",
            "started_at",
            "finished_at",
        ]

    def get_by(self, job: Job) -> str:
        return str(job.by or "")


class JobFilters(Filters):
    state = filters.MultipleChoiceFilter(choices=Job.State.choices)
    kind = filters.CharFilter()
    region = filters.CharFilter("region_code")


class JobViewSet(ReadResource[Job]):
    """Work that takes longer than a request: one's own, and every team's for the national one."""

    queryset = Job.objects.select_related("by")
    serializer_class = JobSerializer
    ordering = ("-created_at",)
    ordering_fields = ("created_at", "finished_at", "state")
    filterset_class = JobFilters

    @extend_schema(
        summary="The file the job made", responses={(200, "*/*"): OpenApiTypes.BINARY, 404: None}
    )
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        job: Any = self.get_object()
        if not job.file:
            raise Http404
        return attachment(job.file.open("rb"), job.file_name)
