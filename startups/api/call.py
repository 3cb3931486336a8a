from django.db.models import QuerySet
from django_filters import rest_framework as filters

from pavilion.core.resources import Filters, PublicResource
from startups.models import Call, Theme
from startups.serializers.call import CallSerializer, ThemeSerializer


class ThemeViewSet(PublicResource[Theme]):
    """The themes a company may name as its main one."""

    queryset = Theme.objects.all()
    serializer_class = ThemeSerializer
    ordering = ("position",)

    def get_queryset(self) -> QuerySet[Theme]:
        """A list of words: everybody sees all of it."""
        return Theme.objects.all()


class CallFilters(Filters):
    edition = filters.NumberFilter("participation__edition__year")
    region = filters.CharFilter("participation__region")
    opens_before = filters.IsoDateTimeFilter("opens_at", "lt")
    closes_after = filters.IsoDateTimeFilter("closes_at", "gte")


class CallViewSet(PublicResource[Call]):
    """Each region's call for applications."""

    queryset = Call.objects.select_related("participation__edition")
    serializer_class = CallSerializer
    ordering = ("-participation__edition__year", "participation__region__sort_key")
    ordering_fields = ("opens_at", "closes_at", "places")
    filterset_class = CallFilters
