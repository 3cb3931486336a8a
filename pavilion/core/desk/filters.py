from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pavilion.core.desk import regions
from pavilion.core.desk.rights import access


class OfferedFilter(SimpleListFilter):
    """Narrows a list by what it offers; an address that asks for anything else finds nothing."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        offered = {str(choice) for choice, _label in self.lookup_choices}
        return self.narrow(queryset, value) if value in offered else queryset.none()

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        raise NotImplementedError


class RegionFilter(OfferedFilter):
    """The regions whose rows the reader sees, in the regions' own order."""

    title = _("region")
    parameter_name = "region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        path = model_admin.region_path.removesuffix("_id")
        region: Any = get_fields_from_path(model_admin.model, path)[-1].related_model
        regions = region._default_manager.order_by("sort_key")
        if not (access(request).is_national or model_admin.shows_neighbours):
            regions = regions.filter(pk__in=access(request).region_codes)
        return [(each.pk, str(each)) for each in regions]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        model_admin: Any = self.model_admin
        return queryset.filter(**{model_admin.region_path: value})

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.model_admin = model_admin
        super().__init__(request, params, model, model_admin)


class CodeFilter(OfferedFilter):
    """The same for rows that keep a bare region code; empty is the national team."""

    title = _("region")
    parameter_name = "region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        rights = access(request)
        seen = [
            (code, name)
            for code, name in regions.names().items()
            if rights.is_national or code in rights.desk_codes
        ]
        return [("none", _("National team")), *seen] if rights.is_national else seen

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(region_code="" if value == "none" else value)
