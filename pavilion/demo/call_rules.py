"""What each region adds to its call: rules, criteria, questions, quotas, deadlines."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from pavilion.demo.dates import Dates, at
from pavilion.demo.facts import load
from startups.models import (
    Call,
    ChecklistDeadline,
    ChecklistItem,
    Criterion,
    Question,
    Quota,
)

# Days before the fair: timeline of design §1, the aid and the charter first.
_DAYS_BEFORE = {
    ChecklistItem.CHARTER: 47,
    ChecklistItem.AID: 47,
    ChecklistItem.LOGO: 45,
    ChecklistItem.PITCH: 45,
    ChecklistItem.NEEDS: 45,
    ChecklistItem.QUESTIONS: 45,
    ChecklistItem.BADGES: 20,
}
# Today plays J-52: a deadline so many days before the fair lies so many days ahead.
_TODAY = 52


def set_rules(call: Call) -> Call:
    """Who may apply and what the jury does, on a call not saved yet."""
    call.only_head_office = True
    call.max_age_years = 10
    call.max_headcount = "22"
    call.reviews_each = 2
    call.advantage = Decimal(3500)
    return call


def create_rules(calls: list[Call], dates: Dates) -> None:
    Criterion.objects.bulk_create(
        Criterion(
            call=call,
            name_fr=row["fr"],
            name_en=row["en"],
            help_fr=row["help_fr"],
            help_en=row["help_en"],
            weight=row["weight"],
            position=position,
        )
        for call in calls
        for position, row in enumerate(load("calls")["criteria"], start=1)
    )
    _create_questions(calls)
    Quota.objects.bulk_create(quota for call in calls for quota in _quotas(call))
    ChecklistDeadline.objects.bulk_create(
        ChecklistDeadline(call=call, item=item, due_at=_due(dates, days))
        for call in calls
        for item, days in _DAYS_BEFORE.items()
    )


def _create_questions(calls: list[Call]) -> None:
    texts = load("calls")["questions"]
    questions = Question.objects.bulk_create(
        Question(
            call=call,
            key=row["key"],
            kind=row["kind"],
            stage=row["stage"],
            label_fr=row["fr"],
            label_en=row["en"],
            help_fr=row.get("help_fr", ""),
            help_en=row.get("help_en", ""),
            options=row.get("options", []),
            parts=row.get("parts", []),
            max_items=row.get("max_items", 10),
            max_length=row.get("max_length"),
            is_required=row.get("is_required", False),
            is_for_jury=row.get("is_for_jury", True),
            depends_value=row.get("depends_value", ""),
            position=position,
        )
        for call in calls
        for position, row in enumerate(texts, start=1)
    )
    by_key = {(question.call_id, question.key): question for question in questions}
    dependent = {row["key"]: row["depends_on"] for row in texts if "depends_on" in row}
    for question in questions:
        if question.key in dependent:
            question.depends_on = by_key[question.call_id, dependent[question.key]]
    Question.objects.bulk_update(questions, ["depends_on"], batch_size=500)


def _quotas(call: Call) -> list[Quota]:
    """Every département somebody, and a third of the places to companies women helped to found."""
    departments = call.participation.region.departments
    each = 1 if call.places >= 2 * len(departments) else 0
    women = Quota(call=call, dimension=Quota.Dimension.WOMEN, least=max(1, call.places // 3))
    return [
        women,
        *(
            Quota(call=call, dimension=Quota.Dimension.DEPARTMENT, value=code, least=each)
            for code in departments
            if each
        ),
    ]


def _due(dates: Dates, days_before: int) -> datetime:
    return at(dates.today + timedelta(days=_TODAY - days_before), time(18))
