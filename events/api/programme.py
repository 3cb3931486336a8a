from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.resources import OfEditionFilters
from events.models import Session
from events.operations import programme
from events.serializers.programme import (
    NewSessionSerializer,
    RescheduledSessionSerializer,
    SessionSerializer,
)
from pavilion.core.resources import PublicResource, ReasonSerializer, operation


class SessionFilters(OfEditionFilters):
    region = filters.CharFilter("participation__region")
    room = filters.NumberFilter("room")
    kind = filters.MultipleChoiceFilter(choices=Session.Kind.choices)
    state = filters.MultipleChoiceFilter(choices=Session.State.choices)
    date = filters.DateFilter("starts_at__date", help_text="In Paris.")
    starts_after = filters.IsoDateTimeFilter("starts_at", "gte")
    starts_before = filters.IsoDateTimeFilter("starts_at", "lt")


class SessionViewSet(PublicResource[Session]):
    """The programme: what is published, and for a team its region's drafts."""

    queryset = Session.objects.select_related("edition", "participation", "room")
    serializer_class = SessionSerializer
    ordering = ("starts_at",)
    ordering_fields = ("starts_at", "room")
    search_fields = ("title_fr", "title_en", "summary_fr", "summary_en")
    filterset_class = SessionFilters

    @operation(
        "Write a draft session; it holds its room",
        SessionSerializer,
        body=NewSessionSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        session = programme.create_session(by=self.actor, **self.body(NewSessionSerializer))
        return self.show(session.pk, status=201)

    @operation("Put a draft on the public programme", SessionSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        session = self.get_object()
        programme.publish_session(session_id=session.pk, by=self.actor)
        return self.show(session.pk)

    @operation(
        "Move a session, to another room if one is named",
        SessionSerializer,
        body=RescheduledSessionSerializer,
    )
    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, pk: str) -> Response:
        session = self.get_object()
        moved = self.body(RescheduledSessionSerializer)
        programme.reschedule_session(session_id=session.pk, by=self.actor, **moved)
        return self.show(session.pk)

    @operation("Cancel a session and free its room", SessionSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        session = self.get_object()
        why = self.body(ReasonSerializer)
        programme.cancel_session(session_id=session.pk, by=self.actor, **why)
        return self.show(session.pk)
