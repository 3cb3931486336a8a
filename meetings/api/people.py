from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from meetings import operations
from meetings.models import (
    Availability,
    Delegate,
    Delegation,
    Office,
    OfficeHolder,
    Person,
    Secretariat,
)
from meetings.operations.previewing import undone
from meetings.serializers.feeds import FeedSerializer, NewFeedSerializer
from meetings.serializers.people import (
    AppointmentSerializer,
    AvailabilitySerializer,
    DayLinkSerializer,
    DelegatePlaceSerializer,
    DelegationChangesSerializer,
    DelegationSerializer,
    EndedTermSerializer,
    HolderSerializer,
    NewDelegationSerializer,
    NewHolderSerializer,
    OfficeChangesSerializer,
    OfficeSerializer,
    PersonSerializer,
    RemovedDelegateSerializer,
    SecretariatChangesSerializer,
    SecretariatSerializer,
)
from pavilion.core.resources import Filters, ReadResource, operation


class OfficeFilters(Filters):
    kind = filters.MultipleChoiceFilter(choices=Office.Kind.choices)
    region = filters.CharFilter("region")
    code = filters.CharFilter()


class OfficeViewSet(ReadResource[Office]):
    """Functions one meets, whoever holds them. For teams."""

    queryset = Office.objects.prefetch_related(
        Prefetch("holders", OfficeHolder.objects.select_related("person"))
    )
    serializer_class = OfficeSerializer
    ordering = ("precedence", "title_fr")
    ordering_fields = ("precedence", "title_fr", "kind")
    search_fields = ("title_fr", "title_en", "organisation_fr", "code")
    filterset_class = OfficeFilters

    @operation("Add an office", OfficeSerializer, body=OfficeSerializer, status=201)
    def create(self, request: Request) -> Response:
        office = operations.create_office(by=self.actor, **self.body(OfficeSerializer))
        return self.show(office.pk, status=201)

    @operation(
        "Change what is sent, leave the rest", OfficeSerializer, body=OfficeChangesSerializer
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        office = self.get_object()
        changed = self.changes(office, OfficeChangesSerializer)
        operations.change_office(office_id=office.pk, by=self.actor, **changed)
        return self.show(office.pk)

    @operation(
        "Give it to somebody; its meetings to come follow, conflicts are told",
        AppointmentSerializer,
        body=NewHolderSerializer,
    )
    @action(detail=True, methods=["post"])
    def appoint(self, request: Request, pk: str) -> Response:
        office = self.get_object()
        term = self.body(NewHolderSerializer)
        made = operations.appoint_holder(office_id=office.pk, by=self.actor, **term)
        return Response(AppointmentSerializer(made).data)

    @operation(
        "What giving it to somebody would bring about; nothing is done",
        AppointmentSerializer,
        body=NewHolderSerializer,
    )
    @action(detail=True, methods=["post"], url_path="appoint/preview")
    def appoint_preview(self, request: Request, pk: str) -> Response:
        office = self.get_object()
        term = self.body(NewHolderSerializer)
        with undone():
            made = operations.appoint_holder(office_id=office.pk, by=self.actor, **term)
            shown = AppointmentSerializer(made).data
        return Response(shown)


class HolderFilters(Filters):
    office = filters.NumberFilter("office")
    person = filters.NumberFilter("person")
    on = filters.DateFilter(method="held_on", help_text="Who holds it on that day.")

    def held_on(self, holders: Any, name: str, value: date) -> Any:
        return holders.on(value)


class HolderViewSet(ReadResource[OfficeHolder]):
    """Who holds which office, from when to when. Offices are given by `offices/…/appoint/`."""

    queryset = OfficeHolder.objects.select_related("office", "person")
    serializer_class = HolderSerializer
    ordering = ("office", "-starts_on")
    ordering_fields = ("starts_on", "ends_on")
    filterset_class = HolderFilters

    @operation(
        "Let the term end; its meetings after it wait for a successor",
        AppointmentSerializer,
        body=EndedTermSerializer,
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        holder = self.get_object()
        term = self.body(EndedTermSerializer)
        made = operations.end_term(holder_id=holder.pk, by=self.actor, **term)
        return Response(AppointmentSerializer(made).data)

    @operation("Strike a term written down by mistake", None, status=204)
    def destroy(self, request: Request, pk: str) -> Response:
        operations.remove_term(holder_id=self.get_object().pk, by=self.actor)
        return Response(status=204)


class OfSomebodyFilters(Filters):
    person = filters.NumberFilter("person")
    office = filters.NumberFilter("office")


class SecretariatFilters(OfSomebodyFilters):
    email = filters.CharFilter("email", "iexact")


class SecretariatViewSet(ReadResource[Secretariat]):
    """Who receives somebody's mail and answers for them."""

    queryset = Secretariat.objects.all()
    serializer_class = SecretariatSerializer
    ordering = ("email",)
    ordering_fields = ("email", "name")
    search_fields = ("email", "name")
    filterset_class = SecretariatFilters

    @operation("Add a secretariat", SecretariatSerializer, body=SecretariatSerializer, status=201)
    def create(self, request: Request) -> Response:
        row = operations.add_secretariat(by=self.actor, **self.body(SecretariatSerializer))
        return self.show(row.pk, status=201)

    @operation(
        "Change what is sent, leave the rest",
        SecretariatSerializer,
        body=SecretariatChangesSerializer,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        changed = self.changes(row, SecretariatChangesSerializer)
        operations.change_secretariat(secretariat_id=row.pk, by=self.actor, **changed)
        return self.show(row.pk)

    @operation("Let it receive and answer nothing more", None, status=204)
    def destroy(self, request: Request, pk: str) -> Response:
        operations.remove_secretariat(secretariat_id=self.get_object().pk, by=self.actor)
        return Response(status=204)


class AvailabilityFilters(OfSomebodyFilters):
    kind = filters.ChoiceFilter(choices=Availability.Kind.choices)
    starts_before = filters.IsoDateTimeFilter("starts_at", "lt")
    ends_after = filters.IsoDateTimeFilter("ends_at", "gt")


class AvailabilityViewSet(ReadResource[Availability]):
    """What people and offices said of their time: a guide, which refuses nothing."""

    queryset = Availability.objects.all()
    serializer_class = AvailabilitySerializer
    ordering = ("starts_at",)
    ordering_fields = ("starts_at", "created_at")
    filterset_class = AvailabilityFilters

    @operation(
        "Note when somebody is taken, or free only then",
        AvailabilitySerializer,
        body=AvailabilitySerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        row = operations.note_availability(by=self.actor, **self.body(AvailabilitySerializer))
        return self.show(row.pk, status=201)

    @operation("It no longer holds", None, status=204)
    def destroy(self, request: Request, pk: str) -> Response:
        operations.remove_availability(availability_id=self.get_object().pk, by=self.actor)
        return Response(status=204)


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

    @operation("Change what is sent, leave the rest", PersonSerializer, body=PersonSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        person = self.get_object()
        changed = self.changes(person, PersonSerializer)
        operations.change_person(person_id=person.pk, by=self.actor, **changed)
        return self.show(person.pk)

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

    @operation(
        "Change what is sent, leave the rest",
        DelegationSerializer,
        body=DelegationChangesSerializer,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        delegation = self.get_object()
        changed = self.changes(delegation, DelegationChangesSerializer)
        operations.change_delegation(delegation_id=delegation.pk, by=self.actor, **changed)
        return self.show(delegation.pk)

    @operation("Bring one more", DelegationSerializer, body=DelegatePlaceSerializer)
    @action(detail=True, methods=["post"], url_path="add-delegate")
    def add_delegate(self, request: Request, pk: str) -> Response:
        delegation = self.get_object()
        place = self.body(DelegatePlaceSerializer)
        person = place.pop("person")
        operations.add_delegate(
            delegation_id=delegation.pk, person_id=person.pk, by=self.actor, **place
        )
        return self.show(delegation.pk)

    @operation("Change somebody's place", DelegationSerializer, body=DelegatePlaceSerializer)
    @action(detail=True, methods=["post"], url_path="change-delegate")
    def change_delegate(self, request: Request, pk: str) -> Response:
        delegation = self.get_object()
        place = self.body(DelegatePlaceSerializer)
        delegate = get_object_or_404(delegation.delegates, person=place.pop("person"))
        operations.change_delegate(delegate_id=delegate.pk, by=self.actor, **place)
        return self.show(delegation.pk)

    @operation("Let somebody come no more", DelegationSerializer, body=RemovedDelegateSerializer)
    @action(detail=True, methods=["post"], url_path="remove-delegate")
    def remove_delegate(self, request: Request, pk: str) -> Response:
        delegation = self.get_object()
        leaver = self.body(RemovedDelegateSerializer)
        delegate = get_object_or_404(delegation.delegates, person=leaver["person"])
        operations.remove_delegate(delegate_id=delegate.pk, by=self.actor)
        return self.show(delegation.pk)
