"""What hangs on a call, in rows under its form: criteria, quotas, deadlines."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from pavilion.core.desk import DeskInline
from pavilion.core.models import User
from startups import operations
from startups.models import Call, ChecklistDeadline, Criterion, Quota
from startups.operations.calls.quotas import values


class CriterionInline(DeskInline):
    model = Criterion
    fields = ("position", "name_fr", "name_en", "help_fr", "help_en", "weight", "max_score")
    hide_title = True
    ordering = ("position", "pk")
    verbose_name_plural = _("What the jury scores")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in ("help_fr", "help_en"):
            field.widget.attrs["rows"] = 2
        return field


class QuotaForm(forms.ModelForm):  # type: ignore[type-arg]
    """One list for who the places are meant for, instead of a kind and a code."""

    possible: ClassVar[list[Any]] = []
    whom = forms.ChoiceField(label=_("For whom"), widget=widgets.UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["whom"]
        field.choices = [("", gettext("Choose")), *self.possible]
        if self.instance.pk:
            now = f"{self.instance.dimension}:{self.instance.value}"
            if now not in {key for _group, rows in self.possible for key, _name in rows}:
                field.choices.append((now, str(self.instance)))
            self.initial["whom"] = now

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        dimension, _colon, value = str(data.get("whom", "")).partition(":")
        self.instance.dimension, self.instance.value = dimension, value
        return data


class QuotaInline(DeskInline):
    model = Quota
    fields = ("whom", "least")
    hide_title = True
    ordering = ("dimension", "value", "pk")
    verbose_name_plural = _("Quotas the balance is held against")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        possible = _possible(obj) if obj else []
        form = type("QuotaForm", (QuotaForm,), {"possible": possible})
        return super().get_formset(request, obj, **{**kwargs, "form": form, "fields": ["least"]})


class DeadlineForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["item"].disabled = True


class DeadlineInline(DeskInline):
    model = ChecklistDeadline
    fields = ("item", "due_at")
    hide_title = True
    ordering = ("due_at", "pk")
    verbose_name_plural = _("What exhibitors do before the fair, and until when")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **{**kwargs, "form": DeadlineForm})


def save_rows(call: Call, formset: Any, by: User) -> None:
    """What was typed under the call, through the operations that know the rules."""
    save = {Criterion: _save_criteria, Quota: _save_quotas, ChecklistDeadline: _save_deadlines}
    save[formset.model](call, formset, by)


def _save_criteria(call: Call, formset: Any, by: User) -> None:
    formset.save(commit=False)
    for gone in formset.deleted_objects:
        operations.remove_criterion(criterion_id=gone.pk, by=by)
    for row, names in formset.changed_objects:
        fields = {name: getattr(row, name) for name in names}
        operations.change_criterion(criterion_id=row.pk, by=by, **fields)
    for row in formset.new_objects:
        fields = {name: getattr(row, name) for name in CriterionInline.fields}
        # Left alone, the new ones go last, in the order they were written in.
        if not row.position:
            del fields["position"]
        row.pk = operations.add_criterion(call_id=call.pk, by=by, **fields).pk


def _save_quotas(call: Call, formset: Any, by: User) -> None:
    formset.save(commit=False)
    if not (formset.new_objects or formset.changed_objects or formset.deleted_objects):
        return
    kept = [form for form in formset.forms if form not in formset.deleted_forms]
    quotas = [
        {
            "dimension": form.instance.dimension,
            "value": form.instance.value,
            "least": form.instance.least,
        }
        for form in kept
        if form.instance.pk or form.has_changed()
    ]
    operations.set_quotas(call_id=call.pk, quotas=quotas, by=by)


def _save_deadlines(call: Call, formset: Any, by: User) -> None:
    formset.save(commit=False)
    for gone in formset.deleted_objects:
        operations.remove_deadline(call_id=call.pk, item=gone.item, by=by)
    changed = [row for row, _names in formset.changed_objects]
    for row in [*changed, *formset.new_objects]:
        operations.set_deadline(call_id=call.pk, item=row.item, due_at=row.due_at, by=by)


def _possible(call: Call) -> list[tuple[str, list[tuple[str, str]]]]:
    groups = []
    for dimension, names in values(call).items():
        label = str(Quota.Dimension(dimension).label)
        words = gettext("%(what)s: %(value)s")
        rows = [
            (f"{dimension}:{value}", words % {"what": label, "value": name})
            for value, name in names.items()
        ]
        if rows:
            groups.append((label, rows))
    return groups
