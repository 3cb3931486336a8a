"""A call's decisions as they are prepared, previewed and released, and its waiting list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Avg, Count, F, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from pavilion.core.desk import KEYS, KINDS, VERBS, StepForm
from pavilion.core.desk.step_forms import day_field, time_field
from pavilion.core.errors import DomainError
from pavilion.core.ical import MissingLocalTime, localise
from pavilion.core.logs import redact
from pavilion.core.models import Job
from startups import operations
from startups.admin.calls.pages import CallPages, Tab
from startups.admin.calls.selection import Selection
from startups.dates import clock
from startups.models import Application, Call, Decision, Review
from startups.operations.deciding.planning_release import plan_release, preview_release

VERBS |= {
    "decision.prepared": gettext_lazy("Decision prepared"),
    "decision.dropped": gettext_lazy("Prepared decision dropped"),
    "call.decisions_released": gettext_lazy("Decisions released"),
    "call.release_refused": gettext_lazy("Decisions not released at the set time"),
    "application.promoted": gettext_lazy("Offered a place from the waiting list"),
    "application.lapsed": gettext_lazy("Offer lapsed"),
}
KINDS |= {
    "startups.promoted": gettext_lazy("Offer of a place that came free"),
    "startups.lapsed": gettext_lazy("End of an offer not confirmed"),
    "startups.release_refused": gettext_lazy("Decisions not released, and why"),
    "startups.unsubmitted.link": gettext_lazy("Reminder of a draft"),
    "startups.correction_due": gettext_lazy("Reminder of a correction"),
    "startups.confirm_due": gettext_lazy("Reminder to confirm"),
    "startups.to_do": gettext_lazy("Reminder of the checklist"),
    "startups.overdue": gettext_lazy("Reminder of what is overdue"),
}
KEYS |= {
    "outcome": (gettext_lazy("decision"), dict(Decision.Outcome.choices)),
    "rank": (gettext_lazy("rank"), {}),
    "reason": (gettext_lazy("reason"), {}),
    "note": (gettext_lazy("note"), {}),
    "rejected": (gettext_lazy("Not selected"), {}),
    "selected": (gettext_lazy("Selected"), {}),
    "waitlisted": (gettext_lazy("On the waiting list"), {}),
}
PER_PAGE = 50
MAILS_PER_PAGE = 20
Status = Application.Status
# Still to be decided; whoever waits or was turned down may be looked at again under "all".
OPEN = (Status.SUBMITTED, Status.ELIGIBLE, Status.INELIGIBLE, Status.INCOMPLETE)
AGAIN = (Status.WAITLISTED, Status.REJECTED, Status.DECLINED)
FILTERS: Mapping[str, Any] = {
    "": gettext_lazy("To decide"),
    "none": gettext_lazy("Not prepared"),
    **{str(value): label for value, label in Decision.Outcome.choices},
    "all": pgettext_lazy("applications", "All"),
}


class RowForm(forms.Form):
    """What one row of the table says."""

    outcome = forms.ChoiceField(
        choices=[("", gettext_lazy("not prepared")), *Decision.Outcome.choices], required=False
    )
    rank = forms.IntegerField(min_value=1, max_value=32767, required=False)
    reason = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )
    note = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )

    def __init__(self, data: Any, application: Any) -> None:
        decision = pending_of(application)
        initial = {name: getattr(decision, name) for name in self.base_fields} if decision else {}
        super().__init__(data, prefix=f"d{application.pk}", initial=initial)
        self.application = application
        words = {
            "outcome": _("Decision on %(company)s"),
            "rank": _("Rank of %(company)s"),
            "reason": _("Reason, quoted to %(company)s"),
            "note": _("Note on %(company)s, for the team"),
        }
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = words[name] % {"company": application}

    def save(self, by: Any) -> None:
        data = dict(self.cleaned_data)
        if not data["outcome"]:
            operations.drop_decision(application_id=self.application.pk, by=by)
        else:
            operations.prepare_decision(application_id=self.application.pk, by=by, **data)

    @property
    def problem(self) -> str:
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


def pending_of(application: Application) -> Decision | None:
    decision: Decision | None = getattr(application, "decision", None)
    return decision if decision is not None and decision.released_at is None else None


@dataclass(frozen=True)
class Table:
    """The files of a call that may be decided, best mean first."""

    counts: Mapping[str, int]
    page: "Page[Any]"
    show: str

    @property
    def filters(self) -> list[tuple[str, Any, int]]:
        return [(name, label, self.counts[name]) for name, label in FILTERS.items()]


class Prepared(Selection):
    """The balance of who has a place and who is prepared to get one."""

    @property
    def is_simulated(self) -> bool:
        return False


class DecisionPages(CallPages):
    def call_urls(self) -> list[URLPattern]:
        return [
            *super().call_urls(),
            self.call_path("decisions", self.decisions_view),
            self.call_path("release", self.release_view),
        ]

    def call_links(self, request: HttpRequest, call: Call) -> list[Tab]:
        return [
            *super().call_links(request, call),
            self.tab("decisions", _("Decisions"), call),
        ]

    def decisions_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        """GET shows what is prepared; POST saves one row (`row`) or the whole page."""
        call = self.desk_call(request, call_id)
        if request.method == "POST":
            self.ensure_manages(request, call)
            if "row" in request.POST:
                return self._save_row(request, call)
            return self._save_page(request, call)
        table = _table(request, call)
        return self.call_page(
            request,
            call,
            "decisions",
            "admin/startups/call/decisions.html",
            title=_("Decisions"),
            table=table,
            page_obj=table.page,
            forms=[RowForm(None, application) for application in table.page],
            **_summary(call),
        )

    def release_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        """GET shows every mail; POST releases, or sets the time at which it happens."""
        call = self.desk_call(request, call_id)
        form = ReleaseTimeForm(None, request=request)
        if request.method == "POST":
            self.ensure_manages(request, call)
            if "release" in request.POST:
                return self._release(request, call)
            form = ReleaseTimeForm(request.POST, request=request)
            if "unset" in request.POST or form.is_valid():
                release_at = None if "unset" in request.POST else form.cleaned_data["at"]
                try:
                    operations.change_call(call_id=call.pk, by=_by(request), release_at=release_at)
                except DomainError as error:
                    form.is_bound = True
                    form.add_error(None, str(error))
                else:
                    return redirect(request.path)
            call.refresh_from_db(fields=["release_at", "released_at"])
        mails = Paginator(preview_release(call), MAILS_PER_PAGE).get_page(request.GET.get("page"))
        return self.call_page(
            request,
            call,
            "decisions",
            "admin/startups/call/release.html",
            title=_("Release the decisions"),
            form=form,
            page_obj=mails,
            mails=[
                {"company": application, "message": message, "body": redact(message.body)}
                for application, message in mails
            ],
            mails_count=mails.paginator.count,
            **_summary(call),
        )

    def _save_row(self, request: HttpRequest, call: Call) -> HttpResponse:
        key = request.POST["row"]
        application = _rows(request, call).filter(pk=key if key.isdecimal() else None).first()
        if application is None:
            raise Http404
        problem = _save(request, [application])
        body = {
            "problem": problem[0][1] if problem else "",
            "saved": "" if problem else _saved_words(),
            "counts": _table(request, call).counts,
            "summary": render_to_string(
                "admin/startups/call/_decided.html",
                {"call": call, "manages": True, **_summary(call)},
                request,
            ),
        }
        return JsonResponse(body)

    def _save_page(self, request: HttpRequest, call: Call) -> HttpResponse:
        keys = [key for key in request.POST.getlist("rows") if key.isdecimal()][:PER_PAGE]
        rows = list(_rows(request, call).filter(pk__in=keys))
        problems = _save(request, rows)
        for company, sentence in problems:
            words = {"company": company, "error": sentence}
            messages.warning(request, _("%(company)s: %(error)s") % words)
        if len(problems) < len(rows):
            messages.success(request, _saved_words())
        return redirect(request.get_full_path())

    def _release(self, request: HttpRequest, call: Call) -> HttpResponse:
        back = redirect(reverse(f"admin:{self.url_of('release')}", args=[call.pk]))
        if request.POST.get("count") != str(plan_release(call).count):
            messages.warning(
                request,
                _("Decisions have changed since you opened the page. Look at them again."),
            )
            return back
        try:
            released = operations.release_or_promise(call_id=call.pk, by=_by(request))
        except DomainError as error:
            messages.error(request, str(error))
            return back
        if isinstance(released, Job):
            return redirect(reverse("admin:core_job_change", args=[released.pk]))
        sentence = ngettext(
            "%(count)d decision released.", "%(count)d decisions released.", released.count
        )
        messages.success(request, sentence % {"count": released.count})
        return redirect(reverse(f"admin:{self.url_of('decisions')}", args=[call.pk]))


class ReleaseTimeForm(StepForm):
    day = day_field(label=gettext_lazy("Day"))
    time = time_field(label=gettext_lazy("Time (Paris)"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "day" in data and "time" in data:
            try:
                data["at"] = localise(datetime.combine(data["day"], data["time"]))
            except MissingLocalTime:
                self.add_error(
                    "time", _("The clocks go forward: this time does not exist on that day.")
                )
        return data


def _by(request: HttpRequest) -> Any:
    return request.user


def _rows(request: HttpRequest, call: Call) -> Any:
    done = Review.objects.filter(application=OuterRef("pk"), status=Review.Status.DONE)
    per_file = done.order_by().values("application")
    return (
        Application.objects.visible_to(request.user)
        .filter(call=call, status__in=(*OPEN, *AGAIN))
        .select_related("theme", "decision", "call__participation__region")
        .annotate(
            mean=Subquery(per_file.annotate(n=Avg("mean")).values("n")),
            reviews_in=Subquery(per_file.annotate(n=Count("pk")).values("n")),
        )
        .defer("search_text", "team_text", "typed", "company_record", "technical_notes")
        .order_by(F("mean").desc(nulls_last=True), "sort_name", "pk")
    )


def _table(request: HttpRequest, call: Call) -> Table:
    everything = list(_rows(request, call))
    parts: dict[str, list[Any]] = {name: [] for name in FILTERS}
    for row in everything:
        decision = pending_of(row)
        parts["all"].append(row)
        if decision:
            parts[decision.outcome].append(row)
        elif row.status in OPEN:
            parts["none"].append(row)
        if decision or row.status in OPEN:
            parts[""].append(row)
    show = request.GET.get("show", "")
    show = show if show in parts else ""
    return Table(
        show=show,
        counts={name: len(rows) for name, rows in parts.items()},
        page=Paginator(parts[show], PER_PAGE).get_page(request.GET.get("page")),
    )


def _summary(call: Call) -> dict[str, Any]:
    """What stands beside the table, and is drawn again with every row that is saved."""
    plan = plan_release(call)
    places_left = call.places - plan.held - len(plan.selected)
    selection = Prepared(call, QueryDict())
    return {
        "plan": plan,
        "places_left": max(places_left, 0),
        "balance": selection.balance,
        "problems": plan.problems,
    }


def _save(request: HttpRequest, applications: Iterable[Any]) -> list[tuple[Any, str]]:
    """Save each row on its own merits; what was refused, and why."""
    problems = []
    for application in applications:
        form = RowForm(request.POST, application)
        if not form.is_valid():
            problems.append((application, form.problem))
            continue
        try:
            form.save(_by(request))
        except DomainError as error:
            problems.append((application, str(error)))
    return problems


def _saved_words() -> str:
    return _("Saved at %(time)s") % {"time": clock(timezone.now())}
