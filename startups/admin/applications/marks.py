"""How each state of an application stands out, the same on every page of the desk."""

from django.utils.safestring import SafeString

from pavilion.core.desk import state_mark
from startups.models import Application

Status = Application.Status
SHAPES = {
    Status.DRAFT: "option",
    Status.SUBMITTED: "waiting",
    Status.INCOMPLETE: "option",
    Status.ELIGIBLE: "waiting",
    Status.INELIGIBLE: "held",
    Status.SELECTED: "waiting",
    Status.WAITLISTED: "option",
    Status.REJECTED: "held",
    Status.CONFIRMED: "confirmed",
    Status.DECLINED: "cancelled",
    Status.WITHDRAWN: "cancelled",
    Status.NO_SHOW: "conflict",
}


def status_mark(application: Application) -> SafeString:
    shape = SHAPES[Status(application.status)]
    return state_mark(shape, application.get_status_display())
