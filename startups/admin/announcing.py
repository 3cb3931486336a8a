"""Plans announced: what would be told now, to whom, and what was told when."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from events.models import Edition, Participation
from pavilion.core.access import access_of
from pavilion.core.desk import (
    KINDS,
    VERBS,
    DeskAdmin,
    Panel,
    RegionFilter,
    region_mark,
    short_moment,
)
from pavilion.core.errors import DomainError
from pavilion.core.resources import BIGGEST_KEY
from startups import emails, operations
from startups.models import Board, PlanVersion

VERBS |= {
    "plan.announced": _("Plan announced"),
    "exhibitor.calendar_renewed": _("Calendar address renewed"),
}
KINDS |= {emails.PLAN: _("Announcement of the stand")}
MAILS_PER_PAGE = 20


class AnnounceForm(forms.Form):
    """The region's word, and the plan as it was looked at."""

    note = forms.CharField(
        label=_("A word to the exhibitors"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("It appears in every mail, exactly as you write it."),
    )
    serial = forms.IntegerField(min_value=0, max_value=BIGGEST_KEY, widget=forms.HiddenInput)


@admin.register(PlanVersion)
class PlanVersionAdmin(DeskAdmin):
    region_path = "participation__region_id"
    may_add = may_change = may_delete = False
    list_display = ("number", "region", "edition", "announced", "who", "concerned", "note")
    list_display_links = ("number",)
    list_filter = (RegionFilter,)
    select = ("participation__region", "participation__edition", "by")
    ordering = ("-at", "-pk")
    fields = ("region", "number", "announced", "who", "note")
    readonly_fields = fields
    list_before_template = "admin/startups/planversion/list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(
                "region/<int:participation_id>/",
                view(self.region_view),
                name="startups_planversion_region",
            ),
            path("compare/", view(self.compare_view), name="startups_planversion_compare"),
            path("together/", view(self.together_view), name="startups_planversion_together"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = _regions(request) if self.has_view_permission(request) else {}
        together = self.is_national_manager(request)
        page: HttpResponse = super().changelist_view(
            request, {**context, "announces_together": together, **(extra_context or {})}
        )
        return page

    def region_view(self, request: HttpRequest, participation_id: int) -> HttpResponse:
        """GET shows what would be announced; POST announces it, if nothing changed meanwhile."""
        participation = self._participation(request, participation_id)
        manages = access_of(request.user).manages(participation.region_id)
        form = AnnounceForm(request.POST or None)
        if request.method == "POST":
            if not manages:
                raise PermissionDenied
            if form.is_valid() and _announce(request, participation, form):
                return redirect(request.path)
        now = operations.preview_announcement(participation)
        if not form.is_bound:
            form.initial["serial"] = now.serial
        else:
            # What is looked at from here on is the plan as it is now.
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["serial"] = str(now.serial)  # type: ignore[index]
        page = Paginator(now.mails, MAILS_PER_PAGE).get_page(request.GET.get("page"))
        versions = PlanVersion.objects.filter(participation=participation).select_related("by")
        return self._framed(
            request,
            "admin/startups/planversion/region.html",
            title=gettext("Plan of %(region)s") % {"region": participation.region},
            participation=participation,
            manages=manages,
            form=form,
            announcement=now,
            mails_count=len(now.mails),
            page_obj=page,
            paginator=page.paginator,
            versions=list(versions.order_by("-number")),
        )

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """Any two versions of one region's plan, the older first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen = [_key(request.GET.get(name, "")) for name in ("older", "newer")]
        found = self.get_queryset(request).in_bulk(chosen)
        if len(found) < len(set(chosen)):
            raise Http404
        older, newer = sorted((found[pk] for pk in chosen), key=lambda each: each.number)
        if older.participation_id != newer.participation_id:
            raise Http404
        return self._framed(
            request,
            "admin/startups/planversion/compare.html",
            title=gettext("Version %(older)s compared with version %(newer)s")
            % {"older": older.number, "newer": newer.number},
            participation=newer.participation,
            older=older,
            newer=newer,
            changed=operations.compared(older, newer),
        )

    def together_view(self, request: HttpRequest) -> HttpResponse:
        """Announce several regions at once, which lets them exchange shared stands."""
        if not self.is_national_manager(request):
            raise PermissionDenied
        here = redirect("admin:startups_planversion_changelist")
        chosen = [_key(value) for value in request.POST.getlist("participation")]
        if request.method != "POST" or not chosen:
            return here
        by: Any = request.user
        serial = _key(request.POST.get("serial", ""))
        try:
            made = operations.announce_plans(participation_ids=chosen, by=by, seen_serial=serial)
        except DomainError as error:
            messages.error(request, str(error))
            return here
        count = sum(len(version.changes) for version in made)
        messages.success(request, _announced_for(count, len(made)))
        return here

    def panels(self, request: HttpRequest, row: PlanVersion) -> list[Panel]:
        changed = operations.changed_in(row)
        title = ngettext(
            "What changed, for %(count)d exhibitor",
            "What changed, for %(count)d exhibitors",
            len(changed),
        ) % {"count": len(changed)}
        region = reverse("admin:startups_planversion_region", args=[row.participation_id])
        return [
            Panel(
                title,
                "admin/startups/planversion/_changed.html",
                {"changed": changed, "region_url": region},
            )
        ]

    @admin.display(description=_("region"), ordering="participation__region__sort_key")
    def region(self, version: PlanVersion) -> SafeString:
        return region_mark(version.region_code, version.participation.region)

    @admin.display(description=_("edition"), ordering="participation__edition__year")
    def edition(self, version: PlanVersion) -> str:
        return str(version.participation.edition.year)

    @admin.display(description=_("announced"), ordering="at")
    def announced(self, version: PlanVersion) -> str:
        return short_moment(version.at)

    @admin.display(description=_("by"))
    def who(self, version: PlanVersion) -> str:
        return _who(version)

    @admin.display(description=_("exhibitors concerned"))
    def concerned(self, version: PlanVersion) -> int:
        return len(version.changes)

    def _participation(self, request: HttpRequest, pk: int) -> Participation:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if pk > BIGGEST_KEY:
            raise Http404
        found = Participation.objects.in_order().filter(pk=pk).first()
        if found is None or not access_of(request.user).sees_desk(found.region_id):
            raise Http404
        return found

    def _framed(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        request.current_app = self.admin_site.name
        frame = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
        }
        return TemplateResponse(request, template, {**frame, **context})


def _announce(request: HttpRequest, participation: Participation, form: AnnounceForm) -> bool:
    by: Any = request.user
    try:
        version = operations.announce_plan(
            participation_id=participation.pk,
            by=by,
            note=form.cleaned_data["note"],
            seen_serial=form.cleaned_data["serial"],
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    if version is None:
        messages.info(request, gettext("Nothing has changed: nobody was told anything."))
    else:
        count = len(version.changes)
        messages.success(
            request,
            ngettext(
                "Version %(number)d is announced: it changes something for %(count)d exhibitor.",
                "Version %(number)d is announced: it changes something for %(count)d exhibitors.",
                count,
            )
            % {"number": version.number, "count": count},
        )
    return True


def _announced_for(exhibitors: int, regions: int) -> str:
    if not regions:
        return gettext("Nothing has changed: nobody was told anything.")
    return ngettext(
        "%(regions)d plan announced: something changes for %(count)d exhibitors in all.",
        "%(regions)d plans announced: something changes for %(count)d exhibitors in all.",
        regions,
    ) % {"regions": regions, "count": exhibitors}


def _regions(request: HttpRequest) -> dict[str, Any]:
    """Of the edition under way or next: how far each region's announced plan is behind."""
    access = access_of(request.user)
    edition = Edition.objects.visible_to(request.user).current()
    rows = Participation.objects.in_order().filter(edition=edition)
    if not access.is_national:
        rows = rows.filter(region__in=access.desk_codes)
    rows = rows.annotate(
        version=Max("plan_versions__number"), announced_at=Max("plan_versions__at")
    )
    board = Board.objects.filter(edition=edition).first()
    differing = operations.differing(Q(half_day__edition=edition))
    return {
        "edition": edition,
        "serial": board.serial if board else 0,
        "regions": [
            {"participation": row, "differing": len(differing.get(row.pk, ()))} for row in rows
        ],
    }


def _who(version: PlanVersion) -> str:
    return str(version.by or version.by_name or gettext("the service"))


def _key(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 19 else 0
