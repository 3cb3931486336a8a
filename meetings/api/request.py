"""Meeting requests: what regions would like, and what came of it."""

from django.db.models import Prefetch
from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from meetings import operations
from meetings.models import MeetingRequest, RequestWindow
from meetings.serializers.request import (
    NewRequestSerializer,
    PlannedRequestSerializer,
    RequestChangesSerializer,
    RequestReasonSerializer,
    RequestSerializer,
)
from pavilion.core.resources import Filters, ReadResource, operation


class RequestFilters(Filters):
    edition = filters.NumberFilter("edition__year")
    region = filters.CharFilter("participation__region")
    office = filters.NumberFilter("office")
    person = filters.NumberFilter("people")
    status = filters.MultipleChoiceFilter(choices=MeetingRequest.Status.choices)
    priority = filters.MultipleChoiceFilter(choices=MeetingRequest.Priority.choices)


class RequestViewSet(ReadResource[MeetingRequest]):
    """A region sees its own requests, the national team all of them."""

    queryset = MeetingRequest.objects.select_related(
        "edition", "participation", "office"
    ).prefetch_related(
        "people",
        "meetings",
        Prefetch("windows", RequestWindow.objects.order_by("starts_at", "pk")),
    )
    serializer_class = RequestSerializer
    ordering = ("status", "priority", "created_at")
    ordering_fields = ("priority", "created_at", "status")
    search_fields = ("subject_fr", "subject_en", "office__title_fr", "why")
    filterset_class = RequestFilters

    @operation("Ask for a meeting", RequestSerializer, body=NewRequestSerializer, status=201)
    def create(self, request: Request) -> Response:
        wanted = operations.ask_meeting(by=self.actor, **self.body(NewRequestSerializer))
        return self.show(wanted.pk, status=201)

    @operation(
        "Change what is sent, leave the rest", RequestSerializer, body=RequestChangesSerializer
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        wanted = self.get_object()
        changed = self.body(RequestChangesSerializer)
        operations.change_request(request_id=wanted.pk, by=self.actor, **changed)
        return self.show(wanted.pk)

    @operation(
        "Pencil the meeting asked for; it holds everybody's time at once",
        RequestSerializer,
        body=PlannedRequestSerializer,
    )
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> Response:
        wanted = self.get_object()
        chosen = self.body(PlannedRequestSerializer)
        operations.plan_request(request_id=wanted.pk, by=self.actor, **chosen)
        return self.show(wanted.pk)

    @operation("Say no, and why", RequestSerializer, body=RequestReasonSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        wanted = self.get_object()
        why = self.body(RequestReasonSerializer)
        operations.refuse_request(request_id=wanted.pk, by=self.actor, **why)
        return self.show(wanted.pk)

    @operation("It is wanted no more", RequestSerializer, body=RequestReasonSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        wanted = self.get_object()
        why = self.body(RequestReasonSerializer)
        operations.withdraw_request(request_id=wanted.pk, by=self.actor, **why)
        return self.show(wanted.pk)

    @operation("It is wanted again", RequestSerializer, body=RequestReasonSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        wanted = self.get_object()
        why = self.body(RequestReasonSerializer)
        operations.reopen_request(request_id=wanted.pk, by=self.actor, **why)
        return self.show(wanted.pk)
