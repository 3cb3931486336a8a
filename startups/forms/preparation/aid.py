"""The aid a company declares: its statement, and one line for each aid."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from startups.fields import DayField, NumberField
from startups.forms.preparation.lines import all_may_be_empty, with_more
from startups.models import Aid
from startups.operations import AidLine

# As many as anybody has declared in three years, and more.
MOST_AIDS = 40
EMPTY_AIDS = 2


class AidForm(forms.Form):
    use_required_attribute = False
    changed: Sequence[str] = ()
    SOME, NONE = "some", "none"

    received = forms.ChoiceField(
        label=gettext_lazy("Has your company received de minimis aid in the last three years?"),
        choices=[
            (NONE, gettext_lazy("No, none")),
            (SOME, gettext_lazy("Yes, the aid listed below")),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Your first and last name"),
        max_length=150,
        help_text=gettext_lazy("You make this statement in the name of the company."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class AidLineForm(forms.Form):
    use_required_attribute = False

    granted_on = DayField(label=gettext_lazy("Granted on"))
    authority = forms.CharField(
        label=gettext_lazy("Granted by"),
        max_length=150,
        help_text=gettext_lazy("Region, Bpifrance, town, agency …"),
    )
    purpose = forms.CharField(label=gettext_lazy("For"), max_length=200, required=False)
    amount = NumberField(
        label=gettext_lazy("Gross grant equivalent, in euros"),
        min_value=Decimal("0.01"),
        max_value=Decimal("99999999.99"),
        help_text=gettext_lazy("To the cent, as the decision says: 12 500,00 for example."),
    )

    def clean_granted_on(self) -> date:
        granted_on: date = self.cleaned_data["granted_on"]
        if granted_on > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return granted_on


class AidLines(forms.BaseFormSet):  # type: ignore[type-arg]  # a plain class at run time
    """The lines that hold something; empty ones do not count."""

    def lines(self) -> list[AidLine]:
        return [
            AidLine(**form.cleaned_data) for form in self.forms if form.cleaned_data.get("amount")
        ]


_AidLineSet = forms.formset_factory(
    AidLineForm, formset=AidLines, extra=EMPTY_AIDS, max_num=MOST_AIDS
)


def aid_lines(data: Any = None, aids: Iterable[Aid] = (), *, more: bool = False) -> AidLines:
    """What was declared and two empty lines; with `more`, what was typed and another two."""
    if data is not None:
        data = all_may_be_empty(data, "aid")
        if more:
            data = with_more(data, "aid", EMPTY_AIDS, MOST_AIDS)
    known = [
        {
            "granted_on": f"{aid.granted_on:%d/%m/%Y}",
            "authority": aid.authority,
            "purpose": aid.purpose,
            "amount": f"{aid.amount:.2f}",
        }
        for aid in aids
    ]
    return cast(AidLines, _AidLineSet(data, prefix="aid", initial=None if data else known))
