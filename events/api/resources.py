from typing import TypeVar

from django.db.models import Model, QuerySet
from django_filters import rest_framework as filters

from events.models import Edition
from pavilion.core.resources import Filters, PublicResource, Resource

M = TypeVar("M", bound=Model)


class PlacedResource(PublicResource[M]):
    """Rows without a rule of their own: visible with their edition, found along `edition_path`."""

    edition_path = "edition"

    def get_queryset(self) -> QuerySet[M]:
        editions = Edition.objects.visible_to(self.request.user)
        # Past Resource's: these models have no visible_to.
        rows: QuerySet[M] = super(Resource, self).get_queryset()
        return rows.filter(**{f"{self.edition_path}__in": editions})


class OfEditionFilters(Filters):
    edition = filters.NumberFilter("edition__year")
