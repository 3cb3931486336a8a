"""A choice made in the ranking, prepared in one go: some in, some waiting, the rest refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import ngettext

from pavilion.core import jobs
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import Job, User
from startups.models import Application, Call, Decision
from startups.operations.deciding.preparing import drop_decision, prepare_decision
from startups.operations.judging.reviewing import ensure_not_released

# More than so many are a worker's business.
AT_ONCE = 50
JOB = "startups.prepare_choice"
Outcome = Decision.Outcome


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Keys of applications; the waiting list in its order."""

    selected: Sequence[int]
    waitlisted: Sequence[int]
    rejected: Sequence[int]
    # What was prepared for these before is forgotten.
    undecided: Sequence[int] = ()
    # Said to those refused for whom nobody wrote another reason.
    reason: str = ""

    @property
    def count(self) -> int:
        return len(self.selected) + len(self.waitlisted) + len(self.rejected) + len(self.undecided)


@dataclass(frozen=True)
class Prepared:
    """How many decisions were prepared; which company's was not, and why."""

    count: int
    problems: Sequence[tuple[str, str]] = ()


def prepare_choice(
    *,
    call_id: int,
    choice: Choice,
    by: User | None,
    advance: Callable[[int], object] = lambda done: None,
) -> Prepared:
    """Prepare a decision for each file of the choice, on its own merits. Safe to repeat.

    Notes stay, and so does a reason written for the same decision before.
    """
    call = Call.objects.select_related("participation").get(pk=call_id)
    ensure_manages(by, call.region_code)
    ensure_not_released(call)
    known = {
        decision.application_id: decision
        for decision in Decision.objects.pending().filter(application__call=call)
    }
    ours = Application.objects.filter(call=call).in_bulk()
    wanted: list[tuple[int, str, int | None]] = [
        *((pk, Outcome.SELECTED, None) for pk in choice.selected),
        *((pk, Outcome.WAITLISTED, rank) for rank, pk in enumerate(choice.waitlisted, start=1)),
        *((pk, Outcome.REJECTED, None) for pk in choice.rejected),
    ]
    count = 0
    problems: list[tuple[str, str]] = []
    for done, (pk, outcome, rank) in enumerate(wanted, start=1):
        if pk in ours:
            before = known.get(pk)
            reason = choice.reason if outcome == Outcome.REJECTED else ""
            if before is not None and before.outcome == outcome:
                reason = before.reason or reason
            try:
                prepare_decision(
                    application_id=pk,
                    outcome=outcome,
                    by=by,
                    rank=rank,
                    reason=reason,
                    note=before.note if before else "",
                )
                count += 1
            except DomainError as error:
                problems.append((str(ours[pk]), str(error)))
        advance(done)
    for pk in set(choice.undecided) & ours.keys() & known.keys():
        drop_decision(application_id=pk, by=by)
    return Prepared(count, problems)


def prepare_choice_or_promise(*, call_id: int, choice: Choice, by: User | None) -> Prepared | Job:
    """Prepare at once what is few; let a worker do what is many."""
    if choice.count <= AT_ONCE:
        return prepare_choice(call_id=call_id, choice=choice, by=by)
    calls = Call.objects.select_related("participation__region", "participation__edition")
    call = calls.get(pk=call_id)
    ensure_manages(by, call.region_code)
    ensure_not_released(call)
    label = ngettext(
        "Prepare %(count)d decision: %(call)s",
        "Prepare %(count)d decisions: %(call)s",
        choice.count,
    )
    with transaction.atomic():
        return jobs.promise(
            kind=JOB,
            label=label % {"count": choice.count, "call": call},
            by=by,
            arguments={
                "call": call_id,
                "selected": list(choice.selected),
                "waitlisted": list(choice.waitlisted),
                "rejected": list(choice.rejected),
                "undecided": list(choice.undecided),
                "reason": choice.reason,
            },
            region_code=call.region_code,
            total=choice.count,
        )
