"""Swaps, absences and offered places, for a region's desk. Companies act on their own pages."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.resources import Filters, ReadResource, ReasonSerializer, operation
from startups import operations
from startups.floor.candidates import candidates
from startups.models import Absence, PlaceOffer, Swap
from startups.serializers.swapping import (
    AbsenceSerializer,
    ApprovalSerializer,
    CandidateSerializer,
    NewAbsenceSerializer,
    NewOfferSerializer,
    OfferSerializer,
    RefusalReasonSerializer,
    SwapSerializer,
)


class SwapFilters(Filters):
    edition = filters.NumberFilter("proposer__participation__edition__year")
    region = filters.CharFilter("proposer__participation__region")
    exhibitor = filters.NumberFilter(method="of_either")
    status = filters.MultipleChoiceFilter(choices=Swap.Status.choices)

    def of_either(self, swaps: Any, name: str, value: int) -> Any:
        return swaps.filter(Q(proposer=value) | Q(other=value))


class SwapViewSet(ReadResource[Swap]):
    """Exchanges that exhibitors agree on among themselves and their region approves."""

    queryset = Swap.objects.select_related(
        "proposer__application", "proposer__participation__edition", "other__application"
    )
    serializer_class = SwapSerializer
    ordering = ("-created_at",)
    ordering_fields = ("created_at", "decided_at", "status")
    filterset_class = SwapFilters

    @operation(
        "Approve: the plan is changed and announced", SwapSerializer, body=ApprovalSerializer
    )
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        swap = self.get_object()
        operations.approve_swap(swap_id=swap.pk, by=self.actor, **self.body(ApprovalSerializer))
        return self.show(swap.pk)

    @operation("Refuse, for a reason both read", SwapSerializer, body=RefusalReasonSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        swap = self.get_object()
        why = self.body(RefusalReasonSerializer)
        operations.refuse_swap(swap_id=swap.pk, by=self.actor, **why)
        return self.show(swap.pk)

    @operation("Note that the other exhibitor accepts", SwapSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        swap = self.get_object()
        operations.accept_swap(swap_id=swap.pk, by=self.actor)
        return self.show(swap.pk)

    @operation("Note that the other exhibitor declines", SwapSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        swap = self.get_object()
        operations.decline_swap(swap_id=swap.pk, by=self.actor, **self.body(ReasonSerializer))
        return self.show(swap.pk)


class AbsenceFilters(Filters):
    edition = filters.NumberFilter("half_day__edition__year")
    region = filters.CharFilter("exhibitor__participation__region")
    exhibitor = filters.NumberFilter("exhibitor")
    stand = filters.NumberFilter("stand")
    half_day = filters.NumberFilter("half_day")
    came = filters.BooleanFilter("came_at", "isnull", exclude=True)


class AbsenceViewSet(ReadResource[Absence]):
    """Who was not on their stand, and to whom it was offered."""

    queryset = Absence.objects.select_related(
        "exhibitor__application",
        "exhibitor__participation__region",
        "stand__zone",
        "half_day__edition",
    ).prefetch_related("offers")
    serializer_class = AbsenceSerializer
    ordering = ("-at",)
    ordering_fields = ("at", "half_day__starts_at", "stand__number")
    filterset_class = AbsenceFilters

    @operation(
        "Note that an exhibitor is not on the stand it has at a half-day",
        AbsenceSerializer,
        body=NewAbsenceSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        held = self.body(NewAbsenceSerializer)["allocation"]
        absence = operations.mark_absent(
            exhibitor_id=held.exhibitor_id, half_day_id=held.half_day_id, by=self.actor
        )
        return self.show(absence.pk, status=201)

    @operation("They came after all, and nobody has their place", AbsenceSerializer)
    @action(detail=True, methods=["post"])
    def came(self, request: Request, pk: str) -> Response:
        absence = self.get_object()
        operations.mark_came(absence_id=absence.pk, by=self.actor)
        return self.show(absence.pk)

    @extend_schema(
        summary="Who could take the place, in order, with reasons",
        responses=CandidateSerializer(many=True),
    )
    @action(
        detail=True,
        permission_classes=[IsAuthenticated],
        pagination_class=None,
        filter_backends=[],
    )
    def candidates(self, request: Request, pk: str) -> Response:
        absence = self.get_object()
        found = candidates([absence], timezone.now())[absence.pk]
        return Response(CandidateSerializer(found, many=True).data)

    @operation(
        "Offer the place to a company, which is mailed",
        OfferSerializer,
        body=NewOfferSerializer,
        status=201,
    )
    @action(detail=True, methods=["post"])
    def offer(self, request: Request, pk: str) -> Response:
        absence = self.get_object()
        wanted = self.body(NewOfferSerializer)
        made = operations.offer_place(
            absence_id=absence.pk,
            application_id=wanted["application"].pk,
            half_day_ids=wanted.get("half_days"),
            by=self.actor,
        )
        row = OfferViewSet.queryset.get(pk=made.pk)
        return Response(OfferSerializer(row).data, status=201)


class OfferFilters(Filters):
    edition = filters.NumberFilter("absence__half_day__edition__year")
    region = filters.CharFilter("absence__exhibitor__participation__region")
    absence = filters.NumberFilter("absence")
    application = filters.NumberFilter("application")
    status = filters.MultipleChoiceFilter(choices=PlaceOffer.Status.choices)


class OfferViewSet(ReadResource[PlaceOffer]):
    """Places of absent exhibitors, offered to one company at a time."""

    queryset = PlaceOffer.objects.select_related(
        "application", "absence__half_day__edition", "absence__exhibitor__participation"
    ).prefetch_related("half_days")
    serializer_class = OfferSerializer
    ordering = ("-offered_at",)
    ordering_fields = ("offered_at", "expires_at", "status")
    filterset_class = OfferFilters

    @operation("Note that the company takes the place", OfferSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        offer = self.get_object()
        operations.accept_offer(offer_id=offer.pk, by=self.actor)
        return self.show(offer.pk)

    @operation("Note that the company declines", OfferSerializer, body=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        offer = self.get_object()
        operations.decline_offer(offer_id=offer.pk, by=self.actor, **self.body(ReasonSerializer))
        return self.show(offer.pk)

    @operation("Take the offer back; the company is told", OfferSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        offer = self.get_object()
        operations.withdraw_offer(offer_id=offer.pk, by=self.actor)
        return self.show(offer.pk)
