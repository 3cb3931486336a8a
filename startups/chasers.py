"""Which reminders of a deadline are due. Reads only; `operations.chasing` writes them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils import timezone

from pavilion.core.models import ActivityEntry
from startups import checklist
from startups.models import (
    Application,
    Call,
    CharterSignature,
    Chaser,
    ChecklistItem,
    Exhibitor,
)

Status = Application.Status
DRAFT, CORRECTION, CONFIRM = "draft", "correction", "confirm"
# Days before a deadline's own day, the most urgent last. OVERDUE: the day after it.
OVERDUE = 0
# Not so many days before: the morning after the region took back what a company had done, by a new
# charter or by opening an item again. `deadline` is then that moment, so that each time is told.
AGAIN = 99
ITEM_LEADS = (7, 2, OVERDUE)
LEADS: Mapping[str, tuple[int, ...]] = {
    DRAFT: (3, 1),
    CORRECTION: (2,),
    CONFIRM: (5, 1),
    **dict.fromkeys(ChecklistItem.values, ITEM_LEADS),
}
# A reminder is written when offices open, and not at midnight.
_AT = time(9)
_SOONEST = timedelta(days=max(max(leads) for leads in LEADS.values()) + 1)


@dataclass(frozen=True)
class Due:
    """A reminder that nobody has written yet."""

    application_id: int
    kind: str
    deadline: datetime
    days_before: int


def moment_of(deadline: datetime, days_before: int) -> datetime:
    """When a reminder is written: a morning in Paris, so many days before; or the day after."""
    days = -1 if days_before in (OVERDUE, AGAIN) else days_before
    day = timezone.localtime(deadline, timezone.get_default_timezone()).date()
    return timezone.make_aware(
        datetime.combine(day - timedelta(days=days), _AT), timezone.get_default_timezone()
    )


def lead_at(
    kind: str, deadline: datetime, *, told_at: datetime | None, now: datetime
) -> int | None:
    """The most urgent lead that has come; None when there is none.

    One that had come before the deadline was told says nothing new. After the deadline only what
    must still be done is chased.
    """
    for days_before in reversed(LEADS[kind]):
        if (days_before == OVERDUE) != (now > deadline):
            continue
        moment = moment_of(deadline, days_before)
        if days_before == OVERDUE and told_at is not None:
            # Told of it when it had passed already: a day to do it first.
            moment = max(moment, moment_of(told_at, OVERDUE))
        if moment <= now and (told_at is None or told_at < moment):
            return days_before
    return None


def due(
    now: datetime, *, kinds: Collection[str] = tuple(LEADS), application_id: int | None = None
) -> list[Due]:
    """The reminders that have come and were not written: of all applications, or of one."""
    found: list[Due] = []
    for kind in kinds:
        rows = _candidates(kind, now)
        if application_id is not None:
            rows = rows.filter(application_key=application_id)
        known = rows.values_list("application_key", "deadline", "told_at", "again_at")
        found += _unwritten(kind, known, now)
    return sorted(found, key=lambda each: (each.deadline, each.application_id, each.kind))


def _unwritten(
    kind: str,
    rows: Iterable[tuple[int, datetime, datetime | None, datetime | None]],
    now: datetime,
) -> list[Due]:
    coming = [
        each
        for key, deadline, told_at, again_at in rows
        if (each := _coming(key, kind, deadline, told_at, again_at, now)) is not None
    ]
    if not coming:
        return []
    deadlines = {each.deadline for each in coming}
    written = Chaser.objects.filter(kind=kind, deadline__in=deadlines)
    known = {
        Due(*row)
        for row in written.values_list("application_id", "kind", "deadline", "days_before")
    }
    return [each for each in coming if each not in known]


def _coming(
    key: int,
    kind: str,
    deadline: datetime,
    told_at: datetime | None,
    again_at: datetime | None,
    now: datetime,
) -> Due | None:
    """What was taken back too late for a reminder before the deadline is never called overdue.

    The company, which had done it in time, is told once that it is to be done again.
    """
    if again_at is not None and again_at >= moment_of(deadline, min(filter(None, LEADS[kind]))):
        is_due = moment_of(again_at, AGAIN) <= now
        return Due(key, kind, again_at, AGAIN) if is_due else None
    days_before = lead_at(kind, deadline, told_at=again_at or told_at, now=now)
    return None if days_before is None else Due(key, kind, deadline, days_before)


def _candidates(kind: str, now: datetime) -> "QuerySet[Any]":
    """Rows with `application_key`, `deadline`, `told_at` and `again_at`, near their deadline."""
    rows: QuerySet[Any]
    if kind == DRAFT:
        rows = _drafts()
    elif kind == CORRECTION:
        rows = _corrections()
    elif kind == CONFIRM:
        rows = Application.objects.filter(status=Status.SELECTED).annotate(
            deadline=F("confirm_by"), told_at=F("decided_at")
        )
    else:
        return _undone(kind, now).filter(deadline__lte=now + _SOONEST)
    never: Any = Value(None, output_field=DateTimeField())
    return rows.annotate(application_key=F("pk"), again_at=never).filter(
        anonymised_at__isnull=True, deadline__gte=now, deadline__lte=now + _SOONEST
    )


def _drafts() -> "QuerySet[Any]":
    """Until the call closes; with a late-entry code, until that ends."""
    closes = F("call__closes_at")
    until = Greatest(closes, Coalesce("late_code__expires_at", closes))  # Application.open_until
    return Application.objects.filter(status=Status.DRAFT, call__is_published=True).annotate(
        deadline=until, told_at=F("created_at")
    )


def _corrections() -> "QuerySet[Any]":
    """Told of their deadline when it was asked for, or when it was last put off."""
    asked = ActivityEntry.objects.filter(
        target_type=ContentType.objects.get_for_model(Application),
        target_id=Cast(OuterRef("pk"), CharField()),
        verb__in=["application.correction_requested", "application.correction_extended"],
    ).order_by("-at")
    return Application.objects.filter(status=Status.INCOMPLETE).annotate(
        deadline=F("correction_due_at"), told_at=Subquery(asked.values("at")[:1])
    )


def _undone(item: str, now: datetime) -> "QuerySet[Any]":
    """Exhibitors that have still to do it, but for those who have had the last reminder.

    Who has to do it again may have had it before they did it the first time.
    """
    last = Chaser.objects.filter(
        application=OuterRef("application"),
        kind=item,
        deadline=OuterRef("item_due_at"),
        days_before=OVERDUE,
    )
    return (
        checklist.undone(item, now)
        .annotate(again_at=_taken_back(item))
        .filter(~Exists(last) | Q(again_at__isnull=False))
        .annotate(
            application_key=F("application_id"),
            deadline=F("item_due_at"),
            told_at=F("confirmed_at"),
        )
    )


def _taken_back(item: str) -> Any:
    """When the region last undid what an exhibitor had done; null when it never did."""
    if item == ChecklistItem.CHARTER:
        changed = _noted(
            Call, "application__call", "call.changed", after__has_key="charter_version"
        )
        return Subquery(changed.filter(at__gt=_first_signed()).values("at")[:1])
    if item in checklist.FROZEN_WHEN_DONE:
        reopened = _noted(Exhibitor, "pk", "exhibitor.item_reopened", after__item=str(item))
        return Subquery(reopened.values("at")[:1])
    return Value(None, output_field=DateTimeField())


def _noted(model: type[Model], key: str, verb: str, **told: Any) -> "QuerySet[ActivityEntry]":
    return ActivityEntry.objects.filter(
        target_type=ContentType.objects.get_for_model(model),
        target_id=Cast(OuterRef(key), CharField()),
        verb=verb,
        **told,
    ).order_by("-at")


def _first_signed() -> Any:
    """Null compares with nothing: who never signed has nothing to sign again."""
    signed = CharterSignature.objects.filter(exhibitor=OuterRef(OuterRef("pk")))
    return Subquery(signed.order_by("version").values("signed_at")[:1])
