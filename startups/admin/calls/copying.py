"""A new call from another: what the copy asks for."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from events.models import Participation
from pavilion.core.access import access_of
from pavilion.core.desk import KEYS, VERBS, Step, StepForm, moment_field
from startups import operations
from startups.models import Call

VERBS |= {"call.copied": _("Copied from another call")}
KEYS |= {
    "copied_from": (_("from"), {}),
    "questions": (_("questions"), {}),
    "criteria": (_("criteria"), {}),
    "quotas": (_("quotas"), {}),
}


class CallChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, call: Any) -> str:
        return f"{call.edition} · {call.participation.region}"


class CopyForm(StepForm):
    source = CallChoice(Call.objects.none(), label=_("From the call"))
    participation = forms.ModelChoiceField(Participation.objects.none(), label=_("For"))
    opens_at = moment_field(label=_("Opens"))
    closes_at = moment_field(label=_("Closes"))

    fields_of_refusals: ClassVar = {"results_at": "closes_at"}

    def prepare(self) -> None:
        user = self.request.user
        access = access_of(user)
        sources = Call.objects.visible_to(user).select_related(
            "participation__region", "participation__edition"
        )
        targets = Participation.objects.visible_to(user).filter(call__isnull=True)
        if not access.manages(""):
            targets = targets.filter(region__in=access.managed_codes)
        source: Any = self.fields["source"]
        source.queryset = sources.order_by(
            "-participation__edition__year", "participation__region__sort_key", "pk"
        )
        target: Any = self.fields["participation"]
        target.queryset = targets.select_related("region", "edition").order_by(
            "-edition__year", "region__sort_key", "pk"
        )


def _copy(request: HttpRequest, row: None, data: Mapping[str, Any]) -> Call:
    by: Any = request.user
    return operations.copy_call(
        source_id=data["source"].pk,
        participation=data["participation"],
        opens_at=data["opens_at"],
        closes_at=data["closes_at"],
        by=by,
    )


COPY = Step(
    name="copy",
    label=_("Copy from another call"),
    run=_copy,
    done=_("The call is copied, in preparation: read it through before you publish it."),
    form=CopyForm,
    explain=_(
        "Texts, rules, questions, criteria, quotas, deadlines and charter are copied, from last "
        "year’s call or from a neighbour’s. Dates keep their distance from the fair. Applications, "
        "codes and a neighbour’s address stay where they are."
    ),
)
