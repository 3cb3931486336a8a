"""The API's door to briefings, as narrow as their page: those named and the author."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework.request import Request
from rest_framework.response import Response

from meetings.models import Briefing
from meetings.operations.briefings import erase_briefing, write_briefing
from meetings.serializers.briefing import (
    BriefingSerializer,
    ChangedBriefingSerializer,
    NewBriefingSerializer,
)
from pavilion.core.resources import Filters, ReadResource, operation


class BriefingFilters(Filters):
    meeting = filters.NumberFilter("meeting")


class BriefingViewSet(ReadResource[Briefing]):
    """Notes and talking points one was named a reader of, or wrote."""

    queryset = Briefing.objects.select_related("author").prefetch_related("readers")
    serializer_class = BriefingSerializer
    ordering = ("meeting__starts_at",)
    filterset_class = BriefingFilters

    @operation(
        "Write the briefing of a meeting one manages",
        BriefingSerializer,
        body=NewBriefingSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        wanted = self.body(NewBriefingSerializer)
        meeting = wanted.pop("meeting")
        briefing = self._write(meeting.pk, wanted)
        return self.show(briefing.pk, status=201)

    @operation(
        "Write it anew; only its author may", BriefingSerializer, body=ChangedBriefingSerializer
    )
    def update(self, request: Request, pk: str) -> Response:
        briefing = self.get_object()
        self._write(briefing.meeting_id, self.body(ChangedBriefingSerializer))
        return self.show(briefing.pk)

    @operation("Erase it for good", None, status=204)
    def destroy(self, request: Request, pk: str) -> Response:
        erase_briefing(briefing_id=self.get_object().pk, by=self.actor)
        return Response(status=204)

    def _write(self, meeting_id: int, wanted: dict[str, Any]) -> Briefing:
        return write_briefing(
            meeting_id=meeting_id, by=self.actor, reader_ids=wanted.pop("readers", None), **wanted
        )
