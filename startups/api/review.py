from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.access import access_of
from pavilion.core.resources import Filters, ReadResource, operation
from startups import operations
from startups.jury import ranking
from startups.models import Call, Review
from startups.serializers.review import (
    AssignedSerializer,
    ByHandSerializer,
    ByThemeSerializer,
    OfCallSerializer,
    RankedSerializer,
    RecusalSerializer,
    ReviewerSerializer,
    ReviewSerializer,
    SheetSerializer,
)


class ReviewFilters(Filters):
    edition = filters.NumberFilter("application__call__participation__edition__year")
    region = filters.CharFilter("application__call__participation__region")
    call = filters.NumberFilter("application__call")
    application = filters.NumberFilter("application")
    status = filters.MultipleChoiceFilter(choices=Review.Status.choices)
    mine = filters.BooleanFilter(method="of_reader", help_text="Only those you write.")

    def of_reader(self, reviews: QuerySet[Review], name: str, mine: bool) -> QuerySet[Review]:
        own = {"reviewer": self.request.user}
        return reviews.filter(**own) if mine else reviews.exclude(**own)


class ReviewViewSet(ReadResource[Review]):
    """The jury's work: a reviewer's own and what they may read of others', a desk's whole."""

    queryset = Review.objects.select_related(
        "application__call__participation__edition", "reviewer"
    ).prefetch_related("scores")
    serializer_class = ReviewSerializer
    ordering = ("-assigned_at",)
    ordering_fields = ("assigned_at", "done_at", "mean")
    search_fields = ("application__display_name", "application__legal_name")
    filterset_class = ReviewFilters

    @operation("Save scores or the comment", ReviewSerializer, body=SheetSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        review = self.get_object()
        operations.save_review(review_id=review.pk, by=self.actor, **self.body(SheetSerializer))
        return self.show(review.pk)

    @operation(
        "Hand in, with the scores sent or those saved", ReviewSerializer, body=SheetSerializer
    )
    @action(detail=True, methods=["post"], url_path="hand-in")
    def hand_in(self, request: Request, pk: str) -> Response:
        review = self.get_object()
        operations.hand_in_review(review_id=review.pk, by=self.actor, **self.body(SheetSerializer))
        return self.show(review.pk)

    @operation("Step back from the file", ReviewSerializer, body=RecusalSerializer)
    @action(detail=True, methods=["post"])
    def recuse(self, request: Request, pk: str) -> Response:
        review = self.get_object()
        why = self.body(RecusalSerializer)
        operations.recuse_review(review_id=review.pk, by=self.actor, **why)
        return self.show(review.pk)

    @operation("Read the file after all", ReviewSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: str) -> Response:
        review = self.get_object()
        operations.take_back_recusal(review_id=review.pk, by=self.actor)
        return self.show(review.pk)

    @operation("Take the file back from its reviewer", None, status=204)
    def destroy(self, request: Request, pk: str) -> Response:
        operations.unassign_review(review_id=self.get_object().pk, by=self.actor)
        return Response(status=204)

    @operation("Give files to reviewers by hand", AssignedSerializer, body=ByHandSerializer)
    @action(detail=False, methods=["post"], url_path="assign-by-hand")
    def assign_by_hand(self, request: Request) -> Response:
        asked = self.body(ByHandSerializer)
        given = operations.assign_by_hand(
            call_id=_desk_call(request, asked["call"]).pk,
            application_ids=asked["applications"],
            reviewer_ids=asked["reviewers"],
            by=self.actor,
        )
        return Response(AssignedSerializer(given).data)

    @operation("Share files among reviewers by theme", AssignedSerializer, body=ByThemeSerializer)
    @action(detail=False, methods=["post"], url_path="assign-by-theme")
    def assign_by_theme(self, request: Request) -> Response:
        asked = self.body(ByThemeSerializer)
        given = operations.assign_by_theme(
            call_id=_desk_call(request, asked["call"]).pk,
            themes={taken["reviewer"]: taken["themes"] for taken in asked["themes"]},
            by=self.actor,
        )
        return Response(AssignedSerializer(given).data)

    @operation("Share files among reviewers at random", AssignedSerializer, body=OfCallSerializer)
    @action(detail=False, methods=["post"], url_path="assign-at-random")
    def assign_at_random(self, request: Request) -> Response:
        call = _desk_call(request, self.body(OfCallSerializer)["call"])
        given = operations.assign_at_random(call_id=call.pk, by=self.actor)
        return Response(AssignedSerializer(given).data)


class RankingOfCall(viewsets.GenericViewSet[Call]):
    """What a call's jury made of its files, for its region's desk."""

    @extend_schema(
        summary="The files of the call, best mean first", responses=RankedSerializer(many=True)
    )
    @action(
        detail=True,
        methods=["get"],
        permission_classes=[IsAuthenticated],
        pagination_class=None,
        filter_backends=[],
    )
    def ranking(self, request: Request, pk: str) -> Response:
        call = _desk_call(request, self.get_object())
        return Response(RankedSerializer(ranking.rows_of(call), many=True).data)

    @extend_schema(
        summary="Those who may be given the call's files", responses=ReviewerSerializer(many=True)
    )
    @action(
        detail=True,
        methods=["get"],
        permission_classes=[IsAuthenticated],
        pagination_class=None,
        filter_backends=[],
    )
    def reviewers(self, request: Request, pk: str) -> Response:
        call = _desk_call(request, self.get_object())
        found = operations.reviewers_of(call.region_code)
        return Response(ReviewerSerializer(found, many=True).data)


def _desk_call(request: Request, call: Any) -> Call:
    """The call for who reads its region's desk; for anybody else its jury does not exist."""
    if not access_of(request.user).sees_desk(call.region_code):
        raise Http404
    found: Call = call
    return found
