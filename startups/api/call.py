from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.resources import Filters, PublicResource, operation
from startups import operations
from startups.api.decision import DecisionsOfCall
from startups.api.review import RankingOfCall
from startups.models import Call, Theme
from startups.serializers.call import (
    CallChangesSerializer,
    CallCopySerializer,
    CallSerializer,
    NewCallSerializer,
    ThemeSerializer,
)
from startups.serializers.shaping import QuotaSerializer, QuotasSerializer


class ThemeViewSet(PublicResource[Theme]):
    """The themes a company may name as its main one."""

    queryset = Theme.objects.all()
    serializer_class = ThemeSerializer
    lookup_value_regex = "[-a-z0-9_]+"
    ordering = ("position",)

    def get_queryset(self) -> QuerySet[Theme]:
        """A list of words: everybody sees all of it."""
        return Theme.objects.all()


class CallFilters(Filters):
    edition = filters.NumberFilter("participation__edition__year")
    region = filters.CharFilter("participation__region")
    opens_before = filters.IsoDateTimeFilter("opens_at", "lt")
    closes_after = filters.IsoDateTimeFilter("closes_at", "gte")


class CallViewSet(DecisionsOfCall, RankingOfCall, PublicResource[Call]):
    """Each region's call for applications."""

    queryset = Call.objects.select_related("participation__edition").prefetch_related("themes")
    serializer_class = CallSerializer
    ordering = ("-participation__edition__year", "participation__region__sort_key")
    ordering_fields = ("opens_at", "closes_at", "places")
    filterset_class = CallFilters

    @operation(
        "Write a region's call; nobody else sees it yet",
        CallSerializer,
        body=NewCallSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        call = operations.create_call(by=self.actor, **self.body(NewCallSerializer))
        return self.show(call.pk, status=201)

    @operation("Change what is sent, leave the rest", CallSerializer, body=CallChangesSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        call = self.get_object()
        changed = self.changes(call, CallChangesSerializer)
        operations.change_call(call_id=call.pk, by=self.actor, **changed)
        return self.show(call.pk)

    @operation("Show a call to everybody; it opens at its own hour", CallSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        call = self.get_object()
        operations.publish_call(call_id=call.pk, by=self.actor)
        return self.show(call.pk)

    @operation("Take a call nobody applied to back into preparation", CallSerializer)
    @action(detail=True, methods=["post"])
    def hide(self, request: Request, pk: str) -> Response:
        call = self.get_object()
        operations.hide_call(call_id=call.pk, by=self.actor)
        return self.show(call.pk)

    @operation(
        "Write another region's call, or next year's, from this one",
        CallSerializer,
        body=CallCopySerializer,
        status=201,
    )
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, pk: str) -> Response:
        source = self.get_object()
        wanted = self.body(CallCopySerializer)
        call = operations.copy_call(source_id=source.pk, by=self.actor, **wanted)
        return self.show(call.pk, status=201)

    @operation(
        "Make these the call's quotas, all of them",
        QuotaSerializer(many=True),
        body=QuotasSerializer,
    )
    @action(detail=True, methods=["post"], url_path="set-quotas", pagination_class=None)
    def set_quotas(self, request: Request, pk: str) -> Response:
        call = self.get_object()
        wanted = self.body(QuotasSerializer)
        rows = operations.set_quotas(call_id=call.pk, by=self.actor, **wanted)
        return Response(QuotaSerializer(rows, many=True).data)
