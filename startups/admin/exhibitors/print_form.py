"""What an organiser says to have something printed."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from events.forms import region_choices
from events.models import HalfDay, Participation, Stand
from pavilion.core.desk import StepForm
from startups.floor.numbers import plain
from startups.printing.wanted import Paper, Sheet, Source, Wanted

_APART = re.compile(r"[,;\n]+")


class PrintForm(StepForm):
    """Everything empty prints all of it. Its row is the edition."""

    sheet = forms.ChoiceField(
        label=_("What to print"),
        choices=Sheet.choices,
        widget=forms.RadioSelect,
        initial=Sheet.SIGNS,
    )
    source = forms.ChoiceField(
        label=_("From which plan"),
        choices=Source.choices,
        widget=forms.RadioSelect,
        initial=Source.ANNOUNCED,
        help_text=_("What is printed says which plan it is, which version, and when."),
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    half_day = forms.ChoiceField(
        label=_("Half-day"), required=False, help_text=_("For signs and plans of halls.")
    )
    stands = forms.CharField(
        label=_("Stands"),
        required=False,
        max_length=2000,
        help_text=_("For signs: numbers with commas between, as BRE-04, BRE-05. Empty: all."),
    )
    paper = forms.ChoiceField(
        label=_("Paper of the signs"),
        choices=Paper.choices,
        widget=forms.RadioSelect,
        initial=Paper.A4,
    )
    whole_days = forms.BooleanField(
        label=_("One sign for the day where an exhibitor stays from morning to evening"),
        required=False,
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def prepare(self) -> None:
        edition, user = self.row, self.request.user
        participations = Participation.objects.visible_to(user).filter(edition=edition)
        half_days = HalfDay.objects.filter(edition=edition).order_by("starts_at", "pk")
        numbers = Stand.objects.visible_to(user).filter(edition=edition)
        self.numbers = {plain(each): each for each in numbers.values_list("number", flat=True)}
        fields: Any = self.fields
        fields["region"].choices = region_choices(
            participations.select_related("region").in_order()
        )
        fields["half_day"].choices = [
            ("", gettext("Every half-day")),
            *((str(one.pk), str(one)) for one in half_days),
        ]
        fields["language"].initial = (get_language() or "fr")[:2]

    def clean_stands(self) -> list[str]:
        typed = filter(None, map(str.strip, _APART.split(self.cleaned_data["stands"])))
        found: list[str] = []
        unknown: list[str] = []
        for word in typed:
            number = self.numbers.get(plain(word))
            (found if number else unknown).append(number or word)
        if unknown:
            words = {"stands": ", ".join(unknown[:5])}
            raise forms.ValidationError(gettext("No stand has the number %(stands)s.") % words)
        return found

    @property
    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(
            edition=self.row.pk,
            sheet=given["sheet"],
            source=given["source"],
            paper=given["paper"],
            region=given["region"],
            stands=given["stands"],
            half_day=int(given["half_day"]) if given["half_day"] else None,
            whole_days=given["whole_days"],
        )
