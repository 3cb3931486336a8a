"""What a region adds to its call: each kind of row a resource, each operation a door."""

from typing import Any, cast

from django.db.models import Count, QuerySet
from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.resources import Filters, PublicResource, ReadResource, operation
from startups import operations
from startups.models import ChecklistDeadline, Criterion, LateCode, Question, Quota
from startups.serializers.shaping import (
    CriterionChangesSerializer,
    CriterionSerializer,
    DeadlineChangesSerializer,
    DeadlineSerializer,
    LateCodeSerializer,
    NewCriterionSerializer,
    NewDeadlineSerializer,
    NewLateCodeSerializer,
    NewQuestionSerializer,
    PlaceSerializer,
    QuestionChangesSerializer,
    QuestionSerializer,
    QuotaSerializer,
)

_CALL = "call__participation__edition"


class OfCallFilters(Filters):
    call = filters.NumberFilter()
    edition = filters.NumberFilter("call__participation__edition__year")
    region = filters.CharFilter("call__participation__region")


class QuestionFilters(OfCallFilters):
    stage = filters.ChoiceFilter(choices=Question.Stage.choices)
    kind = filters.ChoiceFilter(choices=Question.Kind.choices)
    is_active = filters.BooleanFilter()


class QuestionViewSet(PublicResource[Question]):
    """The questions a region adds to what every region asks."""

    queryset = Question.objects.select_related(_CALL)
    serializer_class = QuestionSerializer
    ordering = ("call", "position")
    ordering_fields = ("position",)
    search_fields = ("label_fr", "label_en", "key")
    filterset_class = QuestionFilters

    @operation(
        "Ask one more question, after the others",
        QuestionSerializer,
        body=NewQuestionSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        body = self.body(NewQuestionSerializer)
        call = body.pop("call")
        question = operations.add_question(call_id=call.pk, by=self.actor, **body)
        return self.show(question.pk, status=201)

    @operation(
        "Change what is sent, leave the rest", QuestionSerializer, body=QuestionChangesSerializer
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        question = self.get_object()
        changed = self.changes(question, QuestionChangesSerializer)
        operations.change_question(question_id=question.pk, by=self.actor, **changed)
        return self.show(question.pk)

    @operation("Ask it no more; the answers given stay", QuestionSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        question = self.get_object()
        operations.retire_question(question_id=question.pk, by=self.actor)
        return self.show(question.pk)

    @operation("Ask it again, after the others", QuestionSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        question = self.get_object()
        operations.restore_question(question_id=question.pk, by=self.actor)
        return self.show(question.pk)

    @operation("Give it another place among the others", QuestionSerializer, body=PlaceSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        question = self.get_object()
        where = self.body(PlaceSerializer)
        operations.move_question(question_id=question.pk, by=self.actor, **where)
        return self.show(question.pk)


class CriterionViewSet(PublicResource[Criterion]):
    """What a jury scores, and how much each counts."""

    queryset = Criterion.objects.select_related(_CALL)
    serializer_class = CriterionSerializer
    ordering = ("call", "position")
    ordering_fields = ("position", "weight")
    filterset_class = OfCallFilters

    @operation(
        "Ask the jury for one more score",
        CriterionSerializer,
        body=NewCriterionSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        body = self.body(NewCriterionSerializer)
        call = body.pop("call")
        criterion = operations.add_criterion(call_id=call.pk, by=self.actor, **body)
        return self.show(criterion.pk, status=201)

    @operation(
        "Change what is sent, leave the rest; another weight changes every mean at once",
        CriterionSerializer,
        body=CriterionChangesSerializer,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        criterion = self.get_object()
        changed = self.changes(criterion, CriterionChangesSerializer)
        operations.change_criterion(criterion_id=criterion.pk, by=self.actor, **changed)
        return self.show(criterion.pk)

    @operation("Take away a criterion nobody has scored yet", None, status=204)
    def destroy(self, request: Request, pk: str) -> Response:
        criterion = self.get_object()
        operations.remove_criterion(criterion_id=criterion.pk, by=self.actor)
        return Response(status=204)


class QuotaFilters(OfCallFilters):
    dimension = filters.ChoiceFilter(choices=Quota.Dimension.choices)


class QuotaViewSet(ReadResource[Quota]):
    """How many places the desk means to give to whom; set together, on the call."""

    queryset = Quota.objects.select_related(_CALL)
    serializer_class = QuotaSerializer
    ordering = ("call", "dimension", "value")
    filterset_class = QuotaFilters


class LateCodeFilters(OfCallFilters):
    code = filters.CharFilter()
    is_revoked = filters.BooleanFilter("revoked_at", "isnull", exclude=True)


class LateCodeViewSet(ReadResource[LateCode]):
    """Codes that let chosen companies apply after closing. For the desk alone."""

    queryset = LateCode.objects.select_related(_CALL)
    serializer_class = LateCodeSerializer
    ordering = ("-created_at",)
    ordering_fields = ("created_at", "expires_at")
    filterset_class = LateCodeFilters

    def get_queryset(self) -> QuerySet[LateCode]:
        return _with_uses(super().get_queryset())

    @operation(
        "Let so many companies apply until then",
        LateCodeSerializer,
        body=NewLateCodeSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        body = self.body(NewLateCodeSerializer)
        call = body.pop("call")
        given = operations.give_late_code(call_id=call.pk, by=self.actor, **body)
        return self._shown(given, status=201)

    @operation("Let nobody else in by it", LateCodeSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        code = self.get_object()
        operations.revoke_late_code(late_code_id=code.pk, by=self.actor)
        return self._shown(code)

    def _shown(self, code: LateCode, status: int = 200) -> Response:
        row = self.get_queryset().get(pk=code.pk)
        return Response(self.get_serializer(row).data, status=status)


class DeadlineViewSet(PublicResource[ChecklistDeadline]):
    """Until when a call's exhibitors do what is on their checklist."""

    queryset = ChecklistDeadline.objects.select_related(_CALL)
    serializer_class = DeadlineSerializer
    ordering = ("call", "due_at")
    ordering_fields = ("due_at",)
    filterset_class = OfCallFilters

    @operation(
        "Ask exhibitors for an item before this moment",
        DeadlineSerializer,
        body=NewDeadlineSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        body = self.body(NewDeadlineSerializer)
        call = body.pop("call")
        deadline = operations.set_deadline(call_id=call.pk, by=self.actor, **body)
        return self.show(deadline.pk, status=201)

    @operation("Give another moment", DeadlineSerializer, body=DeadlineChangesSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        deadline = self.get_object()
        when = self.body(DeadlineChangesSerializer)
        operations.set_deadline(call_id=deadline.call_id, item=deadline.item, by=self.actor, **when)
        return self.show(deadline.pk)

    @operation("Ask exhibitors for this item no more", None, status=204)
    def destroy(self, request: Request, pk: str) -> Response:
        deadline = self.get_object()
        operations.remove_deadline(call_id=deadline.call_id, item=deadline.item, by=self.actor)
        return Response(status=204)


def _with_uses(codes: QuerySet[LateCode]) -> QuerySet[LateCode]:
    rows: Any = codes.annotate(used=Count("applications"))
    return cast("QuerySet[LateCode]", rows)
