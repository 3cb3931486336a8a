"""A new call made from an older one, or from a neighbour's."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.models import Edition, Participation
from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.ical import MissingLocalTime, localise
from pavilion.core.models import User
from startups.models import Call, ChecklistDeadline, Criterion, Question, Quota
from startups.operations.calls import quotas
from startups.operations.calls.changing import CALL_FIELDS, create_call
from startups.operations.calls.questions import QUESTION_FIELDS

# Said anew for each call: its calendar, and whom to write to.
_SAID_ANEW = frozenset({"opens_at", "closes_at", "results_at", "release_at", "contact_email"})
_COPIED = CALL_FIELDS - _SAID_ANEW
# Its dates move with the calendar; what it depends on is sought among the copies.
_QUESTION = {*QUESTION_FIELDS, "position"} - {"required_by", "frozen_after", "depends_on"}
_CRITERION = ("name_fr", "name_en", "help_fr", "help_en", "weight", "max_score", "position")


def copy_call(
    *,
    source_id: int,
    participation: Participation,
    opens_at: datetime,
    closes_at: datetime,
    by: User | None,
) -> Call:
    """Write a call with another's texts, rules, questions, criteria, quotas and deadlines.

    Dates keep their distance from the fair's first day. Who applied, what they answered, the late
    codes and the contact address stay where they are. The new call is in preparation; a source
    the person may not see does not exist for them.
    """
    ensure_manages(by, participation.region_id)
    with transaction.atomic():
        source = _source(source_id, by)
        edition = participation.edition
        shift = _Shift(source.edition, edition)
        call = create_call(
            participation=participation,
            opens_at=opens_at,
            closes_at=closes_at,
            contact_email=_contact(source, participation),
            by=by,
            themes=list(source.themes.all()),
            results_at=_after(shift.moment(source.results_at), closes_at),
            **{name: getattr(source, name) for name in _COPIED},
        )
        counts = {
            "questions": _copy_questions(source, call, shift),
            "criteria": _copy_criteria(source, call),
            "quotas": _copy_quotas(source, call),
        }
        _copy_deadlines(source, call, shift)
        activity.record(
            by=by,
            verb="call.copied",
            target=call,
            region_code=call.region_code,
            after={"copied_from": str(source), **counts},
        )
    return call


class _Shift:
    """From one fair to the next: as many days from its first day, at the same hour in Paris."""

    def __init__(self, old: Edition, new: Edition) -> None:
        self.days = (new.starts_on - old.starts_on).days

    def moment(self, value: datetime | None) -> datetime | None:
        if value is None:
            return None
        local = timezone.localtime(value, timezone.get_default_timezone())
        moved = (local + timedelta(days=self.days)).replace(tzinfo=None)
        try:
            return localise(moved).astimezone(UTC)
        except MissingLocalTime:
            return localise(moved + timedelta(hours=1)).astimezone(UTC)


def _source(source_id: int, by: User | None) -> Call:
    rows = Call.objects.select_related("participation__region", "participation__edition")
    return (rows.visible_to(by) if by else rows).prefetch_related("themes").get(pk=source_id)


def _contact(source: Call, participation: Participation) -> str:
    """The region's own address from its last call; a neighbour's is not ours to give."""
    if source.region_code == participation.region_id:
        return source.contact_email
    return participation.contact_email


def _after(moment: datetime | None, closes_at: datetime) -> datetime | None:
    """A date that the new calendar leaves behind is to be said anew."""
    return moment if moment is not None and moment >= closes_at else None


def _copy_questions(source: Call, call: Call, shift: _Shift) -> int:
    asked = list(source.questions.in_order())
    copies = Question.objects.bulk_create(
        Question(
            call=call,
            required_by=shift.moment(question.required_by),
            frozen_after=shift.moment(question.frozen_after),
            **{name: getattr(question, name) for name in _QUESTION},
        )
        for question in asked
    )
    new = {question.pk: copy for question, copy in zip(asked, copies, strict=True)}
    for question, copy in zip(asked, copies, strict=True):
        copy.depends_on = new.get(question.depends_on_id or 0)
    Question.objects.bulk_update(copies, ["depends_on"])
    return len(copies)


def _copy_criteria(source: Call, call: Call) -> int:
    criteria = source.criteria.order_by("position", "pk")
    return len(
        Criterion.objects.bulk_create(
            Criterion(call=call, **{name: getattr(each, name) for name in _CRITERION})
            for each in criteria
        )
    )


def _copy_quotas(source: Call, call: Call) -> int:
    """A neighbour's départements are not ours."""
    possible = quotas.values(call)
    kept: list[dict[str, Any]] = [
        {"dimension": quota.dimension, "value": quota.value, "least": quota.least}
        for quota in source.quotas.order_by("dimension", "value", "pk")
        if quota.value in possible[quota.dimension]
    ]
    Quota.objects.bulk_create(Quota(call=call, **quota) for quota in kept)
    return len(kept)


def _copy_deadlines(source: Call, call: Call, shift: _Shift) -> None:
    """The source's own instead of the usual ones; a source without any keeps the usual ones."""
    moved = {deadline.item: shift.moment(deadline.due_at) for deadline in source.deadlines.all()}
    if not moved:
        return
    call.deadlines.all().delete()
    ChecklistDeadline.objects.bulk_create(
        ChecklistDeadline(call=call, item=item, due_at=due_at)
        for item, due_at in sorted(moved.items())
        if due_at is not None
    )
