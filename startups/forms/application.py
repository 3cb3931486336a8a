"""One step of an application: shown as it was typed, checked field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import HalfDay
from startups import answers, typed
from startups.fields import BlocksField, YesNoField
from startups.forms.columns import MADE
from startups.models import Question, Theme
from startups.operations import Typed
from startups.operations.writing import led_back, same_company
from startups.steps import PROMISES, State, Step, in_form, required
from startups.typed import Raw


@dataclass(frozen=True)
class Block:
    number: int
    form: forms.Form
    is_spare: bool


@dataclass(frozen=True)
class Row:
    """One field with everything its place on the page shows."""

    name: str
    field: BoundField
    kind: str
    told: str
    # What was typed in another window while the field changed, in words; None when nothing was.
    aside: str | None
    saved: str
    # A file that is kept already.
    file_name: str
    blocks: Sequence[Block]
    can_grow: bool
    question: Question | None
    is_frozen: bool


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
        # Of what was posted: the fields, and the files that were refused, with the reason.
        self.sent: set[str] = set()
        self.refused_files: dict[str, str] = {}
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
        apply = answers.shown(state.questions, state.values)
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
        for name in set(self.errors).difference(self._applying()):
            del self.errors[name]

    def _applying(self) -> set[str]:
        """A question that does not apply has no errors."""
        apply = answers.shown(self.state.questions, self.state.values)
        return {
            name
            for name in self.fields
            if name not in self.questions or self.questions[name].key in apply
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (wrong := self._too_many_women(cleaned)) and "women_founders" in self.fields:
            self.add_error("women_founders", wrong)
        for name in ("siret", "contact_email"):
            if name in self.fields and name not in self.errors and self._waits(name):
                self.add_error(name, self._why_it_waits(name))
        return cleaned

    def _waits(self, name: str) -> bool:
        application = self.state.application
        return name in application.typed and application.status != application.Status.SUBMITTED

    def _why_it_waits(self, name: str) -> str:
        if name == "contact_email":
            return _("Press “Continue” to change the address.")
        other = same_company(self.state.application, self.cleaned_data["siret"])
        return str(led_back(other)) if other else _("Press “Continue” to have it checked again.")

    def _too_many_women(self, cleaned: Mapping[str, Any]) -> str:
        founders, women = cleaned.get("founders"), cleaned.get("women_founders")
        if founders is None or women is None or women <= founders:
            return ""
        return _("There cannot be more women among the founders than founders.")

    # --- as posted ------------------------------------------------------------------------------

    def posted(
        self, data: Any, files: Any, *, only: Sequence[str], seen: Mapping[str, Any]
    ) -> dict[str, Typed]:
        """What of this step was sent, each with whether it is valid and what it means.

        `only` names the fields that were touched; without it, those that differ from `seen`, the
        page as it was sent out. A file counts when one was chosen.
        """
        found: dict[str, Typed] = {}
        # What waits is tried again: what was in its way may be gone, or this is its button.
        waiting = self.state.application.typed
        for name, field in self.fields.items():
            if isinstance(field, forms.FileField):
                if isinstance(upload := files.get(name), UploadedFile):
                    checked = self._checked(name, field, upload, None)
                    if checked.is_valid:
                        found[name] = checked
                continue
            if (only and name not in only) or self._is_frozen(name):
                continue
            if name not in only and field.widget.value_omitted_from_data(data, files, name):
                continue
            raw = _as_raw(field.widget.value_from_datadict(data, files, name))
            was = seen.get(name)
            if not only and was and typed.same(raw, was[-1]) and name not in waiting:
                continue
            found[name] = self._checked(name, field, raw, was)
        self.sent |= set(found)
        return self._with_founders(found)

    def taken_from_aside(self, name: str) -> dict[str, Typed]:
        """What was typed in another window takes the place of the saved value."""
        if name not in self.fields or name not in self.aside:
            return {}
        self.sent.add(name)
        return {name: self._checked(name, self.fields[name], self.aside[name], None)}

    def without(self, name: str, posted: Mapping[str, Typed]) -> dict[str, Typed]:
        """A file taken away, or one block: `q:team-1` is the second of `q:team`."""
        self.sent.add(name)
        if isinstance(self.fields.get(name), forms.FileField):
            return {name: Typed(raw="", is_valid=True, value="")}
        blocks, _dash, number = name.rpartition("-")
        if not isinstance(self.fields.get(blocks), BlocksField) or not number.isdigit():
            return {}
        raw = posted[blocks].raw if blocks in posted else self.shown[blocks]
        left = [block for index, block in enumerate(raw) if index != int(number)]
        return {blocks: self._checked(blocks, self.fields[blocks], left, None)}

    def waiting(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What was typed here and is to be written: columns, and answers by key. All is valid."""
        values: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for name in self.fields:
            if name not in self.state.application.typed or name in PROMISES:
                continue
            value = self.cleaned_data[name]
            if name in self.questions:
                own[self.questions[name].key] = answers.to_json(value)
            else:
                values[name] = value
        return values, own

    def _checked(self, name: str, field: forms.Field, raw: Any, seen: list[Raw] | None) -> Typed:
        required, field.required = field.required, False
        kept: Raw = "" if isinstance(raw, UploadedFile) else raw
        try:
            value = field.clean(raw)
        except ValidationError as error:
            if isinstance(raw, UploadedFile):
                self.refused_files[name] = " ".join(error.messages)
            return Typed(raw=kept, is_valid=False, seen=seen)
        finally:
            field.required = required
        if name in self.questions and not isinstance(value, File):
            value = answers.to_json(value)
        if name == "contact_email" and not value:
            # The link needs an address: an empty one is kept as typed only.
            return Typed(raw=kept, is_valid=False, seen=seen)
        return Typed(raw=kept, is_valid=True, value=value, seen=seen)

    def _with_founders(self, found: dict[str, Typed]) -> dict[str, Typed]:
        """More women than founders: neither number is written before one of them is mended."""
        counts: dict[str, Any] = {}
        for name in ("founders", "women_founders"):
            if name not in self.fields:
                return found
            raw = found[name].raw if name in found else self.shown[name]
            try:
                counts[name] = self.fields[name].clean(raw)
            except ValidationError:
                return found
        if self._too_many_women(counts):
            for name in counts:
                if name in found:
                    found[name] = Typed(raw=found[name].raw, is_valid=False, seen=found[name].seen)
        return found

    def _is_frozen(self, name: str) -> bool:
        question = self.questions.get(name)
        return question is not None and question.is_frozen_at(timezone.now())

    # --- the page -------------------------------------------------------------------------------

    @cached_property
    def aside(self) -> dict[str, Raw]:
        return typed.aside(self.state.application)

    def rows(self) -> dict[str, Row]:
        return {name: self._row(name) for name in self.fields}

    def _row(self, name: str) -> Row:
        field, aside = self.fields[name], self.aside.get(name)
        question = self.questions.get(name)
        is_file = isinstance(field, forms.FileField)
        shown = self.shown[name]
        return Row(
            name=name,
            field=self[name],
            kind=_kind(field),
            told=self.told(name),
            aside=None if aside is None else self.in_words(name, aside),
            saved="" if aside is None else self.in_words(name, shown),
            file_name=str(shown) if is_file else "",
            blocks=self._blocks(name, field) if isinstance(field, BlocksField) else [],
            can_grow=isinstance(field, BlocksField) and len(shown) + 1 < field.max_items,
            question=question,
            is_frozen=self._is_frozen(name),
        )

    def _blocks(self, name: str, field: BlocksField) -> list[Block]:
        """The blocks there are, and an empty one to go on as long as there may be more."""
        shown: list[Any] = list(self.shown[name])
        filled = [block for block in shown if any(block.values())]
        blocks = [
            Block(number, field.block(f"{name}-{number}", block), is_spare=False)
            for number, block in enumerate(filled)
        ]
        if len(filled) < field.max_items:
            spare = field.block(f"{name}-{len(filled)}")
            blocks.append(Block(len(filled), spare, is_spare=True))
        return blocks

    def in_words(self, name: str, raw: Raw) -> str:
        """What was typed, for somebody who compares: choices by their labels."""
        field = self.fields[name]
        choices = dict(_flat(getattr(field, "choices", [])))
        if isinstance(raw, str):
            if isinstance(field, forms.BooleanField):
                return _("Yes") if raw else _("No")
            return str(choices.get(raw, raw)) or "–"
        if raw and isinstance(raw[0], dict):
            return "\n".join(" · ".join(filter(None, block.values())) for block in raw)
        return ", ".join(str(choices.get(each, each)) for each in raw) or "–"

    def applying_in_order(self) -> list[str]:
        applying = self._applying()
        return [name for name in self.fields if name in applying]

    def told(self, name: str) -> str:
        """What the field says, in words; empty when it says nothing."""
        raw = self.shown[name]
        if not raw:
            return ""
        if isinstance(self.fields[name], forms.FileField):
            return _("received") if name in typed.FILES else str(raw)
        return self.in_words(name, raw)

    def half_days_by_day(self) -> Iterator[tuple[str, list[Any]]]:
        """The half-days' checkboxes with the half-day each stands for, under their day."""
        boxes = [
            (box, self.half_days[str(box.data["value"])])
            for box in self["wanted_half_days"].subwidgets
        ]
        for day, group in groupby(boxes, key=lambda pair: pair[1].day):
            yield capfirst(str(day)), list(group)


def _as_raw(value: Any) -> Raw:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    return typed.tidy(value if isinstance(value, list) else str(value))


def _kind(field: forms.Field) -> str:
    if isinstance(field, BlocksField):
        return "blocks"
    return "file" if isinstance(field, forms.FileField) else "plain"


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label


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
