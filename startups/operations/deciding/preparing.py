"""Decisions prepared in private. Until they are released nobody outside the desk knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Avg, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.models import ActivityEntry, User
from startups.models import Application, Call, Decision
from startups.operations.applying.states import Status, drop, ensure_may_become, locked, locked_call
from startups.operations.deciding.decisions import RankTaken

Outcome = Decision.Outcome
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Intended:
    """A decision to prepare: what it is, for whom, and what is said and noted with it."""

    application_id: int
    outcome: str
    rank: int | None = None
    reason: str = ""
    note: str = ""


def prepare_decision(
    *,
    application_id: int,
    outcome: str,
    by: User | None,
    rank: int | None = None,
    reason: str = "",
    note: str = "",
) -> Decision:
    """Note what the region means to answer. Nothing is announced; the same again leaves no trace.

    `reason` will stand in the mail, `note` stays in the team. `rank` orders the waiting list that
    a release makes; it may be given twice or not at all.
    """
    intended = Intended(
        application_id=application_id, outcome=outcome, rank=rank, reason=reason, note=note
    )
    _ensure_sound(intended)
    with transaction.atomic():
        application = locked(application_id)
        decision = Decision.objects.filter(application=application).first()
        decision = decision or Decision(application=application)
        entry = _intend(decision, application, intended, by=by)
        if entry is not None:
            decision.save()
            entry.save()
    return decision


def prepare_decisions(*, intended: Sequence[Intended], by: User | None) -> list[Decision]:
    """`prepare_decision` for many at once, in few statements: the same rules, the same log.

    All or none. Returns those that were noted or changed.
    """
    for each in intended:
        _ensure_sound(each)
    with transaction.atomic():
        applications = _locked_all(intended)
        keys = list(applications)
        present = {row.application_id: row for row in Decision.objects.filter(application__in=keys)}
        entries, decisions = [], []
        for each in intended:
            application = applications[each.application_id]
            decision = present.get(application.pk) or Decision(application=application)
            entry = _intend(decision, application, each, by=by)
            if entry is not None:
                entries.append(entry)
                decisions.append(decision)
        Decision.objects.bulk_create([row for row in decisions if row.pk is None], batch_size=BATCH)
        Decision.objects.bulk_update(
            [row for row in decisions if row.application_id in present], _WRITTEN, batch_size=BATCH
        )
        ActivityEntry.objects.bulk_create(entries, batch_size=BATCH)
    return decisions


def drop_decision(*, application_id: int, by: User | None) -> None:
    """Forget what was prepared. What was released stays. Safe to call twice."""
    with transaction.atomic():
        application = locked(application_id)
        ensure_manages(by, application.region_code)
        decision = Decision.objects.pending().filter(application=application).first()
        if decision is not None:
            drop(decision, application, by=by)


def order_waiting_decisions(
    *, call_id: int, application_ids: Sequence[int], by: User | None
) -> list[Decision]:
    """Rank the waiting list that is being prepared: these first, in this order, then the others.

    Applications not prepared for the waiting list are passed over.
    """
    with transaction.atomic():
        call = locked_call(call_id)
        ensure_manages(by, call.region_code)
        rows = [row for row in pending(call) if row.outcome == Outcome.WAITLISTED]
        rows.sort(key=order_of_list)
        wanted = {key: position for position, key in enumerate(application_ids)}
        rows.sort(key=lambda row: wanted.get(row.application_id, len(wanted)))
        for rank, row in enumerate(rows, start=1):
            if row.rank != rank:
                before, row.rank = row.rank, rank
                row.save(update_fields=["rank"])
                activity.record(
                    by=by,
                    verb="decision.prepared",
                    target=row.application,
                    region_code=call.region_code,
                    before={"rank": before},
                    after={"rank": rank},
                )
    return rows


def pending(call: Call) -> QuerySet[Decision]:
    mean = Avg("application__reviews__mean", filter=Q(application__reviews__status="done"))
    return (
        Decision.objects.pending()
        .filter(application__call=call)
        .select_related("application__call__participation__region")
        .select_related("application__call__participation__edition")
        .annotate(mean=mean)
        .order_by(F("mean").desc(nulls_last=True), "application__submitted_at", "application_id")
    )


def order_of_list(decision: Any) -> tuple[Any, ...]:
    mean = decision.mean
    submitted_at = decision.application.submitted_at
    return (
        decision.rank is None,
        decision.rank or 0,
        mean is None,
        -(mean or 0),
        submitted_at is None,
        submitted_at,
        decision.application_id,
    )


_WRITTEN = ("outcome", "rank", "reason", "note", "prepared_by", "prepared_at", "released_at")


def _ensure_sound(intended: Intended) -> None:
    Outcome(intended.outcome)
    if intended.rank is not None and not 1 <= intended.rank <= 32767:
        raise RankTaken(_("Ranks on the waiting list begin at 1."), field="rank")


def _locked_all(intended: Sequence[Intended]) -> dict[int, Application]:
    rows = (
        Application.objects.select_for_update(of=("self",))
        .filter(pk__in=[each.application_id for each in intended])
        .select_related("call__participation__region", "call__participation__edition")
    )
    return {row.pk: row for row in rows.order_by("pk")}


def _intend(
    decision: Decision, application: Application, intended: Intended, *, by: User | None
) -> ActivityEntry | None:
    """Write into the decision, unsaved, and tell what the log says; None: it said so already."""
    ensure_manages(by, application.region_code)
    outcome = Outcome(intended.outcome)
    ensure_may_become(application, Status(outcome))
    # One that was released long ago gives way; the log keeps it.
    was = _shown(decision) if decision.pk and decision.released_at is None else {}
    decision.outcome = outcome
    decision.rank = intended.rank if outcome == Outcome.WAITLISTED else None
    decision.reason, decision.note = intended.reason.strip(), intended.note.strip()
    now_is = _shown(decision)
    if was == now_is:
        return None
    decision.prepared_by, decision.prepared_at, decision.released_at = by, timezone.now(), None
    return activity.entry(
        by=by,
        verb="decision.prepared",
        target=application,
        region_code=application.region_code,
        reason=decision.reason,
        before={name: value for name, value in was.items() if value != now_is[name]},
        after={name: value for name, value in now_is.items() if value != was.get(name)},
    )


def _shown(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": str(decision.outcome),
        "rank": decision.rank,
        "reason": decision.reason,
        "note": decision.note,
    }
