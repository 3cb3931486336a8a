"""The regions' calls: who may apply, how it is decided, what exhibitors do then."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from pavilion.core.access import access_of
from pavilion.core.desk import KEYS, VERBS, DeskAdmin, RegionFilter, region_mark, state_mark
from startups import operations
from startups.admin.calls.copying import COPY
from startups.admin.calls.deciding import DecisionPages
from startups.admin.calls.importing import ImportPages
from startups.admin.calls.inlines import CriterionInline, DeadlineInline, QuotaInline, save_rows
from startups.admin.calls.jury import JuryPages
from startups.admin.calls.late_codes import LateCodePages
from startups.admin.calls.preparing import PreparingPages
from startups.admin.calls.preview import PreviewPages
from startups.admin.calls.questions import QuestionPages
from startups.admin.calls.selection import SelectionPages
from startups.admin.calls.waiting_list import WaitingListPages
from startups.models import Call, ChecklistItem, Criterion, Headcount, Theme
from startups.operations.calls.changing import CALL_FIELDS

VERBS |= {
    "call.published": _("Call published"),
    "call.hidden": _("Call taken back into preparation"),
    "call.criterion_added": _("Criterion added"),
    "call.criterion_changed": _("Criterion changed"),
    "call.criterion_removed": _("Criterion removed"),
    "call.quotas_set": _("Quotas changed"),
    "call.deadline_changed": _("Checklist deadline changed"),
}
KEYS |= {
    "checklist_item": (_("item"), dict(ChecklistItem.choices)),
    "due_at": (_("to do before"), {}),
    **{
        f"criterion_{field.name}": (field.verbose_name, {})
        for field in Criterion._meta.concrete_fields
    },
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
class CallAdmin(
    ImportPages,
    WaitingListPages,
    DecisionPages,
    PreparingPages,
    SelectionPages,
    JuryPages,
    LateCodePages,
    PreviewPages,
    QuestionPages,
):
    change_form_outer_before_template = "admin/startups/call/_before.html"
    region_path = "participation__region_id"
    shows_neighbours = True
    seen_by_reviewers = True
    list_display = ("region", "mark", "opens_at", "closes_at", "places", "submitted", "drafts")
    list_filter = ("participation__edition", RegionFilter, "is_published")
    search_fields = ("participation__region__name", "participation__region__brand_name")
    select = ("participation__region", "participation__edition")
    ordering = ("-participation__edition__year", "participation__region__sort_key", "pk")
    actions_list = ("copy_from",)
    fieldsets = (
        (None, {"fields": ("participation", ("places", "contact_email"), "is_published")}),
        (
            _("Calendar"),
            {"fields": ("opens_at", "closes_at", "grace_minutes", "results_at")},
        ),
        (
            _("Who may apply"),
            {
                "description": _(
                    "Nobody is turned away by these rules: companies read them before they apply, "
                    "and your desk and jury see what each file says. Empty: no such rule."
                ),
                "fields": (
                    "only_head_office",
                    "only_first_participation",
                    ("max_age_years", "max_headcount"),
                    "max_revenue",
                    "themes",
                ),
            },
        ),
        (_("Texts"), {"fields": ("text_fr", "text_en")}),
        (_("Jury"), {"fields": ("reviews_each", "hides_other_scores")}),
        (
            _("Decisions and waiting list"),
            {
                "fields": (
                    "release_at",
                    ("confirm_within_days", "offer_within_days"),
                    "fills_by_itself",
                )
            },
        ),
        (
            _("Charter and badges"),
            {"fields": (("advantage", "badge_quota"), "charter_fr", "charter_en")},
        ),
    )
    inlines = (CriterionInline, QuotaInline, DeadlineInline)

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

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Neighbours read what applicants read: not how the region decides."""
        sets = super().get_fieldsets(request, obj)
        return sets if obj is None or self.is_desk(request, obj) else sets[:4]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A new call brings its usual deadlines; the rest is written on its page."""
        return self.inlines if obj and self.is_desk(request, obj) else ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = Theme.objects.order_by("position", "pk")
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "max_headcount":
            bands = [(code, label) for code, label in Headcount.choices if code != "NN"]
            kwargs["choices"] = [("", _("No limit")), *bands]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @action(description=COPY.label, url_path="copy", permissions=["add"])  # type: ignore[untyped-decorator]
    def copy_from(self, request: HttpRequest) -> HttpResponse:
        return self.creation_view(request, COPY)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in CALL_FIELDS & form.cleaned_data.keys()}
        by: Any = request.user
        if "themes" in form.cleaned_data:
            fields["themes"] = form.cleaned_data["themes"]
        if change:
            operations.change_call(call_id=obj.pk, by=by, **fields)
        else:
            made = operations.create_call(participation=obj.participation, by=by, **fields)
            obj.pk, obj._state.adding = made.pk, False
        show = operations.publish_call if obj.is_published else operations.hide_call
        show(call_id=obj.pk, by=by)
        form.is_noted = True

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Themes are the operation's too: the form's own `save_m2m` would write them again."""
        by: Any = request.user
        for formset in formsets:
            save_rows(form.instance, formset, by)

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
