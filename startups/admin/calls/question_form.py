"""The form of a question as an organiser writes it: lines of words, no code."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from pavilion.core.text import fold
from startups.models import Call, Question
from startups.operations.calls import question_rules

Kind = Question.Kind
_SEPARATOR = " | "


def _cells(text: str) -> list[list[str]]:
    """The lines that hold something, cut at their bars."""
    lines = (line.split("|") for line in text.splitlines() if line.strip())
    return [[cell.strip() for cell in cells] for cells in lines]


class LinesField(forms.CharField):
    """Rows written one a line, their columns between bars."""

    widget = widgets.UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(map(self.line, value or []))

    def to_python(self, value: Any) -> Any:
        return [self.row(cells) for cells in _cells(value or "")]

    def validate(self, value: Any) -> None:
        """The operation says what is missing, and for which kind."""

    def run_validators(self, value: Any) -> None:
        """They are those of a text."""

    def line(self, row: Mapping[str, Any]) -> str:
        raise NotImplementedError

    def row(self, cells: list[str]) -> dict[str, Any]:
        raise NotImplementedError


class ChoicesField(LinesField):
    """ "value | French | English"; the value may be left out, and the English."""

    def line(self, row: Mapping[str, Any]) -> str:
        return _SEPARATOR.join([row["value"], row["fr"], row.get("en", "")]).rstrip()

    def row(self, cells: list[str]) -> dict[str, Any]:
        if len(cells) > 3:
            raise forms.ValidationError(
                gettext("“%(line)s” has more than three columns: value | French | English.")
                % {"line": _SEPARATOR.join(cells)}
            )
        value, fr, en = ["", *cells, ""][:3] if len(cells) < 3 else cells
        return {"value": value, "fr": fr, "en": en}


class PartsField(LinesField):
    """ "French | English | kind | required"; only the first is needed."""

    def line(self, row: Mapping[str, Any]) -> str:
        required = pgettext("part of a block", "required") if row.get("is_required") else ""
        cells = [row["fr"], row.get("en", ""), _kind_word(row["kind"]), required, row["key"]]
        return _SEPARATOR.join(cells)

    def row(self, cells: list[str]) -> dict[str, Any]:
        if len(cells) > 5:
            raise forms.ValidationError(
                gettext(
                    "“%(line)s” has more columns than: French | English | kind | required | key."
                )
                % {"line": _SEPARATOR.join(cells)}
            )
        fr, en, kind, required, key = [*cells, "", "", "", "", ""][:5]
        return {
            "key": key,
            "kind": _kind(kind),
            "fr": fr,
            "en": en,
            "is_required": bool(required),
        }


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """`shown_if` says in one list which earlier question, answered with what."""

    request: ClassVar[HttpRequest]

    options = ChoicesField(
        label=_("Choices"),
        required=False,
        help_text=_(
            "One a line: French | English. To say yourself what exports write: "
            "value | French | English."
        ),
    )
    parts = PartsField(
        label=_("Parts of the block"),
        required=False,
        help_text=_(
            "One a line: French | English | kind | required | key. Only the first is needed; kinds "
            "are text, number, date and yes/no. The block is repeated as often as the company "
            "needs: once for each team member, for instance."
        ),
    )
    shown_if = forms.ChoiceField(
        label=_("Shown only if"), required=False, widget=widgets.UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("options", "parts"):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = 6
        call = self._call()
        for name in ("key", "label_en"):
            if name in self.fields:
                self.fields[name].required = False
        if "shown_if" in self.fields:
            self.earlier = list(self._earlier(call)) if call else []
            field: Any = self.fields["shown_if"]
            field.choices = [("", gettext("Always")), *map(_group, self.earlier)]
            if self.instance.depends_on_id:
                now = f"{self.instance.depends_on_id}:{self.instance.depends_value}"
                self.initial["shown_if"] = now

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        other, _colon, value = str(data.pop("shown_if", "")).partition(":")
        by_key = {str(question.pk): question for question in self.earlier}
        data["depends_on"], data["depends_value"] = by_key.get(other), value
        return data

    def _call(self) -> Call | None:
        chosen = self.instance.call_id or self.data.get("call") or self.initial.get("call")
        if not str(chosen or "").isdigit():
            return None
        return Call.objects.visible_to(self.request.user).filter(pk=int(str(chosen))).first()

    def _earlier(self, call: Call) -> Iterable[Question]:
        for question in call.questions.in_order():
            if question.pk == self.instance.pk:
                return
            yield question


def _group(question: Question) -> tuple[str, list[tuple[str, str]]]:
    answers = [
        (f"{question.pk}:{value}", gettext("is answered “%(answer)s”") % {"answer": label})
        for value, label in _answers(question)
    ]
    return str(question), [(f"{question.pk}:", gettext("has any answer")), *answers]


def _answers(question: Question) -> Iterable[tuple[str, str]]:
    if question.kind == Kind.YES_NO:
        return [("yes", gettext("Yes")), ("no", gettext("No"))]
    return [(option["value"], _word(option)) for option in question.options]


def _word(option: Mapping[str, str]) -> str:
    english = (get_language() or "fr")[:2] == "en"
    return (option.get("en") if english else "") or option["fr"]


def _kind_word(kind: str) -> str:
    words: dict[str, str] = {
        Kind.TEXT: gettext("text"),
        Kind.NUMBER: gettext("number"),
        Kind.DATE: gettext("date"),
        Kind.YES_NO: gettext("yes/no"),
    }
    return words.get(kind, kind)


def _kind(word: str) -> str:
    """The kind that somebody wrote, in either language or by its code."""
    if not word:
        return Kind.TEXT
    spoken = {
        **{fold(_kind_word(kind)): kind for kind in question_rules.PART_KINDS},
        **{fold(str(Kind(kind).label)): kind for kind in question_rules.PART_KINDS},
        "texte": Kind.TEXT,
        "nombre": Kind.NUMBER,
        "oui/non": Kind.YES_NO,
        "yes/no": Kind.YES_NO,
    }
    return str(spoken.get(fold(word), word))
