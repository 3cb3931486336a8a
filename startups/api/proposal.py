"""The API's door to proposals of stands, the rules they go by, and the terms of each stay."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.access import access_of
from pavilion.core.resources import Filters, ReadResource, ReasonSerializer, Resource, operation
from startups.models import AllocationRun, Exhibitor, FloorRules
from startups.operations import proposals
from startups.operations.floor_rules import change_floor_rules
from startups.operations.stay_terms import change_stay_terms
from startups.serializers.proposal import (
    ApplyProposalSerializer,
    FloorRulesSerializer,
    NewFloorRulesSerializer,
    NewProposalSerializer,
    ProposalDetailSerializer,
    ProposalSerializer,
    StayTermsSerializer,
)


class ProposalFilters(Filters):
    edition = filters.NumberFilter("edition__year")
    region = filters.CharFilter("participation__region")
    status = filters.MultipleChoiceFilter(choices=AllocationRun.Status.choices)


class ProposalViewSet(ReadResource[AllocationRun]):
    """Allocations the solver proposes. Looking for one is a job, see /jobs/."""

    queryset = AllocationRun.objects.select_related("edition", "participation", "by")
    serializer_class = ProposalSerializer
    ordering = ("-at",)
    ordering_fields = ("at", "finished_at", "status")
    filterset_class = ProposalFilters

    def get_queryset(self) -> QuerySet[AllocationRun]:
        rows = super().get_queryset()
        return rows.defer("problem", "plan") if self.action == "list" else rows

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return ProposalSerializer if self.action == "list" else ProposalDetailSerializer

    @operation(
        "Have the stands given out by the solver; nothing changes on the board",
        ProposalDetailSerializer,
        body=NewProposalSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        asked = self.body(NewProposalSerializer)
        edition, participation = asked.pop("edition"), asked.pop("participation")
        run = proposals.propose_allocation(
            edition_id=edition.pk,
            participation_id=participation.pk if participation else None,
            by=self.actor,
            **asked,
        )
        return self.show(run.pk, status=201)

    @operation("Stop looking and keep the best so far", ProposalDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        run = self.get_object()
        proposals.cancel_run(run_id=run.pk, by=self.actor)
        return self.show(run.pk)

    @operation(
        "Bring it onto the board as one step: all of it, or these exhibitors",
        ProposalDetailSerializer,
        body=ApplyProposalSerializer,
    )
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        run = self.get_object()
        chosen = self.body(ApplyProposalSerializer)
        proposals.apply_run(
            run_id=run.pk,
            by=self.actor,
            exhibitor_ids=chosen["exhibitors"],
            reason=chosen["reason"],
        )
        return self.show(run.pk)

    @operation(
        "Take back all that was applied of it", ProposalDetailSerializer, body=ReasonSerializer
    )
    @action(detail=True, methods=["post"], url_path="roll-back")
    def roll_back(self, request: Request, pk: str) -> Response:
        run = self.get_object()
        proposals.roll_back_run(run_id=run.pk, by=self.actor, **self.body(ReasonSerializer))
        return self.show(run.pk)


class FloorRulesFilters(Filters):
    edition = filters.NumberFilter("participation__edition__year")
    region = filters.CharFilter("participation__region")


class FloorRulesViewSet(ReadResource[FloorRules]):
    """How regions give out their stands. A region without rules of its own keeps to the usual."""

    queryset = FloorRules.objects.select_related("participation__edition")
    serializer_class = FloorRulesSerializer
    ordering = ("participation__region__sort_key",)
    filterset_class = FloorRulesFilters

    @operation(
        "Give a region rules of its own, or change them",
        FloorRulesSerializer,
        body=NewFloorRulesSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        sent = self.body(NewFloorRulesSerializer)
        participation = sent.pop("participation")
        rules = change_floor_rules(participation_id=participation.pk, by=self.actor, **sent)
        if rules.pk is None:  # the same as usual: nothing to keep
            return Response(FloorRulesSerializer(rules).data, status=201)
        return self.show(rules.pk, status=201)

    @operation("Change what is sent", FloorRulesSerializer, body=FloorRulesSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        rules = self.get_object()
        sent = self.changes(rules, FloorRulesSerializer)
        change_floor_rules(participation_id=rules.participation_id, by=self.actor, **sent)
        return self.show(rules.pk)


class StayTermsActions(Resource[Exhibitor]):
    """What the stands are given to an exhibitor by: read and changed by its region's desk."""

    @extend_schema(summary="What its stands are given by", responses=StayTermsSerializer)
    @action(
        detail=True,
        methods=["get"],
        url_path="stay-terms",
        permission_classes=[IsAuthenticated],
    )
    def stay_terms(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        if not access_of(self.actor).sees_desk(exhibitor.region_code):
            raise Http404
        return Response(StayTermsSerializer(exhibitor).data)

    @operation("Change what is sent of it", StayTermsSerializer, body=StayTermsSerializer)
    @stay_terms.mapping.patch
    def change_stay_terms(self, request: Request, pk: str) -> Response:
        exhibitor = self.get_object()
        sent = self.changes(exhibitor, StayTermsSerializer)
        changed = change_stay_terms(exhibitor_id=exhibitor.pk, by=self.actor, **sent)
        return Response(StayTermsSerializer(changed).data)
