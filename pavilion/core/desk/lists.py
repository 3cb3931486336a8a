"""What stands above every list of the desk: one's saved filters, and the list as a file."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from pavilion.core import saved_filters
from pavilion.core.desk.exports import Exports
from pavilion.core.errors import DomainError
from pavilion.core.models import SavedFilter


@dataclass(frozen=True)
class Kept:
    """A saved filter as a link; `is_current` when the list is narrowed by it."""

    row: SavedFilter
    is_current: bool


class Lists(Exports):
    """A ModelAdmin whose lists remember how their reader narrows them."""

    list_before_template = "admin/desk/_list.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_filters"
        view = self.admin_site.admin_view(self.filters_view)
        return [path("filters/", view, name=name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        base = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        query = request.GET.urlencode()
        narrowed = saved_filters.narrowed(query)
        user: Any = request.user
        rows = SavedFilter.objects.filter(user=user, model=self.opts.label_lower)
        context = {
            "saved_filters": [Kept(row, row.query == narrowed) for row in rows.order_by("name")],
            "narrowed": narrowed,
            "filters_url": f"{reverse(f'{base}_filters')}?{query}",
            "export_url": f"{reverse(f'{base}_export')}?{query}",
        }
        page: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return page

    def filters_view(self, request: HttpRequest) -> HttpResponse:
        """Save the present filter, rename or delete one; then the list again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = request.GET.urlencode()
        if request.method == "POST":
            try:
                query = self._keep(request, query)
            except DomainError as refusal:
                messages.error(request, str(refusal))
            except SavedFilter.DoesNotExist as error:
                raise Http404 from error
        here = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return redirect(f"{here}?{query}")

    def _keep(self, request: HttpRequest, query: str) -> str:
        by: Any = request.user
        what, name = request.POST.get("what", ""), request.POST.get("name", "")
        pk = request.POST.get("filter", "")
        if what == "save":
            model = self.opts.label_lower
            row = saved_filters.save_filter(by=by, model=model, name=name, query=query)
            messages.success(request, _("Filter saved as “%(name)s”.") % {"name": row.name})
            return row.query
        if not pk.isdecimal() or len(pk) > 18:
            raise Http404
        if what == "rename":
            row = saved_filters.rename_filter(filter_id=int(pk), by=by, name=name)
            messages.success(
                request, _("The filter is now called “%(name)s”.") % {"name": row.name}
            )
        elif what == "delete":
            saved_filters.delete_filter(filter_id=int(pk), by=by)
            messages.success(request, _("Filter deleted."))
        return query
