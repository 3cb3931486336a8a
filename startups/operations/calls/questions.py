"""The questions a region adds to its call: written, changed, put in order, taken back."""

from copy import copy
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pavilion.core import activity, changes
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups.models import Call, Question
from startups.operations.calls import question_rules
from startups.operations.calls.locks import locked_call

QUESTION_FIELDS = (
    "key",
    "kind",
    "stage",
    "label_fr",
    "label_en",
    "help_fr",
    "help_en",
    "options",
    "parts",
    "max_items",
    "max_length",
    "is_required",
    "required_by",
    "frozen_after",
    "is_for_jury",
    "depends_on",
    "depends_value",
)
# What one form can bear; nobody finishes a longer one.
MOST_QUESTIONS = 60


class KeyTaken(DomainError):
    code = "key_taken"


class TooManyQuestions(DomainError):
    code = "too_many_questions"


class OutOfOrder(DomainError):
    code = "out_of_order"


def add_question(*, call_id: int, by: User | None, **fields: Any) -> Question:
    """Ask one more question, after the others. Without a key, its words make one."""
    values = changes.clean(Question, fields, allowed=QUESTION_FIELDS)
    with transaction.atomic():
        call = locked_call(call_id, by)
        _ensure_room(call)
        question = Question(call=call, **values, position=_last(call) + 1)
        question.key = question.key or question_rules.free_key(call, question.label_fr)
        _check(question)
        _save(question)
        _record(question, "question.created", by, after=_told(question, values))
    return question


def change_question(*, question_id: int, by: User | None, **fields: Any) -> Question:
    """Change what is given and leave the rest, as long as the answers given stay readable."""
    values = changes.clean(Question, fields, allowed=QUESTION_FIELDS)
    with transaction.atomic():
        question = _locked(question_id, by)
        was = copy(question)
        for name, value in values.items():
            setattr(question, name, value)
        question.key = question.key or was.key
        _check(question)
        question_rules.ensure_answers_stay_readable(was, question)
        question_rules.ensure_dependents_agree(question)
        before, after = _differences(was, question)
        if after:
            _save(question, list(after))
            _record(question, "question.changed", by, before=before, after=after)
    return question


def retire_question(*, question_id: int, by: User | None) -> Question:
    """Ask it no more; the answers given stay. Safe to repeat."""
    with transaction.atomic():
        question = _locked(question_id, by)
        if not question.is_active:
            return question
        dependents = question.dependents.filter(is_active=True)
        if dependent := dependents.order_by("position", "pk").first():
            raise question_rules.DependedUpon(
                _("“%(question)s” is shown depending on this one: take it back first.")
                % {"question": dependent},
                details={"question": dependent.pk},
            )
        _ask(question, False, by=by, verb="question.retired")
    return question


def restore_question(*, question_id: int, by: User | None) -> Question:
    """Ask it again, after the others. Safe to repeat."""
    with transaction.atomic():
        question = _locked(question_id, by)
        if not question.is_active:
            _ensure_room(question.call)
            question.position = _last(question.call) + 1
            _check(question)
            _ask(question, True, by=by, verb="question.restored")
    return question


def move_question(*, question_id: int, place: int, by: User | None) -> Question:
    """Make it the first (1), second … question asked; the others make room."""
    with transaction.atomic():
        question = _locked(question_id, by)
        rows = list(question.call.questions.in_order())
        if question not in rows:
            raise OutOfOrder(_("This question is not asked any more: it has no place."))
        was = rows.index(question) + 1
        place = min(max(place, 1), len(rows))
        moved = rows.pop(was - 1)
        rows.insert(place - 1, moved)
        _ensure_in_order(rows)
        for position, row in enumerate(rows, 1):
            row.position = position
        Question.objects.bulk_update(rows, ["position"])
        if place != was:
            told = {"before": {"position": was}, "after": {"position": place}}
            _record(question, "question.moved", by, **told)
    question.refresh_from_db()
    return question


def _locked(question_id: int, by: User | None) -> Question:
    """The question with its call, locked: whatever changes a call's questions waits for it."""
    call_id = Question.objects.values_list("call_id", flat=True).get(pk=question_id)
    call = locked_call(call_id, by)
    question = Question.objects.select_related("depends_on").get(pk=question_id)
    question.call = call
    return question


def _ensure_room(call: Call) -> None:
    if call.questions.filter(is_active=True).count() >= MOST_QUESTIONS:
        sentence = _("A call asks %(most)d questions at most: take one back first.")
        raise TooManyQuestions(sentence % {"most": MOST_QUESTIONS})


def _check(question: Question) -> None:
    if question.depends_on_id:
        # As it is now that the call is locked, not as it was when the form was read.
        question.depends_on = Question.objects.get(pk=question.depends_on_id)
    question_rules.settle(question)
    question_rules.ensure_holds_together(question)


def _save(question: Question, update_fields: list[str] | None = None) -> None:
    changes.save(
        question,
        rivals=Question.objects.filter(call=question.call, key=question.key),
        refusal=lambda rival: KeyTaken(
            _("“%(question)s” already has this key.") % {"question": rival},
            field="key",
            details={"question": rival.pk},
        ),
        update_fields=update_fields,
    )


def _ask(question: Question, is_active: bool, *, by: User | None, verb: str) -> None:
    question.is_active = is_active
    question.save(update_fields=["is_active", "position"])
    told = {"before": {"is_active": not is_active}, "after": {"is_active": is_active}}
    _record(question, verb, by, **told)


def _ensure_in_order(rows: list[Question]) -> None:
    places = {row.pk: place for place, row in enumerate(rows)}
    stages = {row.pk: row.stage for row in rows}
    for row in rows:
        other = row.depends_on_id
        if other in places and stages[other] == row.stage and places[other] > places[row.pk]:
            words = {"question": row, "other": rows[places[other]]}
            raise OutOfOrder(
                _("“%(question)s” is shown depending on “%(other)s”: it stays after it.") % words,
                details={"question": row.pk, "depends_on": other},
            )


def _differences(was: Question, question: Question) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    for name in sorted(QUESTION_FIELDS):
        if getattr(was, name) != getattr(question, name):
            before[name], after[name] = getattr(was, name), getattr(question, name)
    return _told(was, before), _told(question, after)


def _told(question: Question, values: dict[str, Any]) -> dict[str, Any]:
    """For the log: choices and parts in words, another question by its key in the database."""
    told = changes.told(values)
    for name, rows in (("options", question.options), ("parts", question.parts)):
        if name in told:
            told[name] = [row["fr"] for row in rows]
    return told


def _last(call: Call) -> int:
    return max(call.questions.values_list("position", flat=True), default=0)


def _record(question: Question, verb: str, by: User | None, **told: Any) -> None:
    activity.record(
        by=by, verb=verb, target=question, region_code=question.call.region_code, **told
    )
