from typing import Any, ClassVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from pavilion.core.desk.choices import Choices
from pavilion.core.desk.rights import visible


class SettledForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row whose `settled` references stay as they are once it exists.

    They are shown from what is loaded: an autocomplete would ask the database once for each row.
    """

    settled: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        for name in self.settled:
            chosen = getattr(self.instance, name)
            self.fields[name].disabled = True
            self.fields[name].widget = forms.Select(choices=[(chosen.pk, str(chosen))])


class DeskInline(Choices, TabularInline):
    """Rows that belong to another: whoever manages that one manages them."""

    extra = 0
    select: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    may_add = True
    may_change = True
    may_delete = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = type("SettledForm", (SettledForm,), {"settled": self.settled})
        return super().get_formset(request, obj, **{"form": form, **kwargs})

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
