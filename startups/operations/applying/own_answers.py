"""Write answers to a region's own questions, as part of writing in an application."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError
from startups import answers
from startups.dates import moment
from startups.models import Answer, Application, Question
from startups.uploads import files

Given = Mapping[str, Any]


class UnknownQuestion(DomainError):
    code = "unknown_question"


class AnswerFrozen(DomainError):
    code = "answer_frozen"


def write_answers(
    application: Application, given: Given, *, is_company: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write them by question key: JSON values as `Answer` tells, files as files, None for none.

    Returns what they were before and after, of those that changed, under the names of the form.
    The caller holds the application's lock and has checked who writes. An organiser also answers
    what is frozen for the company, see `answers.is_closed`.
    """
    if not given:
        return {}, {}
    questions = {question.key: question for question in _questions(application, given)}
    kept = answers.kept(application)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for key, value in given.items():
        if key not in questions:
            raise UnknownQuestion(
                _("This call has no question “%(key)s”.") % {"key": key}, field=f"q:{key}"
            )
        question, answer = questions[key], kept.get(key)
        was = answers.value_of(answer) if answer else None
        if not isinstance(value, File) and (was == value or _both_empty(was, value)):
            continue
        if is_company:
            _ensure_not_frozen(question, application)
        name = answers.name_of(question)
        before[name] = was
        after[name] = _set(application, question, answer, value)
    return before, after


def _questions(application: Application, given: Given) -> Iterable[Question]:
    return Question.objects.in_order().filter(call=application.call_id, key__in=list(given))


def _both_empty(one: Any, other: Any) -> bool:
    return answers.is_empty(one) and answers.is_empty(other)


def _ensure_not_frozen(question: Question, application: Application) -> None:
    if answers.is_closed(question, application, timezone.now()) and question.frozen_after:
        raise AnswerFrozen(
            _("The answer to “%(question)s” can no longer be changed since %(moment)s.")
            % {"question": question, "moment": moment(question.frozen_after)},
            field=answers.name_of(question),
        )


def _set(application: Application, question: Question, answer: Answer | None, value: Any) -> Any:
    """What is kept now, as the log tells it."""
    if answer is not None:
        files.delete_on_commit(answer.file)
    if answers.is_empty(value):
        if answer is not None:
            answer.delete()
        return None
    answer = answer or Answer(application=application, question=question)
    if isinstance(value, File):
        name = (value.name or "")[:200]
        answer.file.save(name, value, save=False)
        answer.file_name = name
    else:
        answer.value = value
    answer.save()
    return answers.value_of(answer)
