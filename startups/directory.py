"""What the public may look for among exhibitors and on the plan, and how."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.forms import region_choices
from events.models import Participation
from pavilion.core.text import fold
from startups.models import Theme
from startups.models.exhibitor import ExhibitorQuerySet


class DirectoryForm(forms.Form):
    """The directory's filters. One that is wrong says so and filters nothing."""

    q = forms.CharField(
        label=_("Name or words of the pitch"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)

    def __init__(
        self,
        *args: Any,
        participations: Iterable[Participation],
        themes: Iterable[Theme],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "region", region_choices(participations))
        _choose(self, "theme", theme_choices(themes))
        self.is_valid()

    def chosen(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")

    @property
    def is_filtering(self) -> bool:
        return any(map(self.chosen, self.fields))

    def narrow(self, exhibitors: ExhibitorQuerySet) -> ExhibitorQuerySet:
        """Every word must be found somewhere in the names or the pitches, accents apart."""
        if self.chosen("region"):
            exhibitors = exhibitors.filter(participation__region=self.chosen("region"))
        if self.chosen("theme"):
            exhibitors = exhibitors.filter(application__theme=self.chosen("theme"))
        for word in fold(self.chosen("q")).split():
            exhibitors = exhibitors.filter(application__search_text__contains=word)
        return exhibitors


class PlanForm(forms.Form):
    """What the plan shows beside when: a region from close by, a theme, what is looked for."""

    q = forms.CharField(
        label=_("Exhibitor or stand"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)

    def __init__(
        self,
        *args: Any,
        participations: Iterable[Participation],
        themes: Iterable[Theme],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "region", region_choices(participations))
        _choose(self, "theme", theme_choices(themes))
        self.is_valid()

    def chosen(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")


def theme_choices(themes: Iterable[Theme]) -> list[tuple[str, str]]:
    return [("", gettext("All themes")), *((theme.pk, theme.name) for theme in themes)]


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]
