"""Which status an application may take after which: the one place that knows."""

from collections.abc import Mapping
from typing import Any, TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core import activity
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from pavilion.core.threads import supersede
from startups.emails.letter import waiting_thread
from startups.models import Application, Call, Decision

Status = Application.Status

FOLLOWS: Mapping[str, tuple[Application.Status, ...]] = {
    Status.DRAFT: (Status.SUBMITTED, Status.WITHDRAWN),
    Status.SUBMITTED: (
        Status.INCOMPLETE,
        Status.ELIGIBLE,
        Status.INELIGIBLE,
        Status.SELECTED,
        Status.WAITLISTED,
        Status.REJECTED,
        Status.WITHDRAWN,
    ),
    Status.INCOMPLETE: (
        Status.SUBMITTED,
        Status.INELIGIBLE,
        Status.REJECTED,
        Status.WITHDRAWN,
    ),
    Status.ELIGIBLE: (
        Status.INELIGIBLE,
        Status.SELECTED,
        Status.WAITLISTED,
        Status.REJECTED,
        Status.WITHDRAWN,
    ),
    Status.INELIGIBLE: (Status.ELIGIBLE, Status.REJECTED, Status.WITHDRAWN),
    Status.WAITLISTED: (Status.SELECTED, Status.REJECTED, Status.WITHDRAWN),
    Status.SELECTED: (Status.CONFIRMED, Status.DECLINED, Status.WITHDRAWN),
    # A place that comes free may go to a company that was turned down or had said no.
    Status.REJECTED: (Status.SELECTED, Status.WAITLISTED),
    Status.DECLINED: (Status.SELECTED,),
    Status.CONFIRMED: (Status.WITHDRAWN, Status.NO_SHOW),
    # Its SIREN stays taken in this call: who changes their mind takes the same one up again.
    Status.WITHDRAWN: (Status.DRAFT,),
    Status.NO_SHOW: (),
}


class WrongStatus(DomainError):
    code = "wrong_status"


def locked(application_id: int) -> Application:
    """The application, its row locked until the transaction ends."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("call__participation__region", "call__participation__edition")
        .get(pk=application_id)
    )


def locked_call(call_id: int) -> Call:
    """The call, its row locked: who counts, gives or frees its places goes one after the other."""
    return (
        Call.objects.select_for_update(of=("self",), no_key=True)
        .select_related("participation__region", "participation__edition")
        .get(pk=call_id)
    )


def locked_with_call(application_id: int) -> Application:
    """The application and its call, both locked.

    Always the call first: who holds an application never waits for its call, so that of two who
    want places none blocks the other for ever.
    """
    call_id = Application.objects.values_list("call_id", flat=True).get(pk=application_id)
    call = locked_call(call_id)
    application = locked(application_id)
    application.call = call
    return application


def is_its_company(by: User | None, application: Application) -> bool:
    """Whether the company itself acts: by its link, or signed in with the contact's address."""
    return by is None or by.email.lower() == application.contact_email.lower()


def ensure_acts_for(by: User | None, application: Application) -> None:
    """Refuse anyone who is neither the company nor a manager of the region it applied to."""
    if not is_its_company(by, application):
        ensure_manages(by, application.region_code)


class Told(TypedDict):
    by_name: str
    label: str


def told_of(application: Application, *, by: User | None, by_name: str) -> Told:
    """How the log speaks of an application and of who acts by its link.

    Teams read the log, and what was not submitted is its author's own: neither name nor address.
    """
    if application.submitted_at is not None:
        return {"by_name": by_name, "label": ""}
    return {"by_name": "" if by else _("the applicant"), "label": _("a draft")}


def ensure_may_become(application: Application, status: Application.Status) -> None:
    """Refuse a status that does not follow from the present one, naming both and what does."""
    possible = FOLLOWS[application.status]
    if status in possible:
        return
    words = {
        "application": application,
        "status": application.get_status_display(),
        "wanted": status.label,
        "possible": ", ".join(str(follower.label) for follower in possible),
    }
    if possible:
        message = _(
            "The application of %(application)s is in the state “%(status)s”: it cannot become "
            "“%(wanted)s”. Possible from there: %(possible)s."
        )
    else:
        message = _(
            "The application of %(application)s is in the state “%(status)s”, which is final: it "
            "cannot become “%(wanted)s”."
        )
    raise WrongStatus(
        message % words,
        details={
            "status": str(application.status),
            "wanted": str(status),
            "possible": [str(follower) for follower in possible],
        },
    )


def move(
    application: Application,
    status: Application.Status,
    *,
    verb: str,
    by: User | None,
    by_name: str = "",
    reason: str = "",
    waiting_rank: int | None = None,
    **fields: Any,
) -> None:
    """Give a locked application its new status and note it; its rank ends unless one is given.

    A reminder that still waits to leave is about what was: it is dropped. A decision prepared for
    it is settled by this one.
    """
    changes = {"status": status, "waiting_rank": waiting_rank, **fields}
    before = {name: getattr(application, name) for name in changes}
    after = {name: value for name, value in changes.items() if value != before[name]}
    for name, value in changes.items():
        setattr(application, name, value)
    application.save(update_fields=[*changes, "updated_at"])
    activity.record(
        by=by,
        verb=verb,
        target=application,
        region_code=application.region_code,
        reason=reason,
        **told_of(application, by=by, by_name=by_name),
        before={name: before[name] for name in after},
        after=after,
    )
    supersede([waiting_thread(application)])
    _settle_decision(application, status, by=by)


# A prepared decision outlives these: it is still to be announced.
_UNDECIDED = frozenset({Status.SUBMITTED, Status.INCOMPLETE, Status.ELIGIBLE, Status.INELIGIBLE})


def _settle_decision(
    application: Application, status: Application.Status, *, by: User | None
) -> None:
    """What was prepared has been announced, or something else has and it is dropped."""
    if status in _UNDECIDED:
        return
    decision = Decision.objects.pending().filter(application=application).first()
    if decision is None:
        return
    if decision.outcome == status:
        decision.released_at = timezone.now()
        decision.save(update_fields=["released_at"])
    else:
        drop(decision, application, by=by)


def drop(
    decision: Decision, application: Application, *, by: User | None, reason: str = ""
) -> None:
    """Forget a decision that was only prepared; the log keeps it, for the desk alone."""
    decision.delete()
    activity.record(
        by=by,
        verb="decision.dropped",
        target=application,
        region_code=application.region_code,
        reason=reason,
        before={"outcome": str(decision.outcome), "rank": decision.rank},
    )
