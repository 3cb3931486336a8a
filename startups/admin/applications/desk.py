"""Applications: read as they were submitted, decided by steps."""

import re
from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pavilion.core.access import access_of
from pavilion.core.desk import (
    KINDS,
    VERBS,
    Column,
    DeskAdmin,
    RegionFilter,
    region_mark,
    short_day,
)
from startups.admin.applications import dossier, export, pipeline
from startups.admin.applications.companies import COMPANY_STEPS
from startups.admin.applications.decisions import DECISIONS
from startups.admin.applications.filters import (
    CallFilter,
    CheckFilter,
    DepartmentFilter,
    DueFilter,
    ReviewsFilter,
    reviews_done,
    reviews_mean,
    sees_scores,
)
from startups.admin.applications.letters import letter_step
from startups.admin.applications.marks import status_mark
from startups.admin.applications.privacy import PRIVACY_STEPS
from startups.admin.search import FoldedSearch
from startups.jury import marks
from startups.models import Application

VERBS |= {
    "application.started": _("Application begun"),
    "application.changed": _("Application changed"),
    "application.submitted": _("Application submitted"),
    "application.correction_requested": _("Correction requested"),
    "application.correction_extended": _("More time to correct"),
    "application.eligible": _("Found eligible"),
    "application.ineligible": _("Found ineligible"),
    "application.selected": _("Selected"),
    "application.waitlisted": pgettext_lazy("history", "Put on the waiting list"),
    "application.rank_changed": _("Rank on the waiting list changed"),
    "application.rejected": _("Not selected"),
    "application.confirmed": _("Place confirmed"),
    "application.declined": _("Place declined"),
    "application.withdrawn": _("Application withdrawn"),
    "application.reopened": _("Application taken up again"),
    "application.no_show": _("Did not come"),
    "application.link_renewed": _("Private link replaced"),
}
KINDS |= {
    "startups.link": _("Private link"),
    "startups.led_back.link": _("Private link, a company applying twice"),
    "startups.submitted": _("Receipt of an application"),
    "startups.changed": _("Copy of a changed application"),
    "startups.correction_requested": _("Request for a correction"),
    "startups.correction_extended": _("More time to correct"),
    "startups.selected": _("Offer of a place"),
    "startups.waitlisted": _("Place on the waiting list"),
    "startups.rejected": _("Refusal"),
    "startups.confirmed": _("Confirmation of a place"),
    "startups.declined": _("Receipt of a declined place"),
    "startups.withdrawn": _("Receipt of a withdrawal"),
}
Status = Application.Status


@admin.register(Application)
class ApplicationAdmin(FoldedSearch, DeskAdmin):
    region_path = "call__participation__region_id"
    may_add = may_change = False  # companies write them; steps decide
    steps = (*DECISIONS, letter_step(lambda row: row.pk), *COMPANY_STEPS, *PRIVACY_STEPS)
    list_display = (
        *("company", "region", "mark", "theme", "jury"),
        *("submitted", "next_date", "also"),
    )
    list_filter = (
        *(DueFilter, "status", CallFilter, RegionFilter, "theme"),
        *(DepartmentFilter, CheckFilter, ReviewsFilter),
    )
    search_fields = ("search_text", "team_text")
    select = ("call__participation__region", "call__participation__edition", "theme")
    ordering = ("-submitted_at", "pk")
    list_before_template = "admin/startups/_pipeline.html"
    change_form_template = "admin/startups/application.html"
    # The page is drawn by its own template, from `dossier`.
    fields = ("mark",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        elsewhere = Application.objects.submitted().filter(
            siren=OuterRef("siren"),
            call__participation__edition=OuterRef("call__participation__edition"),
        )
        received: Any = super().get_queryset(request)
        rows: QuerySet[Any] = received.received_by(request.user).annotate(
            is_elsewhere=Exists(elsewhere.exclude(siren="").exclude(pk=OuterRef("pk"))),
            reviews_in=reviews_done(),
            mean=reviews_mean(),
        )
        return rows

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        columns = list(super().get_list_display(request))
        if not sees_scores(access_of(request.user)):
            columns = [name for name in columns if name not in ("jury", "next_date")]
        return columns

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """What a jury does not read of a file must not find it either."""
        sees_all = access_of(request.user).sees_desks_only
        return ("search_text", "team_text") if sees_all else ("search_text",)

    def get_export_columns(self, request: HttpRequest, changelist: Any) -> list[Column]:
        access, call = access_of(request.user), request.GET.get("call", "")
        rows = changelist.queryset
        if access.is_national or access.desk_codes:
            rows = rows.prefetch_related("wanted_half_days")
        call_id = int(call) if call.isdecimal() and len(call) < 19 else None
        if call_id is not None:
            rows = rows.prefetch_related("answers")
        changelist.queryset = rows
        return export.columns(call_id, access)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A SIREN or SIRET is found however its digits are grouped."""
        digits = re.sub(r"[\s.-]", "", search_term)
        if digits.isdecimal() and 9 <= len(digits) <= 14:
            search_term = digits
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"pipeline": pipeline.segments(request), **(extra_context or {})}
        page: HttpResponse = super().changelist_view(request, context)
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        if row is not None:
            context["file"] = dossier.of(row, request, self.buttons(request, row))
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("company"), ordering="sort_name")
    def company(self, application: Application) -> SafeString:
        return format_html("<b>{}</b><br>{}", application, application.legal_name)

    @admin.display(description=_("region"), ordering="call__participation__region__sort_key")
    def region(self, application: Application) -> SafeString:
        return region_mark(application.region_code, application.call.participation.region)

    @admin.display(description=_("status"), ordering="status")
    def mark(self, application: Application) -> SafeString:
        return status_mark(application)

    @admin.display(description=_("submitted"), ordering="submitted_at")
    def submitted(self, application: Application) -> str:
        return short_day(application.submitted_at)

    @admin.display(description=_("jury"), ordering=F("mean").desc(nulls_last=True))
    def jury(self, application: Any) -> SafeString:
        """The mean on 20, and how many of the reviews that the call wants are in."""
        wanted = application.call.reviews_each
        mean = (
            "–" if application.mean is None else number_format(marks.average([application.mean]), 2)
        )
        return format_html(
            '<b>{}</b> <span class="desk-quiet">{}/{}</span>', mean, application.reviews_in, wanted
        )

    @admin.display(description=_("next"))
    def next_date(self, application: Application) -> str:
        """What its state still wants: a confirmation by a date, a rank to move up from."""
        if application.status == Status.SELECTED and application.confirm_by:
            return gettext("to confirm by %(day)s") % {"day": short_day(application.confirm_by)}
        if application.waiting_rank:
            return gettext("rank %(rank)s on the list") % {"rank": application.waiting_rank}
        return ""

    @admin.display(description=_("elsewhere"))
    def also(self, application: Any) -> str:
        return gettext("other region too") if application.is_elsewhere else ""
