"""Decisions prepared in private and released together. Until then nobody outside the desk knows."""

from collections.abc import Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Avg, F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pavilion.core import activity, jobs, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import Job, OutboxMessage, User
from startups import emails
from startups.models import Application, Call, Decision
from startups.operations.decisions import RankTaken, put_on_waiting_list, turn_down
from startups.operations.places import (
    confirm_by,
    fill,
    give_place,
    has_begun,
    in_house_words,
    places_held,
)
from startups.operations.states import (
    FOLLOWS,
    Status,
    drop,
    ensure_may_become,
    locked,
    locked_call,
)

Outcome = Decision.Outcome
# More decisions than this are released by a worker, in sight on the job's page.
AT_ONCE = 50
JOB = "startups.release_decisions"


class NotReady(DomainError):
    code = "not_ready"


@dataclass(frozen=True)
class Problem:
    """What stands in the way of a release; `application` is None when it is about all of them."""

    application: Application | None
    sentence: str

    def __str__(self) -> str:
        return f"{self.application}: {self.sentence}" if self.application else self.sentence


@dataclass(frozen=True)
class Plan:
    """What a release would do, in order."""

    selected: list[Decision]
    waitlisted: list[Decision]
    rejected: list[Decision]
    problems: list[Problem]
    held: int
    # Of the waiting list as it will be, those who are offered a place that stays free.
    promoted: list[Application]

    @property
    def count(self) -> int:
        return len(self.selected) + len(self.waitlisted) + len(self.rejected)


@dataclass(frozen=True)
class Released:
    selected: int = 0
    waitlisted: int = 0
    rejected: int = 0
    # Offered a place at once, since some stayed free.
    promoted: int = 0

    @property
    def count(self) -> int:
        return self.selected + self.waitlisted + self.rejected


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
        rows = [row for row in _pending(call) if row.outcome == Outcome.WAITLISTED]
        rows.sort(key=_order_of_list)
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


def plan_release(call: Call) -> Plan:
    """What would happen now, and what stands in the way. Reads only."""
    return _plan(call, list(_pending(call)))


def preview_release(call: Call) -> list[tuple[Application, OutboxMessage]]:
    """The mails of a release as they would be written now, in order. Nothing is saved.

    What stands in the way is left out: `plan_release` tells it.
    """
    return list(_previewed(call, plan_release(call)))


def release_decisions(*, call_id: int, by: User | None) -> Released:
    """Announce everything that is prepared, all together or not at all. Safe to call twice.

    Each decision goes the way of its own operation, with its mail and its place in the log. If
    places stay free while somebody waits, they are offered at once. `by=None` is the set time.
    """
    with transaction.atomic():
        call = locked_call(call_id)
        ensure_manages(by, call.region_code)
        plan = _plan(call, _locked_pending(call))
        if plan.problems:
            raise _not_ready(plan.problems)
        if not plan.count:
            return Released()
        for decision in plan.selected:
            row = decision.application
            give_place(row, by=by, reason=decision.reason, words=decision.reason)
        for decision in plan.waitlisted:
            put_on_waiting_list(decision.application, by=by, reason=decision.reason)
        for decision in plan.rejected:
            turn_down(decision.application, by=by, reason=decision.reason)
        if call.released_at is None:
            call.released_at = timezone.now()
            call.save(update_fields=["released_at"])
        released = Released(
            selected=len(plan.selected),
            waitlisted=len(plan.waitlisted),
            rejected=len(plan.rejected),
            promoted=len(fill(call)),
        )
        activity.record(
            by=by,
            verb="call.decisions_released",
            target=call,
            region_code=call.region_code,
            after={
                "selected": released.selected,
                "waitlisted": released.waitlisted,
                "rejected": released.rejected,
            },
        )
    return released


def release_or_promise(*, call_id: int, by: User | None) -> Released | Job:
    """Release at once what is few; let a worker do what is many, once it is known to be ready."""
    call = Call.objects.select_related("participation__region", "participation__edition").get(
        pk=call_id
    )
    ensure_manages(by, call.region_code)
    plan = plan_release(call)
    if plan.count <= AT_ONCE:
        return release_decisions(call_id=call_id, by=by)
    if plan.problems:
        raise _not_ready(plan.problems)
    with transaction.atomic():
        label = ngettext(
            "Release %(count)d decision: %(call)s",
            "Release %(count)d decisions: %(call)s",
            plan.count,
        )
        return jobs.promise(
            kind=JOB,
            label=label % {"count": plan.count, "call": call},
            by=by,
            arguments={"call": call_id},
            region_code=call.region_code,
            total=plan.count,
        )


def release_due_decisions(*, now: datetime) -> int:
    """Release what was to be released by now; returns how many decisions.

    What cannot be released is not tried again by itself: the set time is taken away, the region
    is told why by mail, and presses the button once it is mended.
    """
    due = Call.objects.filter(release_at__lte=now, released_at__isnull=True)
    count = 0
    for call_id in list(due.order_by("release_at", "pk").values_list("pk", flat=True)):
        try:
            released = release_decisions(call_id=call_id, by=None)
        except NotReady as refusal:
            _postpone(call_id, now, refusal.details["problems"])
        else:
            count += released.count
            if not released.count:
                nothing = in_house_words(gettext_lazy("No decision was prepared."))
                _postpone(call_id, now, [nothing])
    return count


def _postpone(call_id: int, now: datetime, problems: list[str]) -> None:
    with transaction.atomic():
        call = locked_call(call_id)
        before = call.release_at
        if before is None or before > now or call.released_at is not None:
            return  # another worker's, or somebody set another time meanwhile
        call.release_at = None
        call.save(update_fields=["release_at"])
        activity.record(
            by=None,
            verb="call.release_refused",
            target=call,
            region_code=call.region_code,
            reason="\n".join(problems),
            before={"release_at": before},
            after={"release_at": None},
        )
        outbox.enqueue(emails.release_refused(call, release_at=before, problems=problems))


def _shown(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": str(decision.outcome),
        "rank": decision.rank,
        "reason": decision.reason,
        "note": decision.note,
    }


def _pending(call: Call) -> QuerySet[Decision]:
    mean = Avg("application__reviews__mean", filter=Q(application__reviews__status="done"))
    return (
        Decision.objects.pending()
        .filter(application__call=call)
        .select_related("application__call__participation__region")
        .select_related("application__call__participation__edition")
        .annotate(mean=mean)
        .order_by(F("mean").desc(nulls_last=True), "application__submitted_at", "application_id")
    )


def _locked_pending(call: Call) -> list[Decision]:
    """The pending decisions, none of whose applications changes any more."""
    prepared = Decision.objects.pending().filter(application__call=call)
    held = Application.objects.select_for_update(of=("self",)).filter(
        pk__in=prepared.values("application")
    )
    keys = [row.pk for row in held.order_by("pk")]
    decisions = list(_pending(call).filter(application__in=keys))
    for decision in decisions:
        decision.application.call = call
    return decisions


def _order_of_list(decision: Any) -> tuple[Any, ...]:
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


def _plan(call: Call, decisions: Collection[Decision]) -> Plan:
    by_outcome: dict[str, list[Decision]] = {outcome: [] for outcome in Outcome}
    problems = []
    for decision in decisions:
        by_outcome[decision.outcome].append(decision)
        if sentence := _problem_of(decision):
            problems.append(Problem(decision.application, sentence))
    selected, waitlisted = by_outcome[Outcome.SELECTED], by_outcome[Outcome.WAITLISTED]
    waitlisted.sort(key=_order_of_list)
    held = places_held(call)
    if (left := call.places - held) < len(selected):
        problems.append(Problem(None, _too_many(call, selected=len(selected), left=max(left, 0))))
    free = max(left - len(selected), 0) if decisions else 0
    return Plan(
        selected=selected,
        waitlisted=waitlisted,
        rejected=by_outcome[Outcome.REJECTED],
        problems=problems,
        held=held,
        promoted=_to_be_promoted(call, decisions, waitlisted, free),
    )


def _problem_of(decision: Decision) -> str:
    application = decision.application
    if Status(decision.outcome) not in FOLLOWS[Status(application.status)]:
        return _("it is “%(status)s” now, and cannot become “%(outcome)s”.") % {
            "status": application.get_status_display(),
            "outcome": decision.get_outcome_display(),
        }
    if decision.outcome == Outcome.REJECTED and not decision.reason.strip():
        return _("the reason is missing; the mail to the company quotes it.")
    return ""


def _too_many(call: Call, *, selected: int, left: int) -> str:
    return _(
        "more are prepared as selected than places are left: %(selected)d for %(left)d of "
        "%(places)d."
    ) % {"selected": selected, "left": left, "places": call.places}


def _to_be_promoted(
    call: Call, decisions: Collection[Decision], waitlisted: list[Decision], free: int
) -> list[Application]:
    if not free or not call.fills_by_itself or has_begun(call, timezone.now()):
        return []
    leaving = [decision.application_id for decision in decisions]
    waiting = (
        Application.objects.filter(call=call, status=Status.WAITLISTED)
        .exclude(pk__in=leaving)
        .select_related("call__participation__region", "call__participation__edition")
        .order_by("waiting_rank", "pk")
    )
    return [*waiting[:free], *(decision.application for decision in waitlisted)][:free]


def _not_ready(problems: list[Problem]) -> NotReady:
    sentences = [_capital(str(problem)) for problem in problems]
    return NotReady(
        " ".join([_("Nothing was released."), *sentences]), details={"problems": sentences}
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _previewed(call: Call, plan: Plan) -> Iterator[tuple[Application, OutboxMessage]]:
    """Each application as the release would leave it, and its mail."""
    now = timezone.now()
    stuck = {problem.application.pk for problem in plan.problems if problem.application}
    leaving = [each.application_id for each in (*plan.selected, *plan.rejected)]
    staying = Application.objects.filter(call=call).exclude(pk__in=leaving)
    last = staying.aggregate(last=Max("waiting_rank"))["last"] or 0
    for decision in plan.selected:
        if decision.application_id not in stuck:
            row = _as_it_will_be(decision, Status.SELECTED)
            is_promotion = decision.application.status == Status.WAITLISTED
            days = call.offer_within_days if is_promotion else call.confirm_within_days
            row.confirm_by = confirm_by(call, days, now)
            yield row, (emails.promoted if is_promotion else emails.selected)(row)
    for decision in plan.waitlisted:
        if decision.application_id not in stuck:
            row = _as_it_will_be(decision, Status.WAITLISTED)
            last += 1
            row.waiting_rank = last
            yield row, emails.waitlisted(row)
    for decision in plan.rejected:
        if decision.application_id not in stuck:
            row = _as_it_will_be(decision, Status.REJECTED)
            yield row, emails.rejected(row)
    for application in plan.promoted:
        row = copy(application)
        row.status, row.decision_reason, row.waiting_rank = Status.SELECTED, "", None
        row.confirm_by = confirm_by(call, call.offer_within_days, now)
        yield row, emails.promoted(row)


def _as_it_will_be(decision: Decision, status: Application.Status) -> Application:
    row = copy(decision.application)
    row.status, row.decision_reason, row.waiting_rank = status, decision.reason, None
    return row
