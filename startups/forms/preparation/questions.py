"""The region's questions to those who exhibit."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files import File
from django.utils import timezone

from startups import answers, typed
from startups.fields import BlocksField
from startups.forms.preparation.meanwhile import saved_meanwhile
from startups.models import Question
from startups.shown import Shown


class LaterForm(forms.Form):
    """A region's questions to exhibitors; each valid answer is kept, whatever the others are."""

    use_required_attribute = False
    changed: Sequence[str] = ()

    def __init__(
        self, *args: Any, questions: Sequence[Question], kept: Mapping[str, Any], **kwargs: Any
    ) -> None:
        initial = {
            answers.name_of(question): answers.to_raw(question, kept.get(question.key))
            for question in questions
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.kept = kept
        self.questions = {answers.name_of(question): question for question in questions}
        now = timezone.now()
        for name, question in self.questions.items():
            # What depends on an answer of this page may not apply: its lack shows in the list.
            is_required = question.is_required and question.depends_on_id is None
            self.fields[name] = answers.form_field(question, is_required=is_required)
            if question.is_frozen_at(now):
                self.fields[name].disabled = True

    def values(self, seen: Shown | None = None) -> dict[str, Any]:
        """What is valid, by question key. A file only when one was sent.

        With `seen`, what the page showed before, only what was touched.
        """
        given: dict[str, Any] = {}
        for name, question in self.questions.items():
            if name not in self.cleaned_data or self.fields[name].disabled:
                continue
            value = self.cleaned_data[name]
            if question.kind == Question.Kind.FILE:
                if isinstance(value, File):
                    given[question.key] = value
            elif not self._is_as_seen(name, (seen or {}).get(question.key)):
                given[question.key] = answers.to_json(value)
        return given

    def _is_as_seen(self, name: str, seen: typed.Raw | None) -> bool:
        raw = self[name].value()
        return seen is not None and typed.same("" if raw is None else raw, seen)

    def show_both(self, kept: Mapping[str, Any]) -> None:
        """What was answered meanwhile, beside what was typed."""
        for name, question in self.questions.items():
            if question.key in self.changed:
                words = answers.in_words(question, kept.get(question.key))
                self.add_error(name, saved_meanwhile(words))

    def rows(self) -> list[dict[str, Any]]:
        """Each question with what its page needs to show it."""
        return [
            {
                "field": self[name],
                "question": question,
                "file": self.kept.get(question.key) if question.kind == "file" else "",
                "blocks": self._blocks(name),
                "condition": self._condition(question),
                "is_frozen": self.fields[name].disabled,
                "words": answers.in_words(question, self.kept.get(question.key)),
            }
            for name, question in self.questions.items()
        ]

    def _condition(self, question: Question) -> Question | None:
        other = question.depends_on
        names = {each.pk for each in self.questions.values()}
        return other if other is not None and other.pk in names else None

    def _blocks(self, name: str) -> list[forms.Form]:
        """The blocks typed, and empty ones as far as the question allows: three at least."""
        field = self.fields[name]
        if not isinstance(field, BlocksField):
            return []
        typed = list(self[name].value() or [])
        wanted = min(max(len(typed) + 1, 3), field.max_items)
        typed += [{}] * (wanted - len(typed))
        return [_unchecked(field, f"{name}-{number}", block) for number, block in enumerate(typed)]


def _unchecked(field: BlocksField, prefix: str, block: Mapping[str, Any]) -> forms.Form:
    """A block to show: its errors stand with the question."""
    form = field.block(prefix)
    form.initial = dict(block)
    return form
