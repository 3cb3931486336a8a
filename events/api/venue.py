from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.resources import OfEditionFilters, PlacedResource
from events.drawing import drawing_of, surveyed, warnings
from events.models import Hall, Level, Room, Stand, Zone
from events.operations import halls, places, venue
from events.serializers.venue import (
    HallSerializer,
    LevelSerializer,
    NewHallSerializer,
    NewZoneSerializer,
    RoomSerializer,
    StandSerializer,
    SurveySerializer,
    ZoneChangesSerializer,
    ZoneSerializer,
)
from pavilion.core.access import access_of
from pavilion.core.resources import Filters, PublicResource, operation


class HallViewSet(PlacedResource[Hall]):
    """The halls of an edition."""

    queryset = Hall.objects.select_related("edition")
    serializer_class = HallSerializer
    ordering = ("name_fr",)
    filterset_class = OfEditionFilters

    @operation("Add a hall to an edition", HallSerializer, body=NewHallSerializer, status=201)
    def create(self, request: Request) -> Response:
        hall = halls.create_hall(by=self.actor, **self.body(NewHallSerializer))
        return self.show(hall.pk, status=201)


class LevelFilters(Filters):
    edition = filters.NumberFilter("hall__edition__year")
    hall = filters.NumberFilter("hall")


class LevelViewSet(PlacedResource[Level]):
    """The levels of a hall, in metres."""

    queryset = Level.objects.select_related("hall")
    serializer_class = LevelSerializer
    edition_path = "hall__edition"
    ordering = ("hall", "number")
    filterset_class = LevelFilters

    @operation("Add a level to a hall", LevelSerializer, body=LevelSerializer, status=201)
    def create(self, request: Request) -> Response:
        level = halls.create_level(by=self.actor, **self.body(LevelSerializer))
        return self.show(level.pk, status=201)

    @extend_schema(
        summary="Neighbours, aisles and what to look at, as the drawing tells them",
        responses=SurveySerializer,
    )
    @action(detail=True, methods=["get"])
    def survey(self, request: Request, pk: str) -> Response:
        drawing = drawing_of(self.get_object(), access_of(request.user))
        survey = surveyed(drawing)
        told = {
            "beside": survey.beside,
            "aisles": survey.aisles,
            "warnings": warnings(drawing, survey),
        }
        return Response(SurveySerializer(told).data)


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

    @operation("Add an area to a level", ZoneSerializer, body=NewZoneSerializer, status=201)
    def create(self, request: Request) -> Response:
        zone = places.create_zone(by=self.actor, **self.body(NewZoneSerializer))
        return self.show(zone.pk, status=201)

    @operation("Change what is sent, leave the rest", ZoneSerializer, body=ZoneChangesSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        zone = self.get_object()
        changed = self.changes(zone, ZoneChangesSerializer)
        places.change_zone(zone_id=zone.pk, by=self.actor, **changed)
        return self.show(zone.pk)


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
        changed = self.changes(stand, StandSerializer)
        venue.change_stand(stand_id=stand.pk, by=self.actor, **changed)
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

    @operation(
        "Add a meeting room or a stage to a zone", RoomSerializer, body=RoomSerializer, status=201
    )
    def create(self, request: Request) -> Response:
        room = places.create_room(by=self.actor, **self.body(RoomSerializer))
        return self.show(room.pk, status=201)

    @operation("Change what is sent, leave the rest", RoomSerializer, body=RoomSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        room = self.get_object()
        changed = self.changes(room, RoomSerializer)
        places.change_room(room_id=room.pk, by=self.actor, **changed)
        return self.show(room.pk)
