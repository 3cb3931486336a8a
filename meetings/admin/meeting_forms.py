"""What somebody says to pencil, move or fill a meeting."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from events.models import Edition, Participation, Room, Stand
from meetings.models import Meeting, Office, Participant, Person
from pavilion.core.access import access_of
from pavilion.core.desk import StepForm, WhenForm

_PERSON, _OFFICE = (Participant._meta.get_field(name) for name in ("person", "office"))
_STAND = Meeting._meta.get_field("stand")


def people_to_bring(request: HttpRequest) -> QuerySet[Person]:
    """A region's manager brings their own people, the national team everybody."""
    access = access_of(request.user)
    people = Person.objects.visible_to(request.user)
    return people if access.manages("") else people.filter(region__in=access.managed_codes)


class PlaceForm(WhenForm):
    aside = "admin/meetings/_choose_time.html"

    room = forms.ModelChoiceField(Room.objects.none(), label=_("Room"), required=False)
    stand = forms.ModelChoiceField(
        Stand.objects.none(),
        label=_("Stand"),
        required=False,
        widget=AutocompleteSelect(_STAND, site, attrs={"data-placeholder": ""}),
        help_text=_("Instead of a room."),
    )
    place = forms.CharField(
        label=_("Other place"),
        max_length=150,
        required=False,
        help_text=_("When neither room nor stand."),
    )
    outside_hours_reason = forms.CharField(
        label=_("Reason for being outside opening hours"), max_length=200, required=False
    )

    def prepare(self) -> None:
        edition = self.row.edition if self.row else Edition.objects.current()
        self.edition = edition
        rooms: Any = self.fields["room"]
        rooms.queryset = Room.objects.filter(edition=edition).order_by("name_fr", "pk")
        rooms.empty_label = _("No room")
        stands: Any = self.fields["stand"]
        stands.queryset = Stand.objects.filter(edition=edition).order_by("number", "pk")
        if self.row:
            self.fill(self.row.starts_at, self.row.ends_at)
            for name in ("room", "stand"):
                self.initial[name] = getattr(self.row, f"{name}_id")
            self.initial["place"] = self.row.place
            self.initial["outside_hours_reason"] = self.row.outside_hours_reason
        elif edition:
            self.initial.setdefault("day", edition.starts_on)


class MoveForm(PlaceForm):
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


class NewMeetingForm(PlaceForm):
    subject_fr = forms.CharField(label=_("Subject (French)"), max_length=150)
    subject_en = forms.CharField(label=_("Subject (English)"), max_length=150, required=False)
    format = forms.ChoiceField(label=_("Format"), choices=Meeting.Format.choices)
    participation = forms.ModelChoiceField(
        Participation.objects.none(),
        label=_("Region"),
        required=False,
        empty_label=_("The national team"),
    )
    offices = forms.ModelMultipleChoiceField(
        Office.objects.all(),
        label=_("Offices"),
        required=False,
        widget=AutocompleteSelectMultiple(_OFFICE, site, attrs={"data-placeholder": ""}),
        help_text=_("Ministers’ offices, agencies, associations …"),
    )
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("People"),
        required=False,
        widget=AutocompleteSelectMultiple(_PERSON, site, attrs={"data-placeholder": ""}),
    )
    buffer_minutes = forms.IntegerField(
        label=_("Buffer (minutes)"),
        initial=10,
        min_value=0,
        max_value=120,
        help_text=_("Kept free before and after."),
    )
    contact_name = forms.CharField(label=_("Contact on site"), max_length=150, required=False)
    contact_phone = forms.CharField(label=_("Contact’s telephone"), max_length=30, required=False)
    internal_note = forms.CharField(
        label=_("Internal note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Never in a calendar nor in a mail."),
    )
    field_order = (
        *("subject_fr", "subject_en", "format", "participation", "offices", "people"),
        *("day", "starts", "ends", "buffer_minutes", "room", "stand", "place"),
        *("outside_hours_reason", "contact_name", "contact_phone", "internal_note"),
    )

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["participation"]
        field.queryset = Participation.objects.filter(edition=self.edition).in_order()
        access = access_of(self.request.user)
        if not access.manages(""):
            field.queryset = field.queryset.filter(region__in=access.managed_codes)
            field.required, field.empty_label = True, None
        people: Any = self.fields["people"]
        people.queryset = people_to_bring(self.request)


class AddParticipantForm(StepForm):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Person"),
        required=False,
        widget=AutocompleteSelect(_PERSON, site, attrs={"data-placeholder": ""}),
    )
    office = forms.ModelChoiceField(
        Office.objects.all(),
        label=_("Office"),
        required=False,
        widget=AutocompleteSelect(_OFFICE, site, attrs={"data-placeholder": ""}),
    )
    is_required = forms.BooleanField(
        label=_("Their presence is required"), required=False, initial=True
    )

    def prepare(self) -> None:
        person: Any = self.fields["person"]
        person.queryset = people_to_bring(self.request)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("person")) == bool(data.get("office")):
            raise forms.ValidationError(_("Choose a person or an office."))
        return data


class ParticipantForm(StepForm):
    """One of those expected; a link from their line chooses them."""

    participant = forms.ModelChoiceField(Participant.objects.none(), label=_("Participant"))

    def prepare(self) -> None:
        field: Any = self.fields["participant"]
        expected = Participant.objects.present().filter(meeting=self.row)
        field.queryset = expected.select_related("person", "office").order_by("position", "pk")
        self.initial.setdefault("participant", self.request.GET.get("participant"))


class RemoveForm(ParticipantForm):
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


class AnswerForm(ParticipantForm):
    answer = forms.ChoiceField(
        label=_("Their answer"),
        choices=[
            each
            for each in Participant.Answer.choices
            if each[0] != Participant.Answer.NEEDS_ACTION
        ],
        widget=forms.RadioSelect,
    )
    via = forms.ChoiceField(
        label=_("Through"),
        choices=[
            (channel.value, channel.label)
            for channel in (Participant.Channel.PHONE, Participant.Channel.MAIL)
        ],
    )
    answered_by = forms.CharField(
        label=_("Who answered"), max_length=150, required=False, help_text=_("A name, a function.")
    )
    comment = forms.CharField(
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )

    fields_of_refusals: ClassVar = {"starts_at": "answer"}
