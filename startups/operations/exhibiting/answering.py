"""The answers to what a region asks after selection."""

from collections.abc import Mapping
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from pavilion.core.models import User
from startups import answers, shown
from startups.models import Application, ChecklistItem, Exhibitor, Question
from startups.operations.applying.own_answers import UnknownQuestion, write_answers
from startups.operations.applying.states import is_its_company
from startups.operations.exhibiting.preparation import ensure_as_seen, note, preparing
from startups.shown import Shown


def answer_questions(
    *,
    exhibitor_id: int,
    values: Mapping[str, Any],
    seen: Shown | None = None,
    by: User | None = None,
    by_name: str = "",
) -> Exhibitor:
    """Write answers by question key, as `write_answers` takes them. Safe to repeat.

    Only to what the call asks after selection. A company is refused what is frozen; an organiser
    writes it for them. What changed since its writer saw it (`seen`, see `shown.answered`) is not
    overwritten.
    """
    with transaction.atomic():
        exhibitor = preparing(exhibitor_id, by)
        application = exhibitor.application
        _ensure_writable(application, values, seen)
        is_company = is_its_company(by, application)
        _before, after = write_answers(application, values, is_company=is_company)
        if after:
            note(
                exhibitor,
                "exhibitor.questions_answered",
                by=by,
                by_name=by_name,
                after={"item": str(ChecklistItem.QUESTIONS.label), "answers": sorted(after)},
            )
    return exhibitor


def _ensure_writable(
    application: Application, values: Mapping[str, Any], seen: Shown | None
) -> None:
    questions = answers.asked(application.call, Question.Stage.LATER)
    if unknown := sorted(values.keys() - {question.key for question in questions}):
        raise UnknownQuestion(
            _("This call has no question “%(key)s”.") % {"key": unknown[0]}, field=f"q:{unknown[0]}"
        )
    typed = [
        question
        for question in questions
        if question.key in values and not isinstance(values[question.key], File)
    ]
    kept = answers.values(answers.kept(application))
    ensure_as_seen(seen, shown.answered(typed, kept), shown.answered(typed, values))
