"""How many applications are in which state, above their list: each count filters it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, QueryDict
from django.utils.translation import pgettext

from pavilion.core.access import access_of
from startups.admin.applications.marks import SHAPES
from startups.models import Application

Status = Application.Status
STATE = "status__exact"
# In the order in which files go through them; what ended stands last.
ORDER = (
    Status.DRAFT,
    Status.SUBMITTED,
    Status.INCOMPLETE,
    Status.ELIGIBLE,
    Status.INELIGIBLE,
    Status.SELECTED,
    Status.WAITLISTED,
    Status.CONFIRMED,
    Status.REJECTED,
    Status.DECLINED,
    Status.WITHDRAWN,
    Status.NO_SHOW,
)


@dataclass(frozen=True)
class Segment:
    """`url` is empty for what is counted and not read: drafts are their authors'."""

    name: str
    label: str
    shape: str
    count: int
    url: str
    is_current: bool


def segments(request: HttpRequest) -> list[Segment]:
    """For the call and region chosen, whatever else narrows the list. One query."""
    counts = _counts(request)
    chosen = request.GET.get(STATE, "")
    kept = request.GET.copy()
    for name in (STATE, "p", "e", "all"):
        kept.pop(name, None)
    submitted = sum(count for status, count in counts.items() if status != Status.DRAFT)
    everything = Segment(
        "", pgettext("applications", "All"), "", submitted, _address(kept), not chosen
    )
    return [
        everything,
        *(
            Segment(
                name=str(status),
                label=str(status.label),
                shape=SHAPES[status],
                count=counts[status],
                url="" if status == Status.DRAFT else _address(kept, status),
                is_current=chosen == status,
            )
            for status in ORDER
            if counts.get(status) or chosen == status
        ),
    ]


def _address(kept: QueryDict, status: str = "") -> str:
    query = kept.copy()
    if status:
        query[STATE] = str(status)
    return f"?{query.urlencode()}"


def _counts(request: HttpRequest) -> dict[str, int]:
    user: Any = request.user
    access = access_of(user)
    read = Q(pk__in=Application.objects.received_by(user).submitted().values("pk"))
    drafts = Q(status=Status.DRAFT)
    if not access.is_national:
        drafts &= Q(call__participation__region__in=access.desk_codes)
    rows = Application.objects.filter(read | drafts)
    if region := request.GET.get("region"):
        rows = rows.filter(call__participation__region=region)
    if (call := request.GET.get("call", "")).isdecimal() and len(call) < 19:
        rows = rows.filter(call=int(call))
    counted = rows.values("status").annotate(count=Count("pk")).order_by("status")
    return {row["status"]: row["count"] for row in counted}
