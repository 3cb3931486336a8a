"""From the ranking to prepared decisions: the first ones, the next ones, the rest."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pavilion.core.desk import StepForm
from pavilion.core.errors import DomainError
from pavilion.core.models import Job
from startups.admin.calls.pages import CallPages
from startups.admin.calls.selection import Selection
from startups.jury import ranking
from startups.models import Call, Decision
from startups.operations.deciding.choosing import Choice, prepare_choice_or_promise


class ChoiceForm(StepForm):
    waiting = forms.IntegerField(
        label=gettext_lazy("How many on the waiting list"),
        min_value=0,
        max_value=9999,
        help_text=gettext_lazy("The next best after those selected, in the order of the ranking."),
    )
    refuse = forms.BooleanField(
        label=gettext_lazy("Refuse the others that were read"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for those refused"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=gettext_lazy(
            "The mail quotes it. A reason already written for a company stays; any can still be "
            "changed before the release."
        ),
    )


class PreparingPages(CallPages):
    def call_urls(self) -> list[URLPattern]:
        prepare = self.call_path("prepare", self.prepare_view, "ranking/prepare/")
        return [*super().call_urls(), prepare]

    def prepare_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        """GET says what would be prepared for how many; POST prepares it, or counts `again`."""
        call = self.managed_call(request, call_id)
        selection = Selection(call, request.GET)
        typed = request.POST if request.method == "POST" else None
        form = ChoiceForm(typed, request=request, initial={"waiting": _usual(call)})
        waiting = form.cleaned_data["waiting"] if form.is_valid() else _usual(call)
        refuse = form.is_bound and form.is_valid() and form.cleaned_data["refuse"]
        plan = ranking.plan(selection.rows, selection.chosen, waiting=waiting, refuse=refuse)
        if form.is_valid() and "again" not in request.POST:
            try:
                return self._prepare(request, call, selection, plan, form.cleaned_data["reason"])
            except DomainError as error:
                form.add_error(None, str(error))
        back = f"{reverse('admin:startups_call_ranking', args=[call.pk])}?{request.GET.urlencode()}"
        return self.call_page(
            request,
            call,
            "ranking",
            "admin/startups/call/prepare.html",
            title=_("Prepare the decisions"),
            form=form,
            plan=plan,
            held=sum(1 for row in selection.rows if row.is_held),
            unread=sum(1 for row in selection.rows if row.is_open and row.mean is None),
            kept=[
                (name, request.GET[name]) for name in ("cut", "in", "out") if name in request.GET
            ],
            back=back,
        )

    def _prepare(
        self,
        request: HttpRequest,
        call: Call,
        selection: Selection,
        plan: ranking.Plan,
        reason: str,
    ) -> HttpResponse:
        by: Any = request.user
        decided = {row.pk for row in (*plan.selected, *plan.waitlisted, *plan.rejected)}
        choice = Choice(
            selected=[row.pk for row in plan.selected],
            waitlisted=[row.pk for row in plan.waitlisted],
            rejected=[row.pk for row in plan.rejected],
            undecided=[
                row.pk
                for row in selection.rows
                if row.is_open
                and row.pk not in decided
                and row.file.prepared in (Decision.Outcome.SELECTED, Decision.Outcome.WAITLISTED)
            ],
            reason=reason,
        )
        done = prepare_choice_or_promise(call_id=call.pk, choice=choice, by=by)
        if isinstance(done, Job):
            return redirect("admin:core_job_change", done.pk)
        for who, why in done.problems:
            messages.warning(request, f"{who}: {why}")
        sentence = ngettext(
            "%(count)d decision prepared. Nobody outside the team sees it yet.",
            "%(count)d decisions prepared. Nobody outside the team sees them yet.",
            done.count,
        )
        messages.success(request, sentence % {"count": done.count})
        return redirect("admin:startups_call_decisions", call.pk)


def _usual(call: Call) -> int:
    """Half as many as there are places: about a third of the selected never confirm."""
    return (call.places + 1) // 2
