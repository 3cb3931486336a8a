"""What the log tells of each application and exhibitor."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any

from pavilion.core.models import ActivityEntry, User
from pavilion.demo import history
from pavilion.demo.dates import Dates
from pavilion.demo.facts import load
from startups.models import Allocation, Application, Exhibitor
from startups.operations.applying.states import told_of

Status = Application.Status
DECIDED = {
    Status.SELECTED: Status.SELECTED,
    Status.WAITLISTED: Status.WAITLISTED,
    Status.REJECTED: Status.REJECTED,
    Status.CONFIRMED: Status.SELECTED,
    Status.DECLINED: Status.SELECTED,
    Status.WITHDRAWN: Status.SELECTED,
}


class ApplicationHistory:
    def __init__(self, users: dict[str, User], dates: Dates, random: Random) -> None:
        self._users = users
        self._dates = dates
        self._random = random

    def of(
        self, applications: Iterable[Application], exhibitors: Iterable[Exhibitor]
    ) -> Iterator[ActivityEntry]:
        confirmed_at = {row.application_id: row.confirmed_at for row in exhibitors}
        for row in applications:
            yield from self._steps(row, confirmed_at.get(row.pk))

    def allocations(self, allocations: list[Allocation]) -> Iterator[ActivityEntry]:
        for _, group in groupby(allocations, key=lambda row: row.exhibitor_id):
            rows = list(group)
            exhibitor = rows[0].exhibitor
            yield history.entry(
                at=rows[0].created_at,
                by=self._users[exhibitor.region_code],
                verb="exhibitor.allocated",
                target=exhibitor,
                region_code=exhibitor.region_code,
                after={
                    "stand": rows[0].stand.number,
                    "half_days": [row.half_day_id for row in rows],
                },
            )

    def _steps(self, row: Application, confirmed_at: datetime | None) -> Iterator[ActivityEntry]:
        company: dict[str, Any] = {"by_name": row.contact_name or row.contact_email}
        begun = told_of(row, by=None, by_name=company["by_name"])
        team: dict[str, Any] = {"by": self._users[row.region_code]}
        yield self._entry(row, row.created_at, "application.started", "", Status.DRAFT, **begun)
        if row.submitted_at is None:
            return
        yield self._entry(
            row,
            row.submitted_at,
            "application.submitted",
            Status.DRAFT,
            Status.SUBMITTED,
            **company,
        )
        if row.status in (Status.INCOMPLETE, Status.ELIGIBLE, Status.INELIGIBLE):
            yield self._examined(row, team)
        before = Status.SUBMITTED
        if row.status in DECIDED and row.decided_at:
            before = DECIDED[Status(row.status)]
            yield self._entry(
                row,
                row.decided_at,
                f"application.{before}",
                Status.SUBMITTED,
                before,
                reason=row.decision_reason,
                **team,
            )
        if confirmed_at:
            yield self._entry(
                row, confirmed_at, "application.confirmed", before, Status.CONFIRMED, **company
            )
        if row.status in (Status.DECLINED, Status.WITHDRAWN):
            yield self._gave_up(row, Status.CONFIRMED if confirmed_at else before, company)

    def _examined(self, row: Application, team: dict[str, Any]) -> ActivityEntry:
        verbs = {Status.INCOMPLETE: "application.correction_requested"}
        reasons = load("reasons")
        reason = row.decision_reason
        if row.status == Status.INELIGIBLE:
            reason = self._random.choice(reasons["ineligible"])
        submitted_at = row.submitted_at or row.created_at
        at = submitted_at + timedelta(hours=self._random.randint(1, 20))
        verb = verbs.get(Status(row.status), f"application.{row.status}")
        return self._entry(
            row, at, verb, Status.SUBMITTED, Status(row.status), reason=reason, **team
        )

    def _gave_up(self, row: Application, before: Status, who: dict[str, Any]) -> ActivityEntry:
        if before == Status.CONFIRMED:
            at = self._dates.in_days(-2, 9)
        else:
            at = (row.decided_at or row.submitted_at or row.created_at) + timedelta(days=4)
        reason = self._random.choice(load("reasons")[str(row.status)])
        verb = f"application.{row.status}"
        return self._entry(row, at, verb, before, Status(row.status), reason=reason, **who)

    def _entry(
        self,
        row: Application,
        at: datetime,
        verb: str,
        before: str,
        after: str,
        **who: Any,
    ) -> ActivityEntry:
        return history.entry(
            at=at,
            verb=verb,
            target=row,
            region_code=row.region_code,
            before={"status": str(before)} if before else None,
            after={"status": str(after)},
            **who,
        )
