from typing import Any

from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events import imports
from events.models import PlanEdit
from events.operations import (
    change_plan,
    duplicate_row,
    number_row,
    redo_last,
    undo_edit,
    undo_last,
)
from events.serializers.plan import (
    NewNumbersSerializer,
    NewPlanEditSerializer,
    NewRowSerializer,
    OnLevelSerializer,
    PlanComparisonSerializer,
    PlanEditSerializer,
    PlanFileSerializer,
)
from pavilion.core.access import access_of
from pavilion.core.resources import Filters, ReadResource, operation


class PlanEditFilters(Filters):
    level = filters.NumberFilter("level")
    edition = filters.NumberFilter("level__hall__edition__year")


class PlanEditViewSet(ReadResource[PlanEdit]):
    """Edits of a level's drawing: several stands and areas in one step, that can be taken back."""

    queryset = PlanEdit.objects.select_related("by", "undone_by")
    serializer_class = PlanEditSerializer
    ordering = ("-at",)
    filterset_class = PlanEditFilters

    @operation(
        "Make, change and remove stands and areas in one step",
        PlanEditSerializer,
        body=NewPlanEditSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        return self._edited(change_plan, self.body(NewPlanEditSerializer))

    @operation("Repeat stands as a row", PlanEditSerializer, body=NewRowSerializer, status=201)
    @action(detail=False, methods=["post"])
    def duplicate(self, request: Request) -> Response:
        return self._edited(duplicate_row, self.body(NewRowSerializer))

    @operation("Number stands in order", PlanEditSerializer, body=NewNumbersSerializer, status=201)
    @action(detail=False, methods=["post"])
    def number(self, request: Request) -> Response:
        return self._edited(number_row, self.body(NewNumbersSerializer))

    @operation("Take this edit back", PlanEditSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        return self.show(undo_edit(edit_id=self.get_object().pk, by=self.actor).pk)

    @operation("Take your last edit back", PlanEditSerializer, body=OnLevelSerializer, status=201)
    @action(detail=False, methods=["post"], url_path="undo-last")
    def undo_last(self, request: Request) -> Response:
        return self._edited(undo_last, self.body(OnLevelSerializer))

    @operation(
        "Make again what you took back last",
        PlanEditSerializer,
        body=OnLevelSerializer,
        status=201,
    )
    @action(detail=False, methods=["post"], url_path="redo-last")
    def redo_last(self, request: Request) -> Response:
        return self._edited(redo_last, self.body(OnLevelSerializer))

    @operation(
        "Say what a file would change of a level", PlanComparisonSerializer, body=PlanFileSerializer
    )
    @action(detail=False, methods=["post"], url_path="compare-file")
    def compare_file(self, request: Request) -> Response:
        return Response(PlanComparisonSerializer(self._compared(request)[1]).data)

    @operation(
        "Write what a file changes of a level, but for what has a problem",
        PlanEditSerializer,
        body=PlanFileSerializer,
        status=201,
    )
    @action(detail=False, methods=["post"], url_path="import-file")
    def import_file(self, request: Request) -> Response:
        level, found = self._compared(request)
        return self._edited(change_plan, {"level": level, **found.changes()})

    def _edited(self, operation: Any, asked: dict[str, Any]) -> Response:
        """The edit as it was written; 204 where everything already was so."""
        level = asked.pop("level")
        edit = operation(level_id=level.pk, by=self.actor, **asked)
        return self.show(edit.pk, status=201) if edit else Response(status=204)

    def _compared(self, request: Request) -> tuple[Any, imports.Comparison]:
        asked = self.body(PlanFileSerializer)
        reading = imports.read(asked["content"].encode(), asked["format"], asked["options"])
        found = imports.compare(
            asked["level"],
            reading,
            access_of(self.actor),
            default_zone=asked["zone"],
            removes=asked["removes"],
        )
        return asked["level"], found
