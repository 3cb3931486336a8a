"""The API's door to printing: ask here, then fetch the file of the job."""

from typing import cast

from django.utils import translation
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.jobs_api import JobSerializer
from pavilion.core.models import User
from pavilion.core.resources import operation
from startups.operations.printing import ask_print
from startups.serializers.printing import NewPrintSerializer


class PrintActions(viewsets.GenericViewSet):  # type: ignore[type-arg]  # whatever its rows are
    @operation(
        "Have signs, plans of halls or rotation sheets printed: a job, whose file is the PDF",
        JobSerializer,
        body=NewPrintSerializer,
        status=202,
    )
    @action(detail=False, methods=["post"], url_path="print")
    def print(self, request: Request) -> Response:
        context = self.get_serializer_context()
        serializer = NewPrintSerializer(data=request.data, context=context)
        serializer.is_valid(raise_exception=True)
        with translation.override(serializer.validated_data["language"]):
            job = ask_print(wanted=serializer.wanted, by=cast(User, request.user))
        return Response(JobSerializer(job).data, status=202)
