"""One step of an application: shown as it was typed, checked field by field."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import HalfDay
from startups import answers, typed
from startups.fields import YesNoField
from startups.forms.columns import MADE
from startups.models import Question, Theme
from startups.operations.applying.writing import led_back, same_company
from startups.steps import PROMISES, State, Step, in_form, required
from startups.typed import Raw


class StepForm(forms.Form):
    """Bound to what is written and what was typed over it: an error stays until it is mended.

    As long as `wants_all` is not asked for, what is missing is no error: a draft may lack anything.
    """

    use_required_attribute = False

    def __init__(
        self,
        state: State,
        step: Step,
        *,
        wants_all: bool = False,
        over: Mapping[str, Raw] | None = None,
    ) -> None:
        """`over`: what was posted and could not be kept, to be shown again."""
        self.state = state
        self.step = step
        self.wants_all = wants_all
        self.shown = {**typed.current(state), **(over or {})}
        super().__init__(data=self._data(), initial=self._files())
        self.required = self._required()
        self.questions = {answers.name_of(question): question for question in state.questions}
        for name in step.fields:
            self.fields[name] = self._made(name)
        for name, field in self.fields.items():
            field.required = name in self.required

    # --- fields ---------------------------------------------------------------------------------

    def _made(self, name: str) -> forms.Field:
        if name == "theme":
            return self._theme()
        if name == "wanted_half_days":
            return self._half_days()
        if name in self.questions:
            question = self.questions[name]
            return answers.form_field(question, is_required=name in self.required)
        field = MADE[name]()
        if isinstance(field, YesNoField) and name not in self.required:
            field.offer_no_answer()
        return field

    def _required(self) -> set[str]:
        state, now = self.state, timezone.now()
        apply = answers.shown(state.questions, state.said).difference(state.closed)
        own = {
            answers.name_of(question)
            for question in state.questions
            if question.key in apply and question.is_required_at(now)
        }
        return own.union(in_form(required(state.application.call)), ["language"])

    def _theme(self) -> forms.Field:
        themes = {theme.pk: theme for theme in Theme.objects.order_by("position", "code")}
        wanted = {theme.pk for theme in self.state.application.call.themes.all()}
        choices: list[Any] = [(code, str(theme)) for code, theme in themes.items()]
        if wanted:
            # All of them: a company says what it does, and the page says what the call is about.
            choices = [
                (_("Themes of this call"), [each for each in choices if each[0] in wanted]),
                (_("Other themes"), [each for each in choices if each[0] not in wanted]),
            ]
        return forms.TypedChoiceField(
            label=LABELS["theme"],
            choices=[("", _("Choose a theme")), *choices],
            coerce=themes.get,
            empty_value=None,
        )

    def _half_days(self) -> forms.Field:
        self.half_days = {
            str(half_day.pk): half_day
            for half_day in HalfDay.objects.filter(
                edition=self.state.application.call.participation.edition_id
            )
            .select_related("day")
            .order_by("starts_at", "pk")
        }
        return forms.TypedMultipleChoiceField(
            label=LABELS["wanted_half_days"],
            choices=[(pk, str(half_day)) for pk, half_day in self.half_days.items()],
            coerce=self.half_days.get,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Stays usually last two or four days. The region does what it can."),
            error_messages={"required": _("Tick at least one half-day.")},
        )

    # --- as shown -------------------------------------------------------------------------------

    def _data(self) -> MultiValueDict[str, Any]:
        data: MultiValueDict[str, Any] = MultiValueDict()
        for name in self.step.fields:
            raw = self.shown[name]
            if isinstance(raw, str):
                data.setlist(name, [raw] if raw else [])
            elif raw and isinstance(raw[0], dict):
                for number, block in enumerate(raw):
                    for part, text in block.items():
                        data[f"{name}-{number}-{part}"] = text
            else:
                data.setlist(name, raw)
        return data

    def _files(self) -> dict[str, Any]:
        """The file fields' own: names only, since what is kept was checked when it came."""
        return {
            name: self.shown[name]
            for name in self.step.fields
            if name in typed.FILES or self._is_file_question(name)
        }

    def _is_file_question(self, name: str) -> bool:
        return any(
            answers.name_of(question) == name and question.kind == answers.Kind.FILE
            for question in self.state.questions
        )

    def full_clean(self) -> None:
        """Labels go on telling what a submission needs."""
        if not self.wants_all:
            for field in self.fields.values():
                field.required = False
        super().full_clean()
        for name, field in self.fields.items():
            field.required = name in self.required
        for name in set(self.errors):
            if name not in self.applying() or self.is_frozen(name):
                del self.errors[name]

    def applying(self) -> set[str]:
        """A question that does not apply has no errors."""
        apply = answers.shown(self.state.questions, self.state.said)
        return {
            name
            for name in self.fields
            if name not in self.questions or self.questions[name].key in apply
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (wrong := self.too_many_women(cleaned)) and "women_founders" in self.fields:
            self.add_error("women_founders", wrong)
        for name in ("siret", "contact_email"):
            waits = name in self.fields and name in self.state.waiting
            if waits and name not in self.errors and (why := self._why_it_waits(name)):
                self.add_error(name, why)
        return cleaned

    def _why_it_waits(self, name: str) -> str:
        """It is valid as it stands, and is not written all the same."""
        application = self.state.application
        if name == "siret":
            other = same_company(application, self.cleaned_data["siret"])
            return "" if other is None else str(led_back(other))
        if not self.cleaned_data[name]:
            return _("Give an address: our mails and your private link go there.")
        if application.status == application.Status.SUBMITTED:
            return ""
        return _("Press “Continue” to change the address.")

    def too_many_women(self, cleaned: Mapping[str, Any]) -> str:
        founders, women = cleaned.get("founders"), cleaned.get("women_founders")
        if founders is None or women is None or women <= founders:
            return ""
        return _("There cannot be more women among the founders than founders.")

    def valid(self) -> dict[str, Any]:
        """What was typed here and may be written as it is, by name."""
        held = {*PROMISES, *(FOUNDERS if "women_founders" in self.errors else ())}
        return {
            name: answers.to_json(value) if name in self.questions else value
            for name, value in self.cleaned_data.items()
            if name in self.state.waiting and name not in held
        }

    def refused(self) -> list[str]:
        """Names of what was typed here and cannot be written: not of what was saved long ago."""
        waiting = set(self.state.waiting)
        if waiting.intersection(FOUNDERS):
            waiting.update(FOUNDERS)
        return [name for name in self.fields if name in self.errors and name in waiting]

    def is_frozen(self, name: str) -> bool:
        question = self.questions.get(name)
        return question is not None and question.key in self.state.closed

    # --- the page -------------------------------------------------------------------------------

    @cached_property
    def aside(self) -> dict[str, Raw]:
        return typed.aside(self.state.application)

    def half_days_by_day(self) -> Iterator[tuple[str, list[Any]]]:
        """The half-days' checkboxes with the half-day each stands for, under their day."""
        boxes = [
            (box, self.half_days[str(box.data["value"])])
            for box in self["wanted_half_days"].subwidgets
        ]
        for day, group in groupby(boxes, key=lambda pair: pair[1].day):
            yield capfirst(str(day)), list(group)


FOUNDERS = ("founders", "women_founders")
LABELS = {
    "theme": gettext_lazy("Main theme"),
    "wanted_half_days": gettext_lazy("Half-days you wish for"),
}


def label_of(name: str, questions: Sequence[Question]) -> str:
    """What a field is called, whichever step asks it."""
    for question in questions:
        if answers.name_of(question) == name:
            return question.label
    return str(LABELS[name] if name in LABELS else MADE[name]().label)
