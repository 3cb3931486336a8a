from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pavilion.core.access import access_of
from pavilion.core.desk import VERBS, DeskAdmin, RegionFilter, region_mark, state_mark
from startups import operations
from startups.admin.call_pages import CallPages
from startups.models import Call, Theme
from startups.operations.calls import CALL_FIELDS

VERBS |= {
    "call.published": _("Call published"),
    "call.hidden": _("Call taken back into preparation"),
}


@admin.register(Theme)
class ThemeAdmin(DeskAdmin):
    may_delete = True
    seen_by_reviewers = True
    list_display = ("name_fr", "name_en", "code", "position")
    search_fields = ("name_fr", "name_en")
    ordering = ("position", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()


@admin.register(Call)
class CallAdmin(CallPages):
    change_form_outer_before_template = "admin/startups/call/_before.html"
    region_path = "participation__region_id"
    shows_neighbours = True
    seen_by_reviewers = True
    list_display = ("region", "mark", "opens_at", "closes_at", "places", "submitted", "drafts")
    list_filter = ("participation__edition", RegionFilter, "is_published")
    search_fields = ("participation__region__name", "participation__region__brand_name")
    select = ("participation__region", "participation__edition")
    ordering = ("-participation__edition__year", "participation__region__sort_key", "pk")
    fieldsets = (
        (None, {"fields": ("participation", "is_published", "places", "contact_email")}),
        (
            _("Calendar"),
            {
                "fields": (
                    ("opens_at", "closes_at"),
                    "grace_minutes",
                    "results_at",
                    "confirm_within_days",
                )
            },
        ),
        (_("Text"), {"fields": ("text_fr", "text_en")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        is_draft = Q(applications__status="draft")
        is_read = Q()
        access = access_of(request.user)
        if not access.is_national:
            # Neighbours see that a call exists, not how it goes.
            is_read = Q(participation__region__in=access.region_codes)
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.annotate(
            draft_count=Count("applications", filter=is_read & is_draft),
            submitted_count=Count("applications", filter=is_read & ~is_draft),
        )
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("participation",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in CALL_FIELDS & form.cleaned_data.keys()}
        by: Any = request.user
        if change:
            operations.change_call(call_id=obj.pk, by=by, **fields)
        else:
            made = operations.create_call(participation=obj.participation, by=by, **fields)
            obj.pk, obj._state.adding = made.pk, False
        show = operations.publish_call if obj.is_published else operations.hide_call
        show(call_id=obj.pk, by=by)
        form.is_noted = True

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if call := kwargs.get("obj"):
            context |= {"tabs": self.tabs(request, call), "current_tab": "change"}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("region"), ordering="participation__region__sort_key")
    def region(self, call: Call) -> SafeString:
        return region_mark(call.region_code, call.participation.region)

    @admin.display(description=_("status"), ordering="opens_at")
    def mark(self, call: Call) -> SafeString:
        now = timezone.now()
        if not call.is_published:
            return state_mark("option", _("In preparation"))
        if now < call.opens_at:
            return state_mark("waiting", _("To come"))
        if now < call.closes_at:
            return state_mark("confirmed", _("Open"))
        return state_mark("held", _("Closed"))

    @admin.display(description=_("submitted applications"), ordering="submitted_count")
    def submitted(self, call: Any) -> int:
        return int(call.submitted_count)

    @admin.display(description=_("drafts"), ordering="draft_count")
    def drafts(self, call: Any) -> int:
        return int(call.draft_count)
