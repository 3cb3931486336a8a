"""Applications: read as they were submitted, decided by steps."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from events.models import HalfDay
from pavilion.core.desk import (
    KINDS,
    VERBS,
    DeskAdmin,
    Panel,
    RegionFilter,
    region_mark,
    short_day,
    state_mark,
)
from startups import operations
from startups.admin.decisions import DECISIONS
from startups.admin.search import FoldedSearch
from startups.attention import due
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
SHAPES = {
    Status.DRAFT: "option",
    Status.SUBMITTED: "waiting",
    Status.INCOMPLETE: "option",
    Status.ELIGIBLE: "waiting",
    Status.INELIGIBLE: "held",
    Status.SELECTED: "waiting",
    Status.WAITLISTED: "option",
    Status.REJECTED: "held",
    Status.CONFIRMED: "confirmed",
    Status.DECLINED: "cancelled",
    Status.WITHDRAWN: "cancelled",
    Status.NO_SHOW: "conflict",
}


def status_mark(application: Application) -> SafeString:
    shape = SHAPES[Status(application.status)]
    return state_mark(shape, application.get_status_display())


class DueFilter(admin.SimpleListFilter):
    """The same rows as the sentences of the first page."""

    title = _("what is due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("decision", _("A decision")),
            ("new", _("A first reading")),
            ("soon", _("A confirmation within three days")),
            ("late", _("A confirmation, overdue")),
            ("correction", _("A correction, overdue")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        condition = due(timezone.now()).get(self.value() or "")
        return queryset.filter(condition) if condition is not None else queryset


@admin.register(Application)
class ApplicationAdmin(FoldedSearch, DeskAdmin):
    region_path = "call__participation__region_id"
    seen_by_reviewers = True
    may_add = may_change = False  # companies write them; steps decide
    steps = DECISIONS
    list_display = ("company", "region", "mark", "theme", "level", "submitted", "next_date", "also")
    list_filter = (DueFilter, "status", RegionFilter, "theme")
    search_fields = ("search_text", "team_text")
    select = ("call__participation__region", "call__participation__edition", "theme")
    ordering = ("-submitted_at", "pk")
    fieldsets = (
        (None, {"fields": ("mark", "region", "submitted", "next_date", "decision_reason")}),
        (
            _("The company"),
            {
                "fields": (
                    "legal_name",
                    "display_name",
                    "siret",
                    "founded_on",
                    "headcount_band",
                    "place",
                    "website",
                    "logo",
                )
            },
        ),
        (_("The project"), {"fields": ("theme", "trl", "pitch_fr", "pitch_en")}),
        (
            _("The contact"),
            {
                "fields": (
                    "contact_name",
                    "contact_role",
                    "contact_email",
                    "contact_phone",
                    "language",
                )
            },
        ),
        (
            _("On the stand"),
            {
                "fields": (
                    "half_days",
                    "needs",
                )
            },
        ),
        (
            _("Commitments"),
            {"fields": ("commitments_at", "privacy_notice_version", "privacy_notice_at")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        elsewhere = Application.objects.submitted().filter(
            siren=OuterRef("siren"),
            call__participation__edition=OuterRef("call__participation__edition"),
        )
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.annotate(
            is_elsewhere=Exists(elsewhere.exclude(siren="").exclude(pk=OuterRef("pk")))
        )
        return rows

    def panels(self, request: HttpRequest, row: Application) -> Iterable[Panel]:
        others = [
            {"region": other.call.participation.region, "mark": status_mark(other), "row": other}
            for other in operations.applications_elsewhere(row)
        ]
        if others:
            yield Panel(
                gettext("The same company in other regions"),
                "admin/startups/_elsewhere.html",
                {"others": others},
            )

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

    @admin.display(description="TRL", ordering="trl")
    def level(self, application: Application) -> int | None:
        return application.trl

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

    @admin.display(description=_("town"))
    def place(self, application: Application) -> str:
        return f"{application.postcode} {application.city}".strip()

    @admin.display(description=_("half-days wished"))
    def half_days(self, application: Application) -> str:
        return spoken(application.wanted_half_days.order_by("starts_at", "pk"))

    @admin.display(description=_("technical needs"))
    def needs(self, application: Application) -> str:
        return spoken_needs(application)


def spoken_needs(application: Application) -> str:
    parts = [
        application.power_watts and f"{application.power_watts} W",
        application.needs_screen and gettext("screen"),
        application.needs_wired_network and gettext("wired network"),
        application.needs_storage and gettext("storage"),
        application.technical_notes,
    ]
    return " · ".join(str(part) for part in parts if part)


def spoken(half_days: Iterable[HalfDay]) -> str:
    return " · ".join(half_day.short_label for half_day in half_days)
