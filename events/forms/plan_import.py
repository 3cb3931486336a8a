"""A plan sent as a file, and how it tells lengths."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.forms.plan import Metres
from events.imports import Options

UNITS = [
    ("metres", _("metres")),
    ("degrees", _("longitude and latitude")),
]
SCALES = [
    ("width", _("metres that the whole width of the drawing stands for")),
    ("unit", _("metres to one unit of the drawing")),
]


class PlanFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, GeoJSON or SVG; 1 MB and 5,000 shapes at most."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.json,.geojson,.svg"}),
    )
    zone = forms.TypedChoiceField(
        label=_("Area for stands that name none and lie within none"),
        coerce=int,
        required=False,
        empty_value=None,
    )
    removes = forms.BooleanField(
        label=_("Remove the stands of this level that the file does not hold"), required=False
    )
    units = forms.ChoiceField(
        label=_("Coordinates are"), choices=UNITS, initial="metres", required=False
    )
    points_up = forms.BooleanField(label=_("y grows upwards"), required=False)
    left = Metres(label=_("Metres from the left where the shapes begin"), initial=0)
    top = Metres(label=_("Metres from the top where the shapes begin"), initial=0)
    scale_kind = forms.ChoiceField(
        label=_("The scale tells"), choices=SCALES, initial="width", required=False
    )
    scale = forms.DecimalField(
        label=_("Scale (m)"),
        localize=True,
        required=False,
        min_value=0,
        max_value=10_000,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    zone_prefix = forms.CharField(
        label=_("Ids of areas begin with"), max_length=20, required=False, initial="zone-"
    )

    def __init__(self, *args: Any, zones: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = [  # type: ignore[attr-defined]
            ("", _("none: tell me which")),
            *zones,
        ]

    def options(self) -> Options:
        typed = self.cleaned_data
        return Options(
            is_degrees=typed["units"] == "degrees",
            points_up=typed["points_up"],
            origin=(float(typed["left"] or 0), float(typed["top"] or 0)),
            metres=float(typed["scale"] or 0),
            is_width=typed["scale_kind"] != "unit",
            zone_prefix=typed["zone_prefix"],
        )
