"""Pages of the desk about one call, each of another module, shown side by side as tabs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import pgettext

from pavilion.core.access import access_of
from pavilion.core.desk import DeskAdmin
from startups.models import Call

StrOrPromise = Any  # gettext, lazy or not


@dataclass(frozen=True)
class Tab:
    """`name` is the page's URL name without "startups_call_"."""

    name: str
    label: StrOrPromise
    url: str


class CallPages(DeskAdmin):
    """What a module adds to a call's page; `CallAdmin` inherits every module's.

    A module's class extends this one, and its two methods begin with their parent's answer:

        class RankingPages(CallPages):
            def call_urls(self) -> list[URLPattern]:
                return [*super().call_urls(), self.call_path("ranking", self.ranking_view)]

            def call_links(self, request: HttpRequest, call: Call) -> list[Tab]:
                tab = self.tab("ranking", _("Ranking"), call)
                return [*super().call_links(request, call), tab]

            def ranking_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
                call = self.desk_call(request, call_id)
                return self.call_page(request, call, "ranking", "admin/…/ranking.html", rows=…)
    """

    def call_urls(self) -> list[URLPattern]:
        return []

    def call_links(self, request: HttpRequest, call: Call) -> list[Tab]:
        return []

    def get_urls(self) -> list[URLPattern]:
        return [*self.call_urls(), *super().get_urls()]

    def call_path(
        self, name: str, view: Callable[..., HttpResponseBase], route: str = ""
    ) -> URLPattern:
        """An address under the call's; `route` may take more ("preview/<slug:step>/")."""
        route = route or f"{name.replace('_', '-')}/"
        return path(
            f"<int:call_id>/{route}", self.admin_site.admin_view(view), name=self.url_of(name)
        )

    def tab(self, name: str, label: StrOrPromise, call: Call, *args: object) -> Tab:
        return Tab(name, label, reverse(f"admin:{self.url_of(name)}", args=[call.pk, *args]))

    def is_desk(self, request: HttpRequest, call: Call) -> bool:
        """Whether they read how the call goes: its region's desk, and the national team."""
        access = access_of(request.user)
        return access.is_national or call.region_code in access.desk_codes

    def desk_call(self, request: HttpRequest, call_id: int) -> Call:
        """The call, for its region's desk and the national team; for anybody else a 404."""
        call: Any = self.get_object(request, str(call_id))
        if call is None or not self.is_desk(request, call):
            raise Http404
        found: Call = call
        return found

    def managed_call(self, request: HttpRequest, call_id: int) -> Call:
        """The call, for who may act on it; 403 for the desk's readers."""
        call = self.desk_call(request, call_id)
        self.ensure_manages(request, call)
        return call

    def tabs(self, request: HttpRequest, call: Call) -> list[Tab]:
        if not self.is_desk(request, call):
            return []  # neighbours and reviewers see the call, not how it goes
        own = Tab(
            "change",
            pgettext("tab", "The call"),
            reverse(f"admin:{self.url_of('change')}", args=[call.pk]),
        )
        return [own, *self.call_links(request, call)]

    def call_page(
        self, request: HttpRequest, call: Call, name: str, template: str, **context: Any
    ) -> TemplateResponse:
        """A page in the admin's frame, under the call's tabs (`admin/startups/call/page.html`)."""
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "call": call,
                "manages": self.manages(request, call),
                "tabs": self.tabs(request, call),
                "current_tab": name,
                "media": self.media,
                **context,
            },
        )
