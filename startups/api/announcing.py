"""The API's door to the plan announced: who is where for the public, and how a desk announces."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events.models import Participation
from pavilion.core.access import access_of
from pavilion.core.resources import (
    BIGGEST_KEY,
    Filters,
    PublicResource,
    ReadResource,
    operation,
)
from startups import operations
from startups.models import Exhibitor, PlanVersion, PublishedAllocation
from startups.serializers.announcing import (
    AnnounceAllSerializer,
    AnnouncementSerializer,
    AnnounceSerializer,
    DifferenceSerializer,
    PlanVersionSerializer,
    PublishedAllocationSerializer,
)


class PublishedAllocationFilters(Filters):
    edition = filters.NumberFilter("half_day__edition__year")
    region = filters.CharFilter("exhibitor__participation__region")
    exhibitor = filters.NumberFilter("exhibitor")
    stand = filters.NumberFilter("stand")
    half_day = filters.NumberFilter("half_day")
    date = filters.DateFilter("half_day__day__date")


class PublishedAllocationViewSet(PublicResource[PublishedAllocation]):
    """Who is on which stand on which half-day, as visitors and exhibitors were told."""

    queryset = PublishedAllocation.objects.select_related(
        "exhibitor__application", "exhibitor__participation", "stand", "half_day__edition"
    )
    serializer_class = PublishedAllocationSerializer
    ordering = ("half_day__starts_at", "stand__number")
    ordering_fields = ("half_day__starts_at", "stand__number")
    filterset_class = PublishedAllocationFilters

    def get_queryset(self) -> Any:
        """Who has left is in the directory no more, nor here: but for its own region."""
        seen = Exhibitor.objects.visible_to(self.request.user)
        return super().get_queryset().filter(exhibitor__in=seen)


class PlanVersionFilters(Filters):
    edition = filters.NumberFilter("participation__edition__year")
    region = filters.CharFilter("participation__region")
    participation = filters.NumberFilter("participation")
    number = filters.NumberFilter("number")


PARTICIPATION = OpenApiParameter("participation", int, required=True)
OTHER = OpenApiParameter("with", int, required=True, description="Another version of the region.")


class PlanVersionViewSet(ReadResource[PlanVersion]):
    """The plans announced, region by region, for their desks."""

    queryset = PlanVersion.objects.select_related("participation__edition")
    serializer_class = PlanVersionSerializer
    ordering = ("-at",)
    ordering_fields = ("at", "number")
    filterset_class = PlanVersionFilters

    @operation(
        "Announce a region's plan; nothing happens when nothing differs from what is announced",
        PlanVersionSerializer,
        body=AnnounceSerializer,
        status=201,
    )
    @action(detail=False, methods=["post"])
    def announce(self, request: Request) -> Response:
        wanted = self.body(AnnounceSerializer)
        participation = wanted["participation"]
        made = operations.announce_plan(
            participation_id=participation.pk,
            by=self.actor,
            note=wanted["note"],
            seen_serial=wanted["seen_serial"],
        )
        if made is not None:
            return self.show(made.pk, status=201)
        known = PlanVersion.objects.filter(participation=participation).order_by("-number").first()
        # Nothing differs: what is announced already, if anything is.
        return self.show(known.pk) if known else Response(status=204)

    @operation(
        "Announce several regions' plans as one: they may exchange shared stands",
        PlanVersionSerializer(many=True),
        body=AnnounceAllSerializer,
        status=201,
    )
    @action(detail=False, methods=["post"], url_path="announce-together", pagination_class=None)
    def announce_together(self, request: Request) -> Response:
        wanted = self.body(AnnounceAllSerializer)
        made = operations.announce_plans(
            participation_ids=wanted["participations"],
            by=self.actor,
            note=wanted["note"],
            seen_serial=wanted["seen_serial"],
        )
        rows = self.get_queryset().filter(pk__in=[version.pk for version in made])
        shown = self.get_serializer(rows.order_by("pk"), many=True)
        return Response(shown.data, status=201 if made else 200)

    @extend_schema(
        summary="What announcing a region's plan would change and say, and what stands in its way",
        parameters=[PARTICIPATION],
        responses=AnnouncementSerializer,
        filters=False,
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def preview(self, request: Request) -> Response:
        participation = self._desk_of(request.query_params.get("participation", ""))
        found = operations.preview_announcement(participation)
        return Response(AnnouncementSerializer(found).data)

    @extend_schema(
        summary="What differs between this version and another of the region",
        parameters=[OTHER],
        responses=DifferenceSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def compare(self, request: Request, pk: str) -> Response:
        one = self.get_object()
        rows = self.get_queryset().filter(participation=one.participation_id)
        other = rows.filter(pk=_key(request.query_params.get("with", ""))).first()
        if other is None:
            raise Http404
        older, newer = sorted((one, other), key=lambda each: each.number)
        found = [difference for _row, difference in operations.compared(older, newer)]
        return Response(DifferenceSerializer(found, many=True).data)

    def _desk_of(self, pk: str) -> Participation:
        access = access_of(self.request.user)
        visible = Participation.objects.visible_to(self.request.user)
        found = visible.filter(pk=_key(pk)).select_related("region", "edition").first()
        if found is None:
            raise Http404
        if not access.sees_desk(found.region_id):
            raise PermissionDenied
        return found


def _key(value: str) -> int:
    return int(value) if value.isdecimal() and int(value) <= BIGGEST_KEY else 0
