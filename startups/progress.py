"""Where an application stands, as its company sees it: what happens next, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from startups import checklist, summary
from startups.dates import day, localday, moment
from startups.floor import presence, spoken
from startups.models import Application, Exhibitor, PublishedAllocation

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
# Where nothing follows any more.
OVER = frozenset({Status.REJECTED, Status.DECLINED, Status.WITHDRAWN, Status.NO_SHOW})
# How far an application has come: how many points of the timeline are behind it.
REACHED = {
    Status.DRAFT: 1,
    Status.SUBMITTED: 2,
    Status.INCOMPLETE: 2,
    Status.SELECTED: 3,
    Status.WAITLISTED: 3,
    Status.REJECTED: 3,
    Status.DECLINED: 3,
    Status.CONFIRMED: 4,
    Status.NO_SHOW: 4,
}

# The points of the timeline.
_LABELS = ("begun", "submitted", "results", "confirmation", "fair")


@dataclass(frozen=True)
class Point:
    """One point of the timeline: "done", "now", "to_come" or "missed"."""

    label: str
    when: str
    state: str

    @property
    def words(self) -> str:
        """What the drawing says by shape, for those who do not see it."""
        return {
            "done": _("done"),
            "now": _("next"),
            "to_come": _("to come"),
            "missed": _("will not take place"),
        }[self.state]


def context(application: Application, *, is_editable: bool) -> dict[str, Any]:
    """What the status page shows."""
    now = timezone.now()
    call = application.call
    status = SHOWN_AS.get(Status(application.status), Status(application.status))
    exhibitor = _exhibitor(application)
    allocations = _allocations(exhibitor)
    ahead = Application.objects.ahead_of(application).count()
    is_preparing = exhibitor is not None and status == Status.CONFIRMED
    correction, until = application.correction_due_at, application.open_until()
    return {
        "application": application,
        "call": call,
        "reference": summary.reference(application),
        "shown_status": "lapsed" if _has_lapsed(application) else status.value,
        "status_label": _label(application, status),
        "mark": MARKS[status],
        "timeline": timeline(application, now, is_editable=is_editable),
        "lines": summary.lines(application),
        "is_editable": is_editable,
        "can_withdraw": status not in OVER,
        "can_reopen": status == Status.WITHDRAWN and application.accepts_submissions(now),
        "is_late_entry": until > call.closes_at,
        "open_until": until,
        # Within the grace it still goes, and there is no moment to name.
        "has_time": now < until,
        "results_are_late": call.results_at is not None and call.results_at <= now,
        "is_late": application.confirm_by is not None and now > application.confirm_by,
        "is_correction_late": correction is not None and now > correction,
        "is_over": call.edition.ends_on < timezone.localdate(now),
        "ahead": ahead,
        "place": ahead + 1,
        "exhibitor": exhibitor,
        "progress": checklist.progress(exhibitor, now) if exhibitor and is_preparing else None,
        "allocations": allocations,
        "stays": [(stay, spoken.days_told(stay.half_days)) for stay in presence.stays(allocations)],
    }


def timeline(application: Application, now: datetime, *, is_editable: bool) -> list[Point]:
    """Begun, submitted, results, confirmation, fair: what is behind and what comes, with days."""
    status = SHOWN_AS.get(Status(application.status), Status(application.status))
    edition = application.call.edition
    reached = REACHED.get(status, 2 if application.submitted_at else 1)
    if reached == len(_LABELS) - 1 and timezone.localdate(now) > edition.ends_on:
        reached += 1
    is_stopped = status in OVER or (status == Status.DRAFT and not is_editable)
    dates = (
        localday(application.created_at),
        _submitted(application),
        _results(application, now),
        _confirmation(application, reached),
        _span(edition.starts_on, edition.ends_on),
    )
    points = []
    for number, (label, when) in enumerate(zip(_labels(), dates, strict=True)):
        if number < reached:
            state = "done"
        elif is_stopped:
            state = "missed"
        else:
            state = "now" if number == reached else "to_come"
        points.append(Point(label, "" if state == "missed" else when, state))
    return points


def _labels() -> Sequence[str]:
    return (
        _("Application begun"),
        _("Application submitted"),
        _("Results"),
        _("Place confirmed"),
        _("The fair"),
    )


def _submitted(application: Application) -> str:
    if application.submitted_at:
        return localday(application.submitted_at)
    return _("before %(moment)s") % {"moment": moment(application.open_until())}


def _results(application: Application, now: datetime) -> str:
    if application.decided_at:
        return localday(application.decided_at)
    announced = application.call.results_at
    return localday(announced) if announced and now < announced else ""


def _confirmation(application: Application, reached: int) -> str:
    if reached > _LABELS.index("confirmation"):
        confirmed = Exhibitor.objects.filter(application=application).values_list("confirmed_at")
        return "".join(localday(at) for (at,) in confirmed)
    if application.status == Status.SELECTED and application.confirm_by:
        return _("before %(moment)s") % {"moment": moment(application.confirm_by)}
    if application.status == Status.WAITLISTED:
        return _("if a place comes free")
    return ""


def _span(first: date, last: date) -> str:
    return _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}


def _has_lapsed(application: Application) -> bool:
    return application.status == Status.DECLINED and application.lapsed_at is not None


def _label(application: Application, status: Application.Status) -> str:
    return _("Not confirmed in time") if _has_lapsed(application) else str(status.label)


def _exhibitor(application: Application) -> Exhibitor | None:
    return (
        Exhibitor.objects.select_related(
            "application__call__participation", "participation__edition"
        )
        .prefetch_related(*checklist.PREFETCH)
        .filter(application=application)
        .first()
    )


def _allocations(exhibitor: Exhibitor | None) -> list[PublishedAllocation]:
    if exhibitor is None or exhibitor.left_at is not None:
        return []
    return list(
        exhibitor.published_allocations.select_related(
            "stand__zone__participation", "half_day__day"
        ).order_by("half_day__starts_at", "pk")
    )
