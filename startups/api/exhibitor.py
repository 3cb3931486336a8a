from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.access import access_of
from pavilion.core.models import User
from pavilion.core.resources import (
    Filters,
    PublicResource,
    ReadResource,
    ReasonSerializer,
    operation,
)
from startups import checklist, operations
from startups.api.board import StayActions
from startups.api.preparation import PreparationActions
from startups.api.printing import PrintActions
from startups.api.proposal import StayTermsActions
from startups.api.search import FOLDED_BACKENDS
from startups.api.technical import TechnicalActions
from startups.models import Allocation, Exhibitor, PublishedAllocation
from startups.serializers.exhibitor import (
    AllocationSerializer,
    ExhibitorSerializer,
    HalfDaysOnStandSerializer,
    NewAllocationsSerializer,
    ReleasedHalfDaysSerializer,
)

# Everything AllocationSerializer reads.
ALLOCATIONS = Allocation.objects.select_related(
    "exhibitor__application", "exhibitor__participation", "stand", "half_day__edition"
)

# A plain list, not a page of one: the schema generator knows only pages.
SHOWN = {"type": "array", "items": {"$ref": "#/components/schemas/Allocation"}}


def shown(allocations: Iterable[Allocation], *, status: int = 200) -> Response:
    """These allocations, in the order of the fair."""
    keys = [allocation.pk for allocation in allocations]
    rows = ALLOCATIONS.filter(pk__in=keys).order_by("half_day__starts_at", "pk")
    return Response(AllocationSerializer(rows, many=True).data, status=status)


class ExhibitorFilters(Filters):
    edition = filters.NumberFilter("participation__edition__year")
    region = filters.CharFilter("participation__region")
    theme = filters.CharFilter("application__theme")
    slug = filters.CharFilter()
    stand = filters.NumberFilter(method="with_allocation")
    half_day = filters.NumberFilter(method="with_allocation")
    has_left = filters.BooleanFilter("left_at", "isnull", exclude=True)

    def with_allocation(self, exhibitors: Any, name: str, value: object) -> Any:
        """In the plan being made for the teams, in the announced one for everybody else."""
        is_member = access_of(self.request.user).is_member
        model: Any = Allocation if is_member else PublishedAllocation
        held = model.objects.filter(exhibitor=OuterRef("pk"), **{name: value})
        return exhibitors.filter(Exists(held))


class ExhibitorViewSet(
    StayActions, TechnicalActions, StayTermsActions, PreparationActions, PublicResource[Exhibitor]
):
    """The companies on the pavilion."""

    queryset = Exhibitor.objects.select_related("application", "participation__edition")
    serializer_class = ExhibitorSerializer
    ordering = ("application__sort_name",)
    ordering_fields = ("application__sort_name", "participation__region__sort_key")
    filter_backends = FOLDED_BACKENDS
    search_fields = ("application__search_text",)
    filterset_class = ExhibitorFilters

    def get_queryset(self) -> Any:
        """Whoever may see how far exhibitors are has it loaded with them."""
        rows: Any = super().get_queryset()
        if isinstance(self.request.user, User):
            return rows.select_related("application__call").prefetch_related(*checklist.PREFETCH)
        return rows

    @operation(
        "Give a stand for some half-days: all of them, or a refusal naming what is taken",
        SHOWN,
        body=HalfDaysOnStandSerializer,
    )
    @action(detail=True, methods=["post"])
    def allocate(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        wanted = self.body(HalfDaysOnStandSerializer)
        allocations = operations.allocate(
            exhibitor_id=exhibitor.pk,
            stand_id=wanted["stand"].pk,
            half_day_ids=wanted["half_days"],
            by=self.actor,
        )
        return shown(allocations)

    @operation("Free some half-days", ExhibitorSerializer, body=ReleasedHalfDaysSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        freed = self.body(ReleasedHalfDaysSerializer)
        operations.release_allocations(
            exhibitor_id=exhibitor.pk,
            half_day_ids=freed["half_days"],
            by=self.actor,
            reason=freed["reason"],
        )
        return self.show(exhibitor.pk)

    @operation(
        "Note that the company did not come; its coming half-days are free",
        ExhibitorSerializer,
        body=ReasonSerializer,
    )
    @action(detail=True, methods=["post"], url_path="no-show")
    def no_show(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        why = self.body(ReasonSerializer)
        operations.mark_no_show(exhibitor_id=exhibitor.pk, by=self.actor, **why)
        return self.show(exhibitor.pk)


class AllocationFilters(Filters):
    edition = filters.NumberFilter("half_day__edition__year")
    region = filters.CharFilter("exhibitor__participation__region")
    exhibitor = filters.NumberFilter("exhibitor")
    stand = filters.NumberFilter("stand")
    half_day = filters.NumberFilter("half_day")
    date = filters.DateFilter("half_day__day__date")


class AllocationViewSet(PrintActions, ReadResource[Allocation]):
    """Who holds which stand on which half-day, in the plan being made: for the teams."""

    queryset = ALLOCATIONS
    serializer_class = AllocationSerializer
    ordering = ("half_day__starts_at", "stand__number")
    ordering_fields = ("half_day__starts_at", "stand__number")
    filterset_class = AllocationFilters

    @operation(
        "Give an exhibitor a stand: every half-day, or a refusal naming those that are taken",
        SHOWN,
        body=NewAllocationsSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        wanted = self.body(NewAllocationsSerializer)
        allocations = operations.allocate(
            exhibitor_id=wanted["exhibitor"].pk,
            stand_id=wanted["stand"].pk,
            half_day_ids=wanted["half_days"],
            by=self.actor,
        )
        return shown(allocations, status=201)

    @operation("Confirm this half-day: nothing moves it", AllocationSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        return self._set(operations.confirm_stays)

    @operation("Take the confirmation of this half-day back", AllocationSerializer)
    @action(detail=True, methods=["post"])
    def unconfirm(self, request: Request, pk: str) -> Response:
        return self._set(operations.unconfirm_stays)

    def _set(self, set_status: Callable[..., object]) -> Response:
        allocation = self.get_object()
        set_status(
            edition_id=allocation.half_day.edition_id,
            exhibitor_ids=[allocation.exhibitor_id],
            half_day_ids=[allocation.half_day_id],
            by=self.actor,
        )
        return self.show(allocation.pk)

    @operation(
        "Free this half-day",
        None,
        status=204,
        parameters=[OpenApiParameter("reason", str, description="Kept in the activity log.")],
    )
    def destroy(self, request: Request, pk: str) -> Response:
        allocation = self.get_object()
        operations.release_allocations(
            exhibitor_id=allocation.exhibitor_id,
            half_day_ids=[allocation.half_day_id],
            by=self.actor,
            reason=request.query_params.get("reason", ""),
        )
        return Response(status=204)
