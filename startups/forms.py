"""What applicants type: to begin, to find their link again, and the application itself."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from events.models import HalfDay
from pavilion.core.models import Language
from startups.logos import clean_logo
from startups.models import Application, Theme
from startups.siret import clean_siret

PITCH_LENGTH = 300
_TO_TICK = _("Tick this box to submit.")

_TRL = [
    ("", _("Choose a level")),
    (1, _("1: basic principles observed")),
    (2, _("2: concept formulated")),
    (3, _("3: proof of concept")),
    (4, _("4: tested in the laboratory")),
    (5, _("5: tested in a realistic environment")),
    (6, _("6: demonstrated in a realistic environment")),
    (7, _("7: prototype in use")),
    (8, _("8: complete and qualified")),
    (9, _("9: on the market")),
]


class BeginForm(forms.Form):
    use_required_attribute = False

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The private link of your application is sent to it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    language = forms.ChoiceField(
        label=_("Language of our mails"), choices=Language.choices, widget=forms.RadioSelect
    )


class ResumeForm(forms.Form):
    use_required_attribute = False

    email = forms.EmailField(
        label=_("The e-mail address of your application"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class LongText(forms.CharField):
    """Text of several lines: browsers send a line's end as two characters, people count one."""

    def __init__(self, *, rows: int, max_length: int, **kwargs: Any) -> None:
        # Without the maxlength attribute: browsers cut what is pasted without a word.
        super().__init__(
            widget=forms.Textarea(attrs={"rows": rows, "data-limit": max_length}), **kwargs
        )

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text


class ApplicationForm(forms.ModelForm):  # type: ignore[type-arg]
    """The application. As a draft it takes whatever is valid; as a submission it wants it all."""

    use_required_attribute = False
    COMMITMENTS: ClassVar = ("will_be_present", "keeps_charter", "is_accurate")

    updated_at = forms.CharField(widget=forms.HiddenInput, required=False)
    siret = forms.CharField(
        label=_("SIRET number"),
        max_length=30,
        help_text=_("14 digits, on your registration certificate. Spaces do not matter."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    founded_on = forms.DateField(
        label=_("Founded on"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    theme = forms.ModelChoiceField(
        label=_("Main theme"),
        queryset=Theme.objects.order_by("position", "code"),
        empty_label=_("Choose a theme"),
    )
    trl = forms.TypedChoiceField(
        label=_("Maturity (TRL, from 1 to 9)"), choices=_TRL, coerce=int, empty_value=None
    )
    pitch_fr = LongText(
        label=_("Pitch in French"),
        rows=4,
        max_length=PITCH_LENGTH,
        help_text=_("What you do and for whom, in 300 characters at most."),
    )
    pitch_en = LongText(
        label=_("Pitch in English"),
        rows=4,
        max_length=PITCH_LENGTH,
        help_text=_("The same for foreign visitors, in 300 characters at most."),
    )
    website = forms.URLField(
        label=_("Website"),
        assume_scheme="https",
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "url"}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, 2 MB at most. Wide enough for a sign: 600 pixels or more."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    remove_logo = forms.BooleanField(label=_("Remove this logo"), required=False)
    wanted_half_days = forms.ModelMultipleChoiceField(
        label=_("Half-days you wish for"),
        queryset=HalfDay.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Stays usually last two or four days. The region does what it can."),
        error_messages={"required": _("Tick at least one half-day.")},
    )
    power_watts = forms.IntegerField(
        label=_("Power needed, in watts"),
        required=False,
        min_value=0,
        max_value=20_000,
        help_text=_("A laptop: 100. A large screen: 200."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 1}),
    )
    technical_notes = LongText(
        label=_("Other technical needs"),
        rows=3,
        max_length=1000,
        required=False,
        help_text=_("Heavy or bulky material, drone, robot, own Wi-Fi …"),
    )
    will_be_present = forms.BooleanField(
        label=_("Somebody from our company will be on the stand on every half-day we are given."),
        error_messages={"required": _TO_TICK},
    )
    keeps_charter = forms.BooleanField(
        label=_("We accept the pavilion’s charter: shared stands, punctual hand-over, no resale."),
        error_messages={"required": _TO_TICK},
    )
    is_accurate = forms.BooleanField(
        label=_("What we state in this application is accurate."),
        error_messages={"required": _TO_TICK},
    )

    class Meta:
        model = Application
        fields: ClassVar = [
            "legal_name",
            "display_name",
            "siret",
            "founded_on",
            "headcount_band",
            "postcode",
            "city",
            "theme",
            "trl",
            "website",
            "pitch_fr",
            "pitch_en",
            "logo",
            "contact_name",
            "contact_role",
            "contact_email",
            "contact_phone",
            "language",
            "wanted_half_days",
            "power_watts",
            "needs_screen",
            "needs_wired_network",
            "needs_storage",
            "technical_notes",
        ]
        labels: ClassVar = {
            "legal_name": _("Legal name"),
            "display_name": _("Name on the stand"),
            "headcount_band": _("Number of employees"),
            "postcode": _("Postcode"),
            "city": _("Town"),
            "contact_name": _("First and last name"),
            "contact_role": _("Function"),
            "contact_email": _("E-mail address"),
            "contact_phone": _("Telephone"),
            "language": _("Language of our mails"),
            "needs_screen": _("A screen"),
            "needs_wired_network": _("A wired network"),
            "needs_storage": _("Some storage"),
        }
        help_texts: ClassVar = {
            "display_name": _("As it will appear on the sign: 40 characters at most."),
            "contact_email": _("Our mails and your private link go there."),
        }
        widgets: ClassVar = {
            "legal_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "postcode": forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "postal-code"}
            ),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
            "contact_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "contact_role": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "contact_email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "contact_phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, *args: Any, is_submission: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_submission = is_submission
        self.differences: list[tuple[str, str]] = []
        edition = self.instance.call.participation.edition_id
        half_days = self.fields["wanted_half_days"]
        half_days.queryset = (  # type: ignore[attr-defined]
            HalfDay.objects.filter(edition=edition)
            .select_related("day")
            .order_by("starts_at", "pk")
        )
        for name in (*Application.REQUIRED, "language"):
            if name in self.fields:
                self.fields[name].required = True
        self.initial["updated_at"] = self.instance.updated_at.isoformat()
        for name in self.COMMITMENTS:
            self.initial[name] = bool(self.instance.commitments_at)

    def full_clean(self) -> None:
        """A draft misses nothing, except the address its link goes to."""
        wanted = {name for name, field in self.fields.items() if field.required}
        if not self.is_submission:
            for name in wanted - {"contact_email", "language"}:
                self.fields[name].required = False
        super().full_clean()
        # Labels go on telling what a submission needs.
        for name in wanted:
            self.fields[name].required = True

    def clean_siret(self) -> str:
        return clean_siret(self.cleaned_data["siret"])

    def clean_postcode(self) -> str:
        postcode = str(self.cleaned_data["postcode"]).replace(" ", "")
        if postcode and not (len(postcode) == 5 and postcode.isascii() and postcode.isdigit()):
            raise ValidationError(_("A French postcode has five digits."))
        return postcode

    def clean_founded_on(self) -> date | None:
        founded: date | None = self.cleaned_data["founded_on"]
        if founded and founded > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        if founded and founded.year < 1800:
            raise ValidationError(_("Check the year."))
        return founded

    def clean_logo(self) -> Any:
        upload = self.cleaned_data["logo"]
        return clean_logo(upload) if isinstance(upload, UploadedFile) else upload

    def rebase(self, updated_at: datetime) -> None:
        """Show what was typed as written on top of this version, for the next attempt."""
        data = (
            MultiValueDict(self.data.lists())
            if isinstance(self.data, MultiValueDict)
            else dict(self.data)
        )
        data["updated_at"] = updated_at.isoformat()
        self.data = data

    def compare(self, saved: Application) -> None:
        """Say what the saved version has otherwise; the next attempt replaces it on purpose."""
        self.differences = [
            (str(self.fields[name].label), str(getattr(saved, name) or "–"))
            for name, typed in self.values().items()
            if name in self.fields
            and name not in {"logo", "wanted_half_days"}
            and typed != getattr(saved, name)
        ]
        self.rebase(saved.updated_at)

    @property
    def seen_at(self) -> datetime | None:
        """The version the writer had before their eyes, or None when the field was lost."""
        return parse_datetime(str(self.data.get("updated_at", "")))

    def values(self) -> dict[str, Any]:
        """What is valid, ready to be written. Call after is_valid(), whatever it said."""
        names = (*self._meta.fields, "wanted_half_days")  # type: ignore[misc]
        values = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        if not values.get("logo") or not isinstance(self.files.get("logo"), UploadedFile):
            values.pop("logo", None)
            if self.cleaned_data.get("remove_logo"):
                values["logo"] = ""
        values["commitments"] = all(self.cleaned_data.get(name) for name in self.COMMITMENTS)
        return values

    def half_days_by_day(self) -> Iterator[tuple[str, list[Any]]]:
        """The half-days' checkboxes, under the day they belong to."""
        boxes = list(self["wanted_half_days"].subwidgets)
        for day, group in groupby(boxes, key=lambda box: box.data["value"].instance.day):
            yield capfirst(str(day)), list(group)
