"""The forms of steps: plain Django forms in the desk's clothes."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AutocompleteMixin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from pavilion.core.ical import MissingLocalTime, localise

_CLOTHES: list[tuple[type[forms.Widget], list[str]]] = [
    (forms.CheckboxInput, widgets.CHECKBOX_CLASSES),
    (forms.Textarea, widgets.TEXTAREA_CLASSES),
    (forms.SelectMultiple, widgets.SELECT_CLASSES),
    (forms.Select, widgets.SELECT_CLASSES),
    (forms.TextInput, widgets.INPUT_CLASSES),
    (forms.EmailInput, widgets.INPUT_CLASSES),
    (forms.NumberInput, widgets.INPUT_CLASSES),
    (forms.DateInput, widgets.INPUT_CLASSES),
    (forms.TimeInput, widgets.INPUT_CLASSES),
]


def day_field(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, **kwargs)


def time_field(**kwargs: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "300"})
    return forms.TimeField(widget=widget, **kwargs)


def moment_field(**kwargs: Any) -> forms.DateTimeField:
    """A day and a time of day, in Paris, in one field."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(widget=widget, **kwargs)


class StepForm(forms.Form):
    """What somebody must say before a step. `row` is None when the step makes a new one."""

    # Where to show a refusal that names an operation's parameter: parameter → field.
    fields_of_refusals: ClassVar[dict[str, str]] = {}
    # Fields that most leave as they are: folded away at the end, unless one is at fault.
    rare: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, request: HttpRequest, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.row = row
        self.prepare()
        for field in self.fields.values():
            _dress(field)

    def first_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.rare]

    def rare_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in self.rare]

    def has_rare_errors(self) -> bool:
        return any(name in self.errors for name in self.rare)

    def prepare(self) -> None:
        """Where a form fits its choices to the row and its reader."""


class ReasonForm(StepForm):
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


class OptionalReasonForm(ReasonForm):
    def prepare(self) -> None:
        self.fields["reason"].required = False


class WhenForm(StepForm):
    """A day and two times of day, in Paris."""

    day = day_field(label=_("Day"))
    starts = time_field(label=_("From"))
    ends = time_field(label=_("To"))

    # The names under which operations refuse a moment.
    fields_of_refusals: ClassVar = {"starts_at": "starts", "ends_at": "ends"}

    def fill(self, starts_at: datetime, ends_at: datetime) -> None:
        start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
        self.initial.update(day=start.date(), starts=start.time(), ends=end.time())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "day" in data and "starts" in data and "ends" in data:
            data["starts_at"] = self._moment("starts")
            data["ends_at"] = self._moment("ends")
            start, end = data["starts_at"], data["ends_at"]
            # In UTC, since Python compares two Paris times by their wall clocks.
            if start and end and end.astimezone(UTC) <= start.astimezone(UTC):
                self.add_error("ends", _("It ends before it starts."))
        return data

    def _moment(self, name: str) -> datetime | None:
        try:
            return localise(datetime.combine(self.cleaned_data["day"], self.cleaned_data[name]))
        except MissingLocalTime:
            self.add_error(name, _("The clocks go forward: this time does not exist on that day."))
            return None


def _dress(field: forms.Field) -> None:
    if isinstance(
        field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect | AutocompleteMixin
    ):
        return  # laid out by desk.css, or by select2
    for kind, classes in _CLOTHES:
        if isinstance(field.widget, kind):
            worn = field.widget.attrs.get("class", "")
            field.widget.attrs["class"] = " ".join([worn, *classes]).strip()
            return
