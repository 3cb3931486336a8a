"""Exhibitors and the stands they hold, half-day by half-day."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import HalfDay
from pavilion.core.access import access_of
from pavilion.core.desk import (
    ROWS,
    VERBS,
    DeskAdmin,
    OfferedFilter,
    OptionalReasonForm,
    Panel,
    RegionFilter,
    Step,
    region_mark,
    state_mark,
)
from pavilion.core.text import fold
from startups import operations
from startups.admin.applications.dossier import spoken, spoken_needs
from startups.admin.applications.letters import letter_step
from startups.admin.exhibitors import checklists, moving, stay_terms
from startups.admin.exhibitors.allocating import AllocateForm, ReleaseForm
from startups.admin.exhibitors.printing import PrintPages
from startups.admin.search import FoldedSearch
from startups.models import Allocation, Application, Badge, Exhibitor

VERBS |= {
    "exhibitor.allocated": _("Stand given"),
    "exhibitor.released": _("Half-days freed"),
    "exhibitor.moved": _("Half-days moved"),
    "exhibitor.stay_confirmed": _("Half-days confirmed"),
    "exhibitor.stay_unconfirmed": _("Confirmation taken back"),
    "stand.held": _("Stand kept free"),
    "stand.hold_dropped": _("Stand no longer kept free"),
    "exhibitor.left": _("Left the pavilion"),
}
ROWS |= {"half_days": (_("half-days"), HalfDay)}


class StandFilter(admin.SimpleListFilter):
    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("Without stand")), ("some", _("With a stand"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "none":
            return queryset.filter(allocations__isnull=True, left_at__isnull=True)
        if self.value() == "some":
            return queryset.filter(allocations__isnull=False).distinct()
        return queryset


def _allocate(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.allocate(
        exhibitor_id=row.pk,
        stand_id=int(data["stand"]),
        half_day_ids=[half_day.pk for half_day in data["half_days"]],
        by=by,
    )


def _release(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.release_allocations(
        exhibitor_id=row.pk,
        half_day_ids=[half_day.pk for half_day in data["half_days"]],
        by=by,
        reason=data["reason"],
    )


def _no_show(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.mark_no_show(exhibitor_id=row.pk, by=by, reason=data["reason"])


def _is_here(exhibitor: Exhibitor) -> bool:
    return exhibitor.left_at is None


def _has_stand(exhibitor: Exhibitor) -> bool:
    return bool(exhibitor.allocations.all())


@admin.register(Exhibitor)
class ExhibitorAdmin(DeskAdmin):
    region_path = "participation__region_id"
    seen_by_reviewers = True
    shows_neighbours = True
    may_add = may_change = False
    list_display = ("__str__", "region", "mark", "checklist", "aid", "stands", "given", "theme")
    list_filter = (RegionFilter, checklists.ChecklistFilter, StandFilter, "application__theme")
    search_fields = ("application__search_text", "application__siren")
    select = (
        "application__theme",
        "application__call__participation",
        "participation__region",
        "participation__edition",
    )
    ordering = ("application__sort_name", "pk")
    steps = (
        Step(
            name="allocate",
            label=_("Give a stand"),
            run=_allocate,
            form=AllocateForm,
            done=_("The stand is given."),
            when=_is_here,
            style="primary",
        ),
        Step(
            name="release",
            label=_("Free half-days"),
            run=_release,
            form=ReleaseForm,
            done=_("The half-days are free."),
            when=_has_stand,
        ),
        *stay_terms.STEPS,
        *moving.STEPS,
        *checklists.STEPS,
        letter_step(lambda row: row.application_id, when=_is_here),
        Step(
            name="no_show",
            label=_("Note that they did not come"),
            run=_no_show,
            form=OptionalReasonForm,
            done=_("Noted. The coming half-days are free."),
            explain=_("Their coming half-days become free for others."),
            when=lambda row: _is_here(row) and row.application.status == "confirmed",
            style="danger",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.annotate(wanted_count=Count("application__wanted_half_days")).prefetch_related(
            "allocations__stand", "allocations__half_day"
        )
        return checklists.with_checklist(rows, request.user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By its company, and in one's own region by its people too.

        What a neighbour does not read of an exhibitor must not find it either.
        """
        digits = re.sub(r"[\s.-]", "", search_term)
        is_number = digits.isdecimal() and 9 <= len(digits) <= 14
        words = [digits] if is_number else fold(search_term).split()
        access = access_of(request.user)
        own = Q() if access.is_national else Q(participation__region__in=access.desk_codes)
        badges = _named_on_badges(request) if words else []
        for word in words:
            company = Q(application__search_text__contains=word)
            company |= Q(application__siren__contains=word)
            contact = own & Q(application__team_text__contains=word)
            badged = Q(pk__in={pk for pk, named in badges if word in named})
            queryset = queryset.filter(company | contact | badged)
        return queryset, False

    def get_list_display(self, request: HttpRequest) -> Any:
        """How far exhibitors are is the desk's: reviewers do not see it."""
        access = access_of(request.user)
        shown = super().get_list_display(request)
        if access.is_national or access.desk_codes:
            return shown
        return [name for name in shown if name not in ("checklist", "aid")]

    def get_list_filter(self, request: HttpRequest) -> Any:
        access = access_of(request.user)
        shown = super().get_list_filter(request)
        if access.is_national or access.desk_codes:
            return shown
        return [each for each in shown if each is not checklists.ChecklistFilter]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Neighbours read what the directory says; the region also how to reach and equip them."""
        public = (None, {"fields": ("region", "mark", "theme", "pitch_fr", "website")})
        access = access_of(request.user)
        if obj and not (access.is_national or obj.region_code in access.desk_codes):
            return [public]
        contact = {"fields": ("contact", "email", "phone")}
        needs = {"fields": ("wishes", "needs")}
        return [public, (_("The contact"), contact), (_("On the stand"), needs)]

    readonly_fields = (
        *("region", "mark", "theme", "pitch_fr", "website"),
        *("contact", "email", "phone", "wishes", "needs"),
    )

    def panels(self, request: HttpRequest, row: Exhibitor) -> Iterable[Panel]:
        yield from checklists.panels(row)
        held = sorted(row.allocations.all(), key=lambda each: each.half_day.starts_at)
        yield Panel(gettext("Stands"), "admin/startups/_allocations.html", {"held": held})
        yield from stay_terms.panels(request, row)

    def view_on_site(self, row: Exhibitor) -> str:  # type: ignore[override]  # Django allows both
        return row.get_absolute_url()

    @admin.display(description=_("region"), ordering="participation__region__sort_key")
    def region(self, exhibitor: Exhibitor) -> SafeString:
        return region_mark(exhibitor.region_code, exhibitor.participation.region)

    @admin.display(description=_("status"), ordering="left_at")
    def mark(self, exhibitor: Exhibitor) -> SafeString:
        if exhibitor.left_at is None:
            return state_mark("confirmed", _("Exhibitor"))
        if exhibitor.application.status == Application.Status.NO_SHOW:
            return state_mark("conflict", _("No-show"))
        return state_mark("cancelled", _("Left"))

    @admin.display(description=_("checklist"))
    def checklist(self, exhibitor: Exhibitor) -> SafeString | str:
        return checklists.mark(exhibitor)

    @admin.display(description=_("de minimis"))
    def aid(self, exhibitor: Exhibitor) -> SafeString | str:
        return checklists.aid_mark(exhibitor)

    @admin.display(description=_("stands"))
    def stands(self, exhibitor: Exhibitor) -> str:
        return ", ".join(sorted({each.stand.number for each in exhibitor.allocations.all()}))

    @admin.display(description=_("half-days given"))
    def given(self, exhibitor: Any) -> str:
        given, wanted = len(exhibitor.allocations.all()), exhibitor.wanted_count
        return f"{given}/{wanted}" if wanted else str(given)

    @admin.display(description=_("theme"), ordering="application__theme__position")
    def theme(self, exhibitor: Exhibitor) -> str:
        return str(exhibitor.application.theme or "")

    @admin.display(description=_("pitch in French"))
    def pitch_fr(self, exhibitor: Exhibitor) -> str:
        return exhibitor.application.pitch_fr

    @admin.display(description=_("website"))
    def website(self, exhibitor: Exhibitor) -> str:
        return exhibitor.application.website

    @admin.display(description=_("name"))
    def contact(self, exhibitor: Exhibitor) -> str:
        application = exhibitor.application
        return ", ".join(filter(None, [application.contact_name, application.contact_role]))

    @admin.display(description=_("e-mail address"))
    def email(self, exhibitor: Exhibitor) -> str:
        return exhibitor.application.contact_email

    @admin.display(description=_("telephone"))
    def phone(self, exhibitor: Exhibitor) -> str:
        return exhibitor.application.contact_phone

    @admin.display(description=_("half-days wished"))
    def wishes(self, exhibitor: Exhibitor) -> str:
        return spoken(exhibitor.application.wanted_half_days.order_by("starts_at", "pk"))

    @admin.display(description=_("technical needs"))
    def needs(self, exhibitor: Exhibitor) -> str:
        return spoken_needs(exhibitor.application)


def _named_on_badges(request: HttpRequest) -> list[tuple[int, str]]:
    """The exhibitor and the folded name of each badge one may read: a few thousand at most.

    Folded here, since databases disagree on accents and badges store no fold.
    """
    user: Any = request.user
    names = ("exhibitor_id", "first_name", "last_name", "email")
    rows = Badge.objects.visible_to(user).values_list(*names)
    return [(pk, fold(" ".join(words))) for pk, *words in rows]


class HalfDayFilter(OfferedFilter):
    title = _("half-day")
    parameter_name = "half_day"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        half_days = HalfDay.objects.order_by("-edition__year", "starts_at", "pk")[:16]
        return [(str(half_day.pk), half_day.short_label) for half_day in half_days]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(half_day=value)


@admin.register(Allocation)
class AllocationAdmin(FoldedSearch, PrintPages):
    """Who is where, to look up; the exhibitor's page changes it."""

    region_path = "exhibitor__participation__region_id"
    shows_neighbours = True
    may_add = may_change = False
    list_display = ("when", "stand", "exhibitor", "region")
    list_filter = (HalfDayFilter, RegionFilter)
    search_fields = ("stand__number", "exhibitor__application__search_text")
    select = (
        "stand",
        "half_day",
        "exhibitor__application__call__participation",
        "exhibitor__participation__region",
    )
    ordering = ("half_day__starts_at", "stand__number", "pk")
    fields = ("when", "stand", "exhibitor", "region", "created_at")

    @admin.display(description=_("half-day"), ordering="half_day__starts_at")
    def when(self, allocation: Allocation) -> str:
        return allocation.half_day.short_label

    @admin.display(description=_("region"), ordering="exhibitor__participation__region__sort_key")
    def region(self, allocation: Allocation) -> SafeString:
        exhibitor = allocation.exhibitor
        return region_mark(exhibitor.region_code, exhibitor.participation.region)
