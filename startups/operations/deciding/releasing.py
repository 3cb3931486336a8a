"""Releasing what was prepared: all together or not at all, now, by a worker, or at a set time."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pavilion.core import activity, jobs, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import Job, User
from startups import emails
from startups.models import Application, Call, Decision
from startups.operations.applying.states import locked_call
from startups.operations.deciding.decisions import put_on_waiting_list, turn_down
from startups.operations.deciding.places import fill, give_place, in_house_words
from startups.operations.deciding.planning_release import Problem, plan_release, planned
from startups.operations.deciding.preparing import pending

# More decisions than this are released by a worker, in sight on the job's page.
AT_ONCE = 50
JOB = "startups.release_decisions"


class NotReady(DomainError):
    code = "not_ready"


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


def release_decisions(*, call_id: int, by: User | None) -> Released:
    """Announce everything that is prepared, all together or not at all. Safe to call twice.

    Each decision goes the way of its own operation, with its mail and its place in the log. If
    places stay free while somebody waits, they are offered at once. `by=None` is the set time.
    """
    with transaction.atomic():
        call = locked_call(call_id)
        ensure_manages(by, call.region_code)
        plan = planned(call, _locked_pending(call))
        if plan.problems:
            raise _not_ready(plan.problems)
        if not plan.count:
            return Released()
        for decision in plan.selected:
            row = decision.application
            give_place(row, by=by, reason=decision.reason, words=decision.reason)
        # Those who leave the list go before others are put at its end.
        for decision in plan.rejected:
            turn_down(decision.application, by=by, reason=decision.reason)
        for decision in plan.waitlisted:
            put_on_waiting_list(decision.application, by=by, reason=decision.reason)
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


def _locked_pending(call: Call) -> list[Decision]:
    """The pending decisions, none of whose applications changes any more."""
    prepared = Decision.objects.pending().filter(application__call=call)
    held = Application.objects.select_for_update(of=("self",)).filter(
        pk__in=prepared.values("application")
    )
    keys = [row.pk for row in held.order_by("pk")]
    decisions = list(pending(call).filter(application__in=keys))
    for decision in decisions:
        decision.application.call = call
    return decisions


def _not_ready(problems: list[Problem]) -> NotReady:
    sentences = [_capital(str(problem)) for problem in problems]
    return NotReady(
        " ".join([_("Nothing was released."), *sentences]), details={"problems": sentences}
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
