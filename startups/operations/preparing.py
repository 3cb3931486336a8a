"""Decisions prepared in private. Until they are released nobody outside the desk knows."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Avg, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.models import User
from startups.models import Call, Decision
from startups.operations.decisions import RankTaken
from startups.operations.states import Status, drop, ensure_may_become, locked, locked_call

Outcome = Decision.Outcome


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
    outcome = Outcome(outcome)
    if rank is not None and not 1 <= rank <= 32767:
        raise RankTaken(_("Ranks on the waiting list begin at 1."), field="rank")
    with transaction.atomic():
        application = locked(application_id)
        ensure_manages(by, application.region_code)
        ensure_may_become(application, Status(outcome))
        decision = Decision.objects.filter(application=application).first()
        was = _shown(decision) if decision and decision.released_at is None else {}
        # One that was released long ago gives way; the log keeps it.
        decision = decision or Decision(application=application)
        decision.outcome, decision.rank = outcome, rank if outcome == Outcome.WAITLISTED else None
        decision.reason, decision.note = reason.strip(), note.strip()
        now_is = _shown(decision)
        if was == now_is:
            return decision
        decision.prepared_by, decision.prepared_at, decision.released_at = by, timezone.now(), None
        decision.save()
        activity.record(
            by=by,
            verb="decision.prepared",
            target=application,
            region_code=application.region_code,
            reason=decision.reason,
            before={name: value for name, value in was.items() if value != now_is[name]},
            after={name: value for name, value in now_is.items() if value != was.get(name)},
        )
    return decision


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


def _shown(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": str(decision.outcome),
        "rank": decision.rank,
        "reason": decision.reason,
        "note": decision.note,
    }
