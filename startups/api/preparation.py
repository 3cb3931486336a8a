"""The API's doors to what exhibitors prepare."""

from collections.abc import Callable
from typing import Any, cast

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.resources import Filters, ReadResource, operation
from startups import checklist, operations
from startups.models import Badge, Exhibitor
from startups.serializers.answer import AnswerFileSerializer
from startups.serializers.preparation import (
    AidDeclarationSerializer,
    BadgeSerializer,
    BadgesSerializer,
    LaterAnswersSerializer,
    NeedsSerializer,
    PitchSerializer,
    PreparationSerializer,
    ReopenSerializer,
    SignatureSerializer,
    VectorLogoSerializer,
    sees_preparation,
)

PREPARED = Exhibitor.objects.select_related(
    "application__call", "participation__edition"
).prefetch_related(*checklist.PREFETCH)


class PreparationActions(viewsets.GenericViewSet[Exhibitor]):
    """What the exhibitors' resource offers for their checklist: by the region or the company."""

    @extend_schema(summary="How far it is before the fair", responses=PreparationSerializer)
    @action(detail=True, permission_classes=[IsAuthenticated])
    def preparation(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        if not sees_preparation(request.user, exhibitor):
            raise Http404
        return self._prepared(exhibitor.pk)

    @operation("Sign the charter", PreparationSerializer, body=SignatureSerializer)
    @action(detail=True, methods=["post"], url_path="sign-charter")
    def sign_charter(self, request: Request, pk: str) -> Response:
        return self._prepare(operations.sign_charter, SignatureSerializer)

    @operation("Declare de minimis aid", PreparationSerializer, body=AidDeclarationSerializer)
    @action(detail=True, methods=["post"], url_path="declare-aid")
    def declare_aid(self, request: Request, pk: str) -> Response:
        return self._prepare(operations.declare_aid, AidDeclarationSerializer)

    @operation("Send the logo in vector form", PreparationSerializer, body=VectorLogoSerializer)
    @action(detail=True, methods=["post"], url_path="send-logo", parser_classes=[MultiPartParser])
    def send_logo(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        logo = self._body(VectorLogoSerializer)["logo"]
        operations.send_vector_logo(exhibitor_id=exhibitor.pk, file=logo, by=self._by)
        return self._prepared(exhibitor.pk)

    @operation("Confirm name and pitches", PreparationSerializer, body=PitchSerializer)
    @action(detail=True, methods=["post"], url_path="check-pitch")
    def check_pitch(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        values = self._body(PitchSerializer)
        operations.check_pitch(exhibitor_id=exhibitor.pk, values=values, by=self._by)
        return self._prepared(exhibitor.pk)

    @operation("Confirm the technical needs", PreparationSerializer, body=NeedsSerializer)
    @action(detail=True, methods=["post"], url_path="confirm-needs")
    def confirm_needs(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        values = self._body(NeedsSerializer)
        operations.confirm_needs(exhibitor_id=exhibitor.pk, values=values, by=self._by)
        return self._prepared(exhibitor.pk)

    @operation("Name the people to badge", PreparationSerializer, body=BadgesSerializer)
    @action(detail=True, methods=["post"], url_path="save-badges")
    def save_badges(self, request: Request, pk: str) -> Response:
        return self._prepare(operations.save_badges, BadgesSerializer)

    @operation(
        "Answer what the region asks after selection",
        PreparationSerializer,
        body=LaterAnswersSerializer,
    )
    @action(detail=True, methods=["post"], url_path="answer-questions")
    def answer_questions(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        sent = LaterAnswersSerializer(
            exhibitor.application, data=request.data, context=self.get_serializer_context()
        )
        sent.is_valid(raise_exception=True)
        given = sent.validated_data["answers"]
        operations.answer_questions(exhibitor_id=exhibitor.pk, values=given, by=self._by)
        return self._prepared(exhibitor.pk)

    @operation("Answer one of them with a file", PreparationSerializer, body=AnswerFileSerializer)
    @action(detail=True, methods=["post"], url_path="answer-file", parser_classes=[MultiPartParser])
    def answer_file(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        sent = self._body(AnswerFileSerializer)
        given = {sent["question"]: sent["file"]}
        operations.answer_questions(exhibitor_id=exhibitor.pk, values=given, by=self._by)
        return self._prepared(exhibitor.pk)

    @operation("Let the company change an item again", PreparationSerializer, body=ReopenSerializer)
    @action(detail=True, methods=["post"], url_path="reopen-item")
    def reopen_item(self, request: Request, pk: str) -> Response:
        return self._prepare(operations.reopen_item, ReopenSerializer)

    @property
    def _by(self) -> Any:
        return self.request.user

    def _body(self, serializer_class: Any) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return cast("dict[str, Any]", serializer.validated_data)

    def _prepare(self, act: Callable[..., object], serializer_class: Any) -> Response:
        exhibitor = self.get_object()
        act(exhibitor_id=exhibitor.pk, by=self._by, **self._body(serializer_class))
        return self._prepared(exhibitor.pk)

    def _prepared(self, pk: int) -> Response:
        return Response(PreparationSerializer(PREPARED.get(pk=pk)).data)


class BadgeFilters(Filters):
    edition = filters.NumberFilter("exhibitor__participation__edition__year")
    region = filters.CharFilter("exhibitor__participation__region")
    exhibitor = filters.NumberFilter("exhibitor")
    date = filters.DateFilter("days__date")


class BadgeViewSet(ReadResource[Badge]):
    """The people exhibitors named for badges: for the region's desk alone."""

    queryset = Badge.objects.select_related(
        "exhibitor__application", "exhibitor__participation__edition"
    ).prefetch_related("days")
    serializer_class = BadgeSerializer
    parser_classes = (JSONParser,)
    ordering = ("exhibitor__application__sort_name", "last_name")
    ordering_fields = ("exhibitor__application__sort_name", "last_name", "created_at")
    search_fields = ("first_name", "last_name", "email")
    filterset_class = BadgeFilters
