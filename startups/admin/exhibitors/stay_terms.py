"""What the stands are given to an exhibitor by, as a step on its page."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import HalfDay, Stand
from pavilion.core.access import access_of
from pavilion.core.desk import KEYS, VERBS, Panel, Step, StepForm
from startups.admin.applications.dossier import spoken
from startups.admin.exhibitors.allocating import HalfDayChoices
from startups.models import Exhibitor
from startups.operations.stay_terms import change_stay_terms

VERBS |= {"exhibitor.stay_terms_changed": _("Terms of the stay changed")}
KEYS |= {
    "impossible_half_days": (_("impossible half-days"), {}),
    "keeps_apart_from": (_("competitors to keep apart"), {}),
}


class TermsForm(StepForm):
    granted_half_days = forms.IntegerField(
        label=_("Half-days granted"),
        min_value=1,
        max_value=40,
        required=False,
        help_text=_("Empty: as many as wished or, without a wish, all of them."),
    )
    impossible_half_days = HalfDayChoices(label=_("Impossible half-days"), required=False)
    kind_needed = forms.ChoiceField(
        label=_("Kind of stand needed"),
        choices=[("", _("Any")), *Stand.Kind.choices],
        required=False,
    )
    rank = forms.IntegerField(
        label=_("Rank for the stands"),
        min_value=1,
        max_value=32767,
        required=False,
        help_text=_("1 is served first. Empty: after those with a rank, by the jury’s marks."),
    )
    keeps_apart_from = forms.ModelMultipleChoiceField(
        Exhibitor.objects.none(),
        label=_("Competitors to keep apart"),
        required=False,
        widget=AutocompleteSelectMultiple(
            Exhibitor._meta.get_field("keeps_apart_from"),
            admin.site,
            attrs={"data-placeholder": ""},
        ),
        help_text=_("They are not given stands side by side on the same half-day."),
    )

    fields_of_refusals: ClassVar = {"half_day_ids": "impossible_half_days"}

    def prepare(self) -> None:
        row = self.row
        half_days: Any = self.fields["impossible_half_days"]
        half_days.queryset = HalfDay.objects.filter(edition=row.participation.edition_id).order_by(
            "starts_at", "pk"
        )
        rivals: Any = self.fields["keeps_apart_from"]
        rivals.queryset = (
            Exhibitor.objects.visible_to(self.request.user)
            .filter(participation__edition=row.participation.edition_id)
            .exclude(pk=row.pk)
            .select_related("application")
        )
        self.initial.update(
            granted_half_days=row.granted_half_days,
            kind_needed=row.kind_needed,
            rank=row.rank,
            impossible_half_days=list(row.impossible_half_days.values_list("pk", flat=True)),
            keeps_apart_from=list(row.keeps_apart_from.values_list("pk", flat=True)),
        )


def _change(request: HttpRequest, row: Exhibitor, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    change_stay_terms(
        exhibitor_id=row.pk,
        by=by,
        granted_half_days=data["granted_half_days"],
        kind_needed=data["kind_needed"],
        rank=data["rank"],
        impossible_half_days=[each.pk for each in data["impossible_half_days"]],
        keeps_apart_from=[each.pk for each in data["keeps_apart_from"]],
    )


STEPS = (
    Step(
        name="terms",
        label=_("Set the terms of the stay"),
        run=_change,
        form=TermsForm,
        done=_("The terms are saved. The plan stays as it is until somebody changes it."),
        explain=_("What proposals go by for this exhibitor, beside its wishes and its needs."),
        when=lambda row: row.left_at is None,
    ),
)


def panels(request: HttpRequest, row: Exhibitor) -> Iterable[Panel]:
    """For its own desk: neighbours do not read whom a company wants to be kept apart from."""
    if not access_of(request.user).sees_desk(row.region_code) or row.left_at is not None:
        return
    rivals = row.keeps_apart_from.select_related("application").order_by(
        "application__sort_name", "pk"
    )
    impossible = row.impossible_half_days.order_by("starts_at", "pk")
    lines = [
        (gettext("Half-days granted"), str(row.granted_half_days or gettext("as wished"))),
        (gettext("Impossible half-days"), spoken(impossible)),
        (gettext("Kind of stand needed"), row.get_kind_needed_display()),
        (gettext("Rank for the stands"), str(row.rank or gettext("by the jury’s marks"))),
        (gettext("Competitors to keep apart"), ", ".join(map(str, rivals))),
    ]
    shown = [(label, value) for label, value in lines if value]
    yield Panel(gettext("Terms of the stay"), "admin/startups/_stay_terms.html", {"lines": shown})
