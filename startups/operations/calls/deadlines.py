"""Until when the exhibitors of a call do what is on their checklist."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.errors import DomainError, paris_iso
from pavilion.core.ical import localise
from pavilion.core.models import User
from startups import dates
from startups.models import Call, ChecklistDeadline, ChecklistItem
from startups.operations.calls.locks import locked_call

# Days before the fair's first day, at six in the evening, Paris time.
USUAL: Mapping[ChecklistItem, int] = {
    ChecklistItem.CHARTER: 45,
    ChecklistItem.AID: 45,
    ChecklistItem.LOGO: 40,
    ChecklistItem.PITCH: 40,
    ChecklistItem.NEEDS: 40,
    ChecklistItem.QUESTIONS: 40,
    ChecklistItem.BADGES: 20,
}
_AT = time(18)


class DueAfterTheFair(DomainError):
    code = "due_after_the_fair"


def usual(starts_on: date) -> dict[ChecklistItem, datetime]:
    """Each item's usual deadline for a fair that begins on this day."""
    return {
        item: localise(datetime.combine(starts_on - timedelta(days=days), _AT))
        for item, days in USUAL.items()
    }


def write_usual(call: Call) -> None:
    """Inside the transaction that makes or publishes a call without any."""
    ChecklistDeadline.objects.bulk_create(
        ChecklistDeadline(call=call, item=item, due_at=due_at)
        for item, due_at in usual(call.edition.starts_on).items()
    )


def set_deadline(
    *, call_id: int, item: str, due_at: datetime, by: User | None
) -> ChecklistDeadline:
    """Ask exhibitors for one item before this moment. The same again leaves no trace."""
    item = ChecklistItem(item)
    with transaction.atomic():
        call = locked_call(call_id, by)
        _ensure_before_the_end(call, due_at)
        deadline = ChecklistDeadline.objects.filter(call=call, item=item).first()
        was = deadline.due_at if deadline else None
        if deadline is None:
            deadline = ChecklistDeadline(call=call, item=item)
        if was != due_at:
            deadline.due_at = due_at
            deadline.save()
            _record(call, by, item, before=was, after=due_at)
    return deadline


def remove_deadline(*, call_id: int, item: str, by: User | None) -> None:
    """Ask exhibitors for this item no more. Safe to repeat."""
    item = ChecklistItem(item)
    with transaction.atomic():
        call = locked_call(call_id, by)
        deadline = ChecklistDeadline.objects.filter(call=call, item=item).first()
        if deadline:
            deadline.delete()
            _record(call, by, item, before=deadline.due_at, after=None)


def _ensure_before_the_end(call: Call, due_at: datetime) -> None:
    end = localise(datetime.combine(call.edition.ends_on, time.max))
    if due_at > end:
        raise DueAfterTheFair(
            _("The fair ends on %(day)s: there is nothing left to prepare after it.")
            % {"day": dates.day(call.edition.ends_on)},
            field="due_at",
            details={"due_at": paris_iso(due_at), "ends_on": call.edition.ends_on.isoformat()},
        )


def _record(
    call: Call,
    by: User | None,
    item: ChecklistItem,
    *,
    before: datetime | None,
    after: datetime | None,
) -> None:
    activity.record(
        by=by,
        verb="call.deadline_changed",
        target=call,
        region_code=call.region_code,
        before={"due_at": before},
        after={"checklist_item": str(item), "due_at": after},
    )
