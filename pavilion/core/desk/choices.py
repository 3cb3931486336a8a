"""What a form offers: only rows its reader may see, and only regions they act for."""

from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import ForeignKey, Model, QuerySet, TextField
from django.forms import ModelChoiceField
from django.http import HttpRequest

from pavilion.core.desk.rights import access, visible


class Choices:
    admin_site: AdminSite
    region_path = ""

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        owner, _, rest = self.region_path.partition("__")
        decides_region = owner in (db_field.name, db_field.attname)
        if "queryset" not in kwargs:
            kwargs["queryset"] = offered(self.admin_site, db_field.related_model, request)
            if decides_region and not access(request).manages(""):
                # A region's manager files everything under a region of theirs.
                mine = {f"{rest or 'pk'}__in": access(request).managed_codes}
                kwargs["queryset"] = kwargs["queryset"].filter(**mine)
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(  # type: ignore[misc]
            db_field, request, **kwargs
        )
        if field and decides_region and not access(request).manages(""):
            field.required = True
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(db_field, TextField) and field:
            field.widget.attrs["rows"] = 4
        for name in ("can_add_related", "can_change_related", "can_delete_related"):
            if field and hasattr(field.widget, name):
                setattr(field.widget, name, False)
        return field


def offered(site: AdminSite, model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    """The rows of `model` this person sees, in the order of its list."""
    model_admin = site._registry.get(model)
    if model_admin:
        return model_admin.get_queryset(request)
    return visible(model._default_manager.order_by("pk"), request.user)
