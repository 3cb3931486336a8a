"""A region's own questions: how each is asked, when it counts, what its answer reads like.

An answer is known under three forms: as typed (`Raw`, what a form shows), as kept (JSON, see
`Answer`), and in words.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from startups.dates import day
from startups.fields import (
    BlocksField,
    DayField,
    DocumentField,
    LongText,
    NumberField,
    YesNoField,
)
from startups.models import Answer, Application, Call, Question

Kind = Question.Kind
Stage = Question.Stage

# As many choices as are taken in at a glance; more of them fold into a list.
SHOWN_AT_ONCE = 6
LONGEST = {Kind.TEXT: 250, Kind.LONG_TEXT: 3000}


def name_of(question: Question) -> str:
    """How forms and `Application.typed` call the answer to it."""
    return f"q:{question.key}"


def asked(call: Call, stage: str = Stage.NOW) -> list[Question]:
    """The questions of a stage, in order. One query."""
    return list(
        Question.objects.in_order().filter(call=call, stage=stage).select_related("depends_on")
    )


def kept(application: Application) -> dict[str, Answer]:
    """Every answer given, by question key. One query."""
    answers = application.answers.select_related("question")
    return {answer.question.key: answer for answer in answers}


def values(answers: Mapping[str, Answer]) -> dict[str, Any]:
    return {key: value_of(answer) for key, answer in answers.items()}


def value_of(answer: Answer) -> Any:
    """What was answered; of a file, its name."""
    return answer.file_name if answer.question.kind == Kind.FILE else answer.value


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def shown(questions: Iterable[Question], values: Mapping[str, Any]) -> set[str]:
    """Keys of the questions that apply, given the answers to those they depend on."""
    by_key = {question.key: question for question in questions}

    def applies(question: Question, seen: frozenset[str]) -> bool:
        other = question.depends_on
        if other is None or question.key in seen:
            return True
        # What is not shown has no say, whatever was once answered to it.
        if other.key in by_key and not applies(by_key[other.key], seen | {question.key}):
            return False
        return _is_answered_with(values.get(other.key), question.depends_value)

    return {key for key, question in by_key.items() if applies(question, frozenset())}


def standing(given: Iterable[Answer]) -> list[Answer]:
    """Those to questions that apply: what another answer has hidden since is said no more.

    Given every answer of one application, each with its question and the one that depends on.
    """
    rows = list(given)
    said = {answer.question.key: value_of(answer) for answer in rows}
    apply = shown((answer.question for answer in rows), said)
    return [answer for answer in rows if answer.question.key in apply]


def stands(answer: Answer) -> bool:
    """Whether it is still said, see `standing`. One query."""
    rows = Answer.objects.filter(application=answer.application_id)
    return answer in standing(rows.select_related("question__depends_on"))


def _is_answered_with(value: Any, wanted: str) -> bool:
    if not wanted:
        return not is_empty(value)
    if isinstance(value, bool):
        return wanted == ("yes" if value else "no")
    if isinstance(value, list):
        return wanted in value
    return value is not None and str(value) == wanted


def is_closed(question: Question, application: Application, now: datetime) -> bool:
    """Whether its company can no longer give or change the answer.

    A freeze leaves out who is let in after it: to correct the application, or by a late code.
    """
    if not question.is_frozen_at(now):
        return False
    if question.stage != Stage.NOW:
        return True
    Status = Application.Status
    if application.status == Status.INCOMPLETE:
        return False
    code = application.late_code
    is_pending = application.status in {Status.DRAFT, Status.SUBMITTED}
    return not (is_pending and code is not None and now < code.expires_at)


def missing(application: Application, now: datetime, stage: str = Stage.NOW) -> list[str]:
    """Keys of the questions that apply, must be answered by now, and are not. Two queries."""
    questions = asked(application.call, stage)
    closed = [each.key for each in questions if is_closed(each, application, now)]
    return missing_from(questions, values(kept(application)), now, closed=closed)


def missing_from(
    questions: Sequence[Question],
    values: Mapping[str, Any],
    now: datetime,
    *,
    closed: Collection[str] = (),
) -> list[str]:
    """`closed`: keys of those the company can answer no more: what nobody may give is not asked."""
    apply = shown(questions, values).difference(closed)
    return [
        question.key
        for question in questions
        if question.key in apply
        and question.is_required_at(now)
        and is_empty(values.get(question.key))
    ]


# --- As a form field ------------------------------------------------------------------------------


def form_field(question: Question, *, is_required: bool = False) -> forms.Field:
    """The field that asks it, with label and help in the reader's language."""
    words: dict[str, Any] = {
        "label": question.label,
        "help_text": question.help,
        "required": is_required,
    }
    if question.kind == Kind.GROUP:
        parts = {part["key"]: _part_field(part) for part in question.parts}
        return BlocksField(parts, question.max_items, **words)
    if question.kind == Kind.CHOICE:
        return _choice(question, **words)
    if question.kind == Kind.CHOICES:
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=_options(question), widget=widget, **words)
    return _plain_field(question.kind, question.max_length, **words)


def _plain_field(kind: str, max_length: int | None = None, **words: Any) -> forms.Field:
    if kind == Kind.LONG_TEXT:
        return LongText(rows=5, max_length=max_length or LONGEST[Kind.LONG_TEXT], **words)
    if kind == Kind.NUMBER:
        return NumberField(**words)
    if kind == Kind.DATE:
        # Without help of its own, the field tells how a day is written.
        return DayField(**{key: word for key, word in words.items() if key != "help_text" or word})
    if kind == Kind.YES_NO:
        return YesNoField(**words)
    if kind == Kind.FILE:
        return DocumentField(**words)
    field = forms.CharField(max_length=max_length or LONGEST[Kind.TEXT], **words)
    # Browsers cut what is pasted without a word.
    field.widget.attrs.pop("maxlength", None)
    return field


def _part_field(part: Mapping[str, Any]) -> forms.Field:
    required = bool(part.get("is_required"))
    return _plain_field(part["kind"], label=_localized(part), required=required)


def _choice(question: Question, **words: Any) -> forms.Field:
    options = _options(question)
    if len(options) > SHOWN_AT_ONCE:
        return forms.ChoiceField(choices=[("", _("Choose")), *options], **words)
    if not words["required"]:
        options.append(("", _("No answer")))
    return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **words)


def _options(question: Question) -> list[tuple[str, str]]:
    return [(option["value"], _localized(option)) for option in question.options]


def _localized(words: Mapping[str, Any]) -> str:
    code = (translation.get_language() or "fr")[:2]
    return str(words.get(code) or words.get("fr", ""))


# --- From one form to another ---------------------------------------------------------------------


def to_json(cleaned: Any) -> Any:
    """What is kept of a valid answer."""
    if isinstance(cleaned, Decimal):
        return int(cleaned) if cleaned == cleaned.to_integral_value() else float(cleaned)
    if isinstance(cleaned, date):
        return cleaned.isoformat()
    if isinstance(cleaned, dict):
        return {key: to_json(value) for key, value in cleaned.items()}
    if isinstance(cleaned, list):
        return [to_json(value) for value in cleaned]
    return cleaned


def from_raw(question: Question, raw: Any, otherwise: Any) -> Any:
    """What would be kept of an answer as typed; `otherwise` as long as it is not valid."""
    if question.kind == Kind.FILE:
        return raw and otherwise
    try:
        return to_json(form_field(question).clean(raw))
    except forms.ValidationError:
        return otherwise


def fits(question: Question, raw: Any) -> bool:
    """Whether it was typed for this kind of question, which may have become another since."""
    if question.kind in (Kind.GROUP, Kind.CHOICES):
        wanted = dict if question.kind == Kind.GROUP else str
        return isinstance(raw, list) and all(isinstance(each, wanted) for each in raw)
    return isinstance(raw, str)


def to_raw(question: Question, value: Any) -> Any:
    """What a form shows of an answer: text, a list of texts, or a list of blocks."""
    if question.kind == Kind.GROUP:
        return [
            {
                part["key"]: _plain_raw(block.get(part["key"]), is_day=part["kind"] == Kind.DATE)
                for part in question.parts
            }
            for block in value or []
        ]
    if question.kind == Kind.CHOICES:
        return [str(each) for each in value or []]
    return _plain_raw(value, is_day=question.kind == Kind.DATE)


def _plain_raw(value: Any, *, is_day: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    day = _day_of(value) if is_day else None
    return f"{day:%d/%m/%Y}" if day else str(value)


def _day_of(value: Any) -> date | None:
    """None for what was given while something else was asked: that is shown as it stands."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def in_words(question: Question, value: Any) -> str:
    """The answer as one reads it; empty when there is none."""
    if is_empty(value):
        return ""
    if question.kind == Kind.GROUP:
        return "\n".join(filter(None, (_block_in_words(question, block) for block in value)))
    if question.kind in (Kind.CHOICE, Kind.CHOICES):
        chosen = value if isinstance(value, list) else [value]
        labels = dict(_options(question))
        return ", ".join(labels.get(each, str(each)) for each in chosen)
    return _plain_in_words(question.kind, value)


def _block_in_words(question: Question, block: Mapping[str, Any]) -> str:
    parts = [_plain_in_words(part["kind"], block.get(part["key"])) for part in question.parts]
    return " · ".join(filter(None, parts))


def _plain_in_words(kind: str, value: Any) -> str:
    if is_empty(value):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if kind == Kind.DATE and (given := _day_of(value)):
        return day(given)
    if kind == Kind.NUMBER and isinstance(value, int | float):
        return number_format(value, force_grouping=True)
    return str(value)
