from django_filters import rest_framework as filters
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.resources import OfEditionFilters, PlacedResource
from events.models import Hall, Level, Room, Stand, Zone
from events.operations import venue
from events.serializers.venue import (
    HallSerializer,
    LevelSerializer,
    RoomSerializer,
    StandSerializer,
    ZoneSerializer,
)
from pavilion.core.resources import Filters, PublicResource, operation


class HallViewSet(PlacedResource[Hall]):
    """The halls of an edition."""

    queryset = Hall.objects.select_related("edition")
    serializer_class = HallSerializer
    ordering = ("name_fr",)
    filterset_class = OfEditionFilters


class LevelFilters(Filters):
    edition = filters.NumberFilter("hall__edition__year")
    hall = filters.NumberFilter("hall")


class LevelViewSet(PlacedResource[Level]):
    """The levels of a hall, in metres."""

    queryset = Level.objects.all()
    serializer_class = LevelSerializer
    edition_path = "hall__edition"
    ordering = ("hall", "number")
    filterset_class = LevelFilters


class ZoneFilters(Filters):
    edition = filters.NumberFilter("level__hall__edition__year")
    region = filters.CharFilter("participation__region")
    level = filters.NumberFilter("level")


class ZoneViewSet(PlacedResource[Zone]):
    """The areas of a level: a region's, or everybody's."""

    queryset = Zone.objects.select_related("participation")
    serializer_class = ZoneSerializer
    edition_path = "level__hall__edition"
    ordering = ("level", "name_fr")
    search_fields = ("name_fr", "name_en")
    filterset_class = ZoneFilters


class OnPlanFilters(OfEditionFilters):
    region = filters.CharFilter("zone__participation__region")
    zone = filters.NumberFilter("zone")
    level = filters.NumberFilter("zone__level")


class StandFilters(OnPlanFilters):
    kind = filters.MultipleChoiceFilter(choices=Stand.Kind.choices)
    is_open = filters.BooleanFilter()
    is_accessible = filters.BooleanFilter()


class StandViewSet(PublicResource[Stand]):
    """Pods, counters, tables: what one exhibitor holds for a half-day. A region adds its own."""

    queryset = Stand.objects.select_related("edition", "zone__participation")
    serializer_class = StandSerializer
    ordering = ("number",)
    ordering_fields = ("number", "zone", "kind")
    search_fields = ("number",)
    filterset_class = StandFilters

    @operation("Add a stand to a zone", StandSerializer, body=StandSerializer, status=201)
    def create(self, request: Request) -> Response:
        stand = venue.create_stand(by=self.actor, **self.body(StandSerializer))
        return self.show(stand.pk, status=201)

    @operation("Change what is sent, leave the rest", StandSerializer, body=StandSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        stand = self.get_object()
        changes = self.get_serializer(stand, data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        venue.change_stand(stand_id=stand.pk, by=self.actor, **changes.validated_data)
        return self.show(stand.pk)


class RoomFilters(OnPlanFilters):
    kind = filters.MultipleChoiceFilter(choices=Room.Kind.choices)


class RoomViewSet(PublicResource[Room]):
    """Meeting rooms and stages."""

    queryset = Room.objects.select_related("edition", "zone__participation")
    serializer_class = RoomSerializer
    ordering = ("name_fr",)
    ordering_fields = ("name_fr", "capacity")
    search_fields = ("name_fr", "name_en")
    filterset_class = RoomFilters
