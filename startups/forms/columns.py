"""How each column of an application is asked: label, help, what is accepted."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pavilion.core.models import Language
from startups.fields import DayField, LongText, NumberField, WholeNumberField, YesNoField
from startups.models import Headcount
from startups.siret import clean_siret
from startups.uploads.logos import MAX_BYTES, clean_logo

PITCH_LENGTH = 300
_TO_TICK = gettext_lazy("Tick this box to submit.")

_TRL = [
    ("", gettext_lazy("Choose a level")),
    (1, gettext_lazy("1: basic principles observed")),
    (2, gettext_lazy("2: concept formulated")),
    (3, gettext_lazy("3: proof of concept")),
    (4, gettext_lazy("4: tested in the laboratory")),
    (5, gettext_lazy("5: tested in a realistic environment")),
    (6, gettext_lazy("6: demonstrated in a realistic environment")),
    (7, gettext_lazy("7: prototype in use")),
    (8, gettext_lazy("8: complete and qualified")),
    (9, gettext_lazy("9: on the market")),
]


class Siret(forms.CharField):
    def clean(self, value: Any) -> str:
        return clean_siret(super().clean(value))


class Postcode(forms.CharField):
    def clean(self, value: Any) -> str:
        postcode = "".join(super().clean(value).split())
        if postcode and not (len(postcode) == 5 and postcode.isascii() and postcode.isdigit()):
            raise ValidationError(_("A French postcode has five digits."))
        return postcode


class FoundingDay(DayField):
    def clean(self, value: Any) -> date | None:
        founded: date | None = super().clean(value)
        if founded and founded > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        if founded and founded.year < 1800:
            raise ValidationError(_("Check the year."))
        return founded


class Logo(forms.FileField):
    """Made anew from whatever picture was sent; the one there is stays without a new one."""

    max_bytes = MAX_BYTES
    default_error_messages: ClassVar = {"empty": gettext_lazy("This file is empty.")}

    def clean(self, data: Any, initial: Any = None) -> Any:
        return clean_logo(data) if isinstance(data, UploadedFile) else initial or ""


def _text(label: Any, help_text: Any = "", **attributes: Any) -> Callable[[], forms.Field]:
    widget_attributes = {name.replace("_", "-"): value for name, value in attributes.items()}
    max_length = widget_attributes.pop("max-length", None)

    def made() -> forms.Field:
        field = forms.CharField(label=label, help_text=help_text, max_length=max_length)
        # Browsers cut what is pasted without a word: the answer says so instead.
        field.widget.attrs = dict(widget_attributes)
        return field

    return made


def _pitch(label: Any, help_text: Any) -> Callable[[], forms.Field]:
    return lambda: LongText(label=label, help_text=help_text, rows=5, max_length=PITCH_LENGTH)


def _box(label: Any) -> Callable[[], forms.Field]:
    return lambda: forms.BooleanField(label=label, required=False)


def _promise(label: Any) -> Callable[[], forms.Field]:
    return lambda: forms.BooleanField(label=label, error_messages={"required": _TO_TICK})


MADE: Mapping[str, Callable[[], forms.Field]] = {
    "siret": lambda: Siret(
        label=gettext_lazy("SIRET number"),
        max_length=30,
        help_text=gettext_lazy(
            "14 digits, on your registration certificate. Spaces do not matter."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    ),
    "legal_name": _text(gettext_lazy("Legal name"), max_length=200, autocomplete="organization"),
    "display_name": _text(
        gettext_lazy("Name on the stand"),
        gettext_lazy("As it will appear on the sign: 40 characters at most."),
        max_length=40,
        data_limit=40,
        autocomplete="off",
    ),
    "address": _text(
        gettext_lazy("Address of the head office"),
        gettext_lazy("Number and street."),
        max_length=200,
        autocomplete="street-address",
    ),
    "postcode": lambda: Postcode(
        label=gettext_lazy("Postcode"),
        max_length=10,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "postal-code", "class": "short"}
        ),
    ),
    "city": _text(gettext_lazy("Town"), max_length=100, autocomplete="address-level2"),
    "founded_on": lambda: FoundingDay(label=gettext_lazy("Founded on")),
    "headcount_band": lambda: forms.ChoiceField(
        label=gettext_lazy("Number of employees"),
        choices=[("", gettext_lazy("Choose")), *Headcount.choices],
    ),
    "revenue": lambda: NumberField(
        label=gettext_lazy("Yearly turnover, in euros"),
        min_value=0,
        help_text=gettext_lazy(
            "Of the last financial year, without tax: the call sets a ceiling. None yet: 0."
        ),
    ),
    "has_exhibited": lambda: YesNoField(
        label=gettext_lazy("Has your company already exhibited on the regions’ pavilion?"),
    ),
    "founders": lambda: WholeNumberField(
        label=gettext_lazy("Number of founders"), min_value=1, max_value=50
    ),
    "women_founders": lambda: WholeNumberField(
        label=gettext_lazy("Of whom women"),
        min_value=0,
        max_value=50,
        help_text=gettext_lazy(
            "Only used to keep a balance on the pavilion and for anonymous statistics. Leave both "
            "empty if you would rather not say."
        ),
    ),
    "trl": lambda: forms.TypedChoiceField(
        label=gettext_lazy("Maturity (TRL, from 1 to 9)"),
        choices=_TRL,
        coerce=int,
        empty_value=None,
    ),
    "pitch_fr": _pitch(
        gettext_lazy("Pitch in French"),
        gettext_lazy("What you do and for whom, in 300 characters at most."),
    ),
    "pitch_en": _pitch(
        gettext_lazy("Pitch in English"),
        gettext_lazy("The same for foreign visitors, in 300 characters at most."),
    ),
    "website": lambda: forms.URLField(
        label=gettext_lazy("Website"),
        assume_scheme="https",
        max_length=200,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "url", "autocapitalize": "none"}
        ),
    ),
    "logo": lambda: Logo(
        label=gettext_lazy("Logo"),
        help_text=gettext_lazy(
            "PNG, JPEG or WebP, 2 MB at most. Wide enough for a sign: 600 pixels or more."
        ),
        widget=forms.FileInput(
            attrs={"accept": "image/png,image/jpeg,image/webp", "data-max": MAX_BYTES}
        ),
    ),
    "power_watts": lambda: WholeNumberField(
        label=gettext_lazy("Power needed, in watts"),
        min_value=0,
        max_value=20_000,
        help_text=gettext_lazy("A laptop: 100. A large screen: 200."),
    ),
    "needs_screen": _box(gettext_lazy("A screen")),
    "needs_wired_network": _box(gettext_lazy("A wired network")),
    "needs_storage": _box(gettext_lazy("Some storage")),
    "needs_water": _box(gettext_lazy("Running water")),
    "heavy_load": lambda: WholeNumberField(
        label=gettext_lazy("Heaviest load on the floor, in kg/m²"),
        min_value=0,
        max_value=10_000,
        help_text=gettext_lazy("A machine, a vehicle … Empty: nothing heavier than furniture."),
    ),
    "needs_accessible_stand": _box(gettext_lazy("A wheelchair accessible stand")),
    "wifi_network": _text(
        gettext_lazy("Name of your own Wi-Fi network"),
        max_length=32,
        help_text=gettext_lazy(
            "The fair wants every network declared: 2.4 GHz only, 5 GHz is the organiser’s. "
            "Empty: you set up none."
        ),
    ),
    "technical_notes": lambda: LongText(
        label=gettext_lazy("Other technical needs"),
        rows=3,
        max_length=1000,
        help_text=gettext_lazy("Bulky material, drone, robot …"),
    ),
    "contact_name": _text(gettext_lazy("First and last name"), max_length=150, autocomplete="name"),
    "contact_role": _text(
        gettext_lazy("Function"), max_length=100, autocomplete="organization-title"
    ),
    "contact_email": lambda: forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy(
            "Our mails and your private link go there. Another address gets a new link, and takes "
            "effect when you press “Continue”."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    ),
    "contact_phone": _text(
        gettext_lazy("Telephone"), max_length=30, autocomplete="tel", inputmode="tel"
    ),
    "language": lambda: forms.ChoiceField(
        label=gettext_lazy("Language of our mails"),
        choices=Language.choices,
        widget=forms.RadioSelect,
    ),
    "will_be_present": _promise(
        gettext_lazy(
            "Somebody from our company will be on the stand on every half-day we are given."
        )
    ),
    "keeps_charter": _promise(gettext_lazy("We accept the pavilion’s charter.")),
    "is_accurate": _promise(gettext_lazy("What we state in this application is accurate.")),
}
