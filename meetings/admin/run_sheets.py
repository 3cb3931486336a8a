"""Run sheets on the desk: what was given out, what has changed since, who has read it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from events.models import Edition
from meetings.models import RunSheetVersion
from meetings.operations.run_sheets import ask_print_pack, give_out_run_sheet
from meetings.run_sheets import subjects
from meetings.run_sheets.desk import overview, standings
from meetings.run_sheets.mailing import KIND
from meetings.run_sheets.subjects import Subject
from pavilion.core.access import access_of
from pavilion.core.desk import KEYS, KINDS, VERBS, CodeFilter, DeskAdmin, Panel, short_moment
from pavilion.core.errors import DomainError

VERBS |= {
    "run_sheet.given_out": _("Run sheet given out"),
    "edition.run_sheets_erased": _("Run sheets erased, a year after the fair"),
}
KINDS |= {KIND: _("Run sheet")}
KEYS |= {"number": (_("version"), {}), "changes": (_("changes"), {})}
PER_PAGE = 50
_SEARCHED = {
    "person": ("last_name__icontains", "first_name__icontains", "title_fr__icontains"),
    "delegation": ("name_fr__icontains", "name_en__icontains"),
    "region": ("region__name__icontains", "region__brand_name__icontains"),
    "room": ("name_fr__icontains", "name_en__icontains"),
}


class GiveOutForm(forms.Form):
    note = forms.CharField(
        label=_("Why, in a word"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("It stands beside the version and in the mails."),
    )
    tells = forms.BooleanField(label=_("Tell those concerned by mail"), required=False)


@admin.register(RunSheetVersion)
class RunSheetVersionAdmin(DeskAdmin):
    """The list has what was given out; the pages beside it, everything there is a run sheet of."""

    region_path = "region_code"
    may_add = may_change = may_delete = False
    list_display = ("of", "number", "given", "made_by", "note")
    list_display_links = ("of",)
    list_filter = (CodeFilter,)
    search_fields = ("name", "note")
    select = ("edition", "made_by")
    ordering = ("-made_at", "-pk")
    fields = ("of", "number", "given", "made_by", "note")
    readonly_fields = fields
    list_before_template = "admin/meetings/run_sheets/_kinds.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).defer("lines")
        return rows

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("of/<slug:kind>/", view(self.kind_view), name="meetings_runsheet_kind"),
            path("of/<slug:kind>/<slug:pk>/", view(self.subject_view), name="meetings_runsheet"),
            path(
                "of/<slug:kind>/<slug:pk>/pack/",
                view(self.pack_view),
                name="meetings_runsheet_pack",
            ),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"kinds": _kinds(request), **(extra_context or {})}
        page: HttpResponse = super().changelist_view(request, context)
        return page

    def kind_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Everything of a kind, and how far each is; POST gives the chosen ones out."""
        edition = self._edition(request)
        if kind not in dict(_kinds(request)):
            raise Http404
        rows: Any = subjects.listed(kind, edition, request.user)
        wanted = request.GET.get("q", "").strip()[:80]
        if wanted:
            for word in wanted.split():
                matches = Q()
                for field in _SEARCHED.get(kind, ()):
                    matches |= Q(**{field: word})
                rows = rows.filter(matches)
        due = bool(request.GET.get("due"))
        if due:
            # Whether anything has changed is compared, not looked up: so all of them are.
            everything = standings(subjects.as_subjects(kind, rows, edition))
            rows = [each.subject.row for each in everything if each.is_to_give_out]
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        shown = subjects.as_subjects(kind, page.object_list, edition)
        form = GiveOutForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            chosen = set(request.POST.getlist("subject"))
            self._give_out(request, [each for each in shown if each.key in chosen], form)
            return redirect(request.get_full_path())
        return self._framed(
            request,
            "admin/meetings/run_sheets/kind.html",
            title=subjects.KINDS[kind],
            kind=kind,
            kinds=_kinds(request),
            edition=edition,
            standings=standings(shown),
            page_obj=page,
            paginator=page.paginator,
            form=form,
            q=wanted,
            due=due,
            is_searched=kind in _SEARCHED,
            has_mail=bool(shown and shown[0].concerns),
            manages=access_of(request.user).manages_anything,
        )

    def subject_view(self, request: HttpRequest, kind: str, pk: str) -> HttpResponse:
        subject = self._subject(request, kind, pk)
        manages = access_of(request.user).manages(subject.region_code)
        form = GiveOutForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not manages:
                raise PermissionDenied
            if form.is_valid() and self._give_out(request, [subject], form):
                return redirect(request.path)
        return self._framed(
            request,
            "admin/meetings/run_sheets/subject.html",
            title=subject.title,
            subject=subject,
            overview=overview(subject),
            kind_name=subjects.KINDS[kind],
            manages=manages,
            form=form,
        )

    def pack_view(self, request: HttpRequest, kind: str, pk: str) -> HttpResponse:
        """The delegation's pack: a worker sets one PDF with everybody's run sheet."""
        subject = self._subject(request, kind, pk)
        back = redirect("admin:meetings_runsheet", kind, pk)
        if request.method != "POST":
            return back
        try:
            by: Any = request.user
            job = ask_print_pack(subject=subject, by=by)
        except DomainError as error:
            messages.error(request, str(error))
            return back
        return redirect("admin:core_job_change", job.pk)

    def panels(self, request: HttpRequest, row: RunSheetVersion) -> Iterable[Panel]:
        subject = subjects.of_key(row.subject, row.edition, request.user)
        if subject:
            context = {
                "desk_url": reverse("admin:meetings_runsheet", args=[subject.kind, subject.pk]),
                "url": f"{reverse('meetings:sheet', args=[subject.kind, subject.pk])}"
                f"?version={row.number}",
            }
            yield Panel(subject.title, "admin/meetings/run_sheets/_links.html", context)

    @admin.display(description=_("of"), ordering="name")
    def of(self, version: RunSheetVersion) -> SafeString:
        kind = version.subject.partition(":")[0]
        return format_html("<b>{}</b><br>{}", version.name, subjects.ONE.get(kind, kind))

    @admin.display(description=_("given out"), ordering="made_at")
    def given(self, version: RunSheetVersion) -> str:
        return short_moment(version.made_at)

    def _give_out(self, request: HttpRequest, chosen: list[Subject], form: GiveOutForm) -> bool:
        done = 0
        by: Any = request.user
        for subject in chosen:
            try:
                version = give_out_run_sheet(subject=subject, by=by, **form.cleaned_data)
            except (DomainError, PermissionDenied) as error:
                if len(chosen) == 1 and isinstance(error, DomainError):
                    form.add_error(None, str(error))
                    return False
                messages.warning(request, f"{subject.name}: {error}")
            else:
                done += 1
                if len(chosen) == 1:
                    words = {"number": version.number}
                    messages.success(request, gettext("Version %(number)d is given out.") % words)
        if done > 1:
            sentence = ngettext(
                "%(count)d run sheet is given out.", "%(count)d run sheets are given out.", done
            )
            messages.success(request, sentence % {"count": done})
        return True

    def _edition(self, request: HttpRequest) -> Edition:
        if not self.has_view_permission(request):
            raise PermissionDenied
        user: Any = request.user
        edition = Edition.objects.visible_to(user).current()
        if edition is None:
            raise Http404
        return edition

    def _subject(self, request: HttpRequest, kind: str, pk: str) -> Subject:
        found = subjects.found(kind, pk, self._edition(request), request.user)
        if found is None or not access_of(request.user).sees_desk(found.region_code):
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


def _kinds(request: HttpRequest) -> list[tuple[str, Any]]:
    """A day's run sheet holds every region's meetings: it is the national team's."""
    is_national = access_of(request.user).is_national
    return [(kind, name) for kind, name in subjects.KINDS.items() if is_national or kind != "day"]
