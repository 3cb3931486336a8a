"""Where an application stands, as its company sees it: what happens next, and when."""

from typing import Any

from django.utils import timezone

from startups import summary
from startups.models import Allocation, Application, Exhibitor

Status = Application.Status

# Eligibility is the team's preparation: the company learns decisions, not drafts of them.
SHOWN_AS = {Status.ELIGIBLE: Status.SUBMITTED, Status.INELIGIBLE: Status.SUBMITTED}

# How each stands out, in the marks that mean the same everywhere.
MARKS = {
    Status.DRAFT: "option",
    Status.SUBMITTED: "waiting",
    Status.INCOMPLETE: "conflict",
    Status.SELECTED: "waiting",
    Status.WAITLISTED: "option",
    Status.REJECTED: "held",
    Status.CONFIRMED: "confirmed",
    Status.DECLINED: "cancelled",
    Status.WITHDRAWN: "cancelled",
    Status.NO_SHOW: "cancelled",
}


def context(application: Application, *, is_editable: bool) -> dict[str, Any]:
    """What the status page shows."""
    now = timezone.now()
    call = application.call
    status = SHOWN_AS.get(Status(application.status), Status(application.status))
    exhibitor = (
        Exhibitor.objects.select_related("application").filter(application=application).first()
    )
    return {
        "application": application,
        "call": call,
        "reference": summary.reference(application),
        "shown_status": status.value,
        "status_label": status.label,
        "mark": MARKS[status],
        "lines": summary.lines(application),
        "is_editable": is_editable,
        "can_withdraw": status
        not in {Status.REJECTED, Status.DECLINED, Status.WITHDRAWN, Status.NO_SHOW},
        "can_reopen": status == Status.WITHDRAWN and call.accepts_submissions(now),
        "is_late": application.confirm_by is not None and now > application.confirm_by,
        "ahead": _ahead(application),
        "exhibitor": exhibitor,
        "allocations": _allocations(exhibitor),
    }


def _ahead(application: Application) -> int:
    """How many companies of the waiting list come first."""
    if application.waiting_rank is None:
        return 0
    return Application.objects.filter(
        call=application.call_id, waiting_rank__lt=application.waiting_rank
    ).count()


def _allocations(exhibitor: Exhibitor | None) -> list[Allocation]:
    if exhibitor is None or exhibitor.left_at is not None:
        return []
    return list(
        exhibitor.allocations.select_related("stand", "half_day").order_by(
            "half_day__starts_at", "pk"
        )
    )
