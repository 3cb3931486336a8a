from django.db.models import QuerySet
from django_filters import rest_framework as filters

from events.api.resources import OfEditionFilters, PlacedResource
from events.models import Day, Edition, HalfDay, Participation, Region
from events.serializers.edition import (
    DaySerializer,
    EditionSerializer,
    HalfDaySerializer,
    ParticipationSerializer,
    RegionSerializer,
)
from pavilion.core.resources import PublicResource


class EditionViewSet(PublicResource[Edition]):
    """The years of the fair; one that is not published yet is seen by team members only."""

    queryset = Edition.objects.all()
    serializer_class = EditionSerializer
    lookup_field = "year"
    ordering = ("-starts_on",)
    ordering_fields = ("year", "starts_on")
    search_fields = ("name", "venue_name")
    filterset_fields = ("is_published",)


class RegionViewSet(PublicResource[Region]):
    """The eighteen regions, by INSEE code."""

    queryset = Region.objects.all()
    serializer_class = RegionSerializer
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


class DayViewSet(PlacedResource[Day]):
    """The days of an edition and their opening hours, in Paris time."""

    queryset = Day.objects.select_related("edition")
    serializer_class = DaySerializer
    ordering = ("date",)
    filterset_class = OfEditionFilters


class HalfDayFilters(OfEditionFilters):
    day = filters.NumberFilter("day")
    date = filters.DateFilter("day__date")


class HalfDayViewSet(PlacedResource[HalfDay]):
    """Mornings and afternoons: the unit in which stands are given."""

    queryset = HalfDay.objects.select_related("edition")
    serializer_class = HalfDaySerializer
    ordering = ("starts_at",)
    filterset_class = HalfDayFilters
