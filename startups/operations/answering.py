"""The answers to a region's later questions."""

from collections.abc import Mapping
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.models import User
from startups import answers, files
from startups.models import Answer, ChecklistItem, Exhibitor, Question
from startups.operations.preparation import Frozen, note, preparing
from startups.operations.states import is_its_company


def answer_questions(
    *,
    exhibitor_id: int,
    values: Mapping[str, Any],
    by: User | None = None,
    by_name: str = "",
) -> Exhibitor:
    """Write answers to questions asked after selection, by key. Safe to repeat.

    A value is what the question's form field gave; a new file replaces the former one, False
    removes it. An answer whose question is frozen stays, unless an organiser writes.
    """
    with transaction.atomic():
        exhibitor = preparing(exhibitor_id, by)
        application = exhibitor.application
        asked = {each.key: each for each in answers.asked(application.call, Question.Stage.LATER)}
        if unknown := set(values) - set(asked):
            raise ValueError(f"Not asked after selection: {', '.join(sorted(unknown))}")
        known = answers.kept(application)
        now = timezone.now()
        changed = []
        for key, value in values.items():
            answer = known.get(key) or Answer(application=application, question=asked[key])
            if not _differs(answer, value):
                continue
            if asked[key].is_frozen_at(now) and is_its_company(by, application):
                raise Frozen(
                    _("“%(question)s” is closed. To have it changed, write to %(contact)s.")
                    % {"question": asked[key], "contact": application.call.contact_email},
                    field=answers.name_of(asked[key]),
                )
            _write(answer, value)
            changed.append(key)
        if changed:
            note(
                exhibitor,
                "exhibitor.questions_answered",
                by=by,
                by_name=by_name,
                after={"answers": sorted(changed), "item": str(ChecklistItem.QUESTIONS.label)},
            )
    return exhibitor


def _differs(answer: Answer, value: Any) -> bool:
    if answer.question.kind == Question.Kind.FILE:
        return isinstance(value, File) or (value is False and bool(answer.file))
    kept = answers.to_json(value)
    if answers.is_empty(kept) and answers.is_empty(answer.value):
        return False
    return bool(answer.value != kept)


def _write(answer: Answer, value: Any) -> None:
    if answer.question.kind == Question.Kind.FILE:
        new = value if isinstance(value, File) else None
        files.replace(answer, "file", new)
        answer.file_name = (new.name or "") if new else ""
    else:
        kept = answers.to_json(value)
        answer.value = None if answers.is_empty(kept) else kept
    answer.save()
