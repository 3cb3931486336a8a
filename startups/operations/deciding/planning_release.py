"""What a release of decisions would do, with which mails, and what stands in its way."""

from collections.abc import Collection, Iterator
from copy import copy
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.models import OutboxMessage
from startups import emails
from startups.models import Application, Call, Decision
from startups.operations.applying.states import FOLLOWS, Status
from startups.operations.deciding.places import confirm_by, has_begun, places_held
from startups.operations.deciding.preparing import order_of_list, pending

Outcome = Decision.Outcome


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


def plan_release(call: Call) -> Plan:
    """What would happen now, and what stands in the way. Reads only."""
    return planned(call, list(pending(call)))


def preview_release(call: Call) -> list[tuple[Application, OutboxMessage]]:
    """The mails of a release as they would be written now, in order. Nothing is saved.

    What stands in the way is left out: `plan_release` tells it.
    """
    return list(_previewed(call, plan_release(call)))


def planned(call: Call, decisions: Collection[Decision]) -> Plan:
    by_outcome: dict[str, list[Decision]] = {outcome: [] for outcome in Outcome}
    problems = []
    for decision in decisions:
        by_outcome[decision.outcome].append(decision)
        if sentence := _problem_of(decision):
            problems.append(Problem(decision.application, sentence))
    selected, waitlisted = by_outcome[Outcome.SELECTED], by_outcome[Outcome.WAITLISTED]
    waitlisted.sort(key=order_of_list)
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


def _previewed(call: Call, plan: Plan) -> Iterator[tuple[Application, OutboxMessage]]:
    """Each application as the release would leave it, and its mail."""
    now = timezone.now()
    stuck = {problem.application.pk for problem in plan.problems if problem.application}
    leaving = [each.application_id for each in (*plan.selected, *plan.rejected)]
    staying = Application.objects.filter(call=call, status=Status.WAITLISTED)
    place = staying.exclude(pk__in=leaving).count()
    for decision in plan.selected:
        if decision.application_id not in stuck:
            row = _as_it_will_be(decision, Status.SELECTED)
            is_promotion = decision.application.status == Status.WAITLISTED
            days = call.offer_within_days if is_promotion else call.confirm_within_days
            row.confirm_by = confirm_by(call, days, now)
            yield row, (emails.promoted if is_promotion else emails.selected)(row)
    for decision in plan.rejected:
        if decision.application_id not in stuck:
            row = _as_it_will_be(decision, Status.REJECTED)
            yield row, emails.rejected(row)
    for decision in plan.waitlisted:
        if decision.application_id not in stuck:
            row = _as_it_will_be(decision, Status.WAITLISTED)
            place += 1
            yield row, emails.waitlisted(row, place=place)
    for application in plan.promoted:
        row = copy(application)
        row.status, row.decision_reason, row.waiting_rank = Status.SELECTED, "", None
        row.confirm_by = confirm_by(call, call.offer_within_days, now)
        yield row, emails.promoted(row)


def _as_it_will_be(decision: Decision, status: Application.Status) -> Application:
    row = copy(decision.application)
    row.status, row.decision_reason, row.waiting_rank = status, decision.reason, None
    return row
