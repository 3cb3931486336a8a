"""The API's doors to the rotation board."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.resources import Filters, ReadResource, ReasonSerializer, operation
from startups import operations
from startups.models import BoardStep, Exhibitor, StandHold
from startups.serializers.board import (
    BoardPreviewSerializer,
    BoardStepSerializer,
    ChangeSerializer,
    ExchangeSerializer,
    MoveSerializer,
    NewHoldsSerializer,
    StandHoldSerializer,
    StayedSerializer,
)
from startups.serializers.exhibitor import ExhibitorSerializer


class BoardStepFilters(Filters):
    edition = filters.NumberFilter("board__edition__year")
    since = filters.NumberFilter("serial", "gt", label="Steps after this one.")
    region = filters.CharFilter(method="in_region")
    kind = filters.CharFilter()

    def in_region(self, steps: Any, name: str, value: str) -> Any:
        """Those of a region, and those that touch several."""
        return steps.filter(region_code__in=[value, ""])


class BoardStepViewSet(ReadResource[BoardStep]):
    """The plan being made, as the steps that made it."""

    queryset = BoardStep.objects.select_related("board__edition", "by", "undone_by")
    serializer_class = BoardStepSerializer
    ordering = ("board", "serial")
    ordering_fields = ("serial", "at")
    filterset_class = BoardStepFilters

    @operation(
        "Give exhibitors their whole stays, and keep stands free: all of it, or a refusal. "
        "204 when everything is so already",
        BoardStepSerializer,
        body=ChangeSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        step = operations.change_board(by=self.actor, **self.body(ChangeSerializer))
        return self.show(step.pk, status=201) if step else Response(status=204)

    @operation(
        "What a change would touch: exhibitors, meetings, mails, and what may not be meant. "
        "Nothing is written",
        BoardPreviewSerializer,
        body=ChangeSerializer,
    )
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        asked = self.body(ChangeSerializer)
        asked.pop("kind"), asked.pop("reason")
        found = operations.preview(by=self.actor, **asked)
        return Response(BoardPreviewSerializer(found).data)

    @operation(
        "Put back what the step changed, as long as nobody changed it since",
        BoardStepSerializer,
        body=ReasonSerializer,
        status=201,
    )
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        step = self.get_object()
        undone = operations.undo_step(step_id=step.pk, by=self.actor, **self.body(ReasonSerializer))
        return self.show(undone.pk, status=201)


class StandHoldFilters(Filters):
    edition = filters.NumberFilter("half_day__edition__year")
    region = filters.CharFilter("stand__zone__participation__region")
    stand = filters.NumberFilter("stand")
    half_day = filters.NumberFilter("half_day")


class StandHoldViewSet(ReadResource[StandHold]):
    """Stands kept free on some half-days."""

    queryset = StandHold.objects.select_related("half_day__edition", "stand__zone__participation")
    serializer_class = StandHoldSerializer
    ordering = ("half_day__starts_at", "stand__number")
    ordering_fields = ("half_day__starts_at", "stand__number")
    filterset_class = StandHoldFilters

    @operation(
        "Keep a stand free: on every half-day, or a refusal naming who has it",
        {"type": "array", "items": {"$ref": "#/components/schemas/StandHold"}},
        body=NewHoldsSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        wanted = self.body(NewHoldsSerializer)
        stand, half_days = wanted["stand"], wanted["half_days"]
        operations.hold_stand(
            stand_id=stand.pk, half_day_ids=half_days, note=wanted["note"], by=self.actor
        )
        rows = self.get_queryset().filter(stand=stand, half_day__in=half_days)
        shown = self.get_serializer(rows.order_by("half_day__starts_at", "pk"), many=True)
        return Response(shown.data, status=201)

    @operation(
        "Give the stand back",
        None,
        status=204,
        parameters=[OpenApiParameter("reason", str, description="Kept in the activity log.")],
    )
    def destroy(self, request: Request, pk: str) -> Response:
        hold = self.get_object()
        operations.drop_hold(
            stand_id=hold.stand_id,
            half_day_ids=[hold.half_day_id],
            by=self.actor,
            reason=request.query_params.get("reason", ""),
        )
        return Response(status=204)


class StayActions(viewsets.GenericViewSet[Exhibitor]):
    """What the exhibitors' resource offers for their place in the plan."""

    @operation("Take its half-days to another stand", ExhibitorSerializer, body=MoveSerializer)
    @action(detail=True, methods=["post"], url_path="move-stay")
    def move_stay(self, request: Request, pk: str) -> Response:
        exhibitor, asked = self._asked(MoveSerializer)
        stand = asked.pop("stand")
        operations.move_stay(exhibitor_id=exhibitor.pk, stand_id=stand.pk, **asked)
        return self._shown(exhibitor)

    @operation(
        "Exchange half-days with another exhibitor", ExhibitorSerializer, body=ExchangeSerializer
    )
    @action(detail=True, methods=["post"])
    def exchange(self, request: Request, pk: str) -> Response:
        exhibitor, asked = self._asked(ExchangeSerializer)
        other = asked.pop("other")
        operations.exchange(first=exhibitor.pk, second=other.pk, **asked)
        return self._shown(exhibitor)

    @operation(
        "Confirm its half-days: nothing moves them", ExhibitorSerializer, body=StayedSerializer
    )
    @action(detail=True, methods=["post"], url_path="confirm-stay")
    def confirm_stay(self, request: Request, pk: str) -> Response:
        exhibitor, asked = self._asked(StayedSerializer)
        operations.confirm_stays(**self._of_one(exhibitor), **asked)
        return self._shown(exhibitor)

    @operation("Take the confirmation back", ExhibitorSerializer, body=StayedSerializer)
    @action(detail=True, methods=["post"], url_path="unconfirm-stay")
    def unconfirm_stay(self, request: Request, pk: str) -> Response:
        exhibitor, asked = self._asked(StayedSerializer)
        operations.unconfirm_stays(**self._of_one(exhibitor), **asked)
        return self._shown(exhibitor)

    def _asked(self, body: type[StayedSerializer]) -> tuple[Exhibitor, dict[str, Any]]:
        resource: Any = self
        exhibitor = self.get_object()
        asked = resource.body(body)
        revision = asked.pop("stay_revision", None)
        return exhibitor, {
            **{name: value for name, value in asked.items() if name != "half_days"},
            "half_day_ids": asked.get("half_days"),
            "seen": None if revision is None else {exhibitor.pk: revision},
            "by": resource.actor,
        }

    def _of_one(self, exhibitor: Exhibitor) -> dict[str, Any]:
        edition_id = exhibitor.participation.edition_id
        return {"edition_id": edition_id, "exhibitor_ids": [exhibitor.pk]}

    def _shown(self, exhibitor: Exhibitor) -> Response:
        resource: Any = self
        return resource.show(exhibitor.pk)  # type: ignore[no-any-return]
