"""Proposals of stands: ask for one, watch it, read what it would change, use it or take it back."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from events.models import Edition, Participation
from pavilion.core.access import access_of
from pavilion.core.desk import (
    KEYS,
    VERBS,
    DeskAdmin,
    RegionFilter,
    Step,
    StepForm,
    facts,
    region_mark,
    short_moment,
    state_mark,
)
from pavilion.core.errors import DomainError
from startups.admin.proposals import page
from startups.models import AllocationRun
from startups.operations import proposals

VERBS |= {
    "proposal.asked": gettext_lazy("Proposal asked for"),
    "proposal.stopped": gettext_lazy("Search stopped"),
    "proposal.applied": gettext_lazy("Proposal applied"),
    "proposal.rolled_back": gettext_lazy("Proposal taken back"),
}
KEYS |= {
    "exhibitors": (gettext_lazy("exhibitors"), {}),
    "steps": (gettext_lazy("steps taken back"), {}),
}
Status = AllocationRun.Status
SHAPES = {
    Status.QUEUED: "option",
    Status.RUNNING: "waiting",
    Status.OPTIMAL: "confirmed",
    Status.FEASIBLE: "confirmed",
    Status.CANCELLED: "held",
    Status.FAILED: "conflict",
}


class AskForm(StepForm):
    """Whose stands, and how long to look for the best."""

    participation = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    only_gaps = forms.BooleanField(
        label=gettext_lazy("Fill the gaps only: nobody who has a stand is moved"), required=False
    )
    time_limit = forms.IntegerField(
        label=gettext_lazy("Time limit (seconds)"),
        min_value=1,
        max_value=900,
        initial=60,
        help_text=gettext_lazy(
            "It stops sooner when nothing better can exist. With very few seconds the clock may "
            "decide: the same seed may then give another proposal."
        ),
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        min_value=0,
        max_value=2**31 - 1,
        initial=1,
        help_text=gettext_lazy(
            "The same plan, seed and limit give the same proposal; another seed may choose "
            "otherwise between equals."
        ),
    )

    fields_of_refusals: ClassVar = {"participation_id": "participation"}

    def prepare(self) -> None:
        access = access_of(self.request.user)
        self.edition = Edition.objects.visible_to(self.request.user).current()
        rows = Participation.objects.filter(edition=self.edition)
        if not access.manages(""):
            rows = rows.filter(region__in=access.managed_codes)
        choices = [(str(each.pk), str(each.region)) for each in rows.in_order()]
        field: Any = self.fields["participation"]
        if access.manages(""):
            choices.insert(0, ("", _("All regions together")))
        else:
            field.required = True
        field.choices = choices
        code = self.request.GET.get("region", "")
        asked = rows.filter(region=code).first() if code else None
        if asked is not None:
            self.initial["participation"] = str(asked.pk)
        if self.request.GET.get("only_gaps"):
            self.initial["only_gaps"] = True

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.edition is None:
            self.add_error(None, _("There is no edition yet: create it first."))
        return data | {"edition": self.edition}


def _ask(request: HttpRequest, row: None, data: Mapping[str, Any]) -> AllocationRun:
    by: Any = request.user
    return proposals.propose_allocation(
        edition_id=data["edition"].pk,
        participation_id=int(data["participation"]) if data["participation"] else None,
        only_gaps=data["only_gaps"],
        time_limit=data["time_limit"],
        seed=data["seed"],
        by=by,
    )


@admin.register(AllocationRun)
class AllocationRunAdmin(DeskAdmin):
    """Each proposal that was asked for; its own page does the rest."""

    region_path = "participation__region_id"
    may_change = False
    list_display = ("scope", "mark", "asked", "by", "options", "outcome", "used")
    list_display_links = ("scope",)
    list_filter = ("status", RegionFilter, "edition")
    select = ("participation__region", "participation__edition", "edition", "by")
    ordering = ("-at", "-pk")
    creation = Step(
        name="add",
        label=gettext_lazy("Ask for a proposal"),
        run=_ask,
        form=AskForm,
        done=gettext_lazy("The search has begun. Nothing changes on the board until you apply it."),
        explain=gettext_lazy(
            "Places every exhibitor as well as the stands, the needs and the wishes allow, moves "
            "as few as possible, and says what could not be better. You look at it first."
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        standing = Count("steps", filter=Q(steps__undone_by__isnull=True))
        rows = rows.defer("problem", "plan")
        rows = rows.annotate(step_count=Count("steps"), standing_count=standing)
        return rows

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view

        def one(name: str, route: str, function: Any) -> URLPattern:
            address: URLPattern = path(f"<int:pk>/{route}/", view(function), name=self.url_of(name))
            return address

        return [
            one("progress", "progress", self.progress_view),
            one("cancel", "stop", self.cancel_view),
            one("apply", "apply", self.apply_view),
            one("roll_back", "take-back", self.roll_back_view),
            *super().get_urls(),
        ]

    # --- One proposal ---

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        run = self._run(request, object_id)
        context = page.context_of(run, request.GET.get("region", ""))
        return self.framed(request, run, "admin/startups/proposal.html", **context)

    def progress_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        """What the page's script asks for every second."""
        run = self._run(request, pk)
        told = page.progress_of(run)
        return JsonResponse(told, headers={"Cache-Control": "no-store"})

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._managed(request, pk)
        if request.method == "POST":
            by: Any = request.user
            proposals.cancel_run(run_id=run.pk, by=by)
            messages.success(request, _("The search stops; what was found so far is kept."))
        return redirect(self._url(run))

    def apply_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """First shows all it touches; what was shown is then applied."""
        run = self._managed(request, pk)
        if request.method != "POST":
            return redirect(self._url(run))
        by: Any = request.user
        chosen = page.chosen(run, request.POST)
        if chosen is not None and not chosen:
            messages.warning(request, _("Choose at least one exhibitor."))
            return redirect(self._url(run))
        try:
            if "confirmed" in request.POST:
                step = proposals.apply_run(
                    run_id=run.pk,
                    exhibitor_ids=chosen,
                    reason=request.POST.get("reason", "")[:1000],
                    by=by,
                )
                self._tell_applied(request, step)
                return redirect(self._url(run))
            preview = proposals.preview_run(run_id=run.pk, exhibitor_ids=chosen, by=by)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(self._url(run))
        return self.framed(
            request,
            run,
            "admin/startups/proposal_apply.html",
            chosen=page.ALL if chosen is None else ",".join(map(str, sorted(chosen))),
            preview=preview,
            lines=page.lines(run, chosen),
        )

    def roll_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._managed(request, pk)
        if request.method == "POST":
            by: Any = request.user
            try:
                undone = proposals.roll_back_run(run_id=run.pk, by=by)
            except DomainError as refusal:
                messages.error(request, str(refusal))
            else:
                told = ngettext(
                    "Taken back: %(count)d step on the board.",
                    "Taken back: %(count)d steps on the board.",
                    len(undone),
                )
                messages.success(request, told % {"count": len(undone)})
        return redirect(self._url(run))

    def _tell_applied(self, request: HttpRequest, step: Any) -> None:
        if step is None:
            messages.info(request, _("The board is as proposed already."))
            return
        count = len(step.after["stays"])
        told = ngettext(
            "Applied: the half-days of %(count)d exhibitor changed on the board. Nobody is told "
            "before the plan is announced.",
            "Applied: the half-days of %(count)d exhibitors changed on the board. Nobody is told "
            "before the plan is announced.",
            count,
        )
        messages.success(request, told % {"count": count})

    def _run(self, request: HttpRequest, pk: object) -> AllocationRun:
        rows = AllocationRun.objects.visible_to(request.user).select_related(
            "participation__region", "participation__edition", "edition", "by", "job"
        )
        known = str(pk).isdecimal() and len(str(pk)) < 19
        run = rows.filter(pk=int(str(pk))).first() if known else None
        if run is None or not self.has_view_permission(request):
            raise Http404
        return run

    def _managed(self, request: HttpRequest, pk: int) -> AllocationRun:
        run = self._run(request, pk)
        self.ensure_manages(request, run)
        return run

    def _url(self, run: AllocationRun) -> str:
        return reverse(f"admin:{self.url_of('change')}", args=[run.pk])

    def framed(
        self, request: HttpRequest, run: AllocationRun, template: str, **context: Any
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Proposal for %(scope)s") % {"scope": proposals.scope_of(run)},
                "run": run,
                "mark": self.mark(run),
                "options": self.options(run),
                "manages": self.manages(request, run),
                "media": self.media,
                **context,
            },
        )

    # --- Columns ---

    @admin.display(
        description=gettext_lazy("stands of"), ordering="participation__region__sort_key"
    )
    def scope(self, run: AllocationRun) -> SafeString | str:
        if run.participation is None:
            return pgettext("proposal", "All regions")
        return region_mark(run.region_code, run.participation.region)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def mark(self, run: AllocationRun) -> SafeString:
        return state_mark(SHAPES[Status(run.status)], run.get_status_display())

    @admin.display(description=gettext_lazy("asked for"), ordering="at")
    def asked(self, run: AllocationRun) -> str:
        return short_moment(run.at)

    @admin.display(description=gettext_lazy("how"))
    def options(self, run: AllocationRun) -> SafeString:
        limit = _("%(seconds)d s at most") % {"seconds": run.time_limit}
        gaps = run.only_gaps and _("gaps only")
        return facts([gaps, limit, _("seed %(seed)d") % {"seed": run.seed}])

    @admin.display(description=gettext_lazy("outcome"))
    def outcome(self, run: AllocationRun) -> str:
        told = run.progress
        if run.status not in proposals.ANSWERED or "placed" not in told:
            return ""
        return _("%(placed)d placed, %(unplaced)d not") % {
            "placed": told["placed"],
            "unplaced": told.get("unplaced", 0),
        }

    @admin.display(description=gettext_lazy("on the board"))
    def used(self, run: Any) -> str:
        if not run.step_count:
            return ""
        if run.standing_count:
            return pgettext("proposal", "Applied")
        return pgettext("proposal", "Taken back")
