"""Delegations: who comes together, and who is asked when somebody cannot."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import F
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings import operations
from meetings.admin.meeting_forms import people_to_bring
from meetings.models import Delegate, Delegation, Person
from pavilion.core.desk import (
    KEYS,
    VERBS,
    DeskAdmin,
    Panel,
    RegionFilter,
    Step,
    StepForm,
    region_mark,
)

VERBS |= {
    "delegation.delegate_added": _("Somebody joined"),
    "delegation.delegate_changed": _("A place changed"),
    "delegation.delegate_removed": _("Somebody left"),
}
KEYS |= {
    "role": (_("role"), dict(Delegate.Role.choices)),
    "rank": (_("order of substitutes"), {}),
    "stands_in_for": (_("stands in for"), {}),
    "keeps_rank": (_("takes their place in the order"), {}),
    "members": (_("members"), {}),
}
_PERSON = Delegate._meta.get_field("person")
# Head first, then members, substitutes in their order, staff.
ROLES = list(Delegate.Role.values)


class PlaceForm(StepForm):
    """What a place in a delegation is; the last three are substitutes' alone."""

    role = forms.ChoiceField(
        label=_("Role"), choices=Delegate.Role.choices, initial=Delegate.Role.MEMBER
    )
    rank = forms.IntegerField(
        label=_("Order among substitutes"),
        min_value=1,
        max_value=1000,
        required=False,
        help_text=_("Smallest asked first. Empty: last."),
    )
    stands_in_for = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Stands in for"),
        required=False,
        empty_label=_("Anybody of the delegation"),
    )
    keeps_rank = forms.BooleanField(
        label=_("Takes their place in the order of precedence"),
        required=False,
        help_text=_("As a vice-president does who represents the president, and no adviser."),
    )

    def prepare(self) -> None:
        field: Any = self.fields["stands_in_for"]
        members = self.row.delegates.exclude(role=Delegate.Role.SUBSTITUTE)
        field.queryset = Person.objects.filter(pk__in=members.values("person")).order_by(
            "last_name", "first_name", "pk"
        )


class AddForm(PlaceForm):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Person"),
        widget=AutocompleteSelect(_PERSON, site, attrs={"data-placeholder": ""}),
    )
    field_order = ("person", "role", "rank", "stands_in_for", "keeps_rank")

    def prepare(self) -> None:
        super().prepare()
        person: Any = self.fields["person"]
        person.queryset = people_to_bring(self.request)


class _Whose(StepForm):
    delegate = forms.ModelChoiceField(Delegate.objects.none(), label=_("Who"))

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["delegate"]
        field.queryset = in_order(self.row)
        self.initial.setdefault("delegate", self.request.GET.get("delegate"))


class ChangeForm(_Whose, PlaceForm):
    field_order = ("delegate", "role", "rank", "stands_in_for", "keeps_rank")

    def prepare(self) -> None:
        super().prepare()
        wanted = str(self.initial.get("delegate") or "")
        row = self.row.delegates.filter(pk=wanted).first() if wanted.isdecimal() else None
        if row:
            for name in ("role", "rank", "keeps_rank"):
                self.initial[name] = getattr(row, name)
            self.initial["stands_in_for"] = row.stands_in_for_id


class RemoveForm(_Whose):
    """Whom to take off."""


def in_order(delegation: Delegation) -> Any:
    rows = delegation.delegates.select_related("person", "stands_in_for")
    return rows.order_by("role", F("rank").asc(nulls_first=True), "person__last_name", "pk")


def _add(request: HttpRequest, row: Delegation, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    place = {name: data[name] for name in ("role", "rank", "stands_in_for", "keeps_rank")}
    operations.add_delegate(delegation_id=row.pk, person_id=data["person"].pk, by=by, **place)


def _change(request: HttpRequest, row: Delegation, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    place = {name: data[name] for name in ("role", "rank", "stands_in_for", "keeps_rank")}
    operations.change_delegate(delegate_id=data["delegate"].pk, by=by, **place)


def _remove(request: HttpRequest, row: Delegation, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.remove_delegate(delegate_id=data["delegate"].pk, by=by)


STEPS = (
    Step(
        name="add_delegate",
        label=_("Add somebody"),
        run=_add,
        form=AddForm,
        done=_("They come with the delegation."),
    ),
    Step(
        name="change_delegate",
        label=_("Change a place"),
        run=_change,
        form=ChangeForm,
        done=_("The place is changed."),
        explain=_(
            "When somebody required declines, the substitutes are asked in their order: first "
            "those who stand in for them, then those for anybody."
        ),
    ),
    Step(
        name="remove_delegate",
        label=_("Remove somebody"),
        run=_remove,
        form=RemoveForm,
        done=_("They no longer come with the delegation."),
        explain=_("Meetings at which they are expected stay as they are."),
    ),
)


@admin.register(Delegation)
class DelegationAdmin(DeskAdmin):
    may_delete = True
    region_path = "participation__region_id"
    steps = STEPS
    list_display = ("__str__", "region", "edition")
    list_filter = ("edition", RegionFilter)
    search_fields = ("name_fr", "name_en")
    select = ("edition", "participation__region", "participation__edition")
    ordering = ("name_fr", "pk")
    fields = ("edition", "participation", ("name_fr", "name_en"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("edition", "participation") if obj else ()

    def panels(self, request: HttpRequest, row: Delegation) -> Iterable[Panel]:
        rows = sorted(in_order(row), key=lambda each: ROLES.index(each.role))
        context = {"delegates": rows, "may_act": self.manages(request, row), "row": row}
        yield Panel(gettext("Who comes"), "admin/meetings/_delegates.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by: Any = request.user
        form.is_noted = True
        if change:
            typed = {name: form.cleaned_data[name] for name in form.changed_data}
            operations.change_delegation(delegation_id=obj.pk, by=by, **typed)
        else:
            obj.pk = operations.create_delegation(by=by, **form.cleaned_data).pk
            obj._state.adding = False

    @admin.display(description=_("region"), ordering="participation__region__sort_key")
    def region(self, delegation: Delegation) -> SafeString | str:
        participation = delegation.participation
        if participation is None:
            return gettext("national team")
        return region_mark(participation.region_id, participation.region)
