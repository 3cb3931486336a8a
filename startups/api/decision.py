"""Decisions as they are prepared, previewed and released, for a region's desk."""

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from pavilion.core.access import access_of, ensure_manages
from pavilion.core.logs import redact
from pavilion.core.models import Job
from pavilion.core.resources import Filters, ReadResource, Resource, operation
from startups import operations
from startups.models import Call, Decision
from startups.serializers.decision import (
    DecisionSerializer,
    NewDecisionSerializer,
    OrderSerializer,
    ReleasedSerializer,
    ReleasePreviewSerializer,
)

# A plain list, not a page of one: the schema generator knows only pages.
SHOWN = {"type": "array", "items": {"$ref": "#/components/schemas/Decision"}}


class DecisionFilters(Filters):
    edition = filters.NumberFilter("application__call__participation__edition__year")
    region = filters.CharFilter("application__call__participation__region")
    call = filters.NumberFilter("application__call")
    application = filters.NumberFilter("application")
    outcome = filters.MultipleChoiceFilter(choices=Decision.Outcome.choices)
    is_released = filters.BooleanFilter("released_at", "isnull", exclude=True)


class DecisionViewSet(ReadResource[Decision]):
    """What a region means to answer. Companies and reviewers see none of it."""

    queryset = Decision.objects.select_related(
        "application__call__participation__edition", "prepared_by"
    )
    serializer_class = DecisionSerializer
    ordering = ("-prepared_at",)
    ordering_fields = ("prepared_at", "released_at", "outcome", "rank")
    search_fields = ("application__search_text", "reason", "note")
    filterset_class = DecisionFilters

    @operation(
        "Prepare a decision, in place of the one prepared before",
        DecisionSerializer,
        body=NewDecisionSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        wanted = self.body(NewDecisionSerializer)
        application = wanted.pop("application")
        decision = operations.prepare_decision(
            application_id=application.pk, by=self.actor, **wanted
        )
        return self.show(decision.pk, status=201)

    @operation("Forget a decision that is not released", None, status=204)
    def destroy(self, request: Request, pk: str) -> Response:
        decision = self.get_object()
        if decision.released_at is not None:
            raise Http404
        operations.drop_decision(application_id=decision.application_id, by=self.actor)
        return Response(status=204)


class DecisionsOfCall(Resource[Call]):
    """What `CallViewSet` offers for a call's decisions as a whole."""

    @extend_schema(
        summary="What a release would do and send now", responses=ReleasePreviewSerializer
    )
    @action(
        detail=True,
        url_path="release-preview",
        permission_classes=[IsAuthenticated],
        pagination_class=None,
        filter_backends=[],
    )
    def release_preview(self, request: Request, pk: str) -> Response:
        call = self.get_object()
        if not access_of(self.actor).sees_desk(call.region_code):
            raise Http404  # neighbours see the call, not how it goes
        plan = operations.plan_release(call)
        body = {
            "places": call.places,
            "held": plan.held,
            "selected": len(plan.selected),
            "waitlisted": len(plan.waitlisted),
            "rejected": len(plan.rejected),
            "promoted": len(plan.promoted),
            "problems": [str(problem) for problem in plan.problems],
            "mails": [
                {
                    "application": application.pk,
                    "kind": message.kind,
                    "recipient": message.recipient,
                    "language": message.language,
                    "subject": message.subject,
                    "body": redact(message.body),
                }
                for application, message in operations.preview_release(call)
            ],
        }
        return Response(ReleasePreviewSerializer(body).data)

    @operation("Announce everything that is prepared, all together", ReleasedSerializer)
    @action(detail=True, methods=["post"], url_path="release-decisions")
    def release_decisions(self, request: Request, pk: str) -> Response:
        call = self.get_object()
        released = operations.release_or_promise(call_id=call.pk, by=self.actor)
        job = released.pk if isinstance(released, Job) else None
        counts = operations.Released() if isinstance(released, Job) else released
        body = {
            "selected": counts.selected,
            "waitlisted": counts.waitlisted,
            "rejected": counts.rejected,
            "promoted": counts.promoted,
            "job": job,
        }
        return Response(ReleasedSerializer(body).data)

    @operation(
        "Rank the waiting list being prepared: these first, then the others",
        SHOWN,
        body=OrderSerializer,
    )
    @action(detail=True, methods=["post"], url_path="order-waiting-decisions")
    def order_waiting_decisions(self, request: Request, pk: str) -> Response:
        call = self.get_object()
        ensure_manages(self.actor, call.region_code)
        order = self.body(OrderSerializer)
        rows = operations.order_waiting_decisions(
            call_id=call.pk, application_ids=order["applications"], by=self.actor
        )
        keys = [row.pk for row in rows]
        shown = DecisionViewSet.queryset.filter(pk__in=keys).order_by("rank", "pk")
        return Response(DecisionSerializer(shown, many=True).data)
