"""When a question holds together: its choices, its parts, its dates, what it depends on."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.validators import slug_re
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pavilion.core.errors import DomainError
from startups.dates import moment
from startups.models import Answer, Call, Question

Kind = Question.Kind

WITH_CHOICES = (Kind.CHOICE, Kind.CHOICES)
WITH_LENGTH = (Kind.TEXT, Kind.LONG_TEXT)
PART_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.YES_NO)
MOST_CHOICES = 60
MOST_PARTS = 12
LONGEST_VALUE = 100  # as long as `depends_value` can be


class QuestionWithoutText(DomainError):
    code = "question_without_text"


class WrongChoices(DomainError):
    code = "wrong_choices"


class WrongParts(DomainError):
    code = "wrong_parts"


class WrongDates(DomainError):
    code = "wrong_dates"


class WrongDependency(DomainError):
    code = "wrong_dependency"


class AlreadyAnswered(DomainError):
    code = "already_answered"


class DependedUpon(DomainError):
    code = "depended_upon"


def settle(question: Question) -> None:
    """Empty what this kind has no use for, so that nothing lies in wait behind another kind."""
    if question.kind not in WITH_CHOICES:
        question.options = []
    if question.kind != Kind.GROUP:
        question.parts = []
    if question.kind not in WITH_LENGTH:
        question.max_length = None
    if question.depends_on is None:
        question.depends_value = ""
    if question.stage == Question.Stage.LATER:
        question.is_for_jury = False  # it has decided by then


def ensure_holds_together(question: Question) -> None:
    """Refuse a question that nobody could answer, or that would never be asked."""
    if not question.label_fr.strip():
        raise QuestionWithoutText(_("Write the question in French."), field="label_fr")
    if question.kind in WITH_CHOICES:
        question.options = choices(question.options)
    if question.kind == Kind.GROUP:
        question.parts = parts(question.parts)
    _ensure_dates(question)
    if question.depends_on is not None:
        _ensure_dependency(question, question.depends_on)


def choices(options: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The choices as they are kept; refuse fewer than two, and two that are alike."""
    kept = [_choice(option) for option in options]
    if len(kept) < 2:
        raise WrongChoices(_("Write at least two choices."), field="options")
    if len(kept) > MOST_CHOICES:
        sentence = _("%(count)d choices are too many: %(most)d at most.")
        raise WrongChoices(sentence % {"count": len(kept), "most": MOST_CHOICES}, field="options")
    for name in ("value", "fr"):
        if twice := _twice(option[name].casefold() for option in kept):
            sentence = _("“%(choice)s” is there twice: each choice is its own.")
            raise WrongChoices(sentence % {"choice": twice}, field="options")
    return kept


def parts(parts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The parts of a repeated block as they are kept."""
    kept = [_part(part) for part in parts]
    if not kept:
        raise WrongParts(_("Write at least one part of the block."), field="parts")
    if len(kept) > MOST_PARTS:
        sentence = _("%(count)d parts are too many: %(most)d at most.")
        raise WrongParts(sentence % {"count": len(kept), "most": MOST_PARTS}, field="parts")
    if twice := _twice(part["key"] for part in kept):
        sentence = _("“%(part)s” is there twice: each part has its own key.")
        raise WrongParts(sentence % {"part": twice}, field="parts")
    return kept


def ensure_answers_stay_readable(was: Question, question: Question) -> None:
    """Once answered, neither kind nor key, nor a choice or a part that was used, may go."""
    answers = Answer.objects.filter(question=question)
    if (was.kind, was.key) != (question.kind, question.key) and (number := answers.count()):
        sentence = ngettext(
            "%(count)d company has answered: the kind and the key stay. Take the question back "
            "and write another.",
            "%(count)d companies have answered: the kind and the key stay. Take the question back "
            "and write another.",
            number,
        )
        raise AlreadyAnswered(
            sentence % {"count": number},
            field="kind" if was.kind != question.kind else "key",
            details={"answers": number},
        )
    _ensure_chosen_stay(was, question, answers)
    _ensure_parts_stay(was, question, answers)


def ensure_dependents_agree(question: Question) -> None:
    """Those shown depending on this one must still be able to be shown."""
    dependents = question.dependents.filter(is_active=True).order_by("position", "pk")
    for dependent in dependents:
        dependent.depends_on = question
        try:
            _ensure_dependency(dependent, question)
        except WrongDependency as error:
            raise DependedUpon(
                _("“%(question)s” is shown depending on this one. %(reason)s")
                % {"question": dependent, "reason": error},
                details={"question": dependent.pk},
            ) from error


def free_key(call: Call, label: str) -> str:
    """A key nobody of this call has yet, from the words of the question."""
    taken = set(call.questions.values_list("key", flat=True))
    root = slugify(label)[:36].strip("-") or "question"
    key, number = root, 1
    while key in taken:
        number += 1
        key = f"{root}-{number}"
    return key


def values(question: Question) -> list[str]:
    """What a question that depends on this one may wait for; empty: any answer alone."""
    if question.kind == Kind.YES_NO:
        return ["yes", "no"]
    return [option["value"] for option in question.options]


def _choice(option: Mapping[str, Any]) -> dict[str, str]:
    fr = str(option.get("fr") or "").strip()
    value = str(option.get("value") or slugify(fr) or fr).strip()
    if not fr or not value:
        raise WrongChoices(_("Write each choice in French at least."), field="options")
    if len(value) > LONGEST_VALUE:
        sentence = _("“%(value)s” is too long to be kept: %(most)d characters at most.")
        words = {"value": f"{value[:40]}…", "most": LONGEST_VALUE}
        raise WrongChoices(sentence % words, field="options")
    return {"value": value, "fr": fr, "en": str(option.get("en") or "").strip()}


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    fr = str(part.get("fr") or "").strip()
    key = str(part.get("key") or slugify(fr)[:40]).strip()
    kind = str(part.get("kind") or Kind.TEXT)
    if not fr:
        raise WrongParts(_("Write each part in French at least."), field="parts")
    if not slug_re.match(key) or len(key) > 40:
        sentence = _("“%(key)s” is not a key: letters, digits and hyphens only, 40 at most.")
        raise WrongParts(sentence % {"key": key}, field="parts")
    if kind not in PART_KINDS:
        possible = ", ".join(f"{each.value} ({each.label})" for each in PART_KINDS)
        sentence = _("“%(kind)s” is not a kind of part. Possible: %(possible)s.")
        raise WrongParts(sentence % {"kind": kind, "possible": possible}, field="parts")
    return {
        "key": key,
        "kind": kind,
        "fr": fr,
        "en": str(part.get("en") or "").strip(),
        "is_required": bool(part.get("is_required")),
    }


def _twice(texts: Iterable[str]) -> str:
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            return text
        seen.add(text)
    return ""


def _ensure_dates(question: Question) -> None:
    closes_at = question.call.closes_at
    is_asked_now = question.stage == Question.Stage.NOW
    if is_asked_now and question.frozen_after is not None and question.frozen_after < closes_at:
        sentence = _(
            "The call is open until %(moment)s: what the application asks can be answered until "
            "then. Freeze it then at the earliest."
        )
        raise WrongDates(sentence % {"moment": moment(closes_at)}, field="frozen_after")
    if question.required_by is None:
        return
    if not question.is_required:
        sentence = _("An answer is only wanted by a date if the question is required.")
        raise WrongDates(sentence, field="required_by")
    if question.frozen_after is not None and question.frozen_after <= question.required_by:
        sentence = _("The answer would be frozen before it is required: nobody could give it.")
        raise WrongDates(sentence, field="frozen_after")


def _ensure_dependency(question: Question, other: Question) -> None:
    words: dict[str, object] = {"other": other}
    if other.call_id != question.call_id:
        sentence = _("“%(other)s” is a question of another call.")
    elif not other.is_active:
        sentence = _("“%(other)s” is not asked any more.")
    elif not _is_earlier(other, question):
        sentence = _("“%(other)s” is asked later: a question depends on an earlier one.")
    elif question.depends_value and question.depends_value not in values(other):
        possible = ", ".join(values(other))
        words |= {"value": question.depends_value, "possible": possible}
        if possible:
            sentence = _("“%(value)s” is not an answer to “%(other)s”. Possible: %(possible)s.")
        else:
            sentence = _(
                "“%(other)s” has no list of answers: leave the value empty, for any answer."
            )
    else:
        return
    field = "depends_value" if "value" in words else "depends_on"
    raise WrongDependency(sentence % words, field=field, details={"question": other.pk})


def _is_earlier(other: Question, question: Question) -> bool:
    if other.pk == question.pk:
        return False
    if other.stage != question.stage:
        return other.stage == Question.Stage.NOW
    if question.pk is None:
        return True  # a new one comes last
    return (other.position, other.pk) < (question.position, question.pk)


def _ensure_chosen_stay(was: Question, question: Question, answers: Any) -> None:
    gone = set(values(was)) - set(values(question))
    if was.kind not in WITH_CHOICES or not gone:
        return
    chosen: set[str] = set()
    for value in answers.values_list("value", flat=True):
        chosen.update(value if isinstance(value, list) else [value])
    if missed := sorted(gone & chosen):
        sentence = _("Somebody has chosen %(choices)s already: these choices stay.")
        words = {"choices": ", ".join(missed)}
        raise AlreadyAnswered(sentence % words, field="options", details={"choices": missed})


def _ensure_parts_stay(was: Question, question: Question, answers: Any) -> None:
    """A part that was filled in keeps its key and its kind: its answers are kept by them."""
    if was.kind != Kind.GROUP:
        return
    kinds = {part["key"]: part["kind"] for part in question.parts}
    gone = {part["key"]: part for part in was.parts if kinds.get(part["key"]) != part["kind"]}
    filled: set[str] = set()
    for blocks in answers.values_list("value", flat=True) if gone else ():
        for block in blocks or []:
            filled.update(key for key, value in block.items() if value not in (None, ""))
    if missed := [part for key, part in gone.items() if key in filled]:
        sentence = _(
            "Companies have filled in %(parts)s already: these parts stay, and keep their kind."
        )
        raise AlreadyAnswered(
            sentence % {"parts": ", ".join(part["fr"] for part in missed)},
            field="parts",
            details={"parts": [part["key"] for part in missed]},
        )
