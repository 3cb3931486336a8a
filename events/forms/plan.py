"""The forms beside the drawing: everything one does on it, by keyboard and without script."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import Stand
from events.operations.plan_rows import MOST_COPIES

YES_NO = [
    ("yes", pgettext_lazy("answer", "Yes")),
    ("no", pgettext_lazy("answer", "No")),
]
EQUIPMENT = (
    "has_screen",
    "has_wired_network",
    "has_storage",
    "has_water",
    "is_accessible",
    "is_open",
)
READ = [
    ("right", _("left to right, row after row")),
    ("left", _("right to left, row after row")),
    ("down", _("top to bottom, column after column")),
    ("up", _("bottom to top, column after column")),
]
GO = [
    ("right", _("to the right")),
    ("down", _("downwards")),
    ("left", _("to the left")),
    ("up", _("upwards")),
    ("along", _("along the stand, as it is turned")),
    ("behind", _("behind the stand, as it is turned")),
]


class Metres(forms.DecimalField):
    """A length as the reader writes it, "1,5" or "1.5"."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 6})
        super().__init__(decimal_places=2, max_digits=6, localize=True, widget=widget, **options)


class StandForm(forms.Form):
    """One stand, or what several shall have in common: what is left empty stays as it is."""

    number = forms.CharField(label=_("number"), max_length=12, required=False)
    kind = forms.ChoiceField(label=_("kind"), required=False)
    zone = forms.TypedChoiceField(label=_("zone"), coerce=int, required=False, empty_value=None)
    x = Metres(label=_("x (m)"))
    y = Metres(label=_("y (m)"))
    rotation = forms.IntegerField(
        label=_("rotation (°)"), required=False, min_value=-360, max_value=360
    )
    width = Metres(label=_("width (m)"), min_value=Decimal("0.01"))
    depth = Metres(label=_("depth (m)"), min_value=Decimal("0.01"))
    power_watts = forms.IntegerField(
        label=_("power (W)"), required=False, min_value=0, max_value=1_000_000
    )
    max_load = forms.IntegerField(
        label=_("load (kg/m²)"), required=False, min_value=0, max_value=100_000
    )

    def __init__(
        self, *args: Any, zones: Iterable[tuple[int, str]], is_one: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = [("", "–"), *zones]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", "–"), *Stand.Kind.choices]  # type: ignore[attr-defined]
        for name in EQUIPMENT:
            label = Stand._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            choices = YES_NO if is_one and self.initial.get("number") else [("", "–"), *YES_NO]
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def values(self) -> dict[str, Any]:
        """What was typed, and nothing of what was left empty."""
        found = {
            name: value for name, value in self.cleaned_data.items() if value not in (None, "")
        }
        return {
            name: value == "yes" if name in EQUIPMENT else value for name, value in found.items()
        }


class ZoneForm(forms.Form):
    """An area: whose it is, and its corners, one line each."""

    name_fr = forms.CharField(label=_("name (French)"), max_length=60)
    name_en = forms.CharField(label=_("name (English)"), max_length=60, required=False)
    participation = forms.TypedChoiceField(
        label=_("region"), coerce=int, required=False, empty_value=None
    )
    outline = forms.CharField(
        label=_("corners (m)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("One corner a line: metres from the left; metres from the top."),
    )

    def __init__(
        self, *args: Any, participations: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["participation"]
        field.choices = [("", _("Shared by all")), *participations]

    def clean_outline(self) -> list[list[str]]:
        corners = []
        for line in self.cleaned_data["outline"].splitlines():
            if line.strip():
                corner = corner_of(line)
                if corner is None:
                    raise forms.ValidationError(
                        _("“%(line)s” is not a corner: write two numbers, “3,5 ; 12”."),
                        params={"line": line.strip()[:40]},
                    )
                corners.append(corner)
        return corners


def corner_of(line: str) -> list[str] | None:
    """Two numbers: "3,5 ; 12", "3.5 12" or "3.5, 12"."""
    for divider in (";", None, ","):
        parts = [part.strip().strip(";") for part in line.strip().split(divider)]
        if len(parts) == 2 and all(_is_number(part) for part in parts):
            return [part.replace(",", ".") for part in parts]
    return None


def _is_number(text: str) -> bool:
    plain = text.replace(",", ".", 1).removeprefix("-")
    return plain.replace(".", "", 1).isdecimal() and plain.isascii()


def corner_lines(outline: Sequence[Sequence[float]], is_french: bool) -> str:
    """As the form takes them back."""
    lines = [" ; ".join(f"{number:g}" for number in corner) for corner in outline]
    return "\n".join(line.replace(".", ",") if is_french else line for line in lines)


class RowForm(forms.Form):
    count = forms.IntegerField(
        label=_("how many more"), min_value=1, max_value=MOST_COPIES, initial=4
    )
    spacing = Metres(label=_("space between (m)"), initial=0, required=True)
    direction = forms.ChoiceField(label=_("direction"), choices=GO)


class NumberForm(forms.Form):
    stem = forms.CharField(label=_("begins with"), max_length=10, required=False, strip=True)
    start = forms.IntegerField(label=_("first number"), min_value=0, max_value=99_999, initial=1)
    digits = forms.IntegerField(label=_("digits"), min_value=1, max_value=5, initial=2)
    direction = forms.ChoiceField(label=_("read from"), choices=READ)


def initial_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """A stand's values as StandForm shows them."""
    shown = dict(values)
    for name in EQUIPMENT:
        shown[name] = "yes" if values[name] else "no"
    return shown
