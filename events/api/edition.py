from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.resources import OfEditionFilters, PlacedResource
from events.models import Day, Edition, HalfDay, Participation, Region
from events.operations import days, frame
from events.serializers.edition import (
    DaySerializer,
    EditionSerializer,
    HalfDaySerializer,
    NewDaySerializer,
    NewParticipationSerializer,
    ParticipationSerializer,
    RegionSerializer,
)
from pavilion.core.resources import PublicResource, operation


class EditionViewSet(PublicResource[Edition]):
    """The years of the fair; one that is not published yet is seen by team members only."""

    queryset = Edition.objects.all()
    serializer_class = EditionSerializer
    lookup_field = "year"
    lookup_value_regex = "[0-9]{4}"
    ordering = ("-starts_on",)
    ordering_fields = ("year", "starts_on")
    search_fields = ("name", "venue_name")
    filterset_fields = ("is_published",)

    @operation("Add a year of the fair", EditionSerializer, body=EditionSerializer, status=201)
    def create(self, request: Request) -> Response:
        edition = frame.create_edition(by=self.actor, **self.body(EditionSerializer))
        return self.show(edition.pk, status=201)

    @operation("Change what is sent, leave the rest", EditionSerializer, body=EditionSerializer)
    def partial_update(self, request: Request, year: str) -> Response:
        edition = self.get_object()
        changed = self.changes(edition, EditionSerializer)
        frame.change_edition(edition_id=edition.pk, by=self.actor, **changed)
        return self.show(edition.pk)


class RegionViewSet(PublicResource[Region]):
    """The eighteen regions, by INSEE code."""

    queryset = Region.objects.all()
    serializer_class = RegionSerializer
    lookup_value_regex = "[0-9]{2}"
    ordering = ("sort_key",)
    ordering_fields = ("sort_key", "code")
    search_fields = ("name", "brand_name")
    filterset_fields = ("is_overseas",)

    def get_queryset(self) -> QuerySet[Region]:
        """The eighteen regions are no secret: INSEE publishes them."""
        return Region.objects.all()


class ParticipationFilters(OfEditionFilters):
    region = filters.CharFilter("region")


class ParticipationViewSet(PublicResource[Participation]):
    """Which regions take part in which edition."""

    queryset = Participation.objects.select_related("region", "edition")
    serializer_class = ParticipationSerializer
    ordering = ("-edition__year", "region__sort_key")
    filterset_class = ParticipationFilters

    @operation(
        "Let a region take part in an edition",
        ParticipationSerializer,
        body=NewParticipationSerializer,
        status=201,
    )
    def create(self, request: Request) -> Response:
        joined = self.body(NewParticipationSerializer)
        participation = frame.add_participation(by=self.actor, **joined)
        return self.show(participation.pk, status=201)


class DayViewSet(PlacedResource[Day]):
    """The days of an edition and their opening hours, in Paris time."""

    queryset = Day.objects.select_related("edition")
    serializer_class = DaySerializer
    ordering = ("date",)
    filterset_class = OfEditionFilters

    @operation(
        "Add a day together with its half-days", DaySerializer, body=NewDaySerializer, status=201
    )
    def create(self, request: Request) -> Response:
        day = days.create_day(by=self.actor, **self.body(NewDaySerializer))
        return self.show(day.pk, status=201)

    @operation("Change what is sent; half-days follow the hours", DaySerializer, body=DaySerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        day = self.get_object()
        changed = self.changes(day, DaySerializer)
        days.change_day(day_id=day.pk, by=self.actor, **changed)
        return self.show(day.pk)


class HalfDayFilters(OfEditionFilters):
    day = filters.NumberFilter("day")
    date = filters.DateFilter("day__date")


class HalfDayViewSet(PlacedResource[HalfDay]):
    """Mornings and afternoons: the unit in which stands are given."""

    queryset = HalfDay.objects.select_related("edition")
    serializer_class = HalfDaySerializer
    ordering = ("starts_at",)
    filterset_class = HalfDayFilters

    @operation(
        "Say how many visitors are expected; hours follow the day’s",
        HalfDaySerializer,
        body=HalfDaySerializer,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        half_day = self.get_object()
        changed = self.changes(half_day, HalfDaySerializer)
        days.change_half_day(half_day_id=half_day.pk, by=self.actor, **changed)
        return self.show(half_day.pk)
