from django.db.models import Prefetch
from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from meetings import operations
from meetings.models import Delegate, Delegation, Office, OfficeHolder, Person
from meetings.serializers.feeds import FeedSerializer, NewFeedSerializer
from meetings.serializers.people import (
    DayLinkSerializer,
    DelegationSerializer,
    NewDelegationSerializer,
    OfficeSerializer,
    PersonSerializer,
)
from pavilion.core.resources import Filters, ReadResource, operation

PRESENT_HOLDERS = OfficeHolder.objects.filter(ends_on__isnull=True).select_related("person")


class OfficeFilters(Filters):
    kind = filters.MultipleChoiceFilter(choices=Office.Kind.choices)
    region = filters.CharFilter("region")
    code = filters.CharFilter()


class OfficeViewSet(ReadResource[Office]):
    """Functions one meets, whoever holds them. For teams."""

    queryset = Office.objects.prefetch_related(Prefetch("holders", PRESENT_HOLDERS))
    serializer_class = OfficeSerializer
    ordering = ("precedence", "title_fr")
    ordering_fields = ("precedence", "title_fr", "kind")
    search_fields = ("title_fr", "title_en", "code")
    filterset_class = OfficeFilters

    @operation("Add an office", OfficeSerializer, body=OfficeSerializer, status=201)
    def create(self, request: Request) -> Response:
        office = operations.create_office(by=self.actor, **self.body(OfficeSerializer))
        return self.show(office.pk, status=201)


class PersonFilters(Filters):
    region = filters.CharFilter("region")
    delegation = filters.NumberFilter("delegate_of__delegation")
    email = filters.CharFilter("email", "iexact")


class PersonViewSet(ReadResource[Person]):
    """People with a calendar: a team sees its region's, a delegate themselves."""

    queryset = Person.objects.all()
    serializer_class = PersonSerializer
    ordering = ("last_name", "first_name")
    ordering_fields = ("last_name", "first_name", "region")
    search_fields = ("first_name", "last_name", "title_fr", "title_en")
    filterset_class = PersonFilters

    @operation("Add a person", PersonSerializer, body=PersonSerializer, status=201)
    def create(self, request: Request) -> Response:
        person = operations.create_person(by=self.actor, **self.body(PersonSerializer))
        return self.show(person.pk, status=201)

    @operation(
        "Open one more private calendar address",
        FeedSerializer,
        body=NewFeedSerializer,
        status=201,
    )
    @action(detail=True, methods=["post"], url_path="open-feed")
    def open_feed(self, request: Request, pk: str) -> Response:
        person = self.get_object()
        wanted = self.body(NewFeedSerializer)
        feed = operations.open_feed(person_id=person.pk, by=self.actor, **wanted)
        return Response(FeedSerializer(feed, context=self.get_serializer_context()).data, 201)

    @operation("Replace the private link to somebody's day, at once", DayLinkSerializer)
    @action(detail=True, methods=["post"], url_path="renew-link")
    def renew_link(self, request: Request, pk: str) -> Response:
        person = operations.renew_day_link(person_id=self.get_object().pk, by=self.actor)
        return Response(DayLinkSerializer(person).data)


class DelegationFilters(Filters):
    edition = filters.NumberFilter("edition__year")
    region = filters.CharFilter("participation__region")
    person = filters.NumberFilter("delegates__person")


class DelegationViewSet(ReadResource[Delegation]):
    """People who come to an edition together."""

    queryset = Delegation.objects.select_related("edition", "participation").prefetch_related(
        Prefetch("delegates", Delegate.objects.select_related("person").order_by("pk"))
    )
    serializer_class = DelegationSerializer
    ordering = ("name_fr",)
    ordering_fields = ("name_fr",)
    search_fields = ("name_fr", "name_en")
    filterset_class = DelegationFilters

    @operation(
        "Write down who comes together",
        DelegationSerializer,
        body=NewDelegationSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        wanted = self.body(NewDelegationSerializer)
        roles = wanted.pop("members")
        delegation = operations.create_delegation(by=self.actor, roles=roles, **wanted)
        return self.show(delegation.pk, status=201)
