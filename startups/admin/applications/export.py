"""Applications as a spreadsheet: under the headings that an import reads again.

A field's heading is its own name, in the reader's language. What no import takes back stands after
them: states, scores, dates.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from pavilion.core.access import Access
from pavilion.core.desk import Column
from startups import answers
from startups.columns import TOLD_BY_THE_COMPANY
from startups.jury import marks
from startups.models import Answer, Application, Question

# What a jury reads: nothing to reach the company by.
FOR_JURY = (
    *("legal_name", "display_name", "founded_on", "headcount_band", "revenue", "city"),
    *("founders", "women_founders", "has_exhibited", "theme", "trl", "pitch_fr", "pitch_en"),
)
_WIDE = {"pitch_fr": 50, "pitch_en": 50, "technical_notes": 40, "address": 30, "legal_name": 28}


def columns(call_id: int | None, access: Access) -> list[Column]:
    """With a call, one column for each of its questions: one query then, none else."""
    found = [(_field(name), name in FOR_JURY) for name in TOLD_BY_THE_COMPANY]
    found += [(column, True) for column in _of_the_file()]
    found += [(column, False) for column in _for_desk()]
    if call_id is not None:
        found += list(_answers(call_id))
    if access.is_national or (access.desk_codes and not access.reviewed_codes):
        return [column for column, _is_for_jury in found]
    if not access.desk_codes:
        return [column for column, is_for_jury in found if is_for_jury]
    # Of the desk in one region and a reviewer in another: of the latter's, what a jury reads.
    codes = set(access.desk_codes)
    return [column if is_for_jury else _only_of(codes, column) for column, is_for_jury in found]


def _only_of(codes: set[str], column: Column) -> Column:
    return replace(
        column, value=lambda row: column.value(row) if row.region_code in codes else None
    )


def _of_the_file() -> Iterator[Column]:
    yield Column(_("Region"), lambda row: str(row.call.participation.region), 24)
    yield Column(_("Edition"), lambda row: row.call.participation.edition.year, 10)
    # Not "state": an import would read decisions to prepare under that heading.
    yield Column(_("Stage reached"), lambda row: str(row.get_status_display()), 20)
    yield Column(_("Submitted on"), lambda row: row.submitted_at, 18)


def _for_desk() -> Iterator[Column]:
    yield Column(_("Département code"), lambda row: row.department, 10)
    yield Column(_("Register check"), lambda row: str(row.get_company_check_display()), 22)
    yield Column(_("NAF code"), lambda row: row.naf_code, 10)
    yield Column(_("NAF nomenclature"), lambda row: row.naf_version, 12)
    yield Column(_("Half-days wished"), _half_days, 30)
    yield Column(_("Mean out of 20"), _mean, 10)
    yield Column(_("Reviews in"), lambda row: row.reviews_in, 10)
    yield Column(_("Decided on"), lambda row: row.decided_at, 18)
    yield Column(_("Message to the company"), lambda row: row.decision_reason, 40)
    yield Column(_("Place in the queue"), lambda row: row.waiting_rank, 10)
    yield Column(_("To confirm before"), lambda row: row.confirm_by, 18)


def _field(name: str) -> Column:
    field: Any = Application._meta.get_field(name)
    value: Callable[[Any], Any]
    if field.choices:
        value = lambda row: str(getattr(row, f"get_{name}_display")())  # noqa: E731
    elif field.remote_field:
        value = lambda row: str(getattr(row, name) or "")  # noqa: E731
    else:
        value = lambda row: getattr(row, name)  # noqa: E731
    return Column(capfirst(str(field.verbose_name)), value, _WIDE.get(name, 18))


def _half_days(row: Application) -> str:
    wished = sorted(row.wanted_half_days.all(), key=lambda each: (each.starts_at, each.pk))
    return " · ".join(half_day.short_label for half_day in wished)


def _mean(row: Any) -> Any:
    return None if row.mean is None else marks.average([row.mean])


def _answers(call_id: int) -> Iterator[tuple[Column, bool]]:
    """Each question's column, and whether the jury reads its answers."""
    # "now" stands before "later" when the stages are turned around.
    rows = Question.objects.filter(call=call_id).select_related("depends_on")
    questions = {question.pk: question for question in rows.order_by("-stage", "position", "pk")}
    for question in questions.values():
        column = Column(f"{question.label} [{question.key}]", _Answered(question, questions), 30)
        yield column, question.is_read_by_jury


class _Answered:
    """The answer of a row to one question, from what was prefetched with it."""

    def __init__(self, question: Question, questions: Mapping[int, Question]) -> None:
        self.question = question
        self.questions = questions

    def __call__(self, row: Application) -> Any:
        given: Sequence[Answer] = [
            answer for answer in row.answers.all() if answer.question_id == self.question.pk
        ]
        if not given or (self.question.depends_on_id and not self._applies(row)):
            return None
        if self.question.kind == Question.Kind.FILE:
            return given[0].file_name
        value = given[0].value
        is_plain = self.question.kind in (Question.Kind.NUMBER, Question.Kind.YES_NO)
        return value if is_plain else answers.in_words(self.question, value)

    def _applies(self, row: Application) -> bool:
        """Whether it is still asked, after what was answered to the question it depends on."""
        said = {}
        for answer in row.answers.all():
            if asked := self.questions.get(answer.question_id):
                is_file = asked.kind == Question.Kind.FILE
                said[asked.key] = answer.file_name if is_file else answer.value
        return self.question.key in answers.shown(self.questions.values(), said)
