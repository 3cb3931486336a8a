from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from meetings import operations
from meetings.models import Feed
from meetings.serializers.feeds import (
    ChangedFeedSerializer,
    FeedSerializer,
    NewFeedOfSomethingSerializer,
    RenewalSerializer,
)
from pavilion.core.resources import Filters, ReadResource, operation


class FeedFilters(Filters):
    person = filters.NumberFilter("person")
    room = filters.NumberFilter("room")
    stand = filters.NumberFilter("stand")
    region = filters.CharFilter(method="of_region")
    kind = filters.ChoiceFilter(
        method="of_kind",
        choices=[(name, name) for name in ("person", "region", "room", "stand")],
    )
    level = filters.MultipleChoiceFilter(choices=Feed.Level.choices)
    is_revoked = filters.BooleanFilter("revoked_at", "isnull", exclude=True)

    def of_region(self, rows: QuerySet[Feed], name: str, code: str) -> QuerySet[Feed]:
        return rows.filter(
            Q(person__region=code)
            | Q(participation__region=code)
            | Q(room__zone__participation__region=code)
            | Q(stand__zone__participation__region=code)
        )

    def of_kind(self, rows: QuerySet[Feed], name: str, kind: str) -> QuerySet[Feed]:
        column = "participation" if kind == "region" else kind
        return rows.filter(**{f"{column}__isnull": False})


class FeedViewSet(ReadResource[Feed]):
    """Private calendar addresses: of people, for those who see them; of regions, rooms and stands,
    for their desk and the national team.
    """

    queryset = Feed.objects.with_subject()
    serializer_class = FeedSerializer
    ordering = ("person__last_name", "created_at")
    ordering_fields = ("created_at", "fetched_at")
    search_fields = ("label", "person__last_name", "person__first_name")
    filterset_class = FeedFilters

    @operation(
        "Open the calendar of a person, a region, a room or a stand",
        FeedSerializer,
        body=NewFeedOfSomethingSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        wanted = self.body(NewFeedOfSomethingSerializer)
        return self.show(operations.open_feed(by=self.actor, **wanted).pk, status=201)

    @operation(
        "Show something else at the same address", FeedSerializer, body=ChangedFeedSerializer
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        feed = self.get_object()
        changes = self.changes(feed, ChangedFeedSerializer)
        operations.change_feed(feed_id=feed.pk, by=self.actor, **changes)
        return self.show(feed.pk)

    @operation("Close an address for good", FeedSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        feed = self.get_object()
        operations.revoke_feed(feed_id=feed.pk, by=self.actor)
        return self.show(feed.pk)

    @operation("Replace an address by a new one", FeedSerializer, body=RenewalSerializer)
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, pk: str) -> Response:
        feed = self.get_object()
        operations.renew_feed(feed_id=feed.pk, by=self.actor, **self.body(RenewalSerializer))
        return self.show(feed.pk)
