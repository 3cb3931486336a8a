"""What somebody says to pencil, move or fill a meeting."""

import json
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from events.models import Edition, Participation, Room, Stand
from meetings.formats import SHAPES, shape_of
from meetings.models import Meeting, Office, Participant, Person
from pavilion.core.access import access_of
from pavilion.core.desk import StepForm, WhenForm
from pavilion.core.ical import localise

_PERSON, _OFFICE = (Participant._meta.get_field(name) for name in ("person", "office"))
_STAND = Meeting._meta.get_field("stand")


def people_to_bring(request: HttpRequest) -> QuerySet[Person]:
    """A region's manager brings their own people, the national team everybody."""
    access = access_of(request.user)
    people = Person.objects.visible_to(request.user)
    return people if access.manages("") else people.filter(region__in=access.managed_codes)


def moments_field(**kwargs: Any) -> forms.CharField:
    """Several moments, one a line, as 2030-06-12 10:00."""
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **kwargs)


class PlaceForm(WhenForm):
    aside = "admin/meetings/_choose_time.html"
    # For the page: minutes by format, or one length under "". A meeting that moves has its own.
    lengths = ""

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
            self.take_over(self.row)
        elif edition:
            self.initial.setdefault("day", edition.starts_on)

    def take_over(self, row: Any) -> None:
        """What is known already of when and where."""
        self.fill(row.starts_at, row.ends_at)
        for name in ("room", "stand"):
            self.initial[name] = getattr(row, f"{name}_id")
        self.initial["place"] = row.place
        self.initial["outside_hours_reason"] = row.outside_hours_reason


class MoveForm(PlaceForm):
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


class ReinstateForm(MoveForm):
    """Where and when it was, unless somebody says otherwise."""


class ParticularsForm(StepForm):
    """What a meeting is made of besides its time, its place and its people."""

    subject_fr = forms.CharField(label=_("Subject (French)"), max_length=150)
    subject_en = forms.CharField(label=_("Subject (English)"), max_length=150, required=False)
    format = forms.ChoiceField(label=_("Format"), choices=Meeting.Format.choices)
    buffer_minutes = forms.IntegerField(
        label=_("Buffer (minutes)"),
        min_value=0,
        max_value=240,
        required=False,
        help_text=_("Kept free before and after. Empty: as usual for the format."),
    )
    travel_minutes = forms.IntegerField(
        label=_("Travel (minutes)"),
        min_value=0,
        max_value=240,
        initial=0,
        required=False,
        help_text=_(
            "To a place outside and back: everybody is busy that much longer before and after."
        ),
    )
    meeting_point = forms.CharField(label=_("Meeting point"), max_length=150, required=False)
    meeting_point_minutes = forms.IntegerField(
        label=_("At the meeting point, minutes before"),
        min_value=0,
        max_value=120,
        initial=10,
        required=False,
    )
    press = forms.ChoiceField(label=_("Press"), choices=Meeting.Press.choices, required=False)
    languages = forms.CharField(
        label=_("Languages"),
        max_length=60,
        required=False,
        help_text=_("And who interprets, if anybody."),
    )
    photographer = forms.CharField(label=_("Photographer"), max_length=100, required=False)
    contact_name = forms.CharField(label=_("Contact on site"), max_length=150, required=False)
    contact_phone = forms.CharField(label=_("Contact’s telephone"), max_length=30, required=False)
    asks_substitutes = forms.BooleanField(
        label=_("Ask substitutes"),
        required=False,
        initial=True,
        help_text=_("When somebody required declines, the delegation’s next one is invited."),
    )
    internal_note = forms.CharField(
        label=_("Internal note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Never in a calendar nor in a mail."),
    )

    def clean(self) -> dict[str, Any]:
        """What was left empty is as usual, or as it was."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("buffer_minutes", "travel_minutes", "meeting_point_minutes", "press"):
            if data.get(name) in (None, ""):
                data.pop(name, None)
        return data


class ChangeForm(ParticularsForm):
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    def prepare(self) -> None:
        self.fields["buffer_minutes"].help_text = _("Kept free before and after.")
        if self.row:
            for name in self.fields.keys() - {"reason"}:
                self.initial.setdefault(name, getattr(self.row, name))


def _people(label: Any, help_text: Any = "") -> "forms.ModelMultipleChoiceField[Person]":
    return forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=label,
        required=False,
        widget=AutocompleteSelectMultiple(_PERSON, site, attrs={"data-placeholder": ""}),
        help_text=help_text,
    )


def _offices(label: Any, help_text: Any = "") -> "forms.ModelMultipleChoiceField[Office]":
    return forms.ModelMultipleChoiceField(
        Office.objects.all(),
        label=label,
        required=False,
        widget=AutocompleteSelectMultiple(_OFFICE, site, attrs={"data-placeholder": ""}),
        help_text=help_text,
    )


class NewMeetingForm(ParticularsForm, PlaceForm):
    lengths = json.dumps({format: shape.minutes for format, shape in SHAPES.items()})

    participation = forms.ModelChoiceField(
        Participation.objects.none(),
        label=_("Region"),
        required=False,
        empty_label=_("The national team"),
    )
    offices = _offices(_("Offices"), _("Ministers’ offices, agencies, associations …"))
    people = _people(_("People"))
    one_of = _people(_("One of these people"), _("One of them is enough."))
    optional_offices = _offices(_("Offices whose presence is optional"))
    optional_people = _people(_("People whose presence is optional"))
    rare = (
        *("one_of", "optional_offices", "optional_people", "travel_minutes"),
        *("outside_hours_reason", "meeting_point", "meeting_point_minutes", "press", "languages"),
        *("photographer", "asks_substitutes"),
    )
    field_order = (
        *("subject_fr", "subject_en", "format", "participation", "offices", "people", "one_of"),
        *("optional_offices", "optional_people", "day", "starts", "ends", "buffer_minutes"),
        *("room", "stand", "place", "travel_minutes", "outside_hours_reason"),
        *("meeting_point", "meeting_point_minutes", "press", "languages", "photographer"),
        *("contact_name", "contact_phone", "asks_substitutes", "internal_note"),
    )

    def prepare(self) -> None:
        super().prepare()
        self.fields["ends"].required = False
        self.fields["ends"].help_text = _("Empty: as long as its format usually takes.")
        field: Any = self.fields["participation"]
        field.queryset = Participation.objects.filter(edition=self.edition).in_order()
        access = access_of(self.request.user)
        if not access.manages(""):
            field.queryset = field.queryset.filter(region__in=access.managed_codes)
            field.required, field.empty_label = True, None
        for name in ("people", "one_of", "optional_people"):
            people: Any = self.fields[name]
            people.queryset = people_to_bring(self.request)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("starts") and "ends" in data and data["ends"] is None:
            length = shape_of(data.get("format", "")).length
            data["ends"] = (datetime.combine(date.min, data["starts"]) + length).time()
        return super().clean()


class RepeatForm(StepForm):
    starts = moments_field(
        label=_("When"),
        help_text=_("One start a line, as 2030-06-12 10:00: each becomes a meeting of its own."),
    )

    fields_of_refusals: ClassVar = {"starts_at": "starts", "ends_at": "starts"}

    def clean_starts(self) -> list[datetime]:
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["starts"].splitlines())):
            try:
                found.append(localise(datetime.strptime(line, "%Y-%m-%d %H:%M")))  # noqa: DTZ007
            except ValueError as error:
                raise forms.ValidationError(
                    _("“%(line)s” is no day and time: write it as 2030-06-12 10:00.")
                    % {"line": line}
                ) from error
        if len(found) > 50:
            raise forms.ValidationError(_("At most 50 at once."))
        return found
