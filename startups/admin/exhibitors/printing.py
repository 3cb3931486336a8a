"""The desk's page to have signs, plans and rotation sheets printed, beside the list of stays."""

from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from events.models import Edition
from pavilion.core.access import access_of
from pavilion.core.desk import DeskAdmin
from pavilion.core.models import User
from startups.admin.board.pages import LINKS
from startups.admin.exhibitors.print_form import PrintForm
from startups.operations.printing import ask_print
from startups.printing.wanted import Source


class PrintPages(DeskAdmin):
    """What printing adds to the list of stays; `AllocationAdmin` inherits it."""

    list_before_template = "admin/startups/_printing_link.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.print_view)
        return [path("print/", view, name="startups_allocation_print"), *super().get_urls()]

    def print_view(self, request: HttpRequest) -> HttpResponseBase:
        user = cast(User, request.user)
        access = access_of(user)
        if not (access.is_national or access.desk_codes):
            raise PermissionDenied
        edition = _edition(request, user)
        if edition is None:
            raise Http404
        form = PrintForm(
            request.POST if request.method == "POST" else None,
            # Its region chosen already, for whoever has one.
            initial={"region": access.only_desk, **request.GET.dict()},
            request=request,
            row=edition,
        )
        if request.method == "POST" and form.is_valid():
            with translation.override(form.cleaned_data["language"]):
                job = ask_print(wanted=form.wanted, by=user)
            return redirect("admin:core_job_change", job.pk)
        request.current_app = self.admin_site.name
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Print"),
            "form": form,
            "edition": edition,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/startups/printing.html", context)


def _edition(request: HttpRequest, user: User) -> Edition | None:
    """The current one, or the one the address names."""
    editions = Edition.objects.visible_to(user)
    year = request.GET.get("year", "")
    if year.isdecimal() and len(year) == 4:
        return editions.filter(year=int(year)).first()
    return editions.current()


def _from_the_board(request: HttpRequest, edition: Edition, code: str) -> tuple[str, str]:
    """Whoever looks at the plan being made prints that one, of the region they look at."""
    query = urlencode({"year": edition.year, "source": Source.MADE.value, "region": code})
    return _("Print"), f"{reverse('admin:startups_allocation_print')}?{query}"


LINKS.append(_from_the_board)
