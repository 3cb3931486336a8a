"""What belongs to a person or an office and is kept by operations: secretariats, availabilities."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings import operations
from meetings.models import Availability, Office, Person, Secretariat
from meetings.operations.secretariats import SECRETARIAT_FIELDS
from pavilion.core.access import access_of
from pavilion.core.desk import (
    KEYS,
    VERBS,
    DeskAdmin,
    DeskInline,
    Step,
    StepForm,
    short_span,
)
from pavilion.core.desk.step_forms import moment_field

VERBS |= {
    "person.secretariat_added": _("Secretariat added"),
    "person.secretariat_changed": _("Secretariat changed"),
    "person.secretariat_removed": _("Secretariat removed"),
    "office.secretariat_added": _("Secretariat added"),
    "office.secretariat_changed": _("Secretariat changed"),
    "office.secretariat_removed": _("Secretariat removed"),
    "person.availability_noted": _("Availability noted"),
    "person.availability_removed": _("Availability removed"),
    "office.availability_noted": _("Availability noted"),
    "office.availability_removed": _("Availability removed"),
}
KEYS |= {
    "receives": (_("receives their mail"), {}),
    "answers": (_("answers for them"), {}),
    "note": (_("note"), {}),
}


class SecretariatInline(DeskInline):
    model = Secretariat
    fields = ("name", "email", "phone", "receives", "answers")
    ordering = ("email", "pk")


class AvailabilityInline(DeskInline):
    """Each as it was said: what changed is noted anew."""

    model = Availability
    fields = ("kind", "starts_at", "ends_at", "source", "note")
    select = ("person", "office")
    ordering = ("starts_at", "pk")
    may_change = False


class TimeForm(StepForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Availability.Kind.choices)
    starts_at = moment_field(label=_("From"))
    ends_at = moment_field(label=_("To"))
    source = forms.ChoiceField(label=_("How we know"), choices=Availability.Source.choices)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class TakeBackForm(StepForm):
    availability = forms.ModelChoiceField(Availability.objects.none(), label=_("Which"))

    def prepare(self) -> None:
        field: Any = self.fields["availability"]
        field.queryset = self.row.availabilities.order_by("starts_at", "pk")
        field.label_from_instance = _span


def _span(row: Availability) -> str:
    return f"{short_span(row.starts_at, row.ends_at)} · {row.get_kind_display()} {row.note}".strip()


def _note_time(request: HttpRequest, row: Office, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.note_availability(office_id=row.pk, by=by, **data)


def _take_back(request: HttpRequest, row: Office, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.remove_availability(availability_id=data["availability"].pk, by=by)


def _hears_of_it(request: HttpRequest, row: Office) -> bool:
    """Offices outside the regions are everybody's to meet: whoever heard it notes it for all."""
    return not row.region_id and access_of(request.user).manages_anything


TIME_STEPS = (
    Step(
        name="note_time",
        label=_("Note their availability"),
        run=_note_time,
        form=TimeForm,
        may=_hears_of_it,
        done=_("Their availability is noted, for everybody who plans with them."),
        explain=_("It guides whoever chooses a time, and refuses nothing."),
    ),
    Step(
        name="take_back_time",
        label=_("Strike an availability"),
        run=_take_back,
        form=TakeBackForm,
        when=lambda office: office.availabilities.exists(),
        may=_hears_of_it,
        done=_("What was noted no longer holds."),
    ),
)


class Belongings(DeskAdmin):
    """Saves each row below the form through its operation, which notes it."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model not in (Secretariat, Availability):
            super().save_formset(request, form, formset, change)
            return
        by: Any = request.user
        formset.save(commit=False)
        for row in formset.deleted_objects:
            if isinstance(row, Secretariat):
                operations.remove_secretariat(secretariat_id=row.pk, by=by)
            else:
                operations.remove_availability(availability_id=row.pk, by=by)
        for row, names in formset.changed_objects:
            fields = {name: getattr(row, name) for name in names if name in SECRETARIAT_FIELDS}
            operations.change_secretariat(secretariat_id=row.pk, by=by, **fields)
        whose = _whose(form.instance)
        for row in formset.new_objects:
            if isinstance(row, Secretariat):
                fields = {name: getattr(row, name) for name in SECRETARIAT_FIELDS}
                operations.add_secretariat(by=by, **whose, **fields)
            else:
                names = ("kind", "starts_at", "ends_at", "source", "note")
                fields = {name: getattr(row, name) for name in names}
                operations.note_availability(by=by, **whose, **fields)


def _whose(row: Person | Office) -> dict[str, Any]:
    return {"person_id" if isinstance(row, Person) else "office_id": row.pk}
