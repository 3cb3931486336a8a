"""What somebody says of those expected at a meeting: who, in which quality, in whose place."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext_lazy as _

from meetings.admin.meeting_forms import people_to_bring
from meetings.models import Office, Participant, Person
from pavilion.core.desk import StepForm

_PERSON, _OFFICE = (Participant._meta.get_field(name) for name in ("person", "office"))


def _either_of() -> forms.CharField:
    return forms.CharField(
        label=_("One of"),
        max_length=20,
        required=False,
        help_text=_("Among those with the same word here, one is enough."),
    )


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
    either_of = _either_of()

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

    def chosen(self) -> Participant | None:
        """Whom the link chose, if they are expected."""
        field: Any = self.fields["participant"]
        pk = str(self.initial.get("participant") or "")
        found: Participant | None = field.queryset.filter(pk=pk).first() if pk.isdecimal() else None
        return found


class ReasonedParticipantForm(ParticipantForm):
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


class RemoveForm(ReasonedParticipantForm):
    pass


class ReplaceForm(ReasonedParticipantForm):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Who comes instead"),
        widget=AutocompleteSelect(_PERSON, site, attrs={"data-placeholder": ""}),
    )
    keeps_rank = forms.BooleanField(
        label=_("Takes their place in the order"),
        required=False,
        help_text=_("As a vice-president does who represents the president."),
    )
    field_order = ("participant", "person", "keeps_rank", "reason")

    def prepare(self) -> None:
        super().prepare()
        person: Any = self.fields["person"]
        person.queryset = people_to_bring(self.request)


class SeatForm(ParticipantForm):
    is_required = forms.BooleanField(label=_("Their presence is required"), required=False)
    either_of = _either_of()
    position = forms.IntegerField(
        label=_("Seat in the order of names"),
        min_value=0,
        max_value=999,
        initial=0,
        help_text=_("1 comes first; 0 leaves it to precedence."),
    )
    position_reason = forms.CharField(
        label=_("Reason for the order"), max_length=200, required=False
    )

    def prepare(self) -> None:
        super().prepare()
        if participant := self.chosen():
            for name in ("is_required", "either_of", "position", "position_reason"):
                self.initial.setdefault(name, getattr(participant, name))


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
