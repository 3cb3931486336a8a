"""How a company is shown and what its stand needs: logo, pitches, technical needs."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from startups import shown, typed
from startups.forms.columns import MADE
from startups.forms.preparation.meanwhile import saved_meanwhile
from startups.models import Application
from startups.operations.exhibiting.preparation import NEEDS_FIELDS, PITCH_FIELDS
from startups.shown import Shown
from startups.uploads import files


class LogoForm(forms.Form):
    use_required_attribute = False

    logo = forms.FileField(
        label=gettext_lazy("Logo in vector form"),
        help_text=gettext_lazy(
            "SVG, PDF or EPS, 5 MB at most. Text turned into outlines, on a transparent ground."
        ),
        widget=forms.FileInput(
            attrs={"accept": files.ACCEPTED_VECTOR_LOGOS, "data-max": files.MAX_VECTOR_LOGO}
        ),
    )

    def clean_logo(self) -> Any:
        return files.clean_vector_logo(self.cleaned_data["logo"])


class _Columns(forms.Form):
    """Columns of the application, asked as in its form."""

    use_required_attribute = False
    columns: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[frozenset[str]] = frozenset()
    changed: Sequence[str] = ()

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        initial = {name: getattr(application, name) for name in self.columns}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for name in self.columns:
            self.fields[name] = MADE[name]()
            self.fields[name].required = name not in self.optional

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.columns}

    def show_both(self, application: Application, seen: Shown) -> None:
        """What changed meanwhile, beside what was typed; in the place of what was not touched."""
        data = dict(self.data.items())
        for name in self.changed:
            saved = getattr(application, name)
            raw = str(shown.columns({name: saved})[name])
            mine = str(shown.columns({name: self.cleaned_data.get(name)})[name])
            if typed.same(mine, seen[name]):
                data[name] = raw
                self.add_error(name, _("Changed meanwhile: this is the saved version."))
            else:
                self.add_error(name, saved_meanwhile(_in_words(saved)))
        self.data = data

    def typed_rows(self) -> list[tuple[str, str]]:
        """What was typed, to read."""
        rows = [(field.label, field.data) for field in self if field.name != "logo"]
        return [(str(label), _in_words(data)) for label, data in rows if data]


class PitchForm(_Columns):
    columns = PITCH_FIELDS
    optional = frozenset({"website", "logo"})

    def values(self) -> dict[str, Any]:
        """The logo only when a new one was sent."""
        values = super().values()
        if not isinstance(self.files.get("logo"), File):
            del values["logo"]
        return values

    def picture(self) -> Any:
        """A new logo that is as it has to be, whatever is wrong with the rest; None without."""
        is_new = isinstance(self.files.get("logo"), File) and "logo" not in self.errors
        return self.cleaned_data.get("logo") if is_new else None


class NeedsForm(_Columns):
    columns = NEEDS_FIELDS
    optional = frozenset(NEEDS_FIELDS)


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)
