from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import Participation


class ProgrammeFilterForm(forms.Form):
    """What the public may narrow the programme to. The day stays while the region changes."""

    region = forms.ChoiceField(label=_("Region"), required=False)
    day = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, participations: Iterable[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = region_choices(participations)  # type: ignore[attr-defined]


def region_choices(participations: Iterable[Participation]) -> list[tuple[str, str]]:
    regions = [(one.region_id, str(one.region)) for one in participations]
    return [("", gettext("All regions")), *regions]
