"""Offices: what they are called, who holds them, who answers for them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from meetings import operations
from meetings.admin.belongings import (
    TIME_STEPS,
    AvailabilityInline,
    Belongings,
    SecretariatInline,
)
from meetings.admin.meeting_forms import people_to_bring
from meetings.models import Office, OfficeHolder, Person
from meetings.operations import Appointment
from meetings.operations.previewing import undone
from pavilion.core.dates import written
from pavilion.core.desk import (
    KEYS,
    VERBS,
    OptionalReasonForm,
    Panel,
    RegionFilter,
    Step,
    region_mark,
)
from pavilion.core.desk.step_forms import day_field

VERBS |= {
    "office.holder_appointed": _("Holder appointed"),
    "office.term_ended": _("Term ended"),
    "office.term_removed": _("Term deleted"),
    "meeting.holder_changed": _("The office has another holder"),
    "meeting.holder_clashes": _("The new holder is expected elsewhere, too"),
}
KEYS |= {
    "holder": (_("holder"), {}),
    "since": (_("since"), {}),
    "until": (_("until"), {}),
    "meetings": (_("meetings that follow"), {}),
    "conflicts": (_("conflicts"), {}),
    "clashes": (_("taken meanwhile"), {}),
}
_HOLDER = OfficeHolder._meta.get_field("person")


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    reason = forms.CharField(
        label=_("Reason for another rank"),
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("The log keeps it beside the change of its rank of precedence."),
    )


class AppointForm(OptionalReasonForm):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Who holds it"),
        widget=AutocompleteSelect(_HOLDER, site, attrs={"data-placeholder": ""}),
    )
    starts_on = day_field(label=_("Since"), help_text=_("Whoever held it does until the eve."))
    ends_on = day_field(label=_("Until"), required=False, help_text=_("Empty: for good."))
    field_order = ("person", "starts_on", "ends_on", "reason")

    def prepare(self) -> None:
        super().prepare()
        person: Any = self.fields["person"]
        person.queryset = people_to_bring(self.request)


class TermForm(OptionalReasonForm):
    """One of its terms."""

    term = forms.ModelChoiceField(OfficeHolder.objects.none(), label=_("Which term"))
    field_order: Sequence[str] = ("term", "reason")

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["term"]
        terms = OfficeHolder.objects.filter(office=self.row).select_related("person")
        field.queryset = terms.order_by("-starts_on", "pk")
        field.label_from_instance = _term


class EndForm(TermForm):
    ends_on = day_field(label=_("Last day"))
    field_order = ("term", "ends_on", "reason")


def _term(term: OfficeHolder) -> str:
    since = written(term.starts_on, "j F Y")
    until = written(term.ends_on, "j F Y") if term.ends_on else gettext("today")
    return f"{term.person} · {since} – {until}"


def _appoint(request: HttpRequest, row: Office, data: Mapping[str, Any]) -> Appointment:
    by: Any = request.user
    return operations.appoint_holder(
        office_id=row.pk,
        person_id=data["person"].pk,
        starts_on=data["starts_on"],
        ends_on=data["ends_on"],
        reason=data["reason"],
        by=by,
    )


def _appoint_and_tell(request: HttpRequest, row: Office, data: Mapping[str, Any]) -> None:
    for conflict in _appoint(request, row, data).conflicts:
        messages.warning(request, str(conflict))


def _preview(request: HttpRequest, rows: Sequence[Office], data: Mapping[str, Any]) -> Panel:
    """What would follow, tried and undone."""
    with undone():
        made = _appoint(request, rows[0], data)
        context = {
            "former": made.former,
            "meetings": made.meetings,
            "conflicts": [str(conflict) for conflict in made.conflicts],
        }
    return Panel(gettext("What will follow"), "admin/meetings/_appointment.html", context)


def _end(request: HttpRequest, row: Office, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.end_term(
        holder_id=data["term"].pk, ends_on=data["ends_on"], reason=data["reason"], by=by
    )


def _strike(request: HttpRequest, row: Office, data: Mapping[str, Any]) -> None:
    by: Any = request.user
    operations.remove_term(holder_id=data["term"].pk, reason=data["reason"], by=by)


def _has_terms(office: Office) -> bool:
    return office.holders.exists()


STEPS = (
    Step(
        name="appoint",
        label=_("Appoint somebody"),
        run=_appoint_and_tell,
        form=AppointForm,
        preview=_preview,
        done=_("The office has changed hands; its meetings to come have followed."),
        explain=_(
            "Its meetings to come expect whoever holds it on their day. Nobody gets a mail: they "
            "are meetings with the office."
        ),
    ),
    Step(
        name="end_term",
        label=_("End a term"),
        run=_end,
        form=EndForm,
        when=_has_terms,
        done=_("The term ends on that day."),
        explain=_("Meetings after it stay the office’s and wait for its next holder."),
    ),
    Step(
        name="remove_term",
        label=_("Delete a term"),
        run=_strike,
        form=TermForm,
        when=_has_terms,
        done=_("The term is deleted."),
        explain=_("For one written down by mistake: they never held it."),
        style="danger",
    ),
    *TIME_STEPS,
)


@admin.register(Office)
class OfficeAdmin(Belongings):
    form = OfficeForm
    may_delete = True
    region_path = "region_id"
    shows_neighbours = True
    steps = STEPS
    list_display = ("__str__", "organisation", "kind", "region_name", "email", "precedence")
    list_filter = ("kind", RegionFilter)
    search_fields = ("title_fr", "title_en", "organisation_fr", "code")
    select = ("region",)
    ordering = ("precedence", "title_fr", "pk")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("title_fr", "title_en", ("organisation_fr", "organisation_en")),
                    *(("kind", "region"), ("code", "precedence"), "reason"),
                )
            },
        ),
        (
            _("How one writes to it"),
            {"fields": (("email", "phone"), "language", ("salutation_fr", "salutation_en"))},
        ),
    )
    inlines = (SecretariatInline, AvailabilityInline)

    def panels(self, request: HttpRequest, row: Office) -> Iterable[Panel]:
        terms = row.holders.select_related("person").order_by("-starts_on", "pk")
        yield Panel(gettext("Who holds it"), "admin/meetings/_holders.html", {"terms": terms})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by: Any = request.user
        form.is_noted = True
        if change:
            typed = {name: form.cleaned_data[name] for name in form.changed_data}
            operations.change_office(office_id=obj.pk, by=by, **typed)
        else:
            fields = {name: form.cleaned_data[name] for name in form.cleaned_data}
            fields.pop("reason", None)
            obj.pk = operations.create_office(by=by, **fields).pk
            obj._state.adding = False

    @admin.display(description=_("organisation"), ordering="organisation_fr")
    def organisation(self, office: Office) -> str:
        return office.organisation

    @admin.display(description=_("region"), ordering="region__sort_key")
    def region_name(self, office: Office) -> SafeString | str:
        if office.region is None:
            return gettext("national team")
        return region_mark(office.region.pk, office.region)
