"""The region's questions to those who exhibit."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from startups import answers, checklist, operations, shown
from startups.forms.preparation import LaterForm
from startups.models import ChecklistItem, Exhibitor
from startups.views.preparation.attempts import attempt, to_send_back, what_was_shown
from startups.views.preparation.pages import (
    back_to_list,
    item_or_404,
    item_page,
    preparing,
    writable,
)


@writable
@preparing
def answer_questions(request: HttpRequest, exhibitor: Exhibitor) -> HttpResponse:
    item = item_or_404(exhibitor, ChecklistItem.QUESTIONS)
    kept = answers.values(answers.kept(exhibitor.application))
    asked = checklist.asked_later(exhibitor)
    form = _later_form(request, asked, kept)
    if request.method == "POST":
        is_valid = form.is_valid()
        if _answered(request, form, exhibitor) and is_valid:
            return back_to_list(request, exhibitor, _("Your answers are saved. Thank you."))
        kept = answers.values(answers.kept(exhibitor.application))
        form.kept = kept
        form.show_both(kept)
    context = {"questions": form.rows(), "seen": _seen_answers(request, form, kept)}
    return item_page(request, exhibitor, item, "questions", form, **context)


def _answered(request: HttpRequest, form: LaterForm, exhibitor: Exhibitor) -> bool:
    """Keep each valid answer: a file need not be chosen again for the others' sake."""
    seen = what_was_shown(request)
    values = form.values(seen)
    if attempt(operations.answer_questions, form, exhibitor, values=values, seen=seen):
        return True
    if form.changed:
        rest = {key: value for key, value in values.items() if key not in form.changed}
        attempt(operations.answer_questions, form, exhibitor, values=rest, seen=seen)
    return False


def _seen_answers(request: HttpRequest, form: LaterForm, kept: Mapping[str, Any]) -> str:
    now = shown.answered(form.questions.values(), kept)
    return to_send_back(request, form, now)


def _later_form(request: HttpRequest, asked: list[Any], kept: dict[str, Any]) -> LaterForm:
    """The questions that may apply: what hangs on an answer given long ago is settled."""
    here = {question.pk for question in asked}
    apply = answers.shown(asked, kept)
    questions = [
        question for question in asked if question.key in apply or question.depends_on_id in here
    ]
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    return LaterForm(*data, questions=questions, kept=kept)
