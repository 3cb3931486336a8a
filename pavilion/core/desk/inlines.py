from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from pavilion.core.desk.choices import Choices
from pavilion.core.desk.rights import visible


class DeskInline(Choices, TabularInline):
    """Rows that belong to another: whoever manages that one manages them."""

    extra = 0
    select: tuple[str, ...] = ()
    may_add = True
    may_change = True
    may_delete = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = visible(super().get_queryset(request), request.user)
        return queryset.select_related(*self.select) if self.select else queryset

    def _manages(self, request: HttpRequest, parent: Model | None) -> bool:
        admin: Any = self.admin_site._registry[self.parent_model]
        return bool(admin.manages(request, parent))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever opens the page it belongs to

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and self._manages(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self._manages(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self._manages(request, obj)
