"""The answers to what a region asks after selection."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pavilion.core.models import User
from startups.models import ChecklistItem, Exhibitor
from startups.operations.own_answers import write_answers
from startups.operations.preparation import note, preparing
from startups.operations.states import is_its_company


def answer_questions(
    *,
    exhibitor_id: int,
    values: Mapping[str, Any],
    by: User | None = None,
    by_name: str = "",
) -> Exhibitor:
    """Write answers by question key, as `write_answers` takes them. Safe to repeat.

    A company is refused what is frozen; an organiser writes it for them.
    """
    with transaction.atomic():
        exhibitor = preparing(exhibitor_id, by)
        application = exhibitor.application
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
